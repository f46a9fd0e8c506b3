"""The outbox on its way, with a Telegram that answers as it is told: every end a row can come to."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiogram import Bot
from aiogram.exceptions import (
    TelegramBadRequest,
    TelegramForbiddenError,
    TelegramNetworkError,
    TelegramRetryAfter,
    TelegramServerError,
)
from aiogram.methods import SendMessage, TelegramMethod
from aiogram.types import Message
from sqlalchemy import update
from structlog.typing import EventDict

from bot.counts import Counts
from bot.gate import Known
from bot.jobs.delivery import Delivery
from bot.jobs.limits import BULK, BulkPace
from bot.nursery import Nursery
from db import drafts, facts, floods, outbox, people, reminders
from db.floods import Surplus
from db.rules.seats import Party
from db.store import Store
from db.tables import events
from db.tables import outbox as rows
from handlers.programme import Programme
from handlers.screens import Operator
from handlers.turn import House
from tests.bot.parts import MESSAGE, TOKEN, Answers
from tests.bot.test_disk import read_only
from tests.db.scene import EVENING_DUE, HOUR, HOURS_DUE, MINUTE, NOW, STARTS, ZONE, add_event, add_guest, seat

GUEST, OTHER = 7, 8
Row = dict[str, Any]


def sent(method: TelegramMethod[Any]) -> Any:
    make: Any = Message.model_construct
    return make(message_id=55) if isinstance(method, SendMessage) else True


class Post:
    """A store with guests, its delivery, and a clock to turn."""

    def __init__(self, store: Store, path: Path, nursery: Nursery) -> None:
        self.store, self.path, self.nursery, self.time = store, path, nursery, NOW
        self.answer: Callable[[TelegramMethod[Any]], Any] = sent
        self.session = Answers(lambda method: self.answer(method))
        house = House(
            *(Bot(TOKEN, session=self.session), store, Programme(store, True), Operator("Ассамблея", "")),
            *(lambda: None, lambda *_: None),
        )
        self.known = Known(store, ZONE, self.now)
        self.delivery = Delivery(house, self.known, BulkPace(10_000), nursery, self.now, Counts())

    def now(self) -> datetime:
        return self.time

    async def at(self, time: datetime) -> None:
        """Everything due at that moment goes out and is marked."""
        self.time = time
        await self.delivery.tick()
        assert await self.nursery.wait(5)

    def rows(self, kind: str = "evening") -> list[Row]:
        with closing(sqlite3.connect(self.path)) as connection:
            connection.row_factory = sqlite3.Row
            return [dict(row) for row in connection.execute("SELECT * FROM outbox WHERE kind = ? ORDER BY id", (kind,))]

    def row(self, kind: str = "evening") -> Row:
        (row,) = self.rows(kind)
        return row

    async def apology(self) -> None:
        guest = await self.store.write(add_guest, GUEST)
        await self.store.write(outbox.put, "apology", 1, guest, "once", NOW, NOW + HOUR)


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=NOW.tzinfo)


@pytest.fixture
async def post(store: Store, database: Path, nursery: Nursery) -> Post:
    event = await store.write(add_event)
    await store.write(seat, event, GUEST, Party(2))
    return Post(store, database, nursery)


async def test_sent_and_marked_with_its_number(post: Post) -> None:
    await post.at(EVENING_DUE - MINUTE)
    assert post.session.calls == []
    await post.at(EVENING_DUE)
    (call,) = post.session.calls
    assert isinstance(call, SendMessage)
    assert (call.chat_id, call.disable_notification) == (GUEST, None)
    assert "Навруз" in call.text
    assert (post.row()["state"], post.row()["message_id"], post.row()["attempts"]) == ("sent", 55, 1)
    await post.at(EVENING_DUE + MINUTE)
    assert len(post.session.calls) == 1


async def test_words_about_what_they_have_just_sent_do_not_wait_as_bulk_does(post: Post) -> None:
    await post.apology()
    await post.store.write(floods.take, [], [Surplus(GUEST, 5, (5,), told=False)], NOW)
    as_bulk: list[bool] = []

    def look(method: TelegramMethod[Any]) -> Any:
        as_bulk.append(BULK.get())
        return sent(method)

    post.answer = look
    await post.at(NOW + MINUTE)
    assert (as_bulk, post.row("flood")["state"]) == ([False, False], "sent")
    await post.at(EVENING_DUE)
    assert as_bulk == [False, False, True]


async def test_the_attempt_is_on_disk_before_the_call_is_made(post: Post) -> None:
    seen: list[Row] = []

    def look(method: TelegramMethod[Any]) -> Any:
        seen.append(post.row())
        return sent(method)

    post.answer = look
    await post.at(EVENING_DUE)
    assert [(row["state"], row["attempts"]) for row in seen] == [("sending", 1)]


DEAD = (
    TelegramForbiddenError(method=MESSAGE, message="Forbidden: bot was blocked by the user"),
    TelegramBadRequest(method=MESSAGE, message="Bad Request: chat not found"),
)


@pytest.mark.parametrize("error", DEAD, ids=["blocked", "no chat"])
async def test_dead_the_person_is_lost_and_the_rest_waits_for_their_return(post: Post, error: Exception) -> None:
    await post.store.write(seat, 1, OTHER, Party(1))
    post.answer = lambda method: error if getattr(method, "chat_id", 0) == GUEST else sent(method)
    await post.at(EVENING_DUE)
    assert [(row["state"], row["error"]) for row in post.rows()] == [("dead", type(error).__name__), ("sent", None)]
    person = await post.store.read(people.find, GUEST)
    assert person is not None
    assert not person.reachable
    await post.at(HOURS_DUE)
    assert [row["state"] for row in post.rows("hours")] == ["pending", "sent"]
    post.answer = sent
    await post.known.get(GUEST)  # they write again
    await post.at(HOURS_DUE + MINUTE)
    assert [row["state"] for row in post.rows("hours")] == ["sent", "sent"]


async def test_a_message_telegram_will_never_take_loses_nobody(post: Post) -> None:
    post.answer = lambda _: TelegramBadRequest(method=MESSAGE, message="Bad Request: can't parse entities")
    await post.at(EVENING_DUE)
    assert post.row()["state"] == "dead"
    person = await post.store.read(people.find, GUEST)
    assert person is not None
    assert person.reachable


async def test_429_puts_it_off_in_the_store_however_long(post: Post) -> None:
    post.answer = lambda _: TelegramRetryAfter(method=MESSAGE, message="x", retry_after=3000)
    await post.at(EVENING_DUE)
    row = post.row()
    assert (row["state"], moment(row["due_at"])) == ("pending", EVENING_DUE + timedelta(seconds=3000))
    post.answer = sent
    await post.at(EVENING_DUE + timedelta(seconds=3000))
    assert (post.row()["state"], post.row()["unknowns"]) == ("sent", 0)


def unknown(_: object) -> Exception:
    return TelegramServerError(method=MESSAGE, message="Bad Gateway")


def never_connected(_: object) -> Exception:
    error = TelegramNetworkError(method=MESSAGE, message="x")
    error.__cause__ = aiohttp.ConnectionTimeoutError("connect")
    return error


async def test_unknown_once_it_is_repeated_after_a_minute_and_never_a_third_time(post: Post) -> None:
    post.answer = unknown
    await post.at(EVENING_DUE)
    assert (post.row()["state"], moment(post.row()["due_at"])) == ("pending", EVENING_DUE + MINUTE)
    await post.at(EVENING_DUE + MINUTE / 2)
    assert len(post.session.calls) == 1
    await post.at(EVENING_DUE + MINUTE)
    assert (post.row()["state"], post.row()["unknowns"]) == ("unknown", 2)
    await post.at(EVENING_DUE + HOUR)
    assert len(post.session.calls) == 2


async def test_an_apology_with_an_unknown_outcome_is_not_repeated(post: Post) -> None:
    await post.apology()
    post.answer = unknown
    await post.at(NOW)
    await post.at(NOW + 5 * MINUTE)
    assert (post.row("apology")["state"], len(post.session.calls)) == ("unknown", 1)


async def test_surely_unsent_it_is_tried_again_and_again_until_its_deadline(post: Post) -> None:
    post.answer = never_connected
    await post.store.write(lambda conn: conn.execute(update(rows).values(deadline=EVENING_DUE + 10 * MINUTE)) and None)
    time, waits = EVENING_DUE, list[float]()
    while post.row()["state"] == "pending":
        await post.at(time)
        waits.append((moment(post.row()["due_at"]) - time).total_seconds())
        time = moment(post.row()["due_at"])
    row = post.row()
    assert (row["state"], row["error"], row["unknowns"]) == ("dropped", "past its deadline", 0)
    assert waits == [2, 5, 15, 60, 300, 300, 0]
    assert len(post.session.calls) == 6


async def test_past_its_deadline_it_is_dropped_with_the_reason_and_not_sent(post: Post) -> None:
    await post.at(STARTS)
    assert post.session.calls == []
    ends = {kind: (post.row(kind)["state"], post.row(kind)["error"]) for kind in ("evening", "hours")}
    assert ends == dict.fromkeys(("evening", "hours"), ("dropped", "past its deadline"))


async def test_what_has_no_reason_any_more_is_dropped(post: Post) -> None:
    await post.store.write(lambda conn: conn.execute(update(events).values(state="cancelled")) and None)
    await post.at(EVENING_DUE)
    assert post.session.calls == []
    assert post.row()["state"] == "dropped"
    assert "does not take place" in post.row()["error"]


async def test_a_form_being_filled_delays_it(post: Post) -> None:
    guest = await post.store.write(add_guest, GUEST)
    await post.store.write(drafts.name, guest, EVENING_DUE - MINUTE)
    await post.at(EVENING_DUE)
    assert (post.row()["state"], post.session.calls) == ("pending", [])
    await post.at(EVENING_DUE + 10 * MINUTE)
    assert post.row()["state"] == "sent"


async def test_late_at_night_it_comes_without_a_sound_when_it_cannot_wait(post: Post) -> None:
    await post.store.write(
        lambda conn: conn.exec_driver_sql("UPDATE people SET quiet_from = 1020, quiet_to = 720") and None
    )
    await post.at(EVENING_DUE)
    (call,) = post.session.calls
    assert isinstance(call, SendMessage)
    assert call.disable_notification is True


async def test_a_kind_nobody_can_render_is_dropped_and_stops_nothing(post: Post, logged: list[EventDict]) -> None:
    guest = await post.store.write(add_guest, GUEST)
    await post.store.write(outbox.put, "odd", 1, guest, "once", EVENING_DUE, STARTS)
    await post.at(EVENING_DUE)
    assert (post.row("odd")["state"], post.row()["state"]) == ("dropped", "sent")
    assert "a notice cannot be rendered" in [entry["event"] for entry in logged]


async def test_what_the_store_fails_for_a_moment_is_sent_a_little_later(
    post: Post, monkeypatch: pytest.MonkeyPatch, logged: list[EventDict]
) -> None:
    def broken(*_: object) -> None:
        raise OSError("disk I/O error")

    with monkeypatch.context() as patch:
        patch.setattr(reminders, "due", broken)
        await post.at(EVENING_DUE)
    assert (post.row()["state"], post.row()["error"], post.session.calls) == ("pending", "OSError", [])
    await post.at(EVENING_DUE + MINUTE)
    assert post.row()["state"] == "sent"
    assert [entry["event"] for entry in logged] == ["a notice cannot be made ready"]


async def test_what_could_not_be_marked_is_marked_by_the_next_tick_and_not_sent_again(
    post: Post, monkeypatch: pytest.MonkeyPatch, logged: list[EventDict]
) -> None:
    def full(*_: object) -> None:
        raise OSError("database or disk is full")

    with monkeypatch.context() as patch:
        patch.setattr(outbox, "settle", full)
        post.time = EVENING_DUE
        with pytest.raises(OSError, match="full"):
            await post.delivery.tick()
            await post.nursery.wait(5)
            await post.delivery.mark()
    assert post.row()["state"] == "sending"
    await post.at(EVENING_DUE + MINUTE)
    assert (post.row()["state"], len(post.session.calls)) == ("sent", 1)


async def test_while_nothing_can_be_written_it_keeps_still_and_goes_on_by_itself(
    post: Post, logged: list[EventDict]
) -> None:
    post.time = EVENING_DUE
    await read_only(post.store)
    for _ in range(3):
        await post.delivery.wake()
        assert await post.nursery.wait(5)
    assert (post.session.calls, logged) == ([], [])
    await read_only(post.store, on=False)
    await post.store.write(facts.put, "room", "")
    await post.delivery.wake()
    assert await post.nursery.wait(5)
    assert (post.row()["state"], len(post.session.calls)) == ("sent", 1)


async def test_after_a_crash_what_was_being_sent_has_an_unknown_outcome(post: Post, logged: list[EventDict]) -> None:
    await post.apology()
    await post.store.write(outbox.claim, EVENING_DUE, 10)  # the apology is past its deadline by then
    post.time = EVENING_DUE
    await post.delivery.recover()
    assert [entry["count"] for entry in logged] == [1]
    await post.at(EVENING_DUE + MINUTE)
    assert (post.row()["state"], post.row()["unknowns"]) == ("sent", 1)


async def test_stopped_it_takes_nothing_more(post: Post) -> None:
    post.delivery.stop()
    await post.at(EVENING_DUE)
    assert (post.row()["state"], post.session.calls) == ("pending", [])


async def test_settled_waits_for_everything_due(post: Post) -> None:
    for user_id in range(100, 140):
        await post.store.write(seat, 1, user_id, Party(1))
    post.time = EVENING_DUE
    await post.delivery.settled()
    assert {row["state"] for row in post.rows()} == {"sent"}
    assert len(post.session.calls) == 41
