"""How long what is kept: calendar months, leap days, years' ends, and a month's notice in any case."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from db.rules.retention import (
    DAY,
    NOTICE,
    Keep,
    lost_for_good,
    months_later,
    none_before,
    removal_due,
    silence_ends,
    warning_due,
)
from db.rules.walltime import midnight

MOMENTS = st.integers(0, 70 * 365 * 24).map(lambda hours: datetime(2020, 1, 1, tzinfo=UTC) + timedelta(hours=hours))
KEEPS = st.builds(Keep, st.integers(1, 60), st.integers(3, 36), st.integers(1, 24))


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(("since", "months", "then"), [
    ("2027-03-19", 12, "2028-03-19"), ("2027-11-30", 3, "2028-02-29"), ("2026-11-30", 3, "2027-02-28"),
    ("2028-02-29", 12, "2029-02-28"), ("2028-02-29", 48, "2032-02-29"), ("2027-12-31", 1, "2028-01-31"),
    ("2027-12-31", 2, "2028-02-29"), ("2027-08-31", 6, "2028-02-29"), ("2027-01-31", 36, "2030-01-31"),
])  # fmt: skip
def test_months_are_those_of_the_calendar(since: str, months: int, then: str) -> None:
    assert months_later(at(since), months) == at(then)


@pytest.mark.parametrize(("seen", "warned", "goes"), [
    ("2027-03-19", "2028-02-19", "2028-03-20"), ("2028-02-28", "2029-01-30", "2029-03-01"),
    ("2028-02-29", "2029-01-30", "2029-03-01"), ("2027-12-31", "2028-12-03", "2029-01-02"),
])  # fmt: skip
def test_the_day_after_a_whole_year_of_silence(seen: str, warned: str, goes: str) -> None:
    keep = Keep()
    assert removal_due(at(seen), at(warned), keep) == at(goes)


@given(MOMENTS, KEEPS)
def test_the_warning_comes_a_month_before_and_whoever_is_told_late_still_has_a_month(
    seen: datetime, keep: Keep
) -> None:
    due = warning_due(seen, keep)
    assert seen < due
    assert silence_ends(seen, keep) - due == NOTICE
    assert removal_due(seen, due, keep) == silence_ends(seen, keep)
    late = due + timedelta(days=200)
    assert removal_due(seen, late, keep) == max(silence_ends(seen, keep), late + NOTICE)


@given(MOMENTS, KEEPS)
def test_nobody_goes_sooner_than_that_many_months_of_their_last_press(seen: datetime, keep: Keep) -> None:
    """The day is kept, not the minute: the last minute of that day counts."""
    pressed = seen + DAY - timedelta(minutes=1)
    assert silence_ends(seen, keep) > months_later(pressed, keep.inactive_months) - timedelta(days=1)
    assert silence_ends(seen, keep) - seen >= timedelta(days=28 * keep.inactive_months + 1)


@given(MOMENTS, MOMENTS, KEEPS)
def test_what_the_query_leaves_out_is_never_due(seen: datetime, now: datetime, keep: Keep) -> None:
    if seen >= none_before(now, keep.inactive_months):
        assert warning_due(seen, keep) > now
    if seen >= none_before(now, keep.unreachable_months):
        assert lost_for_good(seen, keep) > now


@pytest.mark.parametrize(("now", "began"), [
    ("2027-03-19T05:00", "2027-03-18T17:00"), ("2027-03-18T17:00", "2027-03-18T17:00"),
    ("2027-03-18T16:59", "2027-03-17T17:00"),
])  # fmt: skip
def test_a_day_begins_at_midnight_of_its_own_zone(now: str, began: str) -> None:
    assert midnight(at(now), "Asia/Tomsk") == at(began)
    assert midnight(at(now).astimezone(ZoneInfo("America/New_York")), "Asia/Tomsk") == at(began)
