"""Quiet hours: over midnight, in the person's own zone, and where clocks are changed."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from db.rules.quiet import LEAD, Quiet

NIGHT = Quiet(21 * 60, 9 * 60, "Asia/Tomsk")
DAY = Quiet(9 * 60, 17 * 60, "Asia/Tomsk")  # of someone who works at night
BERLIN = Quiet(21 * 60, 9 * 60, "Europe/Berlin")
NONE = Quiet(0, 0, "Asia/Tomsk")


def tomsk(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2027, 3, day, hour, minute, tzinfo=ZoneInfo("Asia/Tomsk")).astimezone(UTC)


def berlin(month: int, day: int, hour: int, minute: int = 0, fold: int = 0) -> datetime:
    return datetime(2027, month, day, hour, minute, fold=fold, tzinfo=ZoneInfo("Europe/Berlin")).astimezone(UTC)


@pytest.mark.parametrize(
    ("hour", "minute", "quiet"),
    [(20, 59, False), (21, 0, True), (23, 59, True), (0, 0, True), (8, 59, True), (9, 0, False)],
)
def test_the_night_begins_with_its_first_minute_and_ends_with_its_last(hour: int, minute: int, quiet: bool) -> None:
    assert NIGHT.covers(tomsk(20, hour, minute)) is quiet


@pytest.mark.parametrize(("hour", "quiet"), [(8, False), (9, True), (16, True), (17, False), (23, False)])
def test_the_day_of_a_night_worker(hour: int, quiet: bool) -> None:
    assert DAY.covers(tomsk(20, hour)) is quiet


def test_equal_ends_mean_no_quiet_hours() -> None:
    assert not any(NONE.covers(tomsk(20, hour)) for hour in range(24))


def test_the_zone_is_the_persons_own() -> None:
    moment = tomsk(20, 12)
    assert not NIGHT.covers(moment)
    assert Quiet(21 * 60, 9 * 60, "Europe/Moscow").covers(moment)  # 08:00 there


@pytest.mark.parametrize(
    ("moment", "ends"), [(tomsk(20, 22), tomsk(21, 9)), (tomsk(21, 3), tomsk(21, 9)), (tomsk(20, 12), tomsk(20, 12))]
)
def test_when_the_night_is_over(moment: datetime, ends: datetime) -> None:
    assert NIGHT.ends_after(moment) == ends


@pytest.mark.parametrize("moment", [tomsk(20, 21), tomsk(20, 23), tomsk(21, 8, 59)])
def test_before_the_night_is_half_an_hour_before_it(moment: datetime) -> None:
    assert NIGHT.before(moment) == tomsk(20, 20, 30)


def test_in_the_night_clocks_go_forward_it_still_ends_at_nine() -> None:
    assert BERLIN.ends_after(berlin(3, 27, 22)) == berlin(3, 28, 9)
    assert berlin(3, 28, 9) - berlin(3, 27, 21) == timedelta(hours=11)
    assert BERLIN.before(berlin(3, 28, 8)) == berlin(3, 27, 20, 30)


def test_in_the_night_clocks_go_back_it_still_ends_at_nine() -> None:
    assert BERLIN.ends_after(berlin(10, 30, 22)) == berlin(10, 31, 9)
    assert berlin(10, 31, 9) - berlin(10, 30, 21) == timedelta(hours=13)
    assert BERLIN.before(berlin(10, 31, 8)) == berlin(10, 30, 20, 30)


def test_an_end_in_the_hour_shown_twice_or_never_comes_after_the_moment() -> None:
    until_half_past_two = Quiet(21 * 60, 150, "Europe/Berlin")
    assert until_half_past_two.ends_after(berlin(10, 31, 2, 15, fold=1)) == berlin(10, 31, 2, 30, fold=1)
    assert until_half_past_two.ends_after(berlin(3, 28, 1, 30)) == berlin(3, 28, 3, 30)  # 02:30 is skipped


moments = st.integers(0, 2 * 365 * 24 * 60).map(lambda minute: tomsk(1, 0) + timedelta(minutes=minute))
zones = st.sampled_from(["Asia/Tomsk", "Europe/Berlin", "America/New_York", "Asia/Kathmandu", "UTC"])


@settings(max_examples=300, deadline=None, database=None)
@given(moments, zones, st.sampled_from([(1260, 540), (1380, 420), (540, 1020), (480, 960), (0, 0)]))
def test_the_end_is_awake_and_before_is_awake_too(moment: datetime, zone: str, span: tuple[int, int]) -> None:
    quiet = Quiet(*span, zone)
    end = quiet.ends_after(moment)
    assert end >= moment
    assert not quiet.covers(end)
    if quiet.covers(moment):
        earlier = quiet.before(moment)
        assert earlier <= moment - LEAD
        assert not quiet.covers(earlier)
