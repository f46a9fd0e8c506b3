"""Places: how many are free, who may take them, and how long given-back ones are kept."""

from datetime import UTC, datetime, timedelta

import pytest

from db.rules import seats
from db.rules.refusals import BadParty, Cancelled, Closed, Full
from db.rules.seats import NOBODY, Party

NOW = datetime(2027, 3, 19, 5, tzinfo=UTC)
HOUR = timedelta(hours=1)


def test_a_party_is_its_adults_and_children() -> None:
    assert Party(2, 3).size == 5
    assert NOBODY.size == 0


@pytest.mark.parametrize(("capacity", "taken", "free"), [(None, 500, None), (50, 0, 50), (50, 50, 0), (50, 53, 0)])
def test_free_places_are_never_negative(capacity: int | None, taken: int, free: int | None) -> None:
    assert seats.free(capacity, taken) == free


def test_signing_up_is_open_until_the_very_moment_it_closes() -> None:
    seats.check_open("published", NOW, NOW - timedelta(microseconds=1))
    with pytest.raises(Closed) as refusal:
        seats.check_open("published", NOW, NOW)
    assert refusal.value.since == NOW


def test_a_cancelled_event_says_so_even_when_closed() -> None:
    with pytest.raises(Cancelled):
        seats.check_open("cancelled", NOW, NOW + HOUR)


@pytest.mark.parametrize("party", [Party(1), Party(10), Party(1, 9), Party(1, 0)])
def test_good_parties(party: Party) -> None:
    seats.check_party(party, 10, ask_children=True)


@pytest.mark.parametrize("party", [Party(0), Party(-1), Party(0, 2), Party(3, -1), Party(11), Party(1, 10)])
def test_bad_parties_are_told_the_largest(party: Party) -> None:
    with pytest.raises(BadParty) as refusal:
        seats.check_party(party, 10, ask_children=True)
    assert refusal.value.largest == 10


def test_children_apart_only_where_the_event_asks() -> None:
    with pytest.raises(BadParty):
        seats.check_party(Party(1, 1), 10, ask_children=False)


def test_room_for_exactly_what_is_left() -> None:
    seats.check_room(Party(2, 1), 3)
    seats.check_room(Party(10), None)
    with pytest.raises(Full) as refusal:
        seats.check_room(Party(2, 2), 3)
    assert refusal.value.free == 3


@pytest.mark.parametrize(
    ("before_start", "kept"),
    [
        (5 * HOUR, timedelta(minutes=10)),
        (3 * HOUR + timedelta(seconds=1), timedelta(minutes=10)),
        (3 * HOUR, timedelta(minutes=2)),
        (-HOUR, timedelta(minutes=2)),
    ],
)
def test_given_back_places_are_held_ten_minutes_or_two_near_the_start(before_start: timedelta, kept: timedelta) -> None:
    assert seats.hold_until(NOW, NOW + before_start) == NOW + kept


def test_touching_ends_are_no_overlap() -> None:
    assert not seats.overlap(NOW, NOW + HOUR, NOW + HOUR, NOW + 2 * HOUR)
    assert not seats.overlap(NOW + HOUR, NOW + 2 * HOUR, NOW, NOW + HOUR)
    assert seats.overlap(NOW, NOW + HOUR, NOW + HOUR / 2, NOW + 2 * HOUR)
    assert seats.overlap(NOW, NOW + 3 * HOUR, NOW + HOUR, NOW + 2 * HOUR)
