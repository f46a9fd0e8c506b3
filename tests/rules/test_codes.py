"""The code said at the door: what its check digit catches, and how a free number is found."""

import pytest

from db.rules.codes import FIRST, LAST, CodesExhausted, check_digit, choose, spoken

EVERY = range(FIRST, LAST + 1)
DIGITS = "0123456789"


def valid(said: str) -> bool:
    return check_digit(int(said[:-1])) == int(said[-1])


def whole(number: int) -> str:
    return spoken(number).replace("-", "")


def test_every_code_with_its_own_digit_is_valid() -> None:
    assert all(valid(whole(number)) for number in EVERY)


def test_one_wrong_digit_is_always_caught() -> None:
    for number in EVERY:
        said = whole(number)
        slips = (said[:at] + wrong + said[at + 1 :] for at in range(len(said)) for wrong in DIGITS if wrong != said[at])
        assert not any(valid(slip) for slip in slips), said


def test_swapped_neighbours_are_always_caught() -> None:
    for number in EVERY:
        said = whole(number)
        swaps = {said[:at] + said[at + 1] + said[at] + said[at + 2 :] for at in range(len(said) - 1)} - {said}
        assert not any(valid(swap) for swap in swaps), said


def test_a_plain_sum_of_digits_would_miss_swaps() -> None:
    """The broken twin: with such a digit the tests above could not have passed."""
    assert sum(map(int, "4827")) % 10 == sum(map(int, "8427")) % 10
    assert check_digit(4827) != check_digit(8427)


def test_damm_known_value() -> None:
    assert check_digit(572) == 4  # the worked example of Damm's thesis


def test_spoken_puts_the_digit_apart() -> None:
    assert spoken(4827) == f"4827-{check_digit(4827)}"


@pytest.mark.parametrize(("start", "expected"), [(0, FIRST), (8999, LAST), (4827 - FIRST, 4827)])
def test_choose_takes_the_picked_number_when_it_is_free(start: int, expected: int) -> None:
    assert choose((), lambda room: start) == expected


def test_choose_goes_on_to_the_next_free_number_and_around_the_end() -> None:
    assert choose({LAST, FIRST, FIRST + 1}, lambda room: room - 1) == FIRST + 2


def test_choose_finds_the_last_free_number() -> None:
    assert choose(set(EVERY) - {5555}, lambda room: 0) == 5555


def test_choose_gives_up_where_none_is_left() -> None:
    with pytest.raises(CodesExhausted):
        choose(set(EVERY), lambda room: 0)


def test_pick_is_asked_for_every_possible_code() -> None:
    assert choose((), lambda room: room - 1) == LAST
    assert choose((), lambda room: LAST - FIRST + 1 - room) == FIRST
