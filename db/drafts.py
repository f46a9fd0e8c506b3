"""Half-filled forms: one a person, kept until finished or left, so that a restart loses nobody's answers."""

from datetime import datetime

from sqlalchemy import Connection, delete
from sqlalchemy.dialects.sqlite import insert

from db.tables import drafts


def sign_up(conn: Connection, person_id: int, event_id: int, adults: int | None, now: datetime) -> None:
    _save(conn, person_id, "signup", event_id, adults, now)


def name(conn: Connection, person_id: int, now: datetime) -> None:
    _save(conn, person_id, "name", None, None, now)


def drop(conn: Connection, person_id: int) -> None:
    conn.execute(delete(drafts).where(drafts.c.person_id == person_id))


def _save(conn: Connection, person_id: int, kind: str, event_id: int | None, adults: int | None, now: datetime) -> None:
    values = {"kind": kind, "event_id": event_id, "adults": adults, "updated_at": now}
    row = insert(drafts).values(person_id=person_id, **values)
    conn.execute(row.on_conflict_do_update(index_elements=["person_id"], set_=values))
