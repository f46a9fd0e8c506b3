"""How long people wait, in numbers: each in its bucket, and what 95 of 100 kept within."""

import math

import pytest
from aiogram import exceptions, methods

from bot import counts as module
from bot.counts import BUCKETS, RECENT, RECENT_MOST, Counts, Waits


class Turned:
    """A monotonic clock that the test turns."""

    now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def time() -> Turned:
    return Turned()


@pytest.fixture
def waits(time: Turned) -> Waits:
    return Waits(time)


def test_a_bucket_holds_its_bound_and_all_that_took_less(waits: Waits) -> None:
    for seconds in (0.01, 0.05, 0.051, 30.0, 31.0):
        waits.add(seconds)
    found = dict(waits.buckets())
    assert (found[0.05], found[0.1], found[10.0], found[30.0], found[math.inf]) == (2, 3, 3, 4, 5)
    assert list(found) == [*BUCKETS, math.inf]
    assert waits.total == pytest.approx(61.111)


def test_nobody_came_and_nothing_is_said(waits: Waits) -> None:
    assert waits.p95() is None


@pytest.mark.parametrize(("slow", "p95"), [(0, 0.1), (1, 0.1), (5, 0.1), (6, 9.0), (100, 9.0)])
def test_95_of_100_kept_within_it(waits: Waits, slow: int, p95: float) -> None:
    for seconds in (*[9.0] * slow, *[0.1] * (100 - slow)):
        waits.add(seconds)
    assert waits.p95() == p95


def test_one_alone_is_all_there_is(waits: Waits) -> None:
    waits.add(7.0)
    assert waits.p95() == 7.0


def test_what_is_long_ago_counts_no_more(waits: Waits, time: Turned) -> None:
    waits.add(9.0)
    time.now += RECENT
    assert waits.p95() == 9.0
    time.now += 0.001
    assert waits.p95() is None
    waits.add(0.1)
    assert waits.p95() == 0.1
    assert dict(waits.buckets())[math.inf] == 2


def test_of_very_many_the_last_are_looked_at(waits: Waits) -> None:
    for seconds in (*[9.0] * RECENT_MOST, *[0.1] * RECENT_MOST):
        waits.add(seconds)
    assert waits.p95() == 0.1


def test_the_series_that_are_there_from_the_start_are_named_as_they_will_be_counted() -> None:
    assert all(hasattr(methods, name) for name in module.CALLS)
    assert all(hasattr(exceptions, name) for name in set(module.ENDS) - {module.OK})
    assert set(Counts().updates.values()) == set(Counts().calls.values()) == {0}
