"""Half-filled forms: one a person, kept until finished or left, so that a restart loses nobody's answers."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import Connection, bindparam, delete
from sqlalchemy.dialects.sqlite import insert

from db.tables import drafts


def sign_up(conn: Connection, person_id: int, event_id: int, adults: int | None, now: datetime) -> None:
    _save(conn, person_id, "signup", event_id, adults, now)


def queue(conn: Connection, person_id: int, event_id: int, adults: int | None, now: datetime) -> None:
    _save(conn, person_id, "queue", event_id, adults, now)


def name(conn: Connection, person_id: int, now: datetime) -> None:
    _save(conn, person_id, "name", None, None, now)


def mistake(conn: Connection, person_id: int, about: Mapping[str, object] | None, now: datetime) -> None:
    _save(conn, person_id, "mistake", None, None, now, about)


_DROP = delete(drafts).where(drafts.c.person_id == bindparam("person"))


def drop(conn: Connection, person_id: int) -> None:
    conn.execute(_DROP, {"person": person_id})


_ROW = insert(drafts)
_SAVE = _ROW.on_conflict_do_update(
    index_elements=["person_id"],
    set_={name: _ROW.excluded[name] for name in ("kind", "event_id", "adults", "about", "updated_at")},
)


def _save(
    conn: Connection,
    person_id: int,
    kind: str,
    event_id: int | None,
    adults: int | None,
    now: datetime,
    about: Mapping[str, object] | None = None,
) -> None:
    values = {"kind": kind, "event_id": event_id, "adults": adults, "updated_at": now}
    told = {} if about is None else {"about": dict(about)}  # left out it is NULL; None would be the text "null"
    conn.execute(_SAVE, {"person_id": person_id, **values, **told})
