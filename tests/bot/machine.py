"""A machine whose wall clock can be set, beside the time it truly is, and the bot's sending on it."""

import sqlite3
from collections.abc import Iterable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from aiogram import Bot
from aiogram.methods import SendMessage, TelegramMethod
from aiogram.types import Message
from sqlalchemy import Connection

from bot.clock import Clock, Reading
from bot.counts import Counts
from bot.gate import Known
from bot.jobs.delivery import Delivery
from bot.jobs.limits import BulkPace
from bot.jobs.watch import Watch
from bot.nursery import Nursery
from db import jumps
from db.store import Store
from handlers.programme import Programme
from handlers.screens import Operator
from handlers.turn import House
from tests.bot.parts import TOKEN, Answers

ZERO = timedelta(0)


class Machine:
    """`true` is the time; the wall clock shows `error` more of it; the steady one counts from the last start."""

    def __init__(self, true: datetime) -> None:
        self.true, self.error = true, ZERO
        self._started, self._start = true - timedelta(days=9), 1

    def read(self) -> Reading:
        return Reading(self.true + self.error, (self.true - self._started).total_seconds(), str(self._start))

    def reboot(self) -> None:
        self._started, self._start = self.true, self._start + 1


class Bench:
    """What goes by the time of day, as bot/app.py puts it together, and what it says to whom at which true time."""

    def __init__(
        self, store: Store, path: Path, nursery: Nursery, machine: Machine, clock: type[Clock] = Clock
    ) -> None:
        self.store, self.path, self.nursery, self.machine = store, path, nursery, machine
        self._kind = clock
        self.sent: list[tuple[datetime, int, str]] = []
        self.dropped: dict[int, datetime] = {}  # the true time at which an outbox row was given up
        self.in_flight: list[timedelta] = []  # errors that the clock takes on while a message is being sent
        self.clock: Clock
        self.watch: Watch
        self.delivery: Delivery

    async def start(self) -> None:
        """The process begins, on the same store."""
        self.clock = self._kind(self.machine.read)
        self.watch = Watch(self.store, self.clock)
        await self.watch.begin()
        house = House(
            *(Bot(TOKEN, session=Answers(self._answer)), self.store, Programme(self.store, True), Operator("А", "")),
            *(lambda: None, lambda *_: None),
        )
        known = Known(self.store, "Asia/Tomsk", self.clock.now)
        pace = BulkPace(10_000)
        self.delivery = Delivery(house, known, pace, self.nursery, self.clock.now, Counts(), self.watch.jumped)
        await self.delivery.recover()

    def _answer(self, method: TelegramMethod[Any]) -> Any:
        assert isinstance(method, SendMessage)
        self.sent.append((self.machine.true, int(method.chat_id), method.text))
        if self.in_flight:
            self.machine.error = self.in_flight.pop()
        make: Any = Message.model_construct
        return make(message_id=len(self.sent))

    async def at(self, true: datetime) -> None:
        """What happens of itself at that moment."""
        self.machine.true = true
        await self.watch.tick()
        await self.delivery.tick()
        assert await self.nursery.wait(5)
        for number in await self.store.read(_dropped):
            self.dropped.setdefault(number, true)

    async def through(self, moments: Iterable[datetime]) -> None:
        for moment in moments:
            await self.at(moment)

    async def say_right(self, owner: int) -> bool:
        """An owner presses the button of the last alarm."""

        def press(conn: Connection) -> bool:
            jump = jumps.going_on(conn)
            return jump is not None and jumps.say_right(conn, owner, jump.alarm)

        return await self.store.write(press)

    def rows(self, *kinds: str) -> list[dict[str, Any]]:
        """The outbox of these kinds, moments as moments."""
        with closing(sqlite3.connect(self.path)) as connection:
            connection.row_factory = sqlite3.Row
            marks = ",".join("?" * len(kinds))
            found = connection.execute(f"SELECT * FROM outbox WHERE kind IN ({marks}) ORDER BY id", kinds).fetchall()
        return [{key: _moment(key, value) for key, value in dict(row).items()} for row in found]


def _dropped(conn: Connection) -> list[int]:
    return [row[0] for row in conn.exec_driver_sql("SELECT id FROM outbox WHERE state = 'dropped'")]


def _moment(key: str, value: Any) -> Any:
    return datetime.fromisoformat(value).replace(tzinfo=UTC) if value and key.endswith(("_at", "deadline")) else value
