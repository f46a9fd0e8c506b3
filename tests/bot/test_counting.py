"""What is counted on the way: calls as they are really made, updates by kind and end, messages, waits, floods."""

import asyncio
import time
from typing import Any

import pytest
from aiogram import Bot, Dispatcher
from aiogram.exceptions import TelegramForbiddenError, TelegramNetworkError, TelegramRetryAfter
from aiogram.methods import GetMe, TelegramMethod

from bot import handling as module
from bot.counting import Calls
from bot.counts import Counts
from bot.finishing import Finishing
from bot.gate import Known
from bot.handling import Handling
from bot.jobs.disk import Disk
from bot.jobs.limits import Limits
from bot.lanes import Lanes
from bot.nursery import Nursery
from bot.pace import BURST, Paces
from db.inbox import Received
from db.store import Store
from tests.bot.parts import MESSAGE, NOW, TOKEN, Answers, FakeTime, until


@pytest.fixture
def counts() -> Counts:
    return Counts()


def seen(counted: Any) -> dict[Any, int]:
    return {key: count for key, count in counted.items() if count}


async def test_a_call_made_again_behind_the_limits_is_two_calls(counts: Counts) -> None:
    clock, refusals = FakeTime(), [TelegramRetryAfter(method=MESSAGE, message="", retry_after=3)]

    def answer(_: TelegramMethod[Any]) -> Any:
        return refusals.pop() if refusals else True

    session = Answers(answer)
    session.middleware(Limits(clock, clock.sleep))
    session.middleware(Calls(counts.calls))
    bot, nursery = Bot(TOKEN, session=session), Nursery()
    nursery.start(bot(MESSAGE), name="call")
    await clock.run()
    await bot(GetMe())
    assert seen(counts.calls) == {
        ("SendMessage", "TelegramRetryAfter"): 1,
        ("SendMessage", "ok"): 1,
        ("GetMe", "ok"): 1,
    }


async def test_a_call_that_fails_is_counted_by_its_exception_and_raises_it(counts: Counts) -> None:
    session = Answers(lambda method: TelegramNetworkError(method=method, message="тайное слово"))
    session.middleware(Calls(counts.calls))
    with pytest.raises(TelegramNetworkError):
        await Bot(TOKEN, session=session)(MESSAGE)
    assert seen(counts.calls) == {("SendMessage", "TelegramNetworkError"): 1}


PRESS = '{"update_id": 1, "message": {"message_id": 1, "date": 1, "chat": {"id": 7, "type": "private"}, "text": "x"}}'
BLOCKED = TelegramForbiddenError(method=MESSAGE, message="bot was blocked by the user")
CUT = TelegramNetworkError(method=MESSAGE, message="cut")


@pytest.mark.parametrize(
    ("body", "errors", "updates", "failures"),
    [
        (PRESS, [], {("message", "done"): 1}, {}),
        (PRESS, [BLOCKED], {("message", "done"): 1}, {}),
        (PRESS, [KeyError()], {("message", "done"): 1}, {"ours": 1}),
        (PRESS, [CUT], {("message", "done"): 1}, {"telegram": 1}),
        (PRESS, [KeyError(), KeyError()], {("message", "aside"): 1}, {"ours": 2}),
        ("no update", [], {("other", "aside"): 1}, {}),
        ('{"update_id": 1, "telepathy": {}}', [], {("other", "done"): 1}, {}),
    ],
)
async def test_an_update_is_counted_once_by_its_end_and_each_failed_try(
    store: Store,
    nursery: Nursery,
    counts: Counts,
    monkeypatch: pytest.MonkeyPatch,
    *,
    body: str,
    errors: list[Exception],
    updates: dict[Any, int],
    failures: dict[Any, int],
) -> None:
    monkeypatch.setattr(module, "BUG_STEPS", (0.0,))
    monkeypatch.setattr(module, "CUT_STEPS", (0.0,))
    dispatcher, left = Dispatcher(disable_fsm=True), list(errors)

    @dispatcher.message()
    async def handle(_: object) -> None:
        if left:
            raise left.pop()

    known, finishing = Known(store, "Asia/Tomsk", lambda: NOW), Finishing(store, nursery)
    bot = Bot(TOKEN, session=Answers(lambda _: True))
    disk = Disk(store, known, bot, nursery, lambda: NOW)
    await Handling(bot, dispatcher, store, known, finishing, lambda: NOW, counts, disk)(Received(1, 7, body))
    assert (seen(counts.updates), seen(counts.failures)) == (updates, failures)


async def test_how_long_it_took_runs_from_when_it_came_and_waits_for_those_before_it(nursery: Nursery) -> None:
    took, handled = list[float](), list[int]()

    async def handle(one: Received) -> None:
        await asyncio.sleep(0.05)
        handled.append(one.update_id)

    lanes, now = Lanes(handle, nursery, Paces(), took=took.append), time.monotonic()
    lanes.put(Received(1, 7, "{}"), now - 30)
    lanes.put(Received(2, 7, "{}"), now - 20)
    lanes.put(Received(3, 7, "{}"))
    await until(lambda: lanes.idle)
    assert handled == [1, 2, 3]
    first, second, third = took
    assert 30.05 <= first < 32 and 20.1 <= second < 22 and 0.15 <= third < 2


async def test_what_a_chat_waits_for_its_own_pace_is_nobodys_slowness(nursery: Nursery) -> None:
    took, handled, clock = list[float](), list[int](), FakeTime()

    async def handle(one: Received) -> None:
        handled.append(one.update_id)

    lanes = Lanes(handle, nursery, Paces(clock), sleep=clock.sleep, took=took.append)
    for number in range(BURST + 5):
        lanes.put(Received(number, 7, "{}"))
    await clock.run()
    await until(lambda: lanes.idle)
    assert (len(handled), len(took)) == (BURST + 5, BURST)


async def test_one_that_waits_for_a_full_disk_is_counted_when_it_is_done(
    nursery: Nursery, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.lanes.PAUSE", 0.0)
    took, errors = list[float](), [OSError("full")]

    async def handle(_: Received) -> None:
        if errors:
            raise errors.pop()

    lanes = Lanes(handle, nursery, Paces(), took=took.append)
    lanes.put(Received(1, 7, "{}"))
    await until(lambda: lanes.idle)
    assert len(took) == 1
