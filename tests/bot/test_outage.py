"""A time without Telegram is told at the return, once; a clock that jumps, a demo's walk and a first start are none."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, select

from bot.clock import Clock
from bot.jobs.outage import FACT, Outage
from db import facts
from db.store import Store
from db.tables import alarms
from tests.bot.machine import Machine
from tests.db.scene import DAY, HOUR, MINUTE, NOW

SECOND = timedelta(seconds=1)


def told(conn: Connection) -> list[Any]:
    return list(conn.scalars(select(alarms.c.facts).order_by(alarms.c.id)))


class Line:
    """A bot with its way to Telegram; `after` is how long nothing happens before the next good poll."""

    def __init__(self, store: Store) -> None:
        self.store, self.machine = store, Machine(NOW)
        self.clock = Clock(self.machine.read)
        self.outage = self._outage()

    def _outage(self) -> Outage:
        return Outage(self.store, self.clock.reading, self.clock.now)

    async def poll(self, after: timedelta) -> None:
        self.machine.true += after
        await self.outage.tick()
        self.outage.polled()
        await self.outage.tick()

    async def restart(self) -> None:
        self.outage = self._outage()
        await self.outage.begin()

    async def told(self) -> list[Any]:
        return await self.store.read(told)


@pytest.fixture
async def line(store: Store) -> Line:
    line = Line(store)
    await line.restart()
    await line.poll(MINUTE)
    return line


@pytest.mark.parametrize(
    ("span", "alarm"),
    [
        (25 * SECOND, None),
        (15 * MINUTE, None),
        (15 * MINUTE + SECOND, {"minutes": 15, "dropped": False}),
        (24 * HOUR, {"minutes": 1440, "dropped": False}),
        (24 * HOUR + MINUTE, {"minutes": 1441, "dropped": True}),
    ],
)
@pytest.mark.parametrize("down", ["the network", "the process", "the machine"])
async def test_from_a_quarter_of_an_hour_on_it_is_told_and_after_a_day_what_may_be_lost(
    line: Line, span: timedelta, alarm: dict[str, Any] | None, down: str
) -> None:
    if down == "the machine":
        line.machine.reboot()
    if down != "the network":
        await line.restart()
    await line.poll(span)
    await line.poll(MINUTE)
    assert await line.told() == ([] if alarm is None else [alarm])


async def test_a_first_start_is_none(store: Store) -> None:
    line = Line(store)
    line.machine.true += 30 * DAY
    await line.restart()
    await line.poll(HOUR)
    assert await line.told() == []


async def test_neither_the_demos_walk_nor_a_jump_of_the_clock_is_one(line: Line) -> None:
    line.clock.offset += 7 * DAY
    await line.poll(25 * SECOND)
    line.machine.error += 7 * DAY
    await line.poll(25 * SECOND)
    line.clock.follow()
    await line.poll(25 * SECOND)
    await line.restart()
    await line.poll(25 * SECOND)
    assert await line.told() == []


async def test_the_last_poll_is_kept_once_a_minute(line: Line, store: Store) -> None:
    written = []
    for _ in range(25):
        await line.poll(5 * SECOND)
        written.append(await store.read(facts.get, FACT))
    assert len({str(one) for one in written}) == 3


async def test_what_could_not_be_told_is_told_later(line: Line, monkeypatch: pytest.MonkeyPatch) -> None:
    async def refuse(*_: object) -> None:
        raise OSError("full")

    with monkeypatch.context() as patch, pytest.raises(OSError, match="full"):
        patch.setattr(line.store, "write", refuse)
        await line.poll(HOUR)
    line.outage.polled()
    await line.poll(25 * SECOND)
    assert await line.told() == [{"minutes": 60, "dropped": False}]
