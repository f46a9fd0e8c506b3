"""A signup as it stands, with all that its screens say about it."""

from dataclasses import dataclass
from datetime import datetime
from statistics import median

from sqlalchemy import Connection, Row, bindparam, func, or_, select

from db import reminders
from db.places import Mine, mine
from db.rules.refusals import Gone
from db.rules.seats import overlap
from db.seating import unlocked
from db.tables import event_sums, events, people, signups

PAST_EVENTS = 10  # looked at for what usually becomes free
ENOUGH_EVENTS = 3  # fewer tell nothing


@dataclass(frozen=True)
class Line:
    """One's place in the queue, 1 for the first, and how many places usually become free (None: not known yet)."""

    position: int
    usually: int | None


@dataclass(frozen=True)
class Signed:
    """A signup as it stands; `new` tells whether this very press made it. `clashes` are other events at that time."""

    mine: Mine
    new: bool
    clashes: tuple[int, ...]
    reminders: tuple[tuple[str, datetime], ...]
    line: Line | None = None


def as_it_stands(
    conn: Connection, event: Row[tuple[object, ...]], person_id: int, now: datetime, *, new: bool
) -> Signed:
    """Raises Gone where the person has no signup for this event."""
    known = event._mapping
    found = mine(conn, known["id"], person_id)
    if found is None:
        raise Gone
    line = Line(_position(conn, found), _usually(conn, now)) if found.waiting else None
    return Signed(found, new, clashes(conn, event, person_id), reminders.pending(conn, found.id), line)


@dataclass(frozen=True)
class Told:
    """What a message about a signup needs: its reader, and the signup as it stands now."""

    user_id: int
    language: str | None
    signed: Signed


def told(conn: Connection, signup_id: int, now: datetime) -> Told | None:
    """None where there is no such signup any more."""
    reader = conn.execute(
        select(people.c.channel_user_id, people.c.language, signups.c.person_id, signups.c.event_id)
        .select_from(signups.join(people))
        .where(signups.c.id == signup_id)
    ).one_or_none()
    if reader is None:
        return None
    event = unlocked(conn, reader.event_id)
    return Told(reader.channel_user_id, reader.language, as_it_stands(conn, event, reader.person_id, now, new=False))


_AHEAD = (
    select(func.count())
    .select_from(signups.join(people))
    .where(
        signups.c.event_id == bindparam("event"),
        signups.c.queue_number < bindparam("number"),
        people.c.reachable,
    )
)


def _position(conn: Connection, own: Mine) -> int:
    """Those ahead who cannot be reached are not counted: they are passed over until they are back."""
    return 1 + (conn.scalar(_AHEAD, {"event": own.event_id, "number": own.queue_number}) or 0)


_GIVEN_UP = select(func.coalesce(func.sum(signups.c.given_up), 0)).where(signups.c.event_id == events.c.id)
_PAST = (
    select(_GIVEN_UP.scalar_subquery() + func.coalesce(event_sums.c.given_up, 0))
    .select_from(events.outerjoin(event_sums))
    .where(events.c.ends_at < bindparam("now"), events.c.capacity.is_not(None), events.c.state == "published")
    .where(or_(event_sums.c.signups > 0, select(signups.c.id).where(signups.c.event_id == events.c.id).exists()))
    .order_by(events.c.starts_at.desc())
    .limit(PAST_EVENTS)
)


def _usually(conn: Connection, now: datetime) -> int | None:
    """The median of places given away again at the last events with a limit."""
    found = conn.scalars(_PAST, {"now": now}).all()
    return round(median(found)) if len(found) >= ENOUGH_EVENTS else None


_OTHERS = (
    select(events.c.id, events.c.starts_at, events.c.ends_at)
    .join(signups)
    .where(
        signups.c.person_id == bindparam("person"),
        signups.c.state == "active",
        events.c.id != bindparam("event"),
        events.c.state == "published",
    )
)


def clashes(conn: Connection, event: Row[tuple[object, ...]], person_id: int) -> tuple[int, ...]:
    """The other events at that time for which the person is signed up."""
    known = event._mapping
    others = conn.execute(_OTHERS, {"person": person_id, "event": known["id"]})
    return tuple(row.id for row in others if overlap(known["starts_at"], known["ends_at"], row.starts_at, row.ends_at))
