"""An event called off: everybody who comes or waits is told once, the queue is over; and on again."""

import pytest
from sqlalchemy import Connection

from db import cancelling, offers, signups, waiting
from db.rules.refusals import Cancelled, Gone, OfferOver
from db.rules.reminders import EVENING
from db.rules.seats import Party
from db.tables import outbox
from db.tables import signups as signup_rows
from tests.db.scene import MINUTE, NOW, STARTS, add_guest, full_event, line_up, own, rows


@pytest.fixture
def event(conn: Connection) -> int:
    """Guests 101 and 102 with two each; 102 waits for one more, 7 is offered a place, 8 waits, 103 has left."""
    event = full_event(conn, 2, 2, 1)
    signups.leave(conn, event, add_guest(conn, 103), NOW - 10 * MINUTE)
    line_up(conn, event, 7, 2)
    line_up(conn, event, 8, 1)
    line_up(conn, event, 102, 3)
    return event


def told(conn: Connection, kind: str = cancelling.OFF) -> list[int]:
    """Whom a message of that kind is to go to."""
    return [row["person_id"] for row in rows(conn, outbox, kind=kind, state="pending")]


def numbers(conn: Connection, *user_ids: int) -> list[int]:
    return [add_guest(conn, one) for one in user_ids]


def test_all_who_come_or_wait_are_told_once(conn: Connection, event: int) -> None:
    assert cancelling.cancel(conn, event, NOW) == 4
    assert sorted(told(conn)) == sorted(numbers(conn, 101, 102, 7, 8))
    (row, *_) = rows(conn, outbox, kind=cancelling.OFF)
    assert (row["due_at"], row["deadline"]) == (NOW, STARTS)
    assert cancelling.cancel(conn, event, NOW + MINUTE) == 0
    assert len(told(conn)) == 4


def test_nobody_waits_nothing_is_offered_or_reminded_of_any_more(conn: Connection, event: int) -> None:
    assert len(told(conn, EVENING)) == 2
    cancelling.cancel(conn, event, NOW)
    assert (told(conn, offers.OFFER), told(conn, EVENING)) == ([], [])
    assert {row["queue_number"] for row in rows(conn, signup_rows)} == {None}
    assert [own(conn, event, number).state for number in (101, 102, 7, 8)] == ["active", "active", "left", "left"]
    assert offers.due(conn, NOW) == ()
    with pytest.raises(OfferOver):
        waiting.take(conn, event, add_guest(conn, 7), NOW)
    with pytest.raises(Cancelled):
        signups.confirm(conn, event, add_guest(conn, 101), NOW)


def test_what_is_over_is_called_off_in_silence(conn: Connection, event: int) -> None:
    cancelling.cancel(conn, event, STARTS)
    assert told(conn) == []


def test_no_such_event(conn: Connection, event: int) -> None:
    with pytest.raises(Gone):
        cancelling.cancel(conn, event + 100, NOW)


def test_on_again_reminds_those_who_come_and_off_again_tells_again(conn: Connection, event: int) -> None:
    cancelling.cancel(conn, event, NOW)
    cancelling.call_on_again(conn, event, NOW + MINUTE)
    assert sorted(told(conn, EVENING)) == sorted(numbers(conn, 101, 102))
    assert line_up(conn, event, 7, 2, NOW + MINUTE).mine.offer(NOW + MINUTE) == Party(1)
    cancelling.cancel(conn, event, NOW + 2 * MINUTE)
    assert sorted(told(conn)) == sorted(numbers(conn, 101, 102, 7, 8, 101, 102, 7))
