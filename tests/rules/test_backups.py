"""When a copy is due, and when it has lived long enough."""

from datetime import UTC, datetime, timedelta

import pytest

from db.rules.backups import due, expired, last_night
from db.rules.retention import BACKUP_DAYS

TOMSK, BERLIN = "Asia/Tomsk", "Europe/Berlin"
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
NIGHT = datetime(2026, 11, 24, 20, 30, tzinfo=UTC)  # the 25th in Tomsk, 03:30


@pytest.mark.parametrize(
    ("now", "zone", "night"),
    [
        (NIGHT, TOMSK, NIGHT),
        (NIGHT - MINUTE, TOMSK, NIGHT - DAY),
        (NIGHT + DAY - MINUTE, TOMSK, NIGHT),
        # Berlin's clocks skip 02:00-03:00 on 2027-03-28 and show it twice on 2027-10-31
        (datetime(2027, 3, 28, 1, 29, tzinfo=UTC), BERLIN, datetime(2027, 3, 27, 2, 30, tzinfo=UTC)),
        (datetime(2027, 3, 28, 1, 30, tzinfo=UTC), BERLIN, datetime(2027, 3, 28, 1, 30, tzinfo=UTC)),
        (datetime(2027, 10, 31, 2, 29, tzinfo=UTC), BERLIN, datetime(2027, 10, 30, 1, 30, tzinfo=UTC)),
        (datetime(2027, 10, 31, 2, 30, tzinfo=UTC), BERLIN, datetime(2027, 10, 31, 2, 30, tzinfo=UTC)),
    ],
)
def test_the_last_night(now: datetime, zone: str, night: datetime) -> None:
    assert last_night(now, zone) == night


def test_one_a_night() -> None:
    assert due([], NIGHT, TOMSK)
    assert due([NIGHT - MINUTE], NIGHT, TOMSK)
    assert not due([NIGHT - DAY, NIGHT], NIGHT, TOMSK)
    assert not due([NIGHT + MINUTE], NIGHT + DAY - MINUTE, TOMSK)
    assert due([NIGHT + MINUTE], NIGHT + DAY, TOMSK)


def test_a_night_that_was_missed_is_made_up_for_at_once() -> None:
    assert due([NIGHT - DAY], NIGHT + 9 * HOUR, TOMSK)


def test_a_copy_from_the_future_is_none() -> None:
    """The clock was wrong once: without this no copy would be made until that day."""
    assert due([NIGHT + 365 * DAY], NIGHT + HOUR, TOMSK)


def test_no_copy_outlives_what_was_promised() -> None:
    assert not expired(NIGHT, BACKUP_DAYS, NIGHT + 30 * DAY - MINUTE)
    assert expired(NIGHT, BACKUP_DAYS, NIGHT + 30 * DAY)
    assert not expired(NIGHT + 365 * DAY, BACKUP_DAYS, NIGHT)
