"""How long an offer is held and when it may be told: by the time to the start, and by the person's waking hours."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from db.rules.quiet import Quiet
from db.rules.waiting import SHORTEST, answer_until, last_moment, tell_at

NIGHT = Quiet(21 * 60, 9 * 60, "Asia/Tomsk")
BY_DAY = Quiet(9 * 60, 17 * 60, "Asia/Tomsk")  # of someone who works at night
NONE = Quiet(0, 0, "Asia/Tomsk")
BERLIN = Quiet(21 * 60, 9 * 60, "Europe/Berlin")
DAY, HOUR, MINUTE, SECOND = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1), timedelta(seconds=1)
FAR = timedelta(days=365)


def tomsk(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2027, 3, day, hour, minute, tzinfo=ZoneInfo("Asia/Tomsk")).astimezone(UTC)


def berlin(month: int, day: int, hour: int) -> datetime:
    return datetime(2027, month, day, hour, tzinfo=ZoneInfo("Europe/Berlin")).astimezone(UTC)


def until(now: datetime, starts_in: timedelta, quiet: Quiet = NIGHT) -> datetime:
    return answer_until(now, now + starts_in, now + FAR, quiet)


# -- until when


@pytest.mark.parametrize(
    ("starts_in", "span"),
    [
        (8 * DAY, 24 * HOUR),
        (7 * DAY + SECOND, 24 * HOUR),
        (7 * DAY, 12 * HOUR),
        (2 * DAY + SECOND, 12 * HOUR),
        (2 * DAY, 3 * HOUR),
        (6 * HOUR + SECOND, 3 * HOUR),
        (6 * HOUR, 30 * MINUTE),
        (HOUR, 30 * MINUTE),
    ],
)
def test_the_nearer_the_start_the_shorter(starts_in: timedelta, span: timedelta) -> None:
    assert until(tomsk(10, 12), starts_in, NONE) == tomsk(10, 12) + span


@pytest.mark.parametrize(
    ("now", "starts_in", "ends"),
    [
        (tomsk(10, 12), 30 * DAY, tomsk(12, 12)),  # 24 waking hours are two days of twelve
        (tomsk(10, 20, 30), 30 * DAY, tomsk(12, 20, 30)),
        (tomsk(10, 23), 30 * DAY, tomsk(12, 21)),  # counted from the morning
        (tomsk(11, 3), 30 * DAY, tomsk(12, 21)),
        (tomsk(10, 12), 3 * DAY, tomsk(11, 12)),
        (tomsk(10, 9), 3 * DAY, tomsk(10, 21)),  # exactly to the night
        (tomsk(10, 19), DAY, tomsk(11, 10)),
        (tomsk(10, 20, 59), DAY, tomsk(11, 11, 59)),
        (tomsk(10, 21), DAY, tomsk(11, 12)),
        (tomsk(10, 22), 5 * HOUR, tomsk(10, 22, 30)),  # real minutes, also at night
    ],
)
def test_nights_do_not_count(now: datetime, starts_in: timedelta, ends: datetime) -> None:
    assert until(now, starts_in) == ends


def test_who_works_at_night_sleeps_by_day() -> None:
    assert until(tomsk(10, 8), DAY, BY_DAY) == tomsk(10, 19)
    assert until(tomsk(10, 12), DAY, BY_DAY) == tomsk(10, 20)
    assert until(tomsk(10, 20), DAY, BY_DAY) == tomsk(10, 23)


def test_without_quiet_hours_every_hour_counts() -> None:
    assert until(tomsk(10, 22), 30 * DAY, NONE) == tomsk(11, 22)


@pytest.mark.parametrize(
    ("starts_in", "closes_in", "ends_in"),
    [
        (20 * MINUTE, 20 * MINUTE, 5 * MINUTE),
        (44 * MINUTE, 44 * MINUTE, 29 * MINUTE),
        (45 * MINUTE, 45 * MINUTE, 30 * MINUTE),
        (10 * DAY, 2 * HOUR, 2 * HOUR),
        (3 * HOUR, 4 * HOUR, 30 * MINUTE),
    ],
)
def test_an_offer_always_ends_before_the_start_and_with_the_signing_up(
    starts_in: timedelta, closes_in: timedelta, ends_in: timedelta
) -> None:
    now = tomsk(10, 12)
    last = last_moment(now + starts_in, now + closes_in)
    assert answer_until(now, now + starts_in, last, NIGHT) == now + ends_in


def test_the_queue_ends_fifteen_minutes_before_the_start_or_when_signing_up_closes() -> None:
    start = tomsk(10, 12)
    assert last_moment(start, start) == tomsk(10, 11, 45)
    assert last_moment(start, start + HOUR) == tomsk(10, 11, 45)
    assert last_moment(start, tomsk(9, 12)) == tomsk(9, 12)


# -- when it is told


@pytest.mark.parametrize(
    ("now", "starts", "told"),
    [
        (tomsk(10, 12), tomsk(20, 12), tomsk(10, 12)),
        (tomsk(10, 20, 59), tomsk(20, 12), tomsk(10, 20, 59)),
        (tomsk(10, 21), tomsk(20, 12), tomsk(11, 9)),
        (tomsk(11, 3), tomsk(20, 12), tomsk(11, 9)),
        (tomsk(10, 23), tomsk(11, 11), tomsk(10, 23)),  # twelve hours: at once
        (tomsk(10, 22, 59), tomsk(11, 11), tomsk(11, 9)),  # a minute more: in the morning
    ],
)
def test_at_night_it_waits_for_nine_unless_the_start_is_near(now: datetime, starts: datetime, told: datetime) -> None:
    last = last_moment(starts, starts)
    ends = answer_until(now, starts, last, NIGHT)
    assert tell_at(now, starts, ends, NIGHT) == told


@pytest.mark.parametrize(
    ("minutes", "told"), [(29, tomsk(10, 22)), (30, tomsk(11, 9)), (-60, tomsk(10, 22)), (180, tomsk(11, 9))]
)
def test_a_morning_that_leaves_too_little_time_is_too_late(minutes: int, told: datetime) -> None:
    ends = tomsk(11, 9) + minutes * MINUTE
    assert tell_at(tomsk(10, 22), tomsk(20, 12), ends, NIGHT) == told


def test_by_day_it_waits_for_who_works_at_night() -> None:
    assert tell_at(tomsk(10, 12), tomsk(20, 12), tomsk(11, 20), BY_DAY) == tomsk(10, 17)
    assert tell_at(tomsk(10, 22), tomsk(20, 12), tomsk(11, 20), BY_DAY) == tomsk(10, 22)


def test_without_quiet_hours_it_is_told_at_once() -> None:
    assert tell_at(tomsk(10, 3), tomsk(20, 12), tomsk(11, 3), NONE) == tomsk(10, 3)


# -- waking hours


@pytest.mark.parametrize(("hours", "day", "hour"), [(9, 10, 21), (10, 11, 10), (21, 11, 21), (36, 13, 12)])
def test_waking_hours_over_several_nights(hours: int, day: int, hour: int) -> None:
    assert NIGHT.awake_after(tomsk(10, 12), hours * HOUR) == tomsk(day, hour)


def test_no_time_at_all_ends_at_once_or_in_the_morning() -> None:
    assert NIGHT.awake_after(tomsk(10, 12), 0 * HOUR) == tomsk(10, 12)
    assert NIGHT.awake_after(tomsk(10, 22), 0 * HOUR) == tomsk(11, 9)


def test_a_night_in_which_clocks_change_is_one_night() -> None:
    assert BERLIN.awake_after(berlin(3, 27, 12), 12 * HOUR) == berlin(3, 28, 12)
    assert berlin(3, 28, 12) - berlin(3, 27, 12) == 23 * HOUR
    assert BERLIN.awake_after(berlin(10, 30, 12), 12 * HOUR) == berlin(10, 31, 12)
    assert berlin(10, 31, 12) - berlin(10, 30, 12) == 25 * HOUR


def test_a_waking_night_in_which_clocks_change_has_its_real_hours() -> None:
    by_day = Quiet(9 * 60, 17 * 60, "Europe/Berlin")
    assert by_day.awake_after(berlin(3, 27, 20), 11 * HOUR) == berlin(3, 28, 8)
    assert by_day.awake_after(berlin(10, 30, 20), 11 * HOUR) == berlin(10, 31, 6)


moments = st.integers(0, 365 * 24 * 60).map(lambda minute: tomsk(1, 0) + minute * MINUTE)
zones = st.sampled_from(["Asia/Tomsk", "Europe/Berlin", "America/New_York"])
quiets = st.builds(
    lambda span, zone: Quiet(span[0], span[1], zone),
    st.sampled_from([(1260, 540), (1380, 420), (540, 1020), (0, 0)]),
    zones,
)


@settings(max_examples=40)
@given(moments, quiets, st.sampled_from([30, 180, 720, 1440]))
def test_exactly_so_many_waking_minutes_pass(now: datetime, quiet: Quiet, minutes: int) -> None:
    end = quiet.awake_after(now, minutes * MINUTE)
    passed = range(int((end - now) / MINUTE))
    assert sum(not quiet.covers(now + minute * MINUTE) for minute in passed) == minutes


@given(moments, quiets, st.integers(1, 20 * 24 * 60), st.integers(0, 600))
def test_it_is_told_before_it_ends_and_never_rings_in_vain(now: datetime, quiet: Quiet, left: int, early: int) -> None:
    starts = now + left * MINUTE
    last = last_moment(starts, starts - early * MINUTE)
    if now >= last:
        return
    ends = answer_until(now, starts, last, quiet)
    told = tell_at(now, starts, ends, quiet)
    assert now <= told < ends <= last
    if told > now:
        assert quiet.covers(now) and not quiet.covers(told)
        assert ends - told >= SHORTEST
