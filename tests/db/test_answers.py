"""The answers to an offer: all of it, a part, only all together; each with its refusals, each pressed twice."""

import pytest
from sqlalchemy import Connection

from db import offers, waiting
from db.rules.refusals import Gone, OfferOver
from db.rules.seats import Party
from db.tables import events, outbox
from db.tables import signups as signup_rows
from tests.db.scene import (
    HOUR,
    MINUTE,
    NOW,
    add_guest,
    full_event,
    line_up,
    offered,
    own,
    rows,
    states,
)


@pytest.fixture
def event(conn: Connection) -> int:
    """Full: four places, taken by two pairs."""
    return full_event(conn, 2, 2)


def more_places(conn: Connection, event: int, more: int) -> None:
    """So many become free, and are offered."""
    offers.resize(conn, event, rows(conn, events, id=event)[0]["capacity"] + more, NOW)


def test_accepting_gives_the_places_a_code_and_reminders(conn: Connection, event: int) -> None:
    code = line_up(conn, event, 7, 2).mine.code
    more_places(conn, event, 2)
    taken = waiting.take(conn, event, add_guest(conn, 7), NOW)
    assert (taken.new, taken.mine.state, taken.mine.party, taken.mine.waiting) == (True, "active", Party(2), False)
    assert (taken.mine.code, len(taken.reminders), taken.line) == (code, 2, None)
    assert states(conn, kind=offers.OFFER) == [(offers.OFFER, "cancelled")]


def test_accepting_twice_is_accepting_once(conn: Connection, event: int) -> None:
    line_up(conn, event, 7, 2)
    more_places(conn, event, 2)
    waiting.take(conn, event, add_guest(conn, 7), NOW)
    before = rows(conn, signup_rows), rows(conn, outbox)
    assert not waiting.take(conn, event, add_guest(conn, 7), NOW + MINUTE).new
    assert (rows(conn, signup_rows), rows(conn, outbox)) == before


def test_a_part_is_taken_and_the_rest_waits_in_the_same_place(conn: Connection, event: int) -> None:
    line_up(conn, event, 7, 4)
    line_up(conn, event, 8, 1)
    more_places(conn, event, 2)
    assert offered(conn, event, NOW, 7, 8) == [2, 0]
    part = waiting.take(conn, event, add_guest(conn, 7), NOW)
    assert (part.mine.party, part.mine.wanted, part.line and part.line.position) == (Party(2), Party(4), 1)
    more_places(conn, event, 3)
    assert offered(conn, event, NOW, 7, 8) == [2, 1]
    assert waiting.take(conn, event, add_guest(conn, 7), NOW).mine.party == Party(4)


def test_without_an_offer_there_is_nothing_to_accept(conn: Connection, event: int) -> None:
    line_up(conn, event, 7, 2)
    with pytest.raises(OfferOver):
        waiting.take(conn, event, add_guest(conn, 7), NOW)
    for use_case in (waiting.take, waiting.leave):
        with pytest.raises(Gone):
            use_case(conn, event, add_guest(conn, 8), NOW)
        with pytest.raises(Gone):
            use_case(conn, event + 100, add_guest(conn, 8), NOW)
    with pytest.raises(Gone):
        waiting.together(conn, event, add_guest(conn, 8), NOW, on=True)


def test_an_offer_ends_at_its_very_moment_even_if_the_clock_is_late(conn: Connection, event: int) -> None:
    line_up(conn, event, 7, 2)
    more_places(conn, event, 2)
    until = own(conn, event, 7).offered_until
    assert until == NOW + 3 * HOUR
    with pytest.raises(OfferOver):
        waiting.take(conn, event, add_guest(conn, 7), until)
    with pytest.raises(OfferOver):
        waiting.together(conn, event, add_guest(conn, 7), until, on=True)
    assert waiting.take(conn, event, add_guest(conn, 7), until - MINUTE).new


def test_a_number_chosen_just_after_the_offer_ended_queues_anew(conn: Connection, event: int) -> None:
    """The clock had not come by: what was offered is larger than what is wanted now."""
    line_up(conn, event, 7, 4)
    more_places(conn, event, 3)
    line_up(conn, event, 8, 2)
    conn.execute(outbox.update().values(state="sent"))
    until = own(conn, event, 7).offered_until
    assert until is not None
    signed = line_up(conn, event, 7, 1, until)
    assert (signed.mine.wanted, offered(conn, event, until, 7, 8)) == (Party(1), [1, 2])
    assert [state for kind, state in states(conn, kind=offers.TOO_LATE)] == ["cancelled"]


def test_accepting_counts_as_going_past_those_who_wait_for_all(conn: Connection, event: int) -> None:
    line_up(conn, event, 7, 4)
    waiting.together(conn, event, add_guest(conn, 7), NOW, on=True)
    for number in (8, 9, 10):
        line_up(conn, event, number, 1)
    more_places(conn, event, 3)
    assert offered(conn, event, NOW, 7, 8, 9, 10) == [0, 1, 1, 0]
    for number in (8, 9):
        waiting.take(conn, event, add_guest(conn, number), NOW)
    assert rows(conn, signup_rows, id=own(conn, event, 7).id)[0]["passed"] == 2
    assert offered(conn, event, NOW, 7, 10) == [0, 0]
    more_places(conn, event, 3)
    assert offered(conn, event, NOW, 7, 10) == [4, 0]


def test_who_chooses_anew_is_passed_anew(conn: Connection, event: int) -> None:
    line_up(conn, event, 7, 4)
    waiting.together(conn, event, add_guest(conn, 7), NOW, on=True)
    line_up(conn, event, 8, 1)
    more_places(conn, event, 1)
    waiting.take(conn, event, add_guest(conn, 8), NOW)
    mine = own(conn, event, 7)
    assert rows(conn, signup_rows, id=mine.id)[0]["passed"] == 1
    for on in (False, True):
        waiting.together(conn, event, add_guest(conn, 7), NOW, on=on)
    assert rows(conn, signup_rows, id=mine.id)[0]["passed"] == 0


def test_an_offer_refused_is_no_pass(conn: Connection, event: int) -> None:
    line_up(conn, event, 7, 4)
    waiting.together(conn, event, add_guest(conn, 7), NOW, on=True)
    for number in (8, 9, 10):
        line_up(conn, event, number, 1)
    more_places(conn, event, 2)
    waiting.leave(conn, event, add_guest(conn, 8), NOW)
    assert offered(conn, event, NOW, 9, 10) == [1, 1]


# -- all of us, or any


def test_only_all_together_gives_the_part_to_the_next_and_takes_it_again_when_asked(
    conn: Connection, event: int
) -> None:
    line_up(conn, event, 7, 4)
    line_up(conn, event, 8, 2)
    more_places(conn, event, 2)
    guest = add_guest(conn, 7)
    alone = waiting.together(conn, event, guest, NOW, on=True)
    assert (alone.new, alone.mine.together, offered(conn, event, NOW, 7, 8)) == (True, True, [0, 2])
    assert not waiting.together(conn, event, guest, NOW, on=True).new
    waiting.leave(conn, event, add_guest(conn, 8), NOW)
    assert offered(conn, event, NOW, 7) == [0]
    assert waiting.together(conn, event, guest, NOW, on=False).mine.offer(NOW) == Party(2)
    assert [row["state"] for row in rows(conn, outbox, kind=offers.OFFER, person_id=guest)] == ["cancelled"]


def test_an_offer_of_everything_is_not_given_away_by_an_old_button(conn: Connection, event: int) -> None:
    line_up(conn, event, 7, 2)
    more_places(conn, event, 2)
    assert not waiting.together(conn, event, add_guest(conn, 7), NOW, on=True).new
    assert offered(conn, event, NOW, 7) == [2]


def test_who_waits_no_more_waits_for_nobody(conn: Connection, event: int) -> None:
    with pytest.raises(OfferOver):
        waiting.together(conn, event, add_guest(conn, 101), NOW, on=True)
