"""How full an event is, and one's own part in it."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, Row, bindparam, func, select
from sqlalchemy.sql.elements import ColumnElement

from db.rules.seats import NOBODY, Party, free
from db.tables import events, people, signups


@dataclass(frozen=True)
class Mine:
    """One's own signup at an event."""

    id: int
    event_id: int
    state: str
    party: Party
    held: Party
    held_until: datetime | None
    wanted: Party  # the whole party while part of it waits, else NOBODY
    offered: Party
    offered_until: datetime | None
    together: bool
    queue_number: int | None
    code: int
    confirmed: bool
    calendar: int  # how many files for the calendar of their phone were given

    @property
    def active(self) -> bool:
        return self.state == "active"

    @property
    def waiting(self) -> bool:
        """In the queue, for all of the party or for a part of it."""
        return self.queue_number is not None

    def wrong_in_calendar(self, event_state: str) -> bool:
        """Whether a file was given, and what it tells their phone is true no more."""
        return self.calendar > 0 and not (self.active and event_state == "published")

    def offer(self, now: datetime) -> Party:
        """What is held for them until they answer."""
        return self.offered if self.offered_until is not None and now < self.offered_until else NOBODY

    def returnable(self, now: datetime) -> Party:
        """What is still kept for them to take back."""
        return self.held if self.held_until is not None and now < self.held_until else NOBODY


@dataclass(frozen=True)
class Places:
    """How full an event is, and one's own part in it.

    `free` is what someone may take who is not in the queue: nothing while others wait for an offer; None: as many as
    come.
    """

    free: int | None
    mine: Mine | None


def seats_taken(now: datetime | ColumnElement[datetime]) -> ColumnElement[int]:
    """Places of a signup row that nobody else can have at `now`: those coming, those still held, those offered."""
    held = signups.c.held_adults + signups.c.held_children
    offered = signups.c.offered_adults + signups.c.offered_children
    return (
        signups.c.adults
        + signups.c.children
        + func.iif(signups.c.held_until > now, held, 0)
        + func.iif(signups.c.offered_until > now, offered, 0)
    )


def waited_for(event_id: int | ColumnElement[int]) -> ColumnElement[bool]:
    """Whether somebody who can be reached waits for places that they are not offered yet."""
    promised = signups.c.adults + signups.c.children + signups.c.offered_adults + signups.c.offered_children
    hungry = signups.c.wanted_adults + signups.c.wanted_children > promised
    one = select(signups.c.id).join(people)
    in_line = (signups.c.event_id == event_id, signups.c.queue_number.is_not(None), people.c.reachable)
    return one.where(*in_line, hungry).exists()


_TAKEN_AND_MINE = select(
    events.c.capacity,
    select(func.coalesce(func.sum(seats_taken(bindparam("now", type_=signups.c.held_until.type))), 0))
    .where(signups.c.event_id == events.c.id)
    .scalar_subquery()
    .label("taken"),
    waited_for(bindparam("event_id")).label("waited_for"),
).where(events.c.id == bindparam("event_id"))
_MINE = select(signups).where(
    signups.c.event_id == bindparam("event_id"), signups.c.person_id == bindparam("person_id")
)


def places(conn: Connection, event_id: int, person_id: int, now: datetime) -> Places:
    """What a card shows beside the event itself."""
    keys = {"event_id": event_id, "person_id": person_id, "now": now}
    seats = conn.execute(_TAKEN_AND_MINE, keys).one_or_none()
    if seats is None:
        return Places(None, None)
    left = 0 if seats.waited_for else free(seats.capacity, seats.taken)
    return Places(left, mine(conn, event_id, person_id))


def mine(conn: Connection, event_id: int, person_id: int) -> Mine | None:
    row = conn.execute(_MINE, {"event_id": event_id, "person_id": person_id}).one_or_none()
    return None if row is None else as_mine(row)


def as_mine(row: Row[tuple[object, ...]]) -> Mine:
    known = row._mapping
    return Mine(
        id=known["id"],
        event_id=known["event_id"],
        state=known["state"],
        party=Party(known["adults"], known["children"]),
        held=Party(known["held_adults"], known["held_children"]),
        held_until=known["held_until"],
        wanted=Party(known["wanted_adults"], known["wanted_children"]),
        offered=Party(known["offered_adults"], known["offered_children"]),
        offered_until=known["offered_until"],
        together=known["together"],
        queue_number=known["queue_number"],
        code=known["code"],
        confirmed=known["confirmed_at"] is not None,
        calendar=known["calendar"],
    )
