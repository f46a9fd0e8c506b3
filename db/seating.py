"""The places behind signing up: the event locked, then counted, then taken, held or given away."""

import secrets
from datetime import datetime

from sqlalchemy import Connection, CursorResult, Row, bindparam, case, func, select, update
from sqlalchemy.dialects.sqlite import insert

from db.places import Mine, as_mine, mine, seats_taken, waited_for
from db.rules import codes
from db.rules.refusals import Gone
from db.rules.seats import NOBODY, Party, free, hold_until
from db.tables import events, signups

_EVENT = select(
    *(events.c[name] for name in ("id", "state", "zone", "starts_at", "ends_at", "closes_at")),
    *(events.c[name] for name in ("capacity", "largest_party", "ask_children")),
).where(events.c.id == bindparam("event"))
_LOCKED = _EVENT.with_for_update()


def locked(conn: Connection, event_id: int) -> Row[tuple[object, ...]]:
    """The event, locked until the end of the transaction (on SQLite the whole store already is)."""
    return _one(conn.execute(_LOCKED, {"event": event_id}))


def unlocked(conn: Connection, event_id: int) -> Row[tuple[object, ...]]:
    """The event, only to be read."""
    return _one(conn.execute(_EVENT, {"event": event_id}))


def _one(found: CursorResult[tuple[object, ...]]) -> Row[tuple[object, ...]]:
    event = found.one_or_none()
    if event is None:
        raise Gone
    return event


def active(conn: Connection, event_id: int, person_id: int) -> Mine:
    found = mine(conn, event_id, person_id)
    if found is None or not found.active:
        raise Gone
    return found


_NOW = bindparam("now", type_=signups.c.held_until.type)
_TAKEN = select(func.coalesce(func.sum(seats_taken(_NOW)), 0)).where(signups.c.event_id == bindparam("event"))
_BY_OTHERS = _TAKEN.where(signups.c.person_id != bindparam("person")).scalar_subquery()
_OTHERS = select(_BY_OTHERS.label("taken"), waited_for(bindparam("event")).label("waiting"))


def taken(conn: Connection, event_id: int, now: datetime) -> int:
    """Places that nobody new can have: of those who come, those still held, those offered."""
    return conn.scalar(_TAKEN, {"event": event_id, "now": now}) or 0


def room(
    conn: Connection, event: Row[tuple[object, ...]], person_id: int, was: Mine | None, now: datetime
) -> int | None:
    """How many places this person may have in all without queueing; None: as many as they like.

    While somebody waits for an offer that is no more than what is theirs already: nobody goes past the queue.
    """
    known = event._mapping
    if known["capacity"] is None:
        return None
    others = conn.execute(_OTHERS, {"event": known["id"], "person": person_id, "now": now}).one()
    left = free(known["capacity"], others.taken)
    if others.waiting and left is not None:
        return 0 if was is None else min(left, was.party.size + was.returnable(now).size)
    return left


def given_away(conn: Connection, event: Row[tuple[object, ...]], person_id: int, party: Party, now: datetime) -> bool:
    """Whether others have been promised what was kept for this person.

    A press is as old as the moment it was read: one that had to wait for the write lock may come after a younger one,
    for which the same places were kept no more.
    """
    known = event._mapping
    keys = {"event": known["id"], "person": person_id, "now": now}
    left = free(known["capacity"], conn.execute(_OTHERS, keys).one().taken)
    return left is not None and party.size > left


_CODES = select(signups.c.code).where(signups.c.event_id == bindparam("event"))
_SEAT = insert(signups).on_conflict_do_nothing(index_elements=["event_id", "code"]).returning(*signups.c)
PROBES = 5  # blind draws before all codes of a crowded event are looked through


def _seat(conn: Connection, row: dict[str, object]) -> Mine:
    """A new row, with a code that nobody at this event has."""
    for _ in range(PROBES):
        made = conn.execute(_SEAT, {**row, "code": codes.draw(secrets.randbelow)}).one_or_none()
        if made is not None:
            return as_mine(made)
    taken_codes = set(conn.scalars(_CODES, {"event": row["event_id"]}))
    return as_mine(conn.execute(_SEAT, {**row, "code": codes.choose(taken_codes, secrets.randbelow)}).one())


def take(conn: Connection, event_id: int, person_id: int, party: Party, was: Mine | None, now: datetime) -> Mine:
    """Give the places to someone who has none; at the first time with a code of their own."""
    values = {"state": "active", "adults": party.adults, "children": party.children, "created_at": now}
    return settle(conn, event_id, person_id, was, now, values)


def settle(
    conn: Connection, event_id: int, person_id: int, was: Mine | None, now: datetime, values: dict[str, object]
) -> Mine:
    """Write the one row of this person and event; what was held for them before is held no more."""
    values = {"held_adults": 0, "held_children": 0, "held_until": None, "changed_at": now, **values}
    if was is None:
        return _seat(conn, {"event_id": event_id, "person_id": person_id, "created_at": now, "adults": 0, **values})
    row = update(signups).where(signups.c.id == was.id).values(values).returning(*signups.c)
    return as_mine(conn.execute(row).one())


OUT_OF_QUEUE: dict[str, object] = {
    **{"queue_number": None, "wanted_adults": 0, "wanted_children": 0, "together": False, "passed": 0},
    **{"offered_adults": 0, "offered_children": 0, "offered_until": None},
}


def hold(conn: Connection, was: Mine, party: Party, starts_at: datetime, now: datetime) -> None:
    """Let some or all go; what is already held from a moment ago is held on together with them."""
    held_before = was.returnable(now)
    gone = Party(
        was.party.adults - party.adults + held_before.adults,
        was.party.children - party.children + held_before.children,
    )
    set_party(conn, was, party, now, held=gone, held_until=hold_until(now, starts_at))


def set_party(
    conn: Connection,
    was: Mine,
    party: Party,
    now: datetime,
    *,
    held: Party = NOBODY,
    held_until: datetime | None = None,
) -> None:
    """How many come from now on. Said so, they wait for no more: what was offered besides is free."""
    less = signups.c.given_up + was.party.size - party.size
    conn.execute(
        update(signups)
        .where(signups.c.id == was.id)
        .values(
            state="active" if party.size else "left",
            **{"adults": party.adults, "children": party.children},
            **{"held_adults": held.adults, "held_children": held.children, "held_until": held_until},
            given_up=case((less > 0, less), else_=0),
            confirmed_at=None,
            changed_at=now,
            **OUT_OF_QUEUE,
        )
    )
