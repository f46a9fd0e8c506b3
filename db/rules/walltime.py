"""Wall time and moments. An event is kept as its wall time and zone; the moment is computed."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

USUAL_LENGTH = timedelta(hours=3)  # of an event that does not say when it ends


def moment(local: str, zone: str) -> datetime:
    """The moment at which clocks of `zone` show `local` (2027-03-21T12:00).

    A time that the clocks skip is taken as if they had not, so it comes out later; of one shown twice, the first.
    """
    return datetime.fromisoformat(local).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


def midnight(now: datetime, zone: str) -> datetime:
    """When the day of `now` began on the clocks of `zone`."""
    return now.astimezone(ZoneInfo(zone)).replace(hour=0, minute=0, second=0, microsecond=0, fold=0).astimezone(UTC)
