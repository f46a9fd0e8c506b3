"""One person sends more than can be handled: the first are, the surplus is counted, others notice nothing."""

import asyncio
import json
from collections.abc import Callable
from typing import Any

import pytest
from aiogram import Bot
from sqlalchemy import Connection, func, select
from structlog.typing import EventDict

from bot.intake import Intake, chat_of
from bot.lanes import MOST_OF_ONE, Flood, Lanes
from bot.nursery import Nursery
from bot.pace import BURST, Paces
from bot.session import LeanSession
from db import inbox
from db.inbox import Received
from db.store import Store
from db.tables import inbox as inbox_rows
from db.tables import outbox as outbox_rows
from tests.bot.parts import NOW, TOKEN, Answers, FakeTime, settle, until
from tests.db.scene import add_guest, rows

FLOODER, OTHER, GROUP = 7, 8, -100
Wire = dict[str, Any]


def message(number: int, chat_id: int = FLOODER) -> Wire:
    chat, user = {"id": chat_id, "type": "private"}, {"id": abs(chat_id), "is_bot": False, "first_name": "Кто-то"}
    return {"update_id": number, "message": {"message_id": 1, "date": 1, "chat": chat, "from": user, "text": "слово"}}


def blocked(number: int, chat_id: int = FLOODER) -> Wire:
    return {"update_id": number, "my_chat_member": {"chat": {"id": chat_id, "type": "private"}, "date": 1}}


class Telegram(LeanSession):
    """A hundred a poll, as the real one gives; what is not confirmed comes again."""

    def __init__(self) -> None:
        super().__init__()
        self.waiting: list[Wire] = []
        self.polls = 0

    async def updates(self, bot: Bot, offset: int | None, allowed: tuple[str, ...]) -> list[Wire]:
        self.polls += 1
        self.waiting = [one for one in self.waiting if offset is None or one["update_id"] >= offset]
        await asyncio.sleep(0 if self.waiting else 0.001)
        return self.waiting[:100]


class Bench:
    """An intake with lanes whose time moves only when the test says so; what is handled is noted."""

    def __init__(self, store: Store, nursery: Nursery, make: Callable[..., Lanes] = Lanes) -> None:
        self.store, self.nursery, self.time, self.telegram = store, nursery, FakeTime(), Telegram()
        self.handled: list[Received] = []
        self.open = asyncio.Event()  # while it is not, the flooder's updates end never
        self.open.set()
        self.lanes = make(self._handle, nursery, Paces(self.time), sleep=self.time.sleep)
        bot = Bot(TOKEN, session=Answers(lambda _: True))
        self.intake = Intake(bot, self.telegram, store, self.lanes, lambda: NOW)

    async def _handle(self, one: Received) -> None:
        if one.chat_id == FLOODER:
            await self.open.wait()
        await self.store.write(inbox.finish, [one.update_id])
        self.handled.append(one)

    async def polls(self, *updates: Wire, within: float = 5.0) -> None:
        """Until all of them are confirmed."""
        self.telegram.waiting += updates
        task = self.nursery.start(self.intake.run(), name="polling")
        try:
            await until(lambda: not self.telegram.waiting, within)
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
        await settle(100)

    async def to_the_end(self) -> None:
        while not self.lanes.idle:
            await asyncio.sleep(0.001)
            await self.time.run()

    def numbers(self, chat_id: int = FLOODER) -> list[int]:
        return [one.update_id for one in self.handled if one.chat_id == chat_id]

    async def states(self, chat_id: int = FLOODER) -> dict[str, int]:
        query = (
            select(inbox_rows.c.state, func.count()).where(inbox_rows.c.chat_id == chat_id).group_by(inbox_rows.c.state)
        )
        return dict(await self.store.read(lambda conn: [tuple(row) for row in conn.execute(query)]))

    async def notices(self) -> list[int]:
        """The number with which each flood began that somebody is told of."""
        return [row["subject_id"] for row in await self.store.read(flood_rows)]


def flood_rows(conn: Connection) -> list[Any]:
    return rows(conn, outbox_rows, kind="flood")


@pytest.fixture
async def bench(store: Store, nursery: Nursery) -> Bench:
    await store.write(add_guest, FLOODER)
    return Bench(store, nursery)


async def test_a_hundred_may_wait_and_the_rest_is_set_aside_in_order(bench: Bench, logged: list[EventDict]) -> None:
    bench.open.clear()
    await bench.polls(*map(message, range(1, 351)))
    assert await bench.states() == {"new": 100, "aside": 250}
    assert await bench.notices() == [101]
    assert logged == []
    bench.open.set()
    await bench.to_the_end()
    assert bench.numbers() == list(range(1, 101))
    assert await bench.states() == {"done": 100, "aside": 250}
    assert bench.time.now - 1000 == pytest.approx((MOST_OF_ONE - BURST) * 0.5, abs=0.01)
    assert [(line["update_id"], line["count"]) for line in logged] == [(101, 250)]


async def test_nothing_of_what_was_set_aside_is_kept_but_its_number(bench: Bench) -> None:
    bench.open.clear()
    await bench.polls(*map(message, range(1, 201)))
    aside = await bench.store.read(lambda conn: rows(conn, inbox_rows, state="aside"))
    assert {(row["body"], row["error"], row["attempts"]) for row in aside} == {(None, "flood", 0)}


async def test_exactly_a_hundred_are_no_flood(bench: Bench) -> None:
    bench.open.clear()
    await bench.polls(*map(message, range(1, 101)))
    assert await bench.states() == {"new": 100}
    assert await bench.notices() == []
    await bench.polls(message(101))
    assert await bench.states() == {"new": 100, "aside": 1}


async def test_a_flood_that_goes_on_is_told_once_and_a_later_one_again(bench: Bench, logged: list[EventDict]) -> None:
    bench.open.clear()
    for begin in range(1, 1001, 100):
        await bench.polls(*map(message, range(begin, begin + 100)))
    bench.open.set()
    await until(lambda: len(bench.handled) == BURST)
    await bench.polls(*map(message, range(1001, 1101)))  # a little of it has been handled: 20 of these find room
    assert await bench.notices() == [101]
    await bench.to_the_end()
    assert await bench.states() == {"done": 120, "aside": 980}
    bench.open.clear()
    await bench.polls(*map(message, range(2001, 2151)))
    assert await bench.notices() == [101, 2101]
    bench.open.set()
    await bench.to_the_end()
    assert [(line["update_id"], line["count"]) for line in logged] == [(101, 980), (2101, 50)]


async def test_what_comes_again_is_counted_once_and_takes_nobodys_room(bench: Bench) -> None:
    bench.open.clear()
    await bench.polls(*map(message, range(1, 61)))
    bench.intake._offset = None
    await bench.polls(*map(message, range(1, 141)))
    assert await bench.states() == {"new": 100, "aside": 40}
    bench.intake._offset = None
    await bench.polls(*map(message, range(41, 141)))
    assert await bench.states() == {"new": 100, "aside": 40}
    flood = bench.lanes.flood_of(FLOODER)
    assert flood == Flood(101, 40, told=True)


async def test_that_somebody_cannot_be_reached_any_more_is_kept_beyond_the_hundred(bench: Bench) -> None:
    bench.open.clear()
    await bench.polls(*map(message, range(1, 151)), blocked(151), message(152))
    assert await bench.states() == {"new": 101, "aside": 51}
    assert [one.update_id for one in await bench.store.read(inbox.unfinished)][-1] == 151


async def test_but_no_more_than_another_hundred_of_it(bench: Bench) -> None:
    bench.open.clear()
    await bench.polls(*map(blocked, range(1, 301)))
    assert await bench.states() == {"new": 200, "aside": 100}


async def test_a_group_that_floods_is_told_nothing(bench: Bench) -> None:
    bench.open.clear()
    await bench.polls(*(message(number, GROUP) for number in range(1, 201)))
    waiting = (await bench.states(GROUP)).get("new", 0)
    assert (await bench.states(GROUP))["aside"] >= 200 - MOST_OF_ONE - BURST
    assert sum((await bench.states(GROUP)).values()) == 200
    assert waiting <= MOST_OF_ONE
    assert await bench.notices() == []


async def test_somebody_we_have_not_met_is_told_as_soon_as_we_have(store: Store, nursery: Nursery) -> None:
    bench = Bench(store, nursery)
    bench.open.clear()
    await bench.polls(*map(message, range(1, 201)))
    assert await bench.notices() == []
    await store.write(add_guest, FLOODER)
    await bench.polls(*map(message, range(201, 301)))
    await bench.polls(*map(message, range(301, 401)))
    assert await bench.notices() == [101]


async def test_while_the_disk_is_full_nothing_is_set_aside_or_counted(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, logged: list[EventDict]
) -> None:
    bench.open.clear()
    with monkeypatch.context() as patch:
        patch.setattr(bench.store, "write", full)
        with pytest.raises(TimeoutError):
            await bench.polls(*map(message, range(1, 201)), within=0.2)
    assert (bench.lanes.idle, await bench.states()) == (True, {})
    await bench.polls()
    assert await bench.states() == {"new": 100, "aside": 100}
    assert bench.lanes.flood_of(FLOODER) == Flood(101, 100, told=True)


async def full(*_: object) -> None:
    raise OSError("database or disk is full")


# -- over a restart


async def test_five_hundred_of_one_chat_in_the_store_are_cut_to_a_hundred_in_order(bench: Bench) -> None:
    await stored(bench.store, *map(message, range(1, 501)), message(501, OTHER), blocked(502))
    await bench.intake.resume()
    await bench.to_the_end()
    assert bench.numbers() == [*range(1, 101), 502]
    assert bench.numbers(OTHER) == [501]
    assert await bench.states() == {"done": 101, "aside": 400}
    assert await bench.notices() == [101]
    assert bench.time.now - 1000 == pytest.approx((MOST_OF_ONE + 1 - BURST) * 0.5, abs=0.01)


async def stored(store: Store, *updates: Wire) -> None:
    batch = [Received(one["update_id"], chat_of(one), json.dumps(one)) for one in updates]
    await store.write(inbox.store, batch, NOW)


async def test_a_flood_over_a_kill_is_told_once(bench: Bench, nursery: Nursery) -> None:
    bench.open.clear()
    await bench.polls(*map(message, range(1, 201)))
    again = Bench(bench.store, nursery)
    again.open.clear()
    await again.intake.resume()
    await again.polls(*map(message, range(201, 301)))
    assert await again.states() == {"new": 100, "aside": 200}
    assert await again.notices() == [101]


# -- the others


async def test_others_are_handled_while_a_flood_goes_on(bench: Bench) -> None:
    bench.open.clear()
    await bench.polls(*map(message, range(1, 3001)), message(3001, OTHER))
    await until(lambda: bench.numbers(OTHER) == [3001], 1.0)
    assert len(await bench.store.read(inbox.unfinished)) == MOST_OF_ONE


class Boundless(Lanes):
    """The broken twin: whatever comes of a chat may wait, and polling waits for all of it."""

    def takes(self, chat_id: int, ahead: int = 0, twice: bool = False) -> bool:
        return True

    async def room(self, most: int) -> None:
        while self._waiting >= 2000:
            await asyncio.sleep(0.001)


async def test_without_a_bound_for_each_chat_nobody_else_comes_through(store: Store, nursery: Nursery) -> None:
    bench = Bench(store, nursery, Boundless)
    bench.open.clear()
    with pytest.raises(TimeoutError):
        await bench.polls(*map(message, range(1, 3001)), message(3001, OTHER), within=2.0)
    assert bench.numbers(OTHER) == []
    assert len(await store.read(inbox.unfinished)) == 2000
