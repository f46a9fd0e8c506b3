"""What is said of one's place in the queue: how many are ahead, how many places usually become free."""

import pytest
from sqlalchemy import Connection, insert, update

from db import people, signups, standing, waiting
from db.rules.refusals import Gone
from db.rules.seats import Party
from db.tables import event_sums, events
from tests.db.scene import DAY, MINUTE, NOW, add_event, add_guest, full_event, line_up, seat


@pytest.fixture
def event(conn: Connection) -> int:
    return full_event(conn, 2, 2)


def position(conn: Connection, event: int, number: int) -> int:
    line = signups.signed(conn, event, add_guest(conn, number), NOW).line
    assert line is not None
    return line.position


def past(conn: Connection, days: int, given_up: int, *, capacity: int | None = 10) -> int:
    """An event of so many days ago at which so many places were given away."""
    event = add_event(conn, f"past-{days}", capacity=capacity, ask_children=False)
    seat(conn, event, 300, Party(given_up or 1))
    if given_up:
        signups.leave(conn, event, add_guest(conn, 300), NOW)
    at = NOW - days * DAY
    conn.execute(update(events).where(events.c.id == event).values(starts_at=at, ends_at=at, closes_at=at))
    return event


def usually(conn: Connection, event: int) -> int | None:
    line = line_up(conn, event, 7, 2).line
    assert line is not None
    return line.usually


def test_the_place_in_the_queue_counts_from_one_and_moves_up(conn: Connection, event: int) -> None:
    for number in (7, 8, 9):
        line_up(conn, event, number, 1)
    assert [position(conn, event, number) for number in (7, 8, 9)] == [1, 2, 3]
    waiting.leave(conn, event, add_guest(conn, 7), NOW)
    assert [position(conn, event, number) for number in (8, 9)] == [1, 2]


def test_those_who_cannot_be_reached_are_not_ahead(conn: Connection, event: int) -> None:
    for number in (7, 8):
        line_up(conn, event, number, 1)
    people.lose(conn, 7, "blocked the bot", NOW)
    assert position(conn, event, 8) == 1
    people.find_again(conn, 7)
    assert position(conn, event, 8) == 2


def test_who_does_not_wait_has_no_place_in_the_queue(conn: Connection, event: int) -> None:
    assert signups.signed(conn, event, add_guest(conn, 101), NOW).line is None


def test_two_events_tell_nothing_three_tell_the_median(conn: Connection, event: int) -> None:
    for days, given_up in ((9, 2), (8, 9)):
        past(conn, days, given_up)
    assert usually(conn, event) is None
    past(conn, 7, 4)
    assert usually(conn, event) == 4


def test_no_places_given_away_is_an_answer_too(conn: Connection, event: int) -> None:
    for days in (9, 8, 7):
        past(conn, days, 0)
    assert usually(conn, event) == 0


def test_only_the_last_ten_with_a_limit_that_took_place_and_had_guests_count(conn: Connection, event: int) -> None:
    for days in range(11, 21):
        past(conn, days, 3)
    for days in (30, 40, 50):
        past(conn, days, 9)
    past(conn, 3, 8, capacity=None)
    conn.execute(update(events).where(events.c.id == past(conn, 2, 8)).values(state="cancelled"))
    add_event(conn, "nobody", capacity=5)
    assert usually(conn, event) == 3


def test_what_stays_of_erased_signups_counts(conn: Connection, event: int) -> None:
    for days, given_up in ((9, 1), (8, 2), (7, 3)):
        sums = {"event_id": past(conn, days, given_up), "signups": 4, "given_up": 4}
        conn.execute(insert(event_sums).values(sums))
    assert usually(conn, event) == 6


def test_places_taken_back_were_not_given_away(conn: Connection, event: int) -> None:
    again = past(conn, 9, 3)
    signups.give_back(conn, again, add_guest(conn, 300), NOW - 9 * DAY - MINUTE)
    past(conn, 8, 0)
    past(conn, 7, 9)
    assert usually(conn, event) == 0  # the median of 0, 0 and 9; it was 3 before they came back


def test_a_message_knows_its_reader_and_what_is_true_now(conn: Connection, event: int) -> None:
    signed = line_up(conn, event, 7, 2)
    people.choose_language(conn, add_guest(conn, 7), "ky", NOW)
    told = standing.told(conn, signed.mine.id, NOW)
    assert told is not None
    assert (told.user_id, told.language, told.signed.mine, told.signed.new) == (7, "ky", signed.mine, False)
    assert standing.told(conn, 999, NOW) is None
    with pytest.raises(Gone):
        signups.signed(conn, event, add_guest(conn, 8), NOW)
