"""Outbox rows from their cause to their end: unique, in order, dropped with a reason, never lost by a crash."""

import pytest
from sqlalchemy import Connection

from db import outbox, people
from db.outbox import Ended
from db.tables import outbox as outbox_rows
from tests.db.scene import DAY, HOUR, MINUTE, NOW, ZONE, add_guest, rows

REPEATABLE = frozenset({"evening"})


@pytest.fixture
def guest(conn: Connection) -> int:
    return add_guest(conn, 7)


def put(conn: Connection, person_id: int, subject: int = 1, kind: str = "evening", after: int = 0) -> None:
    outbox.put(conn, kind, subject, person_id, "once", NOW + after * MINUTE, NOW + HOUR)


def row(conn: Connection, **where: object) -> dict[str, object]:
    (found,) = rows(conn, outbox_rows, **where)
    return found


def test_planned_twice_it_is_one_row_with_the_latest_times(conn: Connection, guest: int) -> None:
    put(conn, guest)
    put(conn, guest, after=5)
    assert row(conn)["due_at"] == row(conn)["planned_at"] == NOW + 5 * MINUTE


@pytest.mark.parametrize("state", ["sending", "sent", "dead", "unknown", "dropped"])
def test_what_is_under_way_or_ended_is_not_planned_again(conn: Connection, guest: int, state: str) -> None:
    put(conn, guest)
    outbox.settle(conn, (Ended(1, state, NOW),))
    put(conn, guest, after=5)
    assert (row(conn)["state"], row(conn)["due_at"]) == (state, NOW)


def test_the_store_itself_refuses_a_second_row(conn: Connection, guest: int) -> None:
    put(conn, guest)
    with pytest.raises(Exception, match="UNIQUE"):
        conn.execute(outbox_rows.insert().values(row(conn) | {"id": None}))


def test_cancelled_it_comes_back_and_what_is_being_sent_is_not_cancelled(conn: Connection, guest: int) -> None:
    put(conn, guest)
    outbox.cancel(conn, "evening", 1, guest)
    assert row(conn)["state"] == "cancelled"
    assert outbox.claim(conn, NOW, 10) == ()
    put(conn, guest)
    assert len(outbox.claim(conn, NOW, 10)) == 1
    outbox.cancel(conn, "evening", 1, guest)
    assert row(conn)["state"] == "sending"


def test_claimed_earliest_first_so_many_at_once_and_each_once(conn: Connection, guest: int) -> None:
    for subject, after in ((1, 3), (2, 1), (3, 2), (4, 9)):
        put(conn, guest, subject, after=after)
    now = NOW + 5 * MINUTE
    assert [one.subject_id for one in outbox.claim(conn, now, 2)] == [2, 3]
    assert [one.subject_id for one in outbox.claim(conn, now, 2)] == [1]
    assert outbox.claim(conn, now, 2) == ()


def test_a_claim_counts_the_attempt_before_anything_is_sent(conn: Connection, guest: int) -> None:
    put(conn, guest)
    (claimed,) = outbox.claim(conn, NOW, 10)
    assert (claimed.user_id, claimed.attempts, claimed.unknowns, claimed.kind) == (7, 1, 0, "evening")
    assert (row(conn)["attempts"], row(conn)["state"]) == (1, "sending")


def test_nothing_is_claimed_before_its_time(conn: Connection, guest: int) -> None:
    put(conn, guest, after=1)
    assert outbox.claim(conn, NOW + MINUTE - MINUTE / 60, 10) == ()
    assert not outbox.due(conn, NOW)
    assert outbox.due(conn, NOW + MINUTE)


def test_past_its_deadline_it_is_dropped_with_the_reason(conn: Connection, guest: int) -> None:
    put(conn, guest)
    assert outbox.drop_expired(conn, NOW + HOUR - MINUTE) == 0
    assert outbox.claim(conn, NOW + HOUR, 10) == ()
    assert (row(conn)["state"], row(conn)["error"], row(conn)["ended_at"]) == (
        "dropped", "past its deadline", NOW + HOUR,
    )  # fmt: skip


def test_settled_as_it_ended(conn: Connection, guest: int) -> None:
    for subject in (1, 2, 3):
        put(conn, guest, subject)
    first, second, third = outbox.claim(conn, NOW, 10)
    outbox.settle(conn, (
        Ended(first.id, "sent", NOW, message_id=55),
        Ended(second.id, "pending", NOW, due_at=NOW + MINUTE, error="TelegramRetryAfter"),
        Ended(third.id, "unknown", NOW, error="TelegramServerError", unknown=True),
    ))  # fmt: skip
    assert (row(conn, id=first.id)["message_id"], row(conn, id=first.id)["ended_at"]) == (55, NOW)
    again = row(conn, id=second.id)
    assert (again["state"], again["due_at"], again["planned_at"], again["ended_at"]) == (
        "pending", NOW + MINUTE, NOW, None,
    )  # fmt: skip
    assert (row(conn, id=third.id)["unknowns"], row(conn, id=third.id)["state"]) == (1, "unknown")


def test_after_a_crash_a_repeatable_one_is_tried_once_more_and_another_is_not(conn: Connection, guest: int) -> None:
    put(conn, guest, 1, "evening")
    put(conn, guest, 2, "apology")
    outbox.claim(conn, NOW, 10)
    assert outbox.recover(conn, REPEATABLE, NOW) == 2
    assert (row(conn, kind="apology")["state"], row(conn, kind="apology")["unknowns"]) == ("unknown", 1)
    assert outbox.claim(conn, NOW + MINUTE / 2, 10) == ()
    (again,) = outbox.claim(conn, NOW + MINUTE, 10)
    assert (again.kind, again.unknowns) == ("evening", 1)
    assert outbox.recover(conn, REPEATABLE, NOW + MINUTE) == 1
    assert row(conn, kind="evening")["state"] == "unknown"
    assert outbox.recover(conn, REPEATABLE, NOW) == 0


def test_rows_of_the_unreachable_wait_for_their_return(conn: Connection, guest: int) -> None:
    put(conn, guest)
    people.lose(conn, 7, "bot was blocked by the user", NOW)
    assert outbox.claim(conn, NOW, 10) == ()
    assert outbox.oldest_overdue(conn, NOW + MINUTE) is None
    assert not outbox.due(conn, NOW)
    people.meet(conn, 7, ZONE, NOW)
    assert len(outbox.claim(conn, NOW, 10)) == 1


def test_the_return_of_the_unreachable_comes_too_late_for_what_is_past_its_deadline(
    conn: Connection, guest: int
) -> None:
    put(conn, guest)
    people.lose(conn, 7, "bot was blocked by the user", NOW)
    outbox.claim(conn, NOW + DAY, 10)
    people.meet(conn, 7, ZONE, NOW + DAY)
    assert outbox.claim(conn, NOW + DAY, 10) == ()
    assert row(conn)["state"] == "dropped"


def test_the_age_of_the_oldest_overdue_one(conn: Connection, guest: int) -> None:
    assert outbox.oldest_overdue(conn, NOW) is None
    put(conn, guest, 1, after=1)
    put(conn, guest, 2, after=5)
    assert outbox.oldest_overdue(conn, NOW + 9 * MINUTE) == 8 * MINUTE


def test_what_is_being_sent_counts_as_due(conn: Connection, guest: int) -> None:
    put(conn, guest)
    outbox.claim(conn, NOW, 10)
    assert outbox.due(conn, NOW)


def test_rows_long_past_their_deadline_are_forgotten_unless_being_sent(conn: Connection, guest: int) -> None:
    for subject in (1, 2, 3):
        put(conn, guest, subject)
    outbox.settle(conn, (Ended(1, "sent", NOW), Ended(2, "sending", NOW)))
    assert outbox.prune(conn, NOW + HOUR) == 0
    assert outbox.prune(conn, NOW + HOUR + MINUTE) == 2
    assert [one["state"] for one in rows(conn, outbox_rows)] == ["sending"]
