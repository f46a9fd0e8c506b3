"""Reminders as outbox rows: planned with the signup, moved with the person's wishes, withdrawn when they leave."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, Row, and_, bindparam, or_, select, update

from db import outbox as rows
from db.people import Person
from db.places import Mine, as_mine
from db.rules.quiet import Quiet
from db.rules.reminders import EVENING, HOURS, HOURS_BEFORE, Planned, Wishes, plan
from db.tables import drafts, events, outbox, people, signups

KINDS = (EVENING, HOURS)
FORM_PATIENCE = timedelta(minutes=10)


@dataclass(frozen=True)
class Due:
    """What a reminder needs to be said: to whom, of what, and whether it stands for the two-hour one as well."""

    user_id: int
    language: str | None
    mine: Mine
    carries_hours: bool


_PLANNED_FOR = (
    select(
        *(events.c.starts_at, events.c.zone, signups.c.id, signups.c.state, signups.c.created_at),
        *(people.c.remind_evening, people.c.remind_hours),
        *(people.c.quiet_from, people.c.quiet_to, people.c.zone.label("own_zone")),
    )
    .select_from(signups.join(events).join(people))
    .where(signups.c.person_id == bindparam("person"), signups.c.event_id == bindparam("event"))
)


def schedule(conn: Connection, person_id: int, event_id: int, now: datetime) -> None:
    """Plan the reminders of one signup anew: what is wanted no more is withdrawn, what was sent stays sent."""
    found = conn.execute(_PLANNED_FOR, {"person": person_id, "event": event_id}).one()
    begun = _begun(conn, found.id, now)
    withdraw(conn, found.id, person_id)
    if found.state != "active":
        return
    wishes = Wishes(found.remind_evening, found.remind_hours, Quiet(found.quiet_from, found.quiet_to, found.own_zone))
    since = found.created_at if EVENING in begun else now  # an evening one that came still stands for the other
    planned = plan(found.starts_at, found.zone, since, wishes)
    due = [one for one in planned if one.due_at > now or one.slot in begun]
    _put(conn, found.id, person_id, due, found.starts_at)


def begin(
    conn: Connection, signup_id: int, person: Person, event: Row[tuple[object, ...]], now: datetime
) -> tuple[tuple[str, datetime], ...]:
    """Plan those of a signup made this moment, for which there never were any; gives them as `pending` would."""
    known = event._mapping
    planned = plan(known["starts_at"], known["zone"], now, person.wishes)
    _put(conn, signup_id, person.id, planned, known["starts_at"])
    return tuple((one.slot, one.due_at) for one in planned)


def schedule_all(conn: Connection, event_id: int, now: datetime) -> None:
    """The same for everybody who comes, after the event has moved."""
    coming = select(signups.c.person_id).where(signups.c.event_id == event_id, signups.c.state == "active")
    for person_id in conn.scalars(coming).all():
        schedule(conn, person_id, event_id, now)


_BEGUN = select(outbox.c.kind).where(
    outbox.c.subject_id == bindparam("signup"),
    outbox.c.kind.in_(KINDS),
    or_(
        outbox.c.state.in_(("sent", "sending")),
        and_(outbox.c.state == "pending", outbox.c.due_at <= bindparam("now")),
    ),
)


def _begun(conn: Connection, signup_id: int, now: datetime) -> frozenset[str]:
    """The kinds whose moment has come: sent, or due and still waiting to be sent."""
    return frozenset(conn.scalars(_BEGUN, {"signup": signup_id, "now": now}))


def _put(conn: Connection, signup_id: int, person_id: int, planned: Iterable[Planned], starts_at: datetime) -> None:
    slot = f"{starts_at:%Y-%m-%dT%H:%MZ}"  # an event that moves gets its reminders again
    rows.put_all(
        conn, [rows.message(one.slot, signup_id, person_id, slot, one.due_at, one.deadline) for one in planned]
    )


def withdraw(conn: Connection, signup_id: int, person_id: int) -> None:
    for kind in KINDS:
        rows.cancel(conn, kind, signup_id, person_id)


def wish(
    conn: Connection, person_id: int, now: datetime, *, evening: bool, hours: bool, quiet: tuple[int, int]
) -> None:
    """Change when the person wants to be reminded, for everything they are signed up for."""
    conn.execute(
        update(people)
        .where(people.c.id == person_id)
        .values(remind_evening=evening, remind_hours=hours, quiet_from=quiet[0], quiet_to=quiet[1])
    )
    coming = (
        select(signups.c.event_id)
        .join(events)
        .where(signups.c.person_id == person_id, signups.c.state == "active", events.c.starts_at > now)
    )
    for event_id in conn.scalars(coming).all():
        schedule(conn, person_id, event_id, now)


def due(conn: Connection, signup_id: int, now: datetime) -> Due | str:
    """What to remind of, or in a few words why there is nothing to remind of any more."""
    row = conn.execute(
        select(signups, people.c.channel_user_id, people.c.language, events.c.state.label("event_state"))
        .add_columns(events.c.starts_at, people.c.quiet_from, people.c.quiet_to, people.c.zone, people.c.remind_hours)
        .select_from(signups.join(people).join(events))
        .where(signups.c.id == signup_id)
    ).one_or_none()
    if row is None or row.state != "active":
        return "not signed up any more"
    if row.event_state != "published" or row.starts_at <= now:
        return "the event is over or does not take place"
    quiet = Quiet(row.quiet_from, row.quiet_to, row.zone)
    early = row.remind_hours and quiet.covers(row.starts_at - HOURS_BEFORE)
    return Due(row.channel_user_id, row.language, as_mine(row), early)


@dataclass(frozen=True)
class Timing:
    """`later`: come back then instead; `silent`: it cannot wait, but must not ring."""

    later: datetime | None
    silent: bool


def timing(conn: Connection, row: rows.Row, now: datetime) -> Timing:
    """A late reminder waits for the end of the quiet hours, a form being filled for at most ten minutes; neither
    waits past the deadline: what cannot wait is sent without a sound."""
    person = conn.execute(
        select(people.c.quiet_from, people.c.quiet_to, people.c.zone, drafts.c.updated_at)
        .select_from(people.outerjoin(drafts))
        .where(people.c.id == row.person_id)
    ).one()
    awake = Quiet(person.quiet_from, person.quiet_to, person.zone).ends_after(now)
    if awake > now:
        return Timing(awake if awake < row.deadline else None, silent=True)
    if person.updated_at is None or now - person.updated_at >= FORM_PATIENCE:
        return Timing(None, silent=False)
    later = row.planned_at + FORM_PATIENCE
    return Timing(later if now < later < row.deadline else None, silent=False)


_PENDING = (
    select(outbox.c.kind, outbox.c.due_at)
    .where(
        outbox.c.subject_id == bindparam("signup"),
        or_(*(outbox.c.kind == kind for kind in KINDS)),
        outbox.c.state == "pending",
    )
    .order_by(outbox.c.due_at)
)


def pending(conn: Connection, signup_id: int) -> tuple[tuple[str, datetime], ...]:
    """The reminders still to come for a signup, for its card: kind and moment."""
    return tuple((kind, at) for kind, at in conn.execute(_PENDING, {"signup": signup_id}))
