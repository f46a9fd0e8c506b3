"""The places behind signing up: the event locked, then counted, then taken, held or given away."""

import secrets
from datetime import datetime

from sqlalchemy import Connection, CursorResult, Row, bindparam, func, select, update
from sqlalchemy.dialects.sqlite import insert

from db.events import Mine, mine, seats_taken
from db.rules import codes
from db.rules.refusals import Gone
from db.rules.seats import Party, hold_until
from db.tables import events, signups

_EVENT = select(events).where(events.c.id == bindparam("event"))
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


_TAKEN_BY_OTHERS = select(func.sum(seats_taken(bindparam("now", type_=signups.c.held_until.type)))).where(
    signups.c.event_id == bindparam("event"), signups.c.person_id != bindparam("person")
)


def taken_by_others(conn: Connection, event: Row[tuple[object, ...]], person_id: int, now: datetime) -> int:
    """Places nobody else can have; not counted where as many come as like."""
    known = event._mapping
    if known["capacity"] is None:
        return 0
    return conn.scalar(_TAKEN_BY_OTHERS, {"event": known["id"], "person": person_id, "now": now}) or 0


_CODES = select(signups.c.code).where(signups.c.event_id == bindparam("event"))
_CODE = _CODES.where(signups.c.code == bindparam("code"))
_TAKE = insert(signups)
PROBES = 5  # blind draws before all codes of a crowded event are looked through


def _free_code(conn: Connection, event_id: int) -> int:
    for _ in range(PROBES):
        code = codes.draw(secrets.randbelow)
        if conn.execute(_CODE, {"event": event_id, "code": code}).first() is None:
            return code
    return codes.choose(set(conn.scalars(_CODES, {"event": event_id})), secrets.randbelow)


def take(conn: Connection, event_id: int, person_id: int, party: Party, was: Mine | None, now: datetime) -> None:
    values = {
        **{"state": "active", "adults": party.adults, "children": party.children},
        **{"held_adults": 0, "held_children": 0, "held_until": None, "changed_at": now, "created_at": now},
    }
    if was is not None:
        conn.execute(update(signups).where(signups.c.id == was.id).values(values))
        return
    code = _free_code(conn, event_id)
    conn.execute(_TAKE, {"event_id": event_id, "person_id": person_id, "code": code, **values})


def hold(conn: Connection, was: Mine, party: Party, starts_at: datetime, now: datetime) -> None:
    """Let some or all go; what is already held from a moment ago is held on together with them."""
    held_before = was.returnable(now)
    gone = Party(
        was.party.adults - party.adults + held_before.adults,
        was.party.children - party.children + held_before.children,
    )
    set_party(conn, was.id, party, gone, hold_until(now, starts_at), now)


def set_party(
    conn: Connection, signup_id: int, party: Party, held: Party, held_until: datetime | None, now: datetime
) -> None:
    conn.execute(
        update(signups)
        .where(signups.c.id == signup_id)
        .values(
            state="active" if party.size else "left",
            adults=party.adults,
            children=party.children,
            held_adults=held.adults,
            held_children=held.children,
            held_until=held_until,
            confirmed_at=None,
            changed_at=now,
        )
    )
