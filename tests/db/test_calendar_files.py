"""Counting the files for people's calendars: who may have one, and when it is to be taken back."""

from collections.abc import Callable
from datetime import datetime

import pytest
from sqlalchemy import Connection

from db import calendar_files, cancelling, signups
from db.rules.refusals import Cancelled, Gone
from db.rules.seats import Party
from db.tables import signups as signup_table
from tests.db.scene import MINUTE, NOW, add_event, add_guest, full_event, line_up, own, rows, seat

GUEST, ANOTHER, STRANGER = 1, 2, 3


@pytest.fixture
def event(conn: Connection) -> int:
    event_id = add_event(conn)
    for user_id in (GUEST, ANOTHER):
        seat(conn, event_id, user_id, Party(1))
    return event_id


def given(conn: Connection, event_id: int, user_id: int = GUEST) -> int:
    return own(conn, event_id, user_id).calendar


def give(conn: Connection, event_id: int, user_id: int = GUEST) -> None:
    calendar_files.give(conn, event_id, add_guest(conn, user_id))


def take_back(conn: Connection, event_id: int, user_id: int = GUEST) -> None:
    calendar_files.take_back(conn, event_id, add_guest(conn, user_id))


def leave(conn: Connection, event_id: int, now: datetime = NOW) -> None:
    signups.leave(conn, event_id, add_guest(conn, GUEST), now)


def test_each_file_is_one_more_of_this_signup_alone(conn: Connection, event: int) -> None:
    before = rows(conn, signup_table)
    for number in (1, 2, 3):
        give(conn, event)
        assert given(conn, event) == number
    after = rows(conn, signup_table)
    assert [{**row, "calendar": 0} for row in after] == before
    assert given(conn, event, ANOTHER) == 0


def test_the_count_goes_on_through_leaving_and_coming_back(conn: Connection, event: int) -> None:
    give(conn, event)
    leave(conn, event)
    take_back(conn, event)
    take_back(conn, event)  # pressed again, for a file that was lost
    assert given(conn, event) == 3
    signups.give_back(conn, event, add_guest(conn, GUEST), NOW + MINUTE)
    give(conn, event)
    leave(conn, event, NOW + MINUTE)
    seat(conn, event, GUEST, Party(2), NOW + 60 * MINUTE)
    assert given(conn, event) == 4


def test_who_does_not_come_gets_none(conn: Connection) -> None:
    event_id = full_event(conn, 2)
    line_up(conn, event_id, GUEST, 1)
    for user_id in (GUEST, STRANGER):
        with pytest.raises(Gone):
            give(conn, event_id, user_id)


def test_of_what_does_not_take_place_there_is_none_and_it_is_taken_back(conn: Connection, event: int) -> None:
    give(conn, event)
    cancelling.cancel(conn, event, NOW)
    with pytest.raises(Cancelled):
        give(conn, event)
    take_back(conn, event)
    assert given(conn, event) == 2
    with pytest.raises(Gone):
        take_back(conn, event, ANOTHER)


@pytest.mark.parametrize("user_id", [GUEST, ANOTHER, STRANGER])
def test_what_is_right_or_was_never_given_is_not_taken_back(conn: Connection, event: int, user_id: int) -> None:
    """One who has a file and comes; one who has none; one who is not in the list at all."""
    give(conn, event)
    before = rows(conn, signup_table)
    with pytest.raises(Gone):
        take_back(conn, event, user_id)
    assert rows(conn, signup_table) == before


@pytest.mark.parametrize("use_case", [give, take_back])
def test_there_is_none_of_an_event_that_is_not_there(
    conn: Connection, use_case: Callable[[Connection, int], None]
) -> None:
    with pytest.raises(Gone):
        use_case(conn, 77)
