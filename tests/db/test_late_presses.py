"""A press that waited for the write lock and was passed by a younger one: what was kept for its sender is another's."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import Connection

from db import offers, signups, waiting
from db.rules.refusals import Full, NothingHeld, OfferOver
from db.rules.seats import Party
from db.seating import taken
from db.tables import events
from tests.db.scene import MINUTE, NOW, add_event, add_guest, full_event, line_up, own, rows, seat

MOMENT = timedelta(milliseconds=1)
HELD_UNTIL = NOW + 10 * MINUTE
LATE, YOUNG = HELD_UNTIL - MOMENT, HELD_UNTIL + MOMENT


@pytest.fixture
def left(conn: Connection) -> int:
    """Guest 7 has had both places, and they are kept for a while."""
    event = add_event(conn, capacity=2, ask_children=False)
    seat(conn, event, 7, Party(2))
    signups.leave(conn, event, add_guest(conn, 7), NOW)
    return event


def sound(conn: Connection, event: int, now: datetime) -> bool:
    capacity: int = rows(conn, events, id=event)[0]["capacity"]
    return taken(conn, event, now) <= capacity


def takes_back(conn: Connection, event: int) -> None:
    with pytest.raises(NothingHeld):
        signups.give_back(conn, event, add_guest(conn, 7), LATE)


def test_what_a_newcomer_has_taken_is_not_given_back(conn: Connection, left: int) -> None:
    seat(conn, left, 8, Party(1), YOUNG)
    takes_back(conn, left)
    assert sound(conn, left, YOUNG)


def test_what_somebody_is_offered_is_not_given_back(conn: Connection, left: int) -> None:
    line_up(conn, left, 8, 2, NOW + MINUTE)
    offers.serve_event(conn, left, YOUNG)
    assert own(conn, left, 8).offer(YOUNG) == Party(2)
    takes_back(conn, left)
    assert sound(conn, left, YOUNG)


def test_what_others_have_taken_is_not_signed_up_for_past_a_queue(conn: Connection, left: int) -> None:
    seat(conn, left, 8, Party(2), YOUNG)
    line_up(conn, left, 9, 1, YOUNG)
    with pytest.raises(Full):
        seat(conn, left, 7, Party(2), LATE)
    assert sound(conn, left, YOUNG)


def test_an_offer_whose_places_a_newcomer_has_taken_is_over(conn: Connection) -> None:
    event = full_event(conn, 2)
    line_up(conn, event, 7, 1)
    signups.change(conn, event, add_guest(conn, 101), Party(1), NOW)
    offers.serve_event(conn, event, HELD_UNTIL)
    until = own(conn, event, 7).offered_until
    assert until is not None
    seat(conn, event, 8, Party(1), until + MOMENT)
    with pytest.raises(OfferOver):
        waiting.take(conn, event, add_guest(conn, 7), until - MOMENT)
    assert sound(conn, event, until + MOMENT)


def test_in_their_order_both_are_served(conn: Connection, left: int) -> None:
    assert signups.give_back(conn, left, add_guest(conn, 7), LATE).mine.party == Party(2)
    with pytest.raises(Full):
        seat(conn, left, 8, Party(1), YOUNG)


def test_the_twin_that_looks_at_the_time_alone_oversells(
    conn: Connection, left: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(signups, "given_away", lambda *_: False)
    seat(conn, left, 8, Party(1), YOUNG)
    signups.give_back(conn, left, add_guest(conn, 7), LATE)
    assert not sound(conn, left, YOUNG)
