"""Events and their venues as readers see them: every language at once, so that one snapshot serves all readers."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, Row, select

from db import facts
from db.tables import event_texts, events, venue_texts, venues

Texts = Mapping[str, str]  # language -> text


@dataclass(frozen=True)
class Venue:
    slug: str
    confirmed: bool
    phone: str | None
    point: tuple[float, float] | None  # latitude, longitude
    name: Texts
    address: Texts
    way: Texts


@dataclass(frozen=True)
class Event:
    id: int
    slug: str
    kind: str
    state: str
    confirmed: bool
    zone: str
    starts_at: datetime
    ends_at: datetime
    has_end: bool
    closes_at: datetime
    capacity: int | None
    largest_party: int
    ask_children: bool
    for_children: bool
    free: bool
    spoken: tuple[str, ...]
    phone: str | None
    photo: str | None
    venue: Venue | None
    title: Texts
    description: Texts
    for_whom: Texts


@dataclass(frozen=True)
class Contacts:
    confirmed: bool
    phone: str
    email: str
    address: Texts


def published(conn: Connection) -> tuple[Event, ...]:
    """Every event of the store, by its start."""
    houses = _venues(conn)
    texts = _by_language(conn.execute(select(event_texts)), "event_id")
    rows = conn.execute(select(events).order_by(events.c.starts_at, events.c.id))
    return tuple(_event(row, houses, texts.get(row.id, {})) for row in rows)


def contacts(conn: Connection) -> Contacts | None:
    """The Assembly's own contacts as the content file brought them."""
    found = facts.get(conn, "contacts")
    return None if found is None else Contacts(**found)


def _venues(conn: Connection) -> dict[int, Venue]:
    texts = _by_language(conn.execute(select(venue_texts)), "venue_id")
    return {row.id: _venue(row, texts.get(row.id, {})) for row in conn.execute(select(venues))}


def _by_language(rows: Iterable[Row[tuple[object, ...]]], key: str) -> dict[int, dict[str, dict[str, str]]]:
    """owner id -> field -> language -> text"""
    found: dict[int, dict[str, dict[str, str]]] = {}
    for row in rows:
        known = row._mapping
        for field, value in known.items():
            if field not in (key, "language"):
                found.setdefault(known[key], {}).setdefault(field, {})[known["language"]] = value
    return found


def _venue(row: Row[tuple[object, ...]], texts: Mapping[str, Texts]) -> Venue:
    known = row._mapping
    point = None if known["latitude"] is None else (known["latitude"], known["longitude"])
    return Venue(
        slug=known["slug"],
        confirmed=known["confirmed"],
        phone=known["phone"],
        point=point,
        name=texts.get("name", {}),
        address=texts.get("address", {}),
        way=texts.get("way", {}),
    )


_AS_THEY_ARE = (
    *("id", "slug", "kind", "state", "confirmed", "zone", "starts_at", "ends_at", "closes_at", "capacity"),
    *("largest_party", "ask_children", "for_children", "free", "phone", "photo"),
)


def _event(row: Row[tuple[object, ...]], houses: Mapping[int, Venue], texts: Mapping[str, Texts]) -> Event:
    known = row._mapping
    return Event(
        **{field: known[field] for field in _AS_THEY_ARE},
        has_end=known["ends_local"] is not None,
        spoken=tuple(known["spoken"]),
        venue=houses.get(known["venue_id"]),
        title=texts.get("title", {}),
        description=texts.get("description", {}),
        for_whom=texts.get("for_whom", {}),
    )
