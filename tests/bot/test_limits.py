"""What Telegram bears, on a clock that moves only by sleeping: bursts, groups, 429 and the even pace of bulk."""

import asyncio
from collections.abc import Callable
from itertools import pairwise
from typing import Any

import pytest
from aiogram import Bot
from aiogram.exceptions import TelegramRetryAfter
from aiogram.methods import AnswerCallbackQuery, EditMessageText, GetMe, SendMessage, TelegramMethod

from bot.jobs.limits import BULK, BulkPace, Limits
from tests.bot.parts import MESSAGE, TOKEN, Answers, FakeTime


class Street:
    """Calls through the limits, each noted with its moment."""

    def __init__(self, time: FakeTime) -> None:
        self.time, self.sent = time, list[tuple[float, Any]]()
        self.refuse: Callable[[TelegramMethod[Any]], float | None] = lambda _: None
        session = Answers(self._answer)
        session.middleware(Limits(time, time.sleep))
        self.bot = Bot(TOKEN, session=session)
        self.began = time.now

    def _answer(self, method: TelegramMethod[Any]) -> Any:
        if (after := self.refuse(method)) is not None:
            return TelegramRetryAfter(method=method, message="Too Many Requests", retry_after=int(after))
        self.sent.append((self.time.now - self.began, getattr(method, "chat_id", None)))
        return True

    async def call(self, method: TelegramMethod[Any], *, bulk: bool = False) -> str:
        BULK.set(bulk)
        try:
            await self.bot(method)
        except TelegramRetryAfter:
            return "put off"
        return "sent"

    async def together(self, *methods: TelegramMethod[Any], bulk: bool = False) -> list[str]:
        calls = [asyncio.create_task(self.call(method, bulk=bulk)) for method in methods]
        await self.time.run()
        return await asyncio.gather(*calls)

    def moments(self, chat_id: int | None = None) -> list[float]:
        return [round(at, 3) for at, chat in self.sent if chat_id is None or chat == chat_id]


@pytest.fixture
def street() -> Street:
    return Street(FakeTime())


def to(chat_id: int) -> SendMessage:
    return SendMessage(chat_id=chat_id, text="x")


async def test_a_private_chat_bears_a_small_burst_and_then_one_a_second(street: Street) -> None:
    await street.together(*[to(7)] * 8)
    assert street.moments() == [0, 0, 0, 0, 1, 2, 3, 4]


async def test_the_burst_fills_up_again_and_never_beyond_itself(street: Street) -> None:
    await street.together(*[to(7)] * 4)
    street.time.now += 2
    await street.together(*[to(7)] * 3)
    street.time.now += 1000
    await street.together(*[to(7)] * 5)
    assert street.moments() == [0, 0, 0, 0, 2, 2, 3, *[1003] * 4, 1004]


async def test_edits_count_as_sends_and_chats_do_not_wait_for_each_other(street: Street) -> None:
    edit = EditMessageText(chat_id=7, message_id=1, text="x")
    await street.together(*[to(7)] * 3, edit, edit, to(8), to(9))
    assert street.moments(7) == [0, 0, 0, 0, 1]
    assert street.moments(8) == street.moments(9) == [0]


async def test_a_group_bears_twenty_a_minute_of_all_kinds_together(street: Street) -> None:
    edit = EditMessageText(chat_id=-100, message_id=1, text="x")
    await street.together(*[to(-100)] * 15, *[edit] * 10)
    assert street.moments() == [*[0.0] * 20, *[60.0] * 5]


async def test_answers_to_presses_and_calls_without_a_chat_are_free(street: Street) -> None:
    await street.together(*[to(7)] * 4)
    await street.together(*[AnswerCallbackQuery(callback_query_id="1")] * 50, GetMe())
    assert street.moments() == [0.0] * 55


async def test_after_429_that_chat_waits_and_the_others_go_on(street: Street) -> None:
    refusals = [30.0]
    street.refuse = lambda method: refusals.pop() if refusals and getattr(method, "chat_id", 0) == 7 else None
    assert await street.together(to(7), to(8)) == ["sent", "sent"]
    assert (street.moments(7), street.moments(8)) == ([30], [0])


async def test_while_a_chat_is_paused_its_later_messages_wait_too(street: Street) -> None:
    street.refuse = lambda _: 30.0
    assert await street.call(to(7), bulk=True) == "put off"
    street.refuse = lambda _: None
    await street.together(to(7), to(7), to(8))
    assert (street.moments(8), street.moments(7)) == ([0], [30, 30])


@pytest.mark.parametrize(("spread", "others_wait"), [(0.0, True), (4.0, True), (6.0, False)])
async def test_three_chats_refused_within_ten_seconds_pause_everybody(
    street: Street, spread: float, others_wait: bool
) -> None:
    street.refuse = lambda _: 40.0
    for chat_id in (1, 2, 3):
        assert await street.call(to(chat_id), bulk=True) == "put off"
        street.time.now += spread
    street.refuse = lambda _: None
    asked = street.time.now - street.began
    await street.together(to(99))
    assert street.moments() == [3 * spread - spread + 40 if others_wait else asked]


async def test_three_refusals_of_one_chat_pause_nobody_else(street: Street) -> None:
    street.refuse = lambda method: 5.0 if getattr(method, "chat_id", 0) == 1 else None
    for _ in range(3):
        await street.together(to(1), bulk=True)
    asked = street.time.now - street.began
    await street.together(to(99))
    assert street.moments() == [round(asked, 3)]


async def test_a_very_long_pause_is_given_back_to_be_put_off_in_the_store(street: Street) -> None:
    street.refuse = lambda _: 10_072.0
    assert await street.together(MESSAGE) == ["put off"]
    assert street.time.now == street.began


async def test_bulk_does_not_wait_out_a_429_in_memory(street: Street) -> None:
    street.refuse = lambda _: 5.0
    assert await street.together(MESSAGE, bulk=True) == ["put off"]


async def test_bulk_leaves_a_place_for_the_answer_to_a_press(street: Street) -> None:
    await street.together(*[to(7)] * 6, bulk=True)
    assert street.moments() == [0, 0, 0, 1, 2, 3]


async def test_a_person_goes_before_bulk_that_waits_for_the_same_chat(street: Street) -> None:
    waiting = [asyncio.create_task(street.call(to(7), bulk=True)) for _ in range(6)]
    for _ in range(10):
        await asyncio.sleep(0)
    assert street.moments() == [0, 0, 0]
    assert await street.call(to(7)) == "sent"
    assert street.moments() == [0, 0, 0, 0]  # at once
    await street.time.run()
    assert await asyncio.gather(*waiting) == ["sent"] * 6
    assert all(after - before >= 0.999 for before, after in pairwise(street.moments()[4:]))


async def test_bulk_is_evenly_spaced_and_empty_at_the_start() -> None:
    time = FakeTime()
    pace, began, slots = BulkPace(25, time, time.sleep), time.now, list[float]()

    async def one() -> None:
        await pace.slot()
        slots.append(time.now - began)

    tasks = [asyncio.create_task(one()) for _ in range(50)]
    await time.run()
    await asyncio.gather(*tasks)
    assert slots == pytest.approx([0.04 * number for number in range(1, 51)])


async def test_idle_bulk_saves_nothing_up() -> None:
    time = FakeTime()
    pace = BulkPace(25, time, time.sleep)
    time.now += 3600
    await pace.slot()
    again = asyncio.create_task(pace.slot())
    before = time.now
    await time.run()
    await again
    assert time.now - before == pytest.approx(0.04)
