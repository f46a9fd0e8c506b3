"""What owners are told of the machine itself: a clock that jumped, a time out of reach, a copy that failed."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, insert, select

from db import outbox, people
from db.tables import alarms

USEFUL = timedelta(days=3)


@dataclass(frozen=True)
class Alarm:
    kind: str
    at: datetime
    facts: Mapping[str, Any]


def ring(conn: Connection, kind: str, facts: Mapping[str, Any], now: datetime, again_after: timedelta) -> int | None:
    """Tell every owner, with `facts` (numbers and names of ours); gives the alarm's number. None, and nobody told,
    within `again_after` of the last alarm of this kind."""
    last = select(alarms.c.id).where(alarms.c.kind == kind, alarms.c.at > now - again_after, alarms.c.at <= now)
    if conn.execute(last.limit(1)).first() is not None:
        return None
    row = insert(alarms).values(kind=kind, at=now, facts=dict(facts)).returning(alarms.c.id)
    number: int = conn.execute(row).scalar_one()
    for person_id in people.owner_ids(conn):
        outbox.put(conn, "alarm", number, person_id, "once", now, now + USEFUL)
    return number


def find(conn: Connection, number: int) -> Alarm | None:
    row = conn.execute(select(alarms.c.kind, alarms.c.at, alarms.c.facts).where(alarms.c.id == number)).one_or_none()
    return None if row is None else Alarm(*row)


def prune(conn: Connection, before: datetime) -> int:
    """Forget the alarms of before that moment; gives how many."""
    return conn.execute(alarms.delete().where(alarms.c.at < before)).rowcount
