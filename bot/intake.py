"""getUpdates -> rows on disk -> the offset moves -> lanes. Telegram is told that we have an update once we do."""

import asyncio
import json
import time
from collections import Counter
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

import structlog
from aiogram import Bot
from aiogram.exceptions import TelegramAPIError, TelegramConflictError

from bot.lanes import Flood, Lanes
from bot.reading import KINDS
from bot.session import LeanSession
from db import floods, inbox
from db.floods import Surplus
from db.inbox import Received
from db.store import Store, Unwritable

STEPS = (1.0, 2.0, 5.0, 10.0, 30.0)
LOOK = 5.0  # while nothing can be written: whoever presses is told before their press is too old to be answered
CONFLICT_PATIENCE = 60.0
MOST_CHATS = 2000  # with something in hand; beyond it Telegram keeps updates for us

LARGEST = 2**53  # of a number that everybody who reads JSON keeps as it is

log = structlog.get_logger()


class SecondPoller(Exception):
    """Another process has been taking this bot's updates for a whole minute."""


class Unnumbered(Exception):
    """A poll brought updates, and none of them has a number by which it could be kept and confirmed."""


def chat_of(update: Mapping[str, Any]) -> int:
    """Whose lane an update belongs to: its chat, else its sender, else lane 0 for what we do not know."""
    for part in update.values():
        if isinstance(part, dict):
            message = part.get("message")
            for holder in (message if isinstance(message, dict) else {}, part):
                for key in ("chat", "from"):
                    who = holder.get(key)
                    if isinstance(who, dict) and _is_number(who.get("id"), -LARGEST):
                        return int(who["id"])
    return 0


def _is_number(value: object, least: int) -> bool:
    return type(value) is int and least <= value <= LARGEST


class Intake:
    def __init__(
        self,
        bot: Bot,
        session: LeanSession,
        store: Store,
        lanes: Lanes,
        now: Callable[[], datetime],
        beat: Callable[[], None] = lambda: None,  # called after every poll that went well
        spare: Callable[[int], None] = lambda _: None,  # told how many were set aside as too many
        sorry: Callable[[Received], None] = lambda _: None,  # called for what cannot be put on disk
    ) -> None:
        self._bot, self._session, self._store, self._lanes, self._now = bot, session, store, lanes, now
        self._beat, self._spare, self._sorry = beat, spare, sorry
        self._offset: int | None = None

    async def resume(self) -> None:
        """Take up what an earlier run left unfinished, before anything new."""
        left, going_on = await self._store.read(inbox.unfinished), await self._store.read(floods.going_on)
        surplus: dict[int, list[int]] = {}
        for one in left:
            if self._lanes.takes(one.chat_id) or self._lanes.takes(one.chat_id, twice=_lasting_row(one.body)):
                self._lanes.put(one)
            else:
                surplus.setdefault(one.chat_id, []).append(one.update_id)
        for chat_id, first in going_on.items():
            self._lanes.flooded(chat_id, Flood(first, told=True))
        if surplus:
            parts = self._surplus(surplus)
            self._note(parts, await self._store.write(floods.give_up, parts, self._now()))

    async def run(self) -> None:
        """Poll until cancelled. Raises SecondPoller after a minute of conflicts; a bad network or a full disk is
        waited out, and Telegram keeps the updates meanwhile. While the disk is full we only look who is there."""
        failures, conflict_since = 0, None
        while True:
            try:
                await self._once()
                self._beat()
                failures, conflict_since = 0, None
            except TelegramConflictError:
                conflict_since = conflict_since or time.monotonic()
                if time.monotonic() - conflict_since > CONFLICT_PATIENCE:
                    raise SecondPoller from None
                log.error("another process polls for this bot: only one may run")
                await asyncio.sleep(STEPS[min(failures, 2)])
                failures += 1
            except Unwritable:
                await asyncio.sleep(LOOK)
            except Exception as error:
                cause = None if isinstance(error, TelegramAPIError) else error
                log.warning("getUpdates failed", why=type(error).__name__, exc_info=cause)
                await asyncio.sleep(STEPS[min(failures, len(STEPS) - 1)])
                failures += 1

    async def _once(self) -> None:
        await self._lanes.room(MOST_CHATS)
        came = await self._session.updates(self._bot, self._offset, KINDS)
        if not came:
            return
        since = time.monotonic()
        updates = _numbered(came)
        kept, surplus = await self._divide(updates)
        try:
            new, told = await self._store.write(floods.take, kept, surplus, self._now())
        except Unwritable:
            for one in kept:
                self._sorry(one)
            raise
        self._offset = max(update["update_id"] for update in updates) + 1
        for one in kept:
            if one.update_id in new:
                self._lanes.put(one, since)
        self._note(surplus, told)

    async def _divide(self, updates: list[dict[str, Any]]) -> tuple[list[Received], list[Surplus]]:
        """What is to be handled, and what is too much of one chat: only then is it asked what has been seen before."""
        chats = [chat_of(update) for update in updates]
        crowded = {chat for chat, count in Counter(chats).items() if not self._lanes.takes(chat, count - 1)}
        numbers = [update["update_id"] for update, chat in zip(updates, chats, strict=True) if chat in crowded]
        known = await self._store.read(floods.known, numbers) if crowded else frozenset[int]()
        kept, ahead, surplus = list[Received](), Counter[int](), dict[int, list[int]]()
        for update, chat in zip(updates, chats, strict=True):
            if update["update_id"] in known:
                continue
            if chat in crowded and not self._lanes.takes(chat, ahead[chat], _lasting(update)):
                surplus.setdefault(chat, []).append(update["update_id"])
            else:
                ahead[chat] += 1
                kept.append(Received(update["update_id"], chat, _body(update)))
        return kept, self._surplus(surplus)

    def _surplus(self, numbers: Mapping[int, list[int]]) -> list[Surplus]:
        parts = []
        for chat_id, its in numbers.items():
            flood = self._lanes.flood_of(chat_id) or Flood(its[0])
            parts.append(Surplus(chat_id, flood.first, tuple(dict.fromkeys(its)), flood.told))
        return parts

    def _note(self, surplus: list[Surplus], told: frozenset[int]) -> None:
        for one in surplus:
            flood = self._lanes.flood_of(one.chat_id) or Flood(one.first)
            flood.aside, flood.told = flood.aside + len(one.numbers), one.chat_id in told
            self._lanes.flooded(one.chat_id, flood)
            self._spare(len(one.numbers))


def _numbered(came: list[Any]) -> list[dict[str, Any]]:
    """Those that have a number, once each: another could be neither kept nor confirmed. Raises Unnumbered."""
    found: dict[int, dict[str, Any]] = {}
    for one in came:
        if isinstance(one, dict) and _is_number(one.get("update_id"), 1):
            found.setdefault(one["update_id"], one)
    if not found:
        raise Unnumbered
    if len(found) < len(came):
        log.warning("updates without a number of their own are left out", count=len(came) - len(found))
    return list(found.values())


def _lasting(update: Mapping[str, Any]) -> bool:
    """Whether a person can be reached outlasts a flood: it is kept where a message is not, if twice as many wait."""
    return "my_chat_member" in update


def _lasting_row(body: str) -> bool:
    """The same of a row, whatever stands in it."""
    try:
        update = json.loads(body)
    except (ValueError, RecursionError):
        return False
    return isinstance(update, dict) and _lasting(update)


def _body(update: Mapping[str, Any]) -> str:
    """As it came; half of a pair of surrogates, which no store takes, becomes a question mark."""
    return json.dumps(update, ensure_ascii=False, separators=(",", ":")).encode(errors="replace").decode()
