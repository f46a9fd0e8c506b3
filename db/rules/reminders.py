"""When a signup is reminded of: pure planning, so that every rule can be read and tested in one place."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from db.rules.quiet import Quiet

EVENING = "evening"
HOURS = "hours"
EVENING_AT = time(18, 0)
HOURS_BEFORE = timedelta(hours=2)
LAST_USEFUL = timedelta(minutes=30)


@dataclass(frozen=True)
class Wishes:
    """What the person chose in the settings."""

    evening: bool
    hours: bool
    quiet: Quiet


@dataclass(frozen=True)
class Planned:
    slot: str
    due_at: datetime
    deadline: datetime


def plan(starts_at: datetime, zone: str, signed_at: datetime, wishes: Wishes) -> tuple[Planned, ...]:
    """The reminders of one signup, earliest first.

    The day before at 18:00 of the event's zone and two hours before. Nobody is woken: an evening one moves before the
    quiet hours; a two-hour one inside them is carried by the evening's, or, where there is none to come, moves to
    the last half hour before the quiet hours or to their end. What would be due before the signup is not planned.
    """
    found = [*_evening(starts_at, zone, wishes)]
    found = [one for one in found if one.due_at > signed_at]
    found += [one for one in _hours(starts_at, signed_at, wishes, bool(found)) if one.due_at > signed_at]
    return tuple(found)


def _evening(starts_at: datetime, zone: str, wishes: Wishes) -> Iterator[Planned]:
    if not wishes.evening:
        return
    local = starts_at.astimezone(ZoneInfo(zone))
    day_before = local.date() - timedelta(days=1)
    due = datetime.combine(day_before, EVENING_AT, tzinfo=local.tzinfo).astimezone(starts_at.tzinfo)
    if wishes.quiet.covers(due):
        due = wishes.quiet.before(due)
    yield Planned(EVENING, due, starts_at - HOURS_BEFORE)


def _hours(starts_at: datetime, signed_at: datetime, wishes: Wishes, evening_comes: bool) -> Iterator[Planned]:
    if not wishes.hours:
        return
    due = starts_at - HOURS_BEFORE
    if not wishes.quiet.covers(due):
        yield Planned(HOURS, due, starts_at)
        return
    if evening_comes:
        return
    earlier, later = wishes.quiet.before(due), wishes.quiet.ends_after(due)
    if earlier > signed_at:
        yield Planned(HOURS, earlier, starts_at)
    elif later <= starts_at - LAST_USEFUL:
        yield Planned(HOURS, later, starts_at)
