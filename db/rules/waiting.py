"""The queue of a full event: who is offered what is free, how long they may think, when it is over."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from db.rules.quiet import Quiet
from db.rules.seats import Party

PASSES = 2  # how often a smaller party may go before one that waits for places for all of it
KEPT_UNTIL = timedelta(hours=24)  # before the start: until then, places are kept for one who was passed so often
ENDS_BEFORE = timedelta(minutes=15)  # of the start: the last moment of any offer
AT_NIGHT = timedelta(hours=12)  # an event that near is worth a silent message in the quiet hours
SHORTEST = timedelta(minutes=30)
_TO_ANSWER = (
    (timedelta(days=7), timedelta(hours=24)),
    (timedelta(days=2), timedelta(hours=12)),
    (timedelta(hours=6), timedelta(hours=3)),
)


@dataclass(frozen=True)
class Entry:
    """One party in the queue: what it wants in all, what it has of it, what it is offered now."""

    id: int
    wanted: Party
    taken: Party
    offered: Party
    together: bool
    passed: int

    @property
    def missing(self) -> int:
        """Places it is neither given nor offered yet."""
        return self.wanted.size - self.taken.size - self.offered.size

    def part(self, size: int) -> Party:
        """So many of those who have no place yet, adults first."""
        adults = min(size, self.wanted.adults - self.taken.adults)
        return Party(adults, size - adults)


def allot(line: Sequence[Entry], free: int | None, capacity: int | None, *, keep: bool) -> Mapping[int, Party]:
    """What is to be offered now, by entry: the whole of each new or grown offer.

    `line` is in order and holds only those who can be reached. The first takes what is free, all or a part. One that
    waits for all its places together is passed over, at most PASSES times, offers still open counted; after that
    what is free is kept for it while `keep`, unless it could not fit even into an empty hall.
    """
    found: dict[int, Party] = {}
    passing: list[int] = []  # for each one passed over: how often it would have been, if all open offers are taken
    for at, entry in enumerate(line):
        if free is not None and free <= 0:
            break
        room = entry.missing if free is None else min(free, entry.missing)
        if entry.together and room < entry.missing:
            if capacity is None or entry.wanted.size <= capacity:
                passing.append(entry.passed + sum(other.offered.size > 0 for other in line[at + 1 :]))
        elif keep and any(times >= PASSES for times in passing):
            break
        elif room:
            found[entry.id] = entry.part(entry.offered.size + room)
            passing = [times + (entry.offered.size == 0) for times in passing]
            free = None if free is None else free - room
    return found


def passed_by(line: Sequence[Entry], taker: int) -> Iterator[int]:
    """Those before `taker` who still wait for all their places together: it goes before them."""
    for entry in line:
        if entry.id == taker:
            return
        if entry.together and entry.missing:
            yield entry.id


def last_moment(starts_at: datetime, closes_at: datetime) -> datetime:
    """When the queue is over: nothing is offered or held beyond it."""
    return min(closes_at, starts_at - ENDS_BEFORE)


def answer_until(now: datetime, starts_at: datetime, last: datetime, quiet: Quiet) -> datetime:
    """Until when an offer made now is held: waking hours, the fewer the nearer the start."""
    left = starts_at - now
    for over, span in _TO_ANSWER:
        if left > over:
            return min(last, quiet.awake_after(now, span))
    return min(last, now + SHORTEST)


def tell_at(now: datetime, starts_at: datetime, until: datetime, quiet: Quiet) -> datetime:
    """When an offer may be told: after the quiet hours, or at once where that would be too late."""
    morning = quiet.ends_after(now)
    if starts_at - now <= AT_NIGHT or morning + SHORTEST > until:
        return now
    return morning
