"""A small store to try things on: people who agreed, events with few places, and a look at the rows."""

import sqlite3
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, Table, create_engine, event, select
from sqlalchemy.pool import NullPool

from db import consents, imports, people, signups, waiting
from db import places as store_places
from db.outbox import Row
from db.places import Mine
from db.rules.seats import Party
from db.standing import Signed
from db.tables import outbox

ZONE = "Asia/Tomsk"
NOW = datetime(2027, 3, 19, 5, tzinfo=UTC)  # Friday, 12:00 in Tomsk
STARTS = datetime(2027, 3, 21, 5, tzinfo=UTC)  # Sunday, 12:00 in Tomsk
EVENING_DUE = datetime(2027, 3, 20, 11, tzinfo=UTC)  # Saturday, 18:00
HOURS_DUE = STARTS - timedelta(hours=2)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


def venue_record(slug: str = "house", **changes: Any) -> dict[str, Any]:
    texts = {"ru": {"name": "Дом дружбы", "address": "пр. Ленина"}, "uz": {"name": "Doʻstlik uyi"}}
    plain = {"slug": slug, "confirmed": True, "phone": None, "latitude": None, "longitude": None, "texts": texts}
    return plain | changes


def event_record(slug: str = "navruz", **changes: Any) -> dict[str, Any]:
    plain: dict[str, Any] = {
        **{"slug": slug, "venue": "house", "kind": "holiday", "confirmed": True, "zone": ZONE},
        **{"starts_local": "2027-03-21T12:00", "ends_local": "2027-03-21T15:00", "closes_local": "2027-03-21T12:00"},
        **{"capacity": 50, "largest_party": 10, "ask_children": True, "for_children": False, "free": True},
        **{"spoken": ["ru", "uz"], "phone": None, "photo": None, "cancelled": False},
        "texts": {"ru": {"title": "Навруз", "description": "Плов"}, "uz": {"title": "Navroʻz"}},
    }
    return plain | changes


def add_event(conn: Connection, /, slug: str = "navruz", **changes: Any) -> int:
    imports.bring(conn, [venue_record()], [event_record(slug, **changes)], None, NOW)
    number = conn.exec_driver_sql("SELECT id FROM events WHERE slug = ?", (slug,)).scalar_one()
    return int(number)


def add_guest(conn: Connection, user_id: int, *, agreed: bool = True) -> int:
    person = people.meet(conn, user_id, ZONE, NOW)
    if agreed:
        consents.give(conn, person.id, "uz", NOW)
    return person.id


def seat(conn: Connection, event_id: int, user_id: int, party: Party, now: datetime = NOW) -> Signed:
    return signups.join(conn, event_id, add_guest(conn, user_id), party, f"Гость {user_id}", now)


def full_event(conn: Connection, *parties: int, slug: str = "navruz", **changes: Any) -> int:
    """Every place taken: by guests 101, 102 … with so many of them each."""
    event_id = add_event(conn, slug, capacity=sum(parties), ask_children=False, **changes)
    for number, size in enumerate(parties, start=101):
        seat(conn, event_id, number, Party(size))
    return event_id


def line_up(conn: Connection, event_id: int, user_id: int, size: int, now: datetime = NOW) -> Signed:
    """Into the queue, all of them adults."""
    return waiting.enter(conn, event_id, add_guest(conn, user_id), Party(size), f"Гость {user_id}", now)


def own(conn: Connection, event_id: int, user_id: int) -> Mine:
    person = people.find(conn, user_id)
    assert person is not None
    found = store_places.mine(conn, event_id, person.id)
    assert found is not None
    return found


def offered(conn: Connection, event_id: int, now: datetime, *user_ids: int) -> list[int]:
    """How many places each is offered at that moment."""
    return [own(conn, event_id, user_id).offer(now).size for user_id in user_ids]


def engine_of(path: Path) -> Engine:
    """Core over the file as a use case sees it: real transactions, foreign keys on."""
    engine = create_engine("sqlite://", creator=lambda: _connect(path), poolclass=NullPool)
    event.listen(engine, "begin", lambda conn: conn.exec_driver_sql("BEGIN IMMEDIATE"))
    return engine


def _connect(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA foreign_keys=ON")
    return connection


def rows(conn: Connection, table: Table, **where: Any) -> list[dict[str, Any]]:
    found = select(table)
    for name, value in where.items():
        found = found.where(table.c[name] == value)
    return [dict(row) for row in conn.execute(found.order_by(*table.primary_key)).mappings()]


def states(conn: Connection, **where: Any) -> list[tuple[str, str]]:
    return [(row["kind"], row["state"]) for row in rows(conn, outbox, **where)]


def as_claimed(conn: Connection, kind: str, subject_id: int) -> Row:
    """The row as delivery would hold it, without claiming it."""
    (row,) = (one for one in rows(conn, outbox, kind=kind, subject_id=subject_id) if one["state"] != "cancelled")
    given = ("id", "kind", "subject_id", "person_id", "planned_at", "deadline", "attempts", "unknowns")
    return Row(user_id=1, **{name: row[name] for name in given})
