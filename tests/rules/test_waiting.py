"""The queue's order: who is offered what is free, who may pass whom, for whom places are kept."""

from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from db.rules.seats import NOBODY, Party
from db.rules.waiting import PASSES, Entry, allot, passed_by


def entry(
    number: int, wanted: int, has: int = 0, offered: int = 0, *, together: bool = False, passed: int = 0
) -> Entry:
    return Entry(number, Party(wanted), Party(has), Party(offered), together, passed)


def offers(line: Sequence[Entry], free: int | None, capacity: int | None = 50, *, keep: bool = True) -> dict[int, int]:
    return {number: party.size for number, party in allot(line, free, capacity, keep=keep).items()}


def test_the_first_in_line_is_first() -> None:
    line = [entry(7, 1), entry(3, 1), entry(9, 1)]
    assert offers(line, 0) == {}
    assert offers(line, 1) == {7: 1}
    assert offers(line, 2) == {7: 1, 3: 1}
    assert offers(line, 5) == {7: 1, 3: 1, 9: 1}


def test_nobody_in_line_nothing_offered() -> None:
    assert offers([], 5) == {}


def test_a_family_is_offered_the_part_there_is_and_the_rest_waits_in_front() -> None:
    line = [entry(1, 4), entry(2, 1)]
    assert offers(line, 2) == {1: 2}
    assert offers(line, 4) == {1: 4}
    assert offers(line, 5) == {1: 4, 2: 1}


def test_who_has_some_is_offered_only_what_is_missing() -> None:
    assert offers([entry(1, 4, has=2), entry(2, 3)], 4) == {1: 2, 2: 2}


def test_an_open_offer_grows_by_what_becomes_free() -> None:
    line = [entry(1, 4, offered=2), entry(2, 1)]
    assert offers(line, 1) == {1: 3}
    assert offers(line, 3) == {1: 4, 2: 1}


def test_an_offer_of_everything_is_left_alone_and_the_next_served() -> None:
    line = [entry(1, 4, has=1, offered=3), entry(2, 2)]
    assert offers(line, 1) == {2: 1}


def test_without_a_limit_everybody_is_offered_everything() -> None:
    line = [entry(1, 4, has=2), entry(2, 10, together=True, passed=PASSES), entry(3, 1)]
    assert offers(line, None, None) == {1: 2, 2: 10, 3: 1}


def test_all_together_means_all_or_nothing() -> None:
    line = [entry(1, 4, together=True)]
    assert offers(line, 3) == {}
    assert offers(line, 4) == {1: 4}


def test_all_together_with_some_seated_means_all_the_others_at_once() -> None:
    line = [entry(1, 4, has=1, together=True)]
    assert offers(line, 2) == {}
    assert offers(line, 3) == {1: 3}


@pytest.mark.parametrize(("passed", "served"), [(0, {2: 1, 3: 1}), (1, {2: 1}), (2, {})])
def test_a_larger_party_is_passed_at_most_twice(passed: int, served: dict[int, int]) -> None:
    line = [entry(1, 4, together=True, passed=passed), entry(2, 1), entry(3, 1), entry(4, 1)]
    assert offers(line, 3) == served


@pytest.mark.parametrize(("open_offers", "served"), [(0, {4: 1, 5: 1}), (1, {4: 1}), (2, {})])
def test_offers_still_open_count_as_passes(open_offers: int, served: dict[int, int]) -> None:
    """They may all be accepted; else a third would go past."""
    waiting = [entry(2 + at, 1, offered=int(at < open_offers)) for at in range(2)]
    line = [entry(1, 4, together=True), *waiting[:open_offers], entry(4, 1), entry(5, 1), entry(6, 1)]
    assert offers(line, 3) == served


def test_a_growing_offer_is_no_further_pass() -> None:
    line = [entry(1, 4, together=True, passed=1), entry(2, 3, offered=1), entry(3, 1)]
    assert offers(line, 1) == {}  # the open offer is the second pass: what is free now is kept
    line = [entry(1, 4, together=True), entry(2, 3, offered=1), entry(3, 1), entry(4, 1)]
    assert offers(line, 3) == {2: 3, 3: 1}


def test_only_those_behind_pass() -> None:
    line = [entry(1, 1, offered=1), entry(2, 1, offered=1), entry(3, 4, together=True), entry(4, 1)]
    assert offers(line, 1) == {4: 1}


def test_what_is_kept_is_given_to_the_larger_one_once_it_is_enough() -> None:
    line = [entry(1, 3, together=True, passed=2), entry(2, 1)]
    assert offers(line, 2) == {}
    assert offers(line, 3) == {1: 3}
    assert offers(line, 4) == {1: 3, 2: 1}


def test_those_before_the_larger_one_are_served_while_places_are_kept() -> None:
    line = [entry(1, 1), entry(2, 4, together=True, passed=2), entry(3, 1)]
    assert offers(line, 3) == {1: 1}


def test_near_the_start_the_first_that_fits_is_served() -> None:
    line = [entry(1, 4, together=True, passed=2), entry(2, 3, together=True, passed=2), entry(3, 2), entry(4, 1)]
    assert offers(line, 2, keep=False) == {3: 2}
    assert offers(line, 3, keep=False) == {2: 3}


def test_nothing_is_kept_for_one_that_could_not_fit_into_an_empty_hall() -> None:
    line = [entry(1, 6, together=True, passed=2), entry(2, 1)]
    assert offers(line, 2, capacity=5) == {2: 1}
    assert offers(line, 2, capacity=6) == {}


def test_adults_are_seated_before_children() -> None:
    family = Entry(1, Party(2, 2), NOBODY, NOBODY, False, 0)
    assert [family.part(size) for size in range(1, 5)] == [Party(1), Party(2), Party(2, 1), Party(2, 2)]
    assert allot([family], 1, 50, keep=True) == {1: Party(1)}
    seated = replace(family, taken=Party(1), offered=Party(1))
    assert allot([seated], 2, 50, keep=True) == {1: Party(1, 2)}


def test_who_accepts_goes_before_those_ahead_that_wait_for_all_of_them() -> None:
    line = [
        entry(1, 4, together=True),
        entry(2, 2),
        entry(3, 2, offered=2, together=True),
        entry(4, 1, offered=1),
        entry(5, 4, together=True),
    ]
    assert list(passed_by(line, 4)) == [1]
    assert list(passed_by(line, 1)) == []
    assert list(passed_by(line, 5)) == [1]


# -- what always holds


@st.composite
def entries(draw: st.DrawFn, number: int) -> Entry:
    wanted = Party(draw(st.integers(1, 5)), draw(st.integers(0, 5)))
    taken = Party(*(draw(st.integers(0, most)) for most in (wanted.adults, wanted.children)))
    if taken.size == wanted.size:
        taken = NOBODY
    left = Party(wanted.adults - taken.adults, wanted.children - taken.children)
    offered = Party(*(draw(st.integers(0, most)) for most in (left.adults, left.children)))
    together = draw(st.booleans()) and offered.size in (0, left.size)
    return Entry(number, wanted, taken, offered, together, draw(st.integers(0, 3)))


lines = st.integers(0, 6).flatmap(lambda count: st.tuples(*(entries(number) for number in range(count))))
capacities = st.one_of(st.none(), st.integers(1, 30))


def added(line: Sequence[Entry], found: dict[int, Party]) -> int:
    return sum(party.size - line[number].offered.size for number, party in found.items())


@given(lines, st.integers(0, 30), capacities, st.booleans())
def test_never_more_than_is_free(line: tuple[Entry, ...], free: int, capacity: int | None, keep: bool) -> None:
    found = dict(allot(line, free, capacity, keep=keep))
    assert 0 <= added(line, found) <= free


@given(lines, st.one_of(st.none(), st.integers(0, 30)), capacities, st.booleans())
def test_offers_only_grow_within_what_is_wanted(
    line: tuple[Entry, ...], free: int | None, capacity: int | None, keep: bool
) -> None:
    for number, party in allot(line, free, capacity, keep=keep).items():
        one = line[number]
        assert one.missing > 0, "a satisfied one is left alone"
        assert party.size > one.offered.size
        assert party.adults + one.taken.adults <= one.wanted.adults
        assert party.children + one.taken.children <= one.wanted.children
        assert party.children == 0 or party.adults + one.taken.adults == one.wanted.adults, "adults first"
        if one.together:
            assert party.size + one.taken.size == one.wanted.size


@given(lines, st.integers(0, 30), capacities, st.booleans())
def test_served_again_there_is_nothing_left_to_do(
    line: tuple[Entry, ...], free: int, capacity: int | None, keep: bool
) -> None:
    found = dict(allot(line, free, capacity, keep=keep))
    after = [replace(one, offered=found.get(one.id, one.offered)) for one in line]
    assert allot(after, free - added(line, found), capacity, keep=keep) == {}


@given(lines, st.integers(0, 30), capacities, st.booleans())
def test_a_place_idles_only_for_one_that_waits_for_all_its_places(
    line: tuple[Entry, ...], free: int, capacity: int | None, keep: bool
) -> None:
    found = dict(allot(line, free, capacity, keep=keep))
    left = free - added(line, found)
    hungry = [one for one in line if one.missing > 0 and one.id not in found]
    if left and any(not one.together or one.missing <= left for one in hungry):
        first = next(one for one in hungry if not one.together or one.missing <= left)
        before = [one for one in line[: first.id] if one.together and one.id not in found and one.missing]
        assert keep and before, "kept, and for somebody ahead"


@given(lines, st.integers(0, 30), st.integers(1, 30))
def test_nobody_is_passed_a_third_time_by_what_is_offered(line: tuple[Entry, ...], free: int, capacity: int) -> None:
    found = dict(allot(line, free, capacity, keep=True))
    for at, one in enumerate(line):
        waits = one.together and one.missing and one.id not in found and one.wanted.size <= capacity
        new = [other for other in line[at + 1 :] if other.id in found and not other.offered.size]
        if waits and new:
            open_before = sum(other.offered.size > 0 for other in line[at + 1 :])
            assert one.passed + open_before + len(new) <= PASSES
