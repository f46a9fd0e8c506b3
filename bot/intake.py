"""getUpdates -> rows on disk -> the offset moves -> lanes. Telegram is told that we have an update once we do."""

import asyncio
import json
import time
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

import structlog
from aiogram import Bot
from aiogram.exceptions import TelegramAPIError, TelegramConflictError

from bot.lanes import Lanes
from bot.session import LeanSession
from db import inbox
from db.inbox import Received
from db.store import Store

ALLOWED = ("message", "edited_message", "callback_query", "my_chat_member")
STEPS = (1.0, 2.0, 5.0, 10.0, 30.0)
CONFLICT_PATIENCE = 60.0
MOST_WAITING = 2000  # updates in memory; beyond it Telegram keeps them for us

log = structlog.get_logger()


class SecondPoller(Exception):
    """Another process has been taking this bot's updates for a whole minute."""


def chat_of(update: Mapping[str, Any]) -> int:
    """Whose lane an update belongs to: its chat, else its sender, else lane 0 for what we do not know."""
    for part in update.values():
        if isinstance(part, dict):
            message = part.get("message")
            for holder in (message if isinstance(message, dict) else {}, part):
                for key in ("chat", "from"):
                    who = holder.get(key)
                    if isinstance(who, dict) and isinstance(who.get("id"), int):
                        return int(who["id"])
    return 0


class Intake:
    def __init__(
        self,
        bot: Bot,
        session: LeanSession,
        store: Store,
        lanes: Lanes,
        now: Callable[[], datetime],
        beat: Callable[[], None] = lambda: None,  # called after every poll that went well
    ) -> None:
        self._bot, self._session, self._store, self._lanes, self._now = bot, session, store, lanes, now
        self._beat = beat
        self._offset: int | None = None

    async def resume(self) -> None:
        """Take up what an earlier run left unfinished, before anything new."""
        for one in await self._store.read(inbox.unfinished):
            self._lanes.put(one)

    async def run(self) -> None:
        """Poll until cancelled. Raises SecondPoller after a minute of conflicts; a bad network or a full disk is
        waited out, and Telegram keeps the updates meanwhile."""
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
            except Exception as error:
                cause = None if isinstance(error, TelegramAPIError) else error
                log.warning("getUpdates failed", why=type(error).__name__, exc_info=cause)
                await asyncio.sleep(STEPS[min(failures, len(STEPS) - 1)])
                failures += 1

    async def _once(self) -> None:
        await self._lanes.room(MOST_WAITING)
        updates = await self._session.updates(self._bot, self._offset, ALLOWED)
        if not updates:
            return
        batch = [
            Received(
                update["update_id"], chat_of(update), json.dumps(update, ensure_ascii=False, separators=(",", ":"))
            )
            for update in updates
        ]
        new = await self._store.write(inbox.store, batch, self._now())
        self._offset = batch[-1].update_id + 1
        for one in batch:
            if one.update_id in new:
                self._lanes.put(one)
