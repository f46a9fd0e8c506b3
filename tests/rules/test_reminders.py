"""When a signup is reminded of: each branch by its example, and what may never happen for any signup."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import example, given, settings
from hypothesis import strategies as st

from db.rules.quiet import Quiet
from db.rules.reminders import EVENING, HOURS, HOURS_BEFORE, Wishes, plan

ZONE = "Asia/Tomsk"
NIGHT = Quiet(21 * 60, 9 * 60, ZONE)
DAY = Quiet(9 * 60, 19 * 60, ZONE)


def tomsk(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2027, 3, day, hour, minute, tzinfo=ZoneInfo(ZONE)).astimezone(UTC)


NOON = tomsk(21, 12)
EARLY = tomsk(21, 10)
LONG_AGO = tomsk(1, 12)


def wishes(evening: bool = True, hours: bool = True, quiet: Quiet = NIGHT) -> Wishes:
    return Wishes(evening, hours, quiet)


def planned(starts: datetime, signed: datetime, wish: Wishes) -> list[tuple[str, datetime]]:
    return [(one.slot, one.due_at) for one in plan(starts, ZONE, signed, wish)]


def test_the_day_before_at_six_and_two_hours_before() -> None:
    both = plan(NOON, ZONE, LONG_AGO, wishes())
    assert [(one.slot, one.due_at, one.deadline) for one in both] == [
        (EVENING, tomsk(20, 18), NOON - HOURS_BEFORE),
        (HOURS, tomsk(21, 10), NOON),
    ]


def test_each_can_be_turned_off() -> None:
    assert planned(NOON, LONG_AGO, wishes(evening=False)) == [(HOURS, tomsk(21, 10))]
    assert planned(NOON, LONG_AGO, wishes(hours=False)) == [(EVENING, tomsk(20, 18))]
    assert planned(NOON, LONG_AGO, wishes(evening=False, hours=False)) == []


def test_what_was_due_before_the_signup_is_not_planned() -> None:
    assert planned(NOON, tomsk(20, 18), wishes()) == [(HOURS, tomsk(21, 10))]
    assert planned(NOON, tomsk(21, 10), wishes()) == []
    assert planned(NOON, tomsk(21, 11), wishes()) == []


def test_two_hours_before_in_the_night_is_carried_by_the_evening() -> None:
    assert planned(EARLY, LONG_AGO, wishes()) == [(EVENING, tomsk(20, 18))]


def test_without_an_evening_one_it_comes_half_an_hour_before_the_night() -> None:
    assert planned(EARLY, LONG_AGO, wishes(evening=False)) == [(HOURS, tomsk(20, 20, 30))]


def test_signed_up_in_the_evening_it_comes_before_the_night_all_the_same() -> None:
    assert planned(EARLY, tomsk(20, 19), wishes()) == [(HOURS, tomsk(20, 20, 30))]


def test_signed_up_at_night_it_comes_when_the_night_is_over() -> None:
    assert planned(EARLY, tomsk(20, 23), wishes()) == [(HOURS, tomsk(21, 9))]


def test_when_the_night_ends_too_late_to_help_nobody_is_woken() -> None:
    assert planned(tomsk(21, 9, 29), tomsk(20, 23), wishes()) == []
    assert planned(tomsk(21, 9, 30), tomsk(20, 23), wishes()) == [(HOURS, tomsk(21, 9))]


def test_an_evening_one_inside_the_persons_own_quiet_hours_moves_before_them() -> None:
    found = planned(tomsk(21, 22), LONG_AGO, wishes(quiet=DAY))
    assert found == [(EVENING, tomsk(20, 8, 30)), (HOURS, tomsk(21, 20))]


def test_the_evening_is_that_of_the_events_zone_the_night_that_of_the_person() -> None:
    far = Quiet(21 * 60, 9 * 60, "Asia/Vladivostok")  # 18:00 in Tomsk is 21:00 there
    assert planned(NOON, LONG_AGO, wishes(quiet=far)) == [(EVENING, tomsk(20, 17, 30)), (HOURS, tomsk(21, 10))]


def test_just_after_midnight_the_day_before_is_yesterday() -> None:
    assert planned(tomsk(21, 0, 30), LONG_AGO, wishes()) == [(EVENING, tomsk(20, 18))]


spans = st.sampled_from([(1260, 540), (1380, 420), (540, 1020), (480, 960), (0, 0), (1020, 600)])
zones = st.sampled_from(["Asia/Tomsk", "Europe/Berlin", "Asia/Vladivostok", "America/New_York"])
moments = st.integers(0, 365 * 24 * 60).map(lambda minute: NOON + timedelta(minutes=minute))


@settings(max_examples=500, deadline=None, database=None)
@given(moments, st.integers(-60, 60 * 24 * 4), zones, zones, spans, st.booleans(), st.booleans())
@example(EARLY, 60 * 11, ZONE, ZONE, (1260, 540), True, True)
def test_never_before_the_signup_never_at_night_never_too_late(
    starts: datetime, minutes: int, zone: str, own: str, span: tuple[int, int], evening: bool, hours: bool
) -> None:
    signed, quiet = starts - timedelta(minutes=minutes), Quiet(*span, own)
    found = plan(starts, zone, signed, Wishes(evening, hours, quiet))
    assert len({one.slot for one in found}) == len(found) <= 2
    assert list(found) == sorted(found, key=lambda one: one.due_at)
    for one in found:
        assert signed < one.due_at < one.deadline <= starts
        assert not quiet.covers(one.due_at)
        assert evening if one.slot == EVENING else hours


@settings(max_examples=300, deadline=None, database=None)
@given(moments, zones, spans)
def test_whoever_signed_up_long_ago_and_wants_both_is_always_reminded(
    starts: datetime, zone: str, span: tuple[int, int]
) -> None:
    assert plan(starts, zone, starts - timedelta(days=30), Wishes(True, True, Quiet(*span, zone)))
