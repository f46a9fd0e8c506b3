"""What becomes of an outbox row after an attempt to deliver it: see docs/decisions/0003-delivery.md."""

from dataclasses import dataclass
from datetime import datetime, timedelta

UNKNOWN_PAUSE = timedelta(minutes=1)
UNKNOWN_RETRIES = 1
_SAFE_STEPS = (2, 5, 15, 60, 300)


@dataclass(frozen=True)
class Next:
    """`state` is 'pending' (again at `due_at`) or an end state."""

    state: str
    due_at: datetime


def after_unsent(attempts: int, now: datetime) -> Next:
    """It surely was not sent: again and again, ever slower, until its deadline."""
    step = _SAFE_STEPS[min(attempts, len(_SAFE_STEPS)) - 1]
    return Next("pending", now + timedelta(seconds=step))


def after_unknown(unknowns: int, repeatable: bool, now: datetime) -> Next:
    """It may have been sent: once more after a minute where a second copy does no harm, else it ends as unknown."""
    if repeatable and unknowns <= UNKNOWN_RETRIES:
        return Next("pending", now + UNKNOWN_PAUSE)
    return Next("unknown", now)
