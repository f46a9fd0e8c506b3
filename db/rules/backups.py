"""When a copy of the database is made, and how long it lives: pure dates."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from db.rules.walltime import moment

NIGHT = "03:30"  # on the clocks of the bot's zone
DAY = timedelta(days=1)


def last_night(now: datetime, zone: str) -> datetime:
    """The last NIGHT that has come."""
    today = now.astimezone(ZoneInfo(zone)).date()
    tonight = moment(f"{today}T{NIGHT}", zone)
    return tonight if tonight <= now else moment(f"{today - DAY}T{NIGHT}", zone)


def due(made: Iterable[datetime], now: datetime, zone: str) -> bool:
    """Whether there is none since last night. A copy dated later than now, by a wrong clock, is not counted."""
    since = last_night(now, zone)
    return not any(since <= at <= now for at in made)


def expired(made_at: datetime, days: int, now: datetime) -> bool:
    """Whoever erased their data was promised that no copy holds them longer: the last copy goes as well."""
    return now - made_at >= days * DAY
