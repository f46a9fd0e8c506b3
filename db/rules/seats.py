"""Places at an event: how many are free, and who may take them."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from db.rules.refusals import BadParty, Cancelled, Closed, Full

HOLD = timedelta(minutes=10)
HOLD_SHORT = timedelta(minutes=2)
SHORT_BEFORE = timedelta(hours=3)


@dataclass(frozen=True)
class Party:
    """How many come. Where the event does not ask for children apart, everybody is counted in `adults`."""

    adults: int
    children: int = 0

    @property
    def size(self) -> int:
        return self.adults + self.children


NOBODY = Party(0, 0)


def free(capacity: int | None, taken: int) -> int | None:
    """Free places, never negative; None: as many as come."""
    return None if capacity is None else max(0, capacity - taken)


def check_open(state: str, closes_at: datetime, now: datetime) -> None:
    if state != "published":
        raise Cancelled
    if now >= closes_at:
        raise Closed(closes_at)


def check_party(party: Party, largest: int, ask_children: bool) -> None:
    """At least one adult where children are counted apart; nobody brings more than `largest`."""
    wrong_children = party.children < 0 or (party.children > 0 and not ask_children)
    if party.adults < 1 or wrong_children or party.size > largest:
        raise BadParty(largest)


def check_room(party: Party, room: int | None) -> None:
    if room is not None and party.size > room:
        raise Full(room)


def hold_until(now: datetime, starts_at: datetime) -> datetime:
    """Until when places given back are kept for the one who gave them, should they change their mind."""
    return now + (HOLD_SHORT if starts_at - now <= SHORT_BEFORE else HOLD)


def overlap(starts: datetime, ends: datetime, other_starts: datetime, other_ends: datetime) -> bool:
    """Whether two events share a moment; touching ends do not."""
    return starts < other_ends and other_starts < ends
