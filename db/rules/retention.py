"""How long what is kept: pure dates. Months are those of the calendar."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import datetime, timedelta

SIGNUPS_MOST = 60  # days after the event: what people agree to
BACKUP_DAYS = 30  # a copy of the database lives no longer: that is promised to whoever erases their data
MISTAKES = timedelta(days=60)  # a report of a bad translation: long enough to mend it
NOTICE = timedelta(days=30)  # between the warning and the removal
DAY = timedelta(days=1)


@dataclass(frozen=True)
class Keep:
    """What the settings say (KEEP_…)."""

    signups_days: int = SIGNUPS_MOST
    inactive_months: int = 12
    unreachable_months: int = 6

    @property
    def signups(self) -> timedelta:
        """After the end of the event."""
        return timedelta(days=self.signups_days)


USUAL = Keep()


def months_later(moment: datetime, months: int) -> datetime:
    """The same day and time that many months on; the last day of a month that is too short for it."""
    year, month = divmod(moment.year * 12 + moment.month - 1 + months, 12)
    return moment.replace(year=year, month=month + 1, day=min(moment.day, monthrange(year, month + 1)[1]))


def silence_ends(seen_at: datetime, keep: Keep) -> datetime:
    """From when on a person last seen on that day counts as inactive."""
    return months_later(seen_at + DAY, keep.inactive_months)


def warning_due(seen_at: datetime, keep: Keep) -> datetime:
    return silence_ends(seen_at, keep) - NOTICE


def removal_due(seen_at: datetime, warned_at: datetime, keep: Keep) -> datetime:
    """When the silent one goes: never sooner than NOTICE after they were told."""
    return max(silence_ends(seen_at, keep), warned_at + NOTICE)


def lost_for_good(unreachable_since: datetime, keep: Keep) -> datetime:
    """When one who cannot be reached goes; there is no way to tell them."""
    return months_later(unreachable_since, keep.unreachable_months)


def none_before(now: datetime, months: int) -> datetime:
    """Nobody seen or lost after this moment has any of those dates behind them: narrows what a query looks at."""
    return now + NOTICE - timedelta(days=28 * months)
