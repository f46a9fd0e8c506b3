"""Updates onto the disk before Telegram is told that we have them; a second poller; whose lane an update belongs to."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from types import SimpleNamespace
from typing import Any

import pytest
from aiogram import Bot, Dispatcher
from aiogram.exceptions import TelegramConflictError, TelegramNetworkError, TelegramServerError
from sqlalchemy import Connection
from structlog.typing import EventDict

from bot import intake as module
from bot.counts import Counts
from bot.finishing import Finishing
from bot.gate import Known
from bot.handling import Handling
from bot.intake import Intake, SecondPoller, chat_of
from bot.jobs.disk import Disk
from bot.lanes import Lanes
from bot.nursery import Nursery
from bot.pace import Paces
from bot.session import LeanSession
from db import floods, inbox
from db.inbox import Received
from db.store import Store, Unwritable
from tests.bot.parts import MESSAGE, NOW, TOKEN, Answers, until

FULL = OSError("database or disk is full")
USER = {"id": 7, "is_bot": False, "first_name": "Дилноза"}
CHAT = {"id": 7, "type": "private"}


def message(number: int, chat_id: int = 7) -> dict[str, Any]:
    said = {"message_id": number, "date": 1, "chat": {**CHAT, "id": chat_id}, "from": USER, "text": "тайное слово"}
    return {"update_id": number, "message": said}


class Telegram(LeanSession):
    """Keeps what was not confirmed, as Telegram does; `trouble` is raised instead, one a call; None is none."""

    def __init__(self, *updates: dict[str, Any]) -> None:
        super().__init__()
        self.waiting = list(updates)
        self.asked: list[int | None] = []
        self.trouble: list[Exception | None] = []

    async def updates(self, bot: Bot, offset: int | None, allowed: tuple[str, ...]) -> list[dict[str, Any]]:
        self.asked.append(offset)
        await asyncio.sleep(0)
        if self.trouble and (error := self.trouble.pop(0)) is not None:
            raise error
        self.waiting = [one for one in self.waiting if offset is None or one["update_id"] >= offset]
        if not self.waiting:
            await asyncio.sleep(0.005)
        return self.waiting[:2]


class Bench:
    """An intake with its lanes; what is handled is noted."""

    def __init__(self, store: Store, nursery: Nursery, telegram: Telegram, make: type[Intake] = Intake) -> None:
        self.handled: list[int] = []
        self.telegram, self.store, self.nursery = telegram, store, nursery
        self.lanes = Lanes(self._handle, nursery, Paces())
        bot = Bot(TOKEN, session=Answers(lambda _: True))
        self.intake = make(bot, telegram, store, self.lanes, lambda: NOW)

    async def _handle(self, one: Received) -> None:
        self.handled.append(one.update_id)
        await self.store.write(inbox.finish, [one.update_id])

    async def polls(self, until_done: Callable[[], bool]) -> None:
        task = self.nursery.start(self.intake.run(), name="polling")
        await until(lambda: until_done() or task.done())
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


@pytest.fixture
def bench(store: Store, nursery: Nursery) -> Bench:
    return Bench(store, nursery, Telegram(*map(message, (1, 2, 3))))


class Minutes:
    """Stands for `time` and `asyncio` in the intake: sleeping moves the clock."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now, self.slept = 1000.0, list[float]()
        monkeypatch.setattr(module, "time", SimpleNamespace(monotonic=lambda: self.now))
        monkeypatch.setattr(module, "asyncio", SimpleNamespace(sleep=self.sleep))

    async def sleep(self, seconds: float) -> None:
        self.now += seconds
        self.slept.append(seconds)
        await asyncio.sleep(0)


def broken_writes(store: Store, monkeypatch: pytest.MonkeyPatch, times: int, error: Exception = FULL) -> None:
    write: Callable[..., Awaitable[Any]] = store.write
    left = [times]

    async def failing(use_case: Callable[..., Any], *args: Any) -> Any:
        if use_case in (floods.take, inbox.store) and left[0]:
            left[0] -= 1
            raise error
        return await write(use_case, *args)

    monkeypatch.setattr(store, "write", failing)


async def test_a_batch_is_on_disk_before_the_offset_moves(bench: Bench) -> None:
    await bench.polls(lambda: len(bench.telegram.asked) >= 4 and len(bench.handled) == 3)
    assert bench.telegram.asked[:3] == [None, 3, 4]
    assert bench.handled == [1, 2, 3]


async def test_while_the_disk_is_full_the_offset_stays_and_nothing_is_lost(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, logged: list[EventDict]
) -> None:
    minutes = Minutes(monkeypatch)
    broken_writes(bench.store, monkeypatch, times=2)
    await bench.polls(lambda: len(bench.handled) == 3)
    assert bench.telegram.asked[:4] == [None, None, None, 3]
    assert bench.handled == [1, 2, 3]
    assert minutes.slept[:2] == [1, 2]
    assert [entry["why"] for entry in logged if entry["event"] == "getUpdates failed"] == ["OSError", "OSError"]


async def test_while_nothing_can_be_written_it_looks_who_is_there_and_confirms_nothing(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, logged: list[EventDict]
) -> None:
    told: list[int] = []
    bench.intake = Intake(
        *(Bot(TOKEN, session=Answers(lambda _: True)), bench.telegram, bench.store, bench.lanes, lambda: NOW),
        sorry=lambda one: told.append(one.update_id),
    )
    minutes = Minutes(monkeypatch)
    broken_writes(bench.store, monkeypatch, times=4, error=Unwritable("SQLITE_FULL"))
    await bench.polls(lambda: len(bench.handled) == 3)
    assert bench.telegram.asked[:6] == [None] * 5 + [3]
    assert minutes.slept[:4] == [module.LOOK] * 4
    assert (bench.handled, told, logged) == ([1, 2, 3], [1, 2] * 4, [])


class Hasty(Intake):
    """The broken twin: tells Telegram first, as stock polling does."""

    async def _once(self) -> None:
        updates = await self._session.updates(self._bot, self._offset, ())
        if updates:
            self._offset = updates[-1]["update_id"] + 1
            batch = [Received(one["update_id"], chat_of(one), json.dumps(one)) for one in updates]
            for one in batch:
                if one.update_id in await self._store.write(inbox.store, batch, NOW):
                    self._lanes.put(one)


async def test_an_intake_that_confirms_first_loses_them(
    store: Store, nursery: Nursery, monkeypatch: pytest.MonkeyPatch, logged: list[EventDict]
) -> None:
    bench = Bench(store, nursery, Telegram(*map(message, (1, 2, 3))), Hasty)
    Minutes(monkeypatch)
    broken_writes(store, monkeypatch, times=1)
    await bench.polls(lambda: bench.telegram.asked[-1:] == [4])
    assert bench.handled == [3]


async def test_what_comes_again_is_not_handled_again(bench: Bench) -> None:
    await bench.store.write(inbox.store, [Received(2, 7, "{}")], NOW)
    await bench.store.write(inbox.finish, [2])
    await bench.polls(lambda: bench.telegram.asked[-1:] == [4])
    await bench.nursery.wait(1)
    assert bench.handled == [1, 3]


async def test_what_an_earlier_run_left_is_taken_up_first(bench: Bench) -> None:
    await bench.store.write(inbox.store, [Received(9, 7, "{}"), Received(8, 7, "{}")], NOW)
    await bench.intake.resume()
    await bench.polls(lambda: len(bench.handled) == 5)
    assert bench.handled == [8, 9, 1, 2, 3]


def conflict() -> Exception:
    return TelegramConflictError(method=MESSAGE, message="Conflict: terminated by other getUpdates request")


async def test_a_second_poller_is_told_of_waited_for_and_after_a_minute_left_the_field(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, logged: list[EventDict]
) -> None:
    minutes = Minutes(monkeypatch)
    bench.telegram.trouble = [conflict() for _ in range(100)]
    with pytest.raises(SecondPoller):
        await bench.intake.run()
    assert minutes.slept[:4] == [1, 2, 5, 5]
    assert 60 < minutes.now - 1000 < 70
    assert {entry["event"] for entry in logged} == {"another process polls for this bot: only one may run"}
    assert len(bench.telegram.waiting) == 3


async def test_conflicts_that_pass_are_forgotten(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, logged: list[EventDict]
) -> None:
    minutes = Minutes(monkeypatch)
    half = [conflict() for _ in range(10)]
    bench.telegram.trouble = [*half, None, *half]
    await bench.polls(lambda: len(bench.handled) == 3)
    assert bench.handled == [1, 2, 3]
    assert minutes.now - 1000 > 60


async def test_a_bad_network_is_waited_out_ever_longer(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, logged: list[EventDict]
) -> None:
    minutes = Minutes(monkeypatch)
    cut = TelegramNetworkError(method=MESSAGE, message="x")
    bench.telegram.trouble = [cut, TelegramServerError(method=MESSAGE, message="unreadable answer, status 502")] * 4
    await bench.polls(lambda: len(bench.handled) == 3)
    assert minutes.slept[:8] == [1, 2, 5, 10, 30, 30, 30, 30]


def unfinished(conn: Connection) -> int:
    return len(inbox.unfinished(conn))


async def test_kinds_of_updates_we_do_not_know_are_stored_finished_and_not_printed(
    store: Store, nursery: Nursery, logged: list[EventDict]
) -> None:
    bot, finishing = Bot(TOKEN, session=Answers(lambda _: True)), Finishing(store, nursery)
    known = Known(store, "Asia/Tomsk", lambda: NOW)
    disk = Disk(store, known, bot, nursery, lambda: NOW)
    handling = Handling(bot, Dispatcher(disable_fsm=True), store, known, finishing, lambda: NOW, Counts(), disk)
    telegram = Telegram({"update_id": 1, "telepathy": {"from": USER, "text": "тайное слово"}}, {"update_id": 2})
    lanes = Lanes(handling, nursery, Paces())
    bench = Bench(store, nursery, telegram)
    intake = Intake(bot, telegram, store, lanes, lambda: NOW)
    bench.intake = intake
    await bench.polls(lambda: telegram.asked[-1:] == [3])
    assert await nursery.wait(2)
    assert await store.read(unfinished) == 0
    assert await store.write(inbox.store, [Received(1, 7, "{}"), Received(2, 7, "{}")], NOW) == frozenset()
    assert logged == []


GROUP = {"id": -100, "type": "supergroup"}
SAID = {"message_id": 1, "date": 1, "chat": GROUP, "from": USER}
LANES = [
    ({"message": SAID}, -100), ({"edited_message": SAID}, -100), ({"channel_post": {"chat": GROUP}}, -100),
    ({"business_message": SAID}, -100), ({"message": {"chat": CHAT, "message_id": 1}}, 7),
    ({"callback_query": {"id": "1", "from": USER, "message": SAID, "data": "x"}}, -100),
    ({"callback_query": {"id": "1", "from": USER, "message": {"chat": CHAT, "message_id": 1, "date": 0}}}, 7),
    ({"callback_query": {"id": "1", "from": USER, "inline_message_id": "x"}}, 7),
    ({"my_chat_member": {"chat": CHAT, "from": {**USER, "id": 8}}}, 7), ({"chat_member": {"chat": GROUP}}, -100),
    ({"chat_join_request": {"chat": GROUP, "from": USER}}, -100), ({"message_reaction": {"chat": GROUP}}, -100),
    ({"message_reaction_count": {"chat": GROUP}}, -100), ({"chat_boost": {"chat": GROUP}}, -100),
    ({"inline_query": {"id": "1", "from": USER}}, 7), ({"chosen_inline_result": {"from": USER}}, 7),
    ({"shipping_query": {"from": USER}}, 7), ({"pre_checkout_query": {"from": USER}}, 7),
    ({"purchased_paid_media": {"from": USER}}, 7), ({"poll": {"id": "1"}}, 0), ({"poll_answer": {"user": USER}}, 0),
    ({"business_connection": {"user": USER}}, 0), ({"telepathy": [1]}, 0), ({}, 0),
    ({"message": {"chat": {"id": "7"}, "from": None}}, 0), ({"message": {"message": "x", "from": USER}}, 7),
]  # fmt: skip


@pytest.mark.parametrize(("update", "lane"), LANES)
def test_whose_lane(update: dict[str, Any], lane: int) -> None:
    assert chat_of({"update_id": 5, **update}) == lane
