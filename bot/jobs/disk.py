"""When the store takes nothing (the disk is full, read-only, broken): said without it, and waited out."""

import json
import time
from collections import OrderedDict
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

import structlog
from aiogram import Bot
from aiogram.exceptions import TelegramAPIError
from aiogram.methods import AnswerCallbackQuery, TelegramMethod
from sqlalchemy import Connection

from bot.gate import Known
from bot.nursery import Nursery
from db import alarms, facts, people
from db.inbox import Received
from db.store import Store, Unwritable
from handlers import screens
from handlers.screen import Screen
from handlers.show import method
from handlers.staff.machine_screens import disk_refuses
from handlers.words import Words, words

FACT, ROOM = "room", 64 * 1024  # what has to fit before it counts as over: a page may still find a place
AGAIN = timedelta(hours=1)
KEPT = 10_000

log = structlog.get_logger()


class Disk:
    """The outbox needs the disk as well: while it refuses, and then alone, words go straight to Telegram."""

    def __init__(self, store: Store, known: Known, bot: Bot, nursery: Nursery, now: Callable[[], datetime]) -> None:
        self._store, self._known, self._bot, self._nursery, self._now = store, known, bot, nursery, now
        self._since: float | None = None  # monotonic
        self._told: set[int] = set()  # chats, in this trouble
        self._owners_told = False
        self._answered: OrderedDict[int, None] = OrderedDict()  # updates whose spinner has ended

    def refuses(self) -> bool:
        return self._since is not None or self._store.unwritable is not None

    def has_answered(self, update_id: int) -> bool:
        return update_id in self._answered

    def sorry(self, one: Received, *, answered: bool = False) -> None:
        """This update has to wait: its spinner ends, unless it is `answered`, and its chat is told once a trouble."""
        self._begin()
        if self.has_answered(one.update_id):
            return
        self._answered[one.update_id] = None
        if len(self._answered) > KEPT:
            self._answered.popitem(last=False)
        self._nursery.start(self._sorry(one, answered), name="sorry")

    async def _sorry(self, one: Received, answered: bool) -> None:
        update = json.loads(one.body)
        press = update.get("callback_query")
        if isinstance(press, dict) and not answered:
            await self._call(AnswerCallbackQuery(callback_query_id=str(press.get("id"))))
        if one.chat_id > 0 and one.chat_id not in self._told and (press or "message" in update):
            self._told.add(one.chat_id)
            await self._say(one.chat_id, screens.unsaved)

    async def tick(self) -> None:
        """Owners at once; then, again and again, whether there is room."""
        if not self.refuses():
            return
        self._begin()
        if not self._owners_told:
            self._owners_told = True
            await self._tell_owners()
        with suppress(Unwritable):
            await self._store.write(facts.put, FACT, "x" * ROOM)
            await self._store.write(_over, self._seconds() // 60, self._now())
            log.warning("the store takes everything again", seconds=self._seconds())
            self._since = None

    def _begin(self) -> None:
        if self._since is None:
            self._since, self._told, self._owners_told = time.monotonic(), set(), False
            log.error("the store takes nothing", why=self._store.unwritable)

    def _seconds(self) -> int:
        return round(time.monotonic() - (self._since or time.monotonic()))

    async def _tell_owners(self) -> None:
        for user_id, started in await self._store.read(people.owners):
            if started:
                await self._say(user_id, disk_refuses)

    async def _say(self, user_id: int, screen: Callable[[Words], Screen]) -> None:
        await self._call(method(user_id, screen(words(await self._known.language(user_id)))))

    async def _call(self, call: TelegramMethod[Any]) -> None:
        try:
            await self._bot(call)
        except TelegramAPIError as error:
            log.info("not told that the store takes nothing", why=type(error).__name__)


def _over(conn: Connection, minutes: int, now: datetime) -> None:
    facts.put(conn, FACT, "")
    alarms.ring(conn, "disk", {"minutes": minutes}, now, AGAIN)
