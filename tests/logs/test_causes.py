"""An exception as a log shows it: types, places, harmless facts; chains, circles, groups and depths of any size."""

import errno
from collections.abc import Callable

import pytest

from bot.causes import cause
from tests.logs.canaries import NAME, TEXT
from tests.logs.paths import caught


def fails() -> None:
    raise KeyError(TEXT)


def fails_from_it() -> None:
    try:
        fails()
    except KeyError as error:
        raise RuntimeError(TEXT) from error


def fails_again() -> None:
    try:
        fails()
    except KeyError:
        raise RuntimeError(TEXT)  # noqa: B904


def fails_of_nothing() -> None:
    try:
        fails()
    except KeyError:
        raise RuntimeError(TEXT) from None


def shape(error: BaseException) -> list[str]:
    """The types alone."""
    return [part.split(" ")[0] for part in cause(error).split("; from ")]


def test_the_place_of_the_fault_comes_first() -> None:
    first, second, third = cause(caught(lambda: fails_from_it())).split("; from ")[1].partition(" at ")
    assert (first, second) == ("KeyError", " at ")
    assert [place.split(" ")[1] for place in third.split(" < ")] == ["fails", "fails_from_it"]
    assert third.startswith("tests/logs/test_causes.py:")


@pytest.mark.parametrize(
    ("work", "kinds"),
    [
        (fails_from_it, ["RuntimeError", "KeyError"]),
        (fails_again, ["RuntimeError", "KeyError"]),
        (fails_of_nothing, ["RuntimeError"]),
    ],
)
def test_a_chain_is_told_as_it_was_meant(work: Callable[[], object], kinds: list[str]) -> None:
    assert shape(caught(work)) == kinds


def test_a_circle_ends() -> None:
    one, two = ValueError(TEXT), KeyError(TEXT)
    one.__context__, two.__context__ = two, one
    assert shape(one) == ["ValueError", "KeyError"]


def test_a_long_chain_is_cut() -> None:
    last = ValueError(TEXT)
    for _ in range(100):
        before, last = last, ValueError(TEXT)
        last.__cause__ = before
    assert shape(last) == ["ValueError"] * 12 + ["…"]


def test_a_deep_fall_is_cut_and_says_where_it_began() -> None:
    def deeper(n: int) -> int:
        return deeper(n + 1) + 1

    said = cause(caught(lambda: deeper(0)))
    assert len(said) < 2000
    assert said.startswith("RecursionError at tests/logs/test_causes.py:")
    assert said.endswith(" caught")
    assert " < … < " in said


def test_a_wide_group_is_cut() -> None:
    said = cause(ExceptionGroup(NAME, [ValueError(TEXT) for _ in range(9)]))
    assert said == "ExceptionGroup {ValueError | ValueError | ValueError | ValueError | ValueError | …}"


def test_a_group_is_told_with_the_causes_of_its_parts() -> None:
    inner = ExceptionGroup(TEXT, [caught(fails_of_nothing)])
    said = cause(ExceptionGroup(NAME, [inner, OSError(errno.ENOSPC, TEXT)]))
    assert said.startswith("ExceptionGroup {ExceptionGroup {RuntimeError at tests/logs/test_causes.py:")
    assert said.endswith("} | OSError [ENOSPC No space left on device]}")


def test_a_note_is_not_told() -> None:
    error = ValueError()
    error.add_note(TEXT)
    assert cause(error) == "ValueError"
