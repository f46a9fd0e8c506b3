"""Lanes: each chat in order, chats side by side, nothing lost by a handler that raises or by a stop."""

import asyncio

import pytest
from sqlalchemy import Connection
from structlog.typing import EventDict

from bot import finishing as finishing_module
from bot import lanes as module
from bot.finishing import Finishing
from bot.lanes import Flood, Lane, Lanes
from bot.nursery import Nursery
from bot.pace import Paces
from db import inbox
from db.inbox import Received
from db.store import Store
from tests.bot.parts import NOW, FakeTime, settle, until


class Handler:
    """Handles what its gate lets through; notes the order, and how many ran at once."""

    def __init__(self) -> None:
        self.begun: list[int] = []
        self.ended: list[int] = []
        self.gate = asyncio.Event()
        self.gate.set()
        self.troubles: dict[int, int] = {}
        self.running = self.most = 0

    async def __call__(self, one: Received) -> None:
        self.begun.append(one.update_id)
        self.running += 1
        self.most = max(self.most, self.running)
        try:
            await self.gate.wait()
            await asyncio.sleep(0)
            if self.troubles.get(one.update_id, 0):
                self.troubles[one.update_id] -= 1
                raise OSError("database or disk is full")
        finally:
            self.running -= 1
        self.ended.append(one.update_id)


@pytest.fixture
def handler() -> Handler:
    return Handler()


def put(lanes: Lanes, *updates: tuple[int, int]) -> None:
    for number, chat in updates:
        lanes.put(Received(number, chat, "{}"))


async def test_a_chats_updates_are_handled_in_order_and_one_at_a_time(handler: Handler, nursery: Nursery) -> None:
    lanes = Lanes(handler, nursery, Paces())
    put(lanes, *((number, 7) for number in range(20)))
    await until(lambda: lanes.idle)
    assert handler.ended == list(range(20))
    assert handler.most == 1


async def test_chats_go_side_by_side_so_many_at_once(handler: Handler, nursery: Nursery) -> None:
    lanes = Lanes(handler, nursery, Paces(), width=3)
    handler.gate.clear()
    put(lanes, *((chat, chat) for chat in range(10)))
    await settle()
    assert len(handler.begun) == 3
    handler.gate.set()
    await until(lambda: lanes.idle)
    assert (sorted(handler.ended), handler.most) == (list(range(10)), 3)


async def test_a_slow_chat_holds_up_no_other(nursery: Nursery) -> None:
    ended: list[int] = []
    slow = asyncio.Event()

    async def handle(one: Received) -> None:
        if one.chat_id == 1:
            await slow.wait()
        ended.append(one.update_id)

    lanes = Lanes(handle, nursery, Paces())
    put(lanes, (1, 1), (2, 1), (3, 2), (4, 2))
    await until(lambda: ended == [3, 4])
    slow.set()
    await until(lambda: lanes.idle)
    assert ended == [3, 4, 1, 2]


async def test_an_update_that_raises_stays_the_first_of_its_lane(
    handler: Handler, nursery: Nursery, monkeypatch: pytest.MonkeyPatch, logged: list[EventDict]
) -> None:
    monkeypatch.setattr(module, "PAUSE", 0.001)
    lanes = Lanes(handler, nursery, Paces())
    handler.troubles = {1: 2}
    put(lanes, (1, 7), (2, 7))
    await until(lambda: lanes.idle)
    assert (handler.begun, handler.ended) == ([1, 1, 1, 2], [1, 2])
    assert [entry["update_id"] for entry in logged] == [1, 1]


async def test_a_lane_that_has_ended_begins_anew(handler: Handler, nursery: Nursery) -> None:
    lanes = Lanes(handler, nursery, Paces())
    for number in range(3):
        put(lanes, (number, 7))
        await until(lambda: lanes.idle)
    assert handler.ended == [0, 1, 2]


async def test_stopped_what_runs_ends_and_the_rest_is_left(handler: Handler, nursery: Nursery) -> None:
    lanes = Lanes(handler, nursery, Paces(), width=2)
    handler.gate.clear()
    put(lanes, (1, 7), (2, 7), (3, 8), (4, 8), (5, 9))
    await settle()
    lanes.stop()
    handler.gate.set()
    assert await nursery.wait(5)
    assert sorted(handler.ended) == [1, 3]
    assert lanes.idle


async def test_there_is_room_again_when_a_chat_has_nothing_left(handler: Handler, nursery: Nursery) -> None:
    lanes = Lanes(handler, nursery, Paces())
    handler.gate.clear()
    put(lanes, (1, 7), (2, 8))
    room = asyncio.create_task(lanes.room(2))
    await settle()
    assert not room.done()
    handler.gate.set()
    await asyncio.wait_for(room, 5)
    await until(lambda: lanes.idle)


# -- a chat's own pace


@pytest.fixture
def time() -> FakeTime:
    return FakeTime()


@pytest.fixture
def paced(handler: Handler, nursery: Nursery, time: FakeTime) -> Lanes:
    return Lanes(handler, nursery, Paces(time), width=2, sleep=time.sleep)


async def test_beyond_twenty_the_rest_of_a_chat_comes_in_order_two_a_second(
    paced: Lanes, handler: Handler, time: FakeTime
) -> None:
    began = time.now
    put(paced, *((number, 7) for number in range(100)))
    await until(lambda: len(handler.ended) == 20)
    await settle()
    assert len(handler.ended) == 20
    assert paced.crowded() == {7}
    await time.run()
    assert handler.ended == list(range(100))
    assert time.now - began == pytest.approx(40)
    assert paced.idle


async def test_chats_that_wait_for_their_pace_hold_no_place_of_the_others(
    paced: Lanes, handler: Handler, time: FakeTime
) -> None:
    flooders = range(50)
    put(paced, *((100 * chat + number, chat) for chat in flooders for number in range(21)))
    await until(lambda: len(handler.ended) == 50 * 20)
    put(paced, *((9000 + chat, chat) for chat in range(50, 60)))
    await until(lambda: len(handler.ended) == 50 * 20 + 10)
    assert paced.crowded() == set(flooders)


class Holding(Lanes):
    """The broken twin: waits in the place it is handled in."""

    async def _rest(self, chat_id: int, lane: Lane) -> None:
        async with self._width:
            await super()._rest(chat_id, lane)


async def test_lanes_that_rest_in_a_place_keep_everybody_waiting(
    handler: Handler, nursery: Nursery, time: FakeTime
) -> None:
    lanes = Holding(handler, nursery, Paces(time), width=2, sleep=time.sleep)
    put(lanes, *((100 * chat + number, chat) for chat in (1, 2) for number in range(21)))
    await until(lambda: len(handler.ended) == 40)
    put(lanes, (9000, 3))
    await settle(200)
    assert 9000 not in handler.ended


async def test_a_guesser_waits_in_their_own_lane(handler: Handler, nursery: Nursery, time: FakeTime) -> None:
    paces = Paces(time)
    lanes = Lanes(handler, nursery, paces, sleep=time.sleep)
    for number in range(10):
        paces.missed(7, number)
    put(lanes, (1, 7), (2, 8), (3, 7))
    await settle()
    assert handler.ended == [2]
    began = time.now
    await time.run()
    assert handler.ended == [2, 1, 3]
    assert time.now - began == pytest.approx(32)


async def test_a_stop_wakes_who_waits_for_their_pace_and_leaves_the_rest(
    paced: Lanes, handler: Handler, nursery: Nursery
) -> None:
    put(paced, *((number, 7) for number in range(30)))
    await until(lambda: len(handler.ended) == 20)
    await settle()
    paced.stop()
    assert await nursery.wait(1)
    assert (handler.ended, paced.idle) == (list(range(20)), True)


async def test_a_hundred_of_one_chat_may_wait_and_twice_as_many_of_what_lasts(paced: Lanes, handler: Handler) -> None:
    handler.gate.clear()
    assert paced.takes(7, ahead=99)
    assert not paced.takes(7, ahead=100)
    put(paced, *((number, 7) for number in range(100)))
    assert [paced.takes(7), paced.takes(8), paced.takes(7, twice=True)] == [False, True, True]
    put(paced, *((number, 7) for number in range(100, 200)))
    assert not paced.takes(7, twice=True)


async def test_when_very_much_waits_each_chat_is_let_have_less(
    paced: Lanes, handler: Handler, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MOST_WAITING", 300)
    handler.gate.clear()
    put(paced, *((1000 * chat + number, chat) for chat in range(3) for number in range(99)))
    assert [paced.takes(chat) for chat in range(4)] == [True] * 4
    put(paced, (1, 7), (2, 7), (3, 7))
    assert [paced.takes(chat) for chat in (*range(3), 7, 8)] == [False, False, False, True, True]
    assert not paced.takes(8, ahead=20)


async def test_a_flood_is_remembered_until_the_lane_is_empty_and_is_one_line(
    paced: Lanes, handler: Handler, logged: list[EventDict]
) -> None:
    handler.gate.clear()
    put(paced, (1, 7))
    for _ in range(3):
        flood = paced.flood_of(7) or Flood(5)
        flood.aside += 100
        paced.flooded(7, flood)
    assert (paced.flood_of(7), paced.flood_of(8), logged) == (Flood(5, 300), None, [])
    handler.gate.set()
    await until(lambda: paced.idle)
    assert paced.flood_of(7) is None
    [line] = logged
    assert {name: line[name] for name in ("update_id", "count")} == {"update_id": 5, "count": 300}
    paced.flooded(7, Flood(6, 1))  # its lane is empty already
    assert [line["update_id"] for line in logged] == [5, 6]


async def test_floods_of_a_few_leave_room_for_polling(paced: Lanes, handler: Handler) -> None:
    handler.gate.clear()
    put(paced, *((1000 * chat + number, chat) for chat in range(9) for number in range(100)))
    await asyncio.wait_for(paced.room(10), 1)


async def test_a_failure_in_the_nursery_is_logged_and_ends_nothing_else(
    nursery: Nursery, logged: list[EventDict]
) -> None:
    async def fails() -> None:
        raise KeyError("x")

    async def works() -> str:
        await asyncio.sleep(0.01)
        return "done"

    nursery.start(fails(), name="odd")
    good = nursery.start(works(), name="good")
    assert await nursery.wait(5)
    assert await good == "done"
    assert [(entry["event"], entry["task"]) for entry in logged] == [("a task failed", "odd")]


async def test_the_nursery_waits_so_long_and_ends_the_rest(nursery: Nursery) -> None:
    late = nursery.start(asyncio.Event().wait(), name="late")
    assert not await nursery.wait(0.01)
    await nursery.close()
    assert late.cancelled()


@pytest.fixture
async def finishing(store: Store, nursery: Nursery, monkeypatch: pytest.MonkeyPatch) -> Finishing:
    monkeypatch.setattr(finishing_module, "EVERY", 0.01)
    await store.write(inbox.store, [Received(number, 7, "{}") for number in range(100)], NOW)
    return Finishing(store, nursery)


async def left(store: Store) -> list[int]:
    return [one.update_id for one in await store.read(inbox.unfinished)]


async def test_finished_updates_are_marked_in_one_batch(
    finishing: Finishing, store: Store, nursery: Nursery, monkeypatch: pytest.MonkeyPatch
) -> None:
    batches: list[list[int]] = []
    finish = inbox.finish

    def noted(conn: Connection, numbers: list[int]) -> None:
        batches.append(numbers)
        finish(conn, numbers)

    monkeypatch.setattr(inbox, "finish", noted)
    for number in range(99):
        finishing.add(number)
    assert await nursery.wait(5)
    assert batches == [list(range(99))]
    assert await left(store) == [99]


async def test_the_last_ones_are_marked_before_the_end(finishing: Finishing, store: Store) -> None:
    finishing.add(1)
    await finishing.flush()
    await finishing.flush()
    assert 1 not in await left(store)


async def test_what_could_not_be_marked_goes_with_the_next_batch(
    finishing: Finishing, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError("database or disk is full")

    finishing.add(1)
    with monkeypatch.context() as patch:
        patch.setattr(inbox, "finish", full)
        with pytest.raises(OSError, match="full"):
            await finishing.flush()
    finishing.add(2)
    await finishing.flush()
    assert {1, 2} & set(await left(store)) == set()
