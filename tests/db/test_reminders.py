"""Reminders as rows: planned with the signup, withdrawn with it, moved by wishes, and when they may ring."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import Connection, update

from db import drafts, outbox, reminders, signups
from db.outbox import Ended
from db.reminders import FORM_PATIENCE, Due, Timing
from db.rules.reminders import EVENING, HOURS
from db.rules.seats import Party
from db.tables import events, people
from db.tables import outbox as outbox_rows
from tests.db.scene import (
    DAY,
    EVENING_DUE,
    HOUR,
    HOURS_DUE,
    MINUTE,
    NOW,
    STARTS,
    add_event,
    add_guest,
    as_claimed,
    rows,
    seat,
    states,
)

NIGHT = (21 * 60, 9 * 60)


@pytest.fixture
def event(conn: Connection) -> int:
    return add_event(conn)


def pending(conn: Connection) -> list[tuple[str, datetime]]:
    found = rows(conn, outbox_rows, state="pending")
    return sorted((row["kind"], row["due_at"]) for row in found)


def send(conn: Connection, now: datetime) -> list[str]:
    """Deliver everything due, as the outbox would; gives the kinds sent."""
    claimed = outbox.claim(conn, now, 10)
    outbox.settle(conn, tuple(Ended(row.id, "sent", now) for row in claimed))
    return [row.kind for row in claimed]


def test_a_signup_plans_both_with_their_deadlines(conn: Connection, event: int) -> None:
    signed = seat(conn, event, 7, Party(1))
    assert signed.reminders == ((EVENING, EVENING_DUE), (HOURS, HOURS_DUE))
    assert [(row["due_at"], row["deadline"]) for row in rows(conn, outbox_rows)] == [
        (EVENING_DUE, HOURS_DUE), (HOURS_DUE, STARTS),
    ]  # fmt: skip


def test_a_repeated_press_plans_nothing_more(conn: Connection, event: int) -> None:
    seat(conn, event, 7, Party(1))
    seat(conn, event, 7, Party(1), NOW + MINUTE)
    assert len(rows(conn, outbox_rows)) == 2


def test_a_signup_later_than_a_reminders_time_does_not_get_it(conn: Connection, event: int) -> None:
    assert seat(conn, event, 7, Party(1), EVENING_DUE).reminders == ((HOURS, HOURS_DUE),)
    assert seat(conn, event, 8, Party(1), HOURS_DUE).reminders == ()


def test_leaving_withdraws_and_coming_back_plans_again(conn: Connection, event: int) -> None:
    seat(conn, event, 7, Party(1))
    guest = add_guest(conn, 7)
    assert signups.leave(conn, event, guest, NOW).reminders == ()
    assert states(conn) == [(EVENING, "cancelled"), (HOURS, "cancelled")]
    signups.give_back(conn, event, guest, NOW + MINUTE)
    assert pending(conn) == [(EVENING, EVENING_DUE), (HOURS, HOURS_DUE)]
    assert len(rows(conn, outbox_rows)) == 2


def test_a_sent_one_is_never_sent_again_whatever_is_pressed(conn: Connection, event: int) -> None:
    seat(conn, event, 7, Party(2))
    guest = add_guest(conn, 7)
    assert send(conn, EVENING_DUE) == [EVENING]
    later = EVENING_DUE + MINUTE
    signups.leave(conn, event, guest, later)
    signups.give_back(conn, event, guest, later)
    reminders.wish(conn, guest, later, evening=False, hours=True, quiet=NIGHT)
    reminders.wish(conn, guest, later, evening=True, hours=True, quiet=NIGHT)
    signups.leave(conn, event, guest, NOW)  # even if the clock were wrong
    seat(conn, event, 7, Party(1), NOW)
    assert send(conn, EVENING_DUE + HOUR) == []
    assert send(conn, HOURS_DUE) == [HOURS]
    assert send(conn, STARTS) == []


def test_wishes_move_and_withdraw_what_is_to_come(conn: Connection, event: int) -> None:
    seat(conn, event, 7, Party(1))
    guest = add_guest(conn, 7)
    reminders.wish(conn, guest, NOW, evening=False, hours=True, quiet=NIGHT)
    assert pending(conn) == [(HOURS, HOURS_DUE)]
    reminders.wish(conn, guest, NOW, evening=True, hours=False, quiet=(17 * 60, 10 * 60))
    assert pending(conn) == [(EVENING, EVENING_DUE - timedelta(hours=1, minutes=30))]
    reminders.wish(conn, guest, NOW, evening=False, hours=False, quiet=NIGHT)
    assert pending(conn) == []


def test_wishes_touch_nobody_elses_and_nothing_given_up(conn: Connection, event: int) -> None:
    seat(conn, event, 7, Party(1))
    seat(conn, event, 8, Party(1))
    guest = add_guest(conn, 7)
    signups.leave(conn, event, guest, NOW)
    reminders.wish(conn, guest, NOW, evening=True, hours=True, quiet=NIGHT)
    assert {row["person_id"] for row in rows(conn, outbox_rows, state="pending")} == {add_guest(conn, 8)}


def test_a_two_hour_one_at_night_is_carried_by_the_evenings(conn: Connection) -> None:
    early = add_event(conn, "early", starts_local="2027-03-21T10:00", ends_local=None, closes_local=None)
    signed = seat(conn, early, 7, Party(1))
    assert [kind for kind, _ in signed.reminders] == [EVENING]
    due = reminders.due(conn, signed.mine.id, EVENING_DUE)
    assert isinstance(due, Due)
    assert due.carries_hours


def test_wishes_after_the_evening_one_came_add_no_second_for_an_early_start(conn: Connection) -> None:
    early = add_event(conn, "early", starts_local="2027-03-21T10:00", ends_local=None, closes_local=None)
    seat(conn, early, 7, Party(1))
    assert send(conn, EVENING_DUE) == [EVENING]
    reminders.wish(conn, add_guest(conn, 7), EVENING_DUE + MINUTE, evening=True, hours=True, quiet=NIGHT)
    assert pending(conn) == []


def test_wishes_changed_before_a_late_one_is_delivered_do_not_lose_it(conn: Connection, event: int) -> None:
    seat(conn, event, 7, Party(1))
    late = EVENING_DUE + HOUR
    reminders.wish(conn, add_guest(conn, 7), late, evening=True, hours=True, quiet=NIGHT)
    assert send(conn, late) == [EVENING]


def test_a_wish_later_than_the_reminders_time_does_not_bring_it(conn: Connection, event: int) -> None:
    seat(conn, event, 7, Party(1))
    guest = add_guest(conn, 7)
    reminders.wish(conn, guest, NOW, evening=False, hours=True, quiet=NIGHT)
    reminders.wish(conn, guest, EVENING_DUE + HOUR, evening=True, hours=True, quiet=NIGHT)
    assert pending(conn) == [(HOURS, HOURS_DUE)]


def test_what_a_reminder_says_is_read_when_it_is_sent(conn: Connection, event: int) -> None:
    signed = seat(conn, event, 7, Party(3))
    signups.change(conn, event, add_guest(conn, 7), Party(1, 1), NOW)
    due = reminders.due(conn, signed.mine.id, EVENING_DUE)
    assert isinstance(due, Due)
    assert (due.user_id, due.language, due.mine.party, due.carries_hours) == (7, None, Party(1, 1), False)


def test_no_reminder_of_what_was_left_cancelled_or_has_begun(conn: Connection, event: int) -> None:
    signed = seat(conn, event, 7, Party(1))
    assert isinstance(reminders.due(conn, 999, NOW), str)
    assert isinstance(reminders.due(conn, signed.mine.id, STARTS), str)
    conn.execute(update(events).values(state="cancelled"))
    assert isinstance(reminders.due(conn, signed.mine.id, NOW), str)
    conn.execute(update(events).values(state="published"))
    signups.leave(conn, event, add_guest(conn, 7), NOW)
    assert isinstance(reminders.due(conn, signed.mine.id, NOW), str)


@pytest.fixture
def evening(conn: Connection, event: int) -> outbox.Row:
    return as_claimed(conn, EVENING, seat(conn, event, 7, Party(1)).mine.id)


def test_on_time_it_rings(conn: Connection, evening: outbox.Row) -> None:
    assert reminders.timing(conn, evening, EVENING_DUE) == Timing(None, silent=False)


def test_a_form_being_filled_delays_it_by_ten_minutes_at_the_most(conn: Connection, evening: outbox.Row) -> None:
    drafts.sign_up(conn, evening.person_id, add_event(conn, "chess"), None, EVENING_DUE - MINUTE)
    assert reminders.timing(conn, evening, EVENING_DUE) == Timing(EVENING_DUE + FORM_PATIENCE, silent=False)
    drafts.sign_up(conn, evening.person_id, add_event(conn, "chess"), 2, EVENING_DUE + 9 * MINUTE)
    assert reminders.timing(conn, evening, EVENING_DUE + FORM_PATIENCE) == Timing(None, silent=False)


def test_a_form_left_lying_delays_nothing(conn: Connection, evening: outbox.Row) -> None:
    drafts.name(conn, evening.person_id, EVENING_DUE - FORM_PATIENCE)
    assert reminders.timing(conn, evening, EVENING_DUE) == Timing(None, silent=False)


def test_a_form_never_delays_it_past_its_deadline(conn: Connection, evening: outbox.Row) -> None:
    drafts.name(conn, evening.person_id, EVENING_DUE)
    near = outbox.Row(**{**vars(evening), "deadline": EVENING_DUE + FORM_PATIENCE})
    assert reminders.timing(conn, near, EVENING_DUE) == Timing(None, silent=False)


def test_a_late_one_waits_for_the_end_of_the_night(conn: Connection, evening: outbox.Row) -> None:
    conn.execute(update(outbox_rows).values(deadline=STARTS + DAY))
    late = outbox.Row(**{**vars(evening), "deadline": STARTS})
    at_night = EVENING_DUE + 5 * HOUR  # 23:00
    assert reminders.timing(conn, late, at_night) == Timing(HOURS_DUE - HOUR, silent=True)  # 09:00


def test_what_cannot_wait_for_the_morning_comes_without_a_sound(conn: Connection, evening: outbox.Row) -> None:
    at_night = EVENING_DUE + 5 * HOUR
    near = outbox.Row(**{**vars(evening), "deadline": at_night + HOUR})
    assert reminders.timing(conn, near, at_night) == Timing(None, silent=True)


def test_quiet_hours_are_those_of_the_person_at_that_moment(conn: Connection, evening: outbox.Row) -> None:
    conn.execute(update(people).values(quiet_from=17 * 60, quiet_to=19 * 60))
    assert reminders.timing(conn, evening, EVENING_DUE) == Timing(EVENING_DUE + HOUR, silent=True)
