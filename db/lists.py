"""What owners see: for each event who has signed up. Every function checks the right of the one who asks."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, select

from db.rules.refusals import Gone
from db.rules.seats import Party
from db.tables import events, people, roles, signups


@dataclass(frozen=True)
class Count:
    """`wanted`: places that those in the queue still wait for."""

    event_id: int
    signups: int
    people: int
    wanted: int = 0


@dataclass(frozen=True)
class Guest:
    name: str
    party: Party
    code: int
    confirmed: bool


def require_owner(conn: Connection, actor_id: int) -> None:
    right = select(roles.c.id).where(roles.c.person_id == actor_id, roles.c.role == "owner")
    if conn.execute(right).first() is None:
        raise Gone


def counts(conn: Connection, actor_id: int, now: datetime) -> tuple[Count, ...]:
    """How many are signed up for each event that is not over, and wait. Raises Gone for anyone but an owner."""
    require_owner(conn, actor_id)
    come, all_of_them = signups.c.adults + signups.c.children, signups.c.wanted_adults + signups.c.wanted_children
    wanted = func.iif(signups.c.queue_number.is_not(None), all_of_them - come, 0)
    active = func.count(signups.c.id).filter(signups.c.state == "active")
    rows = conn.execute(
        select(events.c.id, active, func.coalesce(func.sum(come), 0), func.coalesce(func.sum(wanted), 0))
        .select_from(events.outerjoin(signups))
        .where(events.c.ends_at > now)
        .group_by(events.c.id)
        .order_by(events.c.starts_at)
    )
    return tuple(Count(*row) for row in rows)


def guests(conn: Connection, actor_id: int, event_id: int) -> tuple[Guest, ...]:
    """Who is signed up for an event, by name. Raises Gone for anyone but an owner."""
    require_owner(conn, actor_id)
    rows = conn.execute(
        select(people.c.name, signups.c.adults, signups.c.children, signups.c.code, signups.c.confirmed_at)
        .join(people)
        .where(signups.c.event_id == event_id, signups.c.state == "active")
        .order_by(people.c.name, signups.c.id)
    )
    return tuple(
        Guest(name or "", Party(adults, children), code, confirmed_at is not None)
        for name, adults, children, code, confirmed_at in rows
    )
