"""The journal of erased data: when, why, what kinds and how many. A random number leads back to nobody."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select
from sqlalchemy.dialects.sqlite import insert

from db.lists import require_owner
from db.tables import destructions


@dataclass(frozen=True)
class Destruction:
    number: str
    at: datetime
    cause: str
    erased: Mapping[str, int]  # kind of data -> how many


def record(conn: Connection, cause: str, erased: Mapping[str, int], now: datetime) -> str:
    """Write one line of the journal; gives its number, which the person may be told."""
    number = secrets.token_hex(8)
    kinds = {kind: count for kind, count in erased.items() if count}
    conn.execute(insert(destructions).values(number=number, at=now, cause=cause, erased=kinds))
    return number


def since(conn: Connection, actor_id: int, after: datetime) -> tuple[Destruction, ...]:
    """The journal from that moment on, oldest first. Raises Gone for anyone but an owner."""
    require_owner(conn, actor_id)
    wanted = (destructions.c[name] for name in ("number", "at", "cause", "erased"))
    found = conn.execute(select(*wanted).where(destructions.c.at >= after).order_by(destructions.c.id))
    return tuple(Destruction(*row) for row in found)
