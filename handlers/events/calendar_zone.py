"""A time zone in the words of RFC 5545, so that a phone needs no list of zones to show the right time."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from icalendar import Timezone, TimezoneDaylight, TimezoneStandard

A_DAY = 24 * 60  # minutes


def timezone(name: str, since: datetime, until: datetime) -> Timezone:
    """Right for every moment from `since` to `until`.

    By hand, since `Timezone.from_tzinfo` of icalendar begins summer time an hour late: it takes the time after the
    change, where the RFC asks for the time at which the clocks are changed.
    """
    made, zone = Timezone(), ZoneInfo(name)
    made.add("tzid", name)
    for at, before in _onsets(zone, since, until):
        local = at.astimezone(zone)
        part = TimezoneDaylight() if local.dst() else TimezoneStandard()
        part.add("dtstart", (at.astimezone(UTC) + before).replace(tzinfo=None))
        part.TZOFFSETFROM, part.TZOFFSETTO = before, _offset(local, zone)
        part.add("tzname", local.tzname())
        made.add_component(part)
    return made


def _offset(at: datetime, zone: ZoneInfo) -> timedelta:
    return at.astimezone(zone).utcoffset() or timedelta()


def _onsets(zone: ZoneInfo, since: datetime, until: datetime) -> Iterator[tuple[datetime, timedelta]]:
    """The moments from which an offset holds, to the minute, each with the offset before it."""

    def offset(minute: int) -> timedelta:
        return _offset(since + timedelta(minutes=minute), zone)

    yield since, offset(0)
    for day in range(0, (until - since) // timedelta(minutes=1), A_DAY):
        before = offset(day)
        if offset(day + A_DAY) != before:
            changed = next(minute for minute in range(day, day + A_DAY + 1) if offset(minute) != before)
            yield since + timedelta(minutes=changed), before
