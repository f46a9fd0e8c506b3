"""Bringing the content file in, again and again: by slug, all or nothing, never over what was changed here since."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, RowMapping, Table, select, update
from sqlalchemy.dialects.sqlite import insert

from db import cancelling, facts, offers, reminders
from db.rules.refusals import TooFew
from db.rules.walltime import USUAL_LENGTH, moment
from db.tables import event_texts, events, venue_texts, venues

Record = Mapping[str, Any]  # "slug", the plain fields, and "texts": language -> field -> text

VENUE_FIELDS = ("confirmed", "phone", "latitude", "longitude")
EVENT_FIELDS = (
    *("venue", "kind", "confirmed", "starts_local", "ends_local", "closes_local", "zone", "capacity", "largest_party"),
    *("ask_children", "for_children", "free", "spoken", "phone", "photo", "cancelled"),
)
NOT_COLUMNS = ("venue", "cancelled")


@dataclass
class Report:
    """What an import did.

    `kept`: slug and field that were changed in the bot, and so were left alone. `crowded`: slug and number of places
    promised already, where the file wants fewer; the old number stays.
    """

    added: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    kept: list[tuple[str, str]] = field(default_factory=list)
    crowded: list[tuple[str, int]] = field(default_factory=list)


def bring(
    conn: Connection, places: Iterable[Record], programme: Iterable[Record], contacts: Record | None, now: datetime
) -> Report:
    """Venues first, then events that name them, then the Assembly's contacts."""
    report = Report()
    for place in places:
        _bring(conn, venues, venue_texts, VENUE_FIELDS, place, report, now)
    for one in programme:
        _bring(conn, events, event_texts, EVENT_FIELDS, one, report, now)
    if contacts is not None:
        facts.put(conn, "contacts", dict(contacts))
    return report


def _bring(
    conn: Connection, table: Table, texts: Table, fields: tuple[str, ...], record: Record, report: Report, now: datetime
) -> None:
    slug, brought = record["slug"], _flat(record, fields)
    row = conn.execute(select(table).where(table.c.slug == slug)).one_or_none()
    if row is None:
        owner_id = _add(conn, table, slug, brought)
        report.added.append(slug)
        _write_texts(conn, texts, owner_id, brought)
        return
    emptied = {name: _nothing(name) for name in row.imported}
    before = emptied | _as_it_stands(conn, table, texts, fields, row._mapping)
    kept = {name: value for name, value in before.items() if value != row.imported.get(name, _unknown(name, value))}
    report.kept += [(slug, name) for name in sorted(kept) if brought.get(name, _nothing(name)) != kept[name]]
    after = {**brought, **kept}
    columns = _columns(conn, table, after)
    columns.pop("capacity", None)  # people have to be served: `_follow`
    conn.execute(update(table).where(table.c.id == row.id).values(imported=brought, **columns))
    _write_texts(conn, texts, row.id, after)
    changed = {name for name in before | after if after.get(name, _nothing(name)) != before.get(name, _nothing(name))}
    if changed:
        report.changed.append(slug)
    if table is events:
        as_before = {**brought, "capacity": before["capacity"]}
        _follow(conn, row.id, slug, changed, after, as_before, report, now)


def _nothing(name: str) -> str | None:
    """A text that is not there is an empty text; a field that is not there is None."""
    return "" if "." in name else None


def _unknown(name: str, value: object) -> object:
    """What an import before this field was known would have brought: an empty text, the field as it stands."""
    return "" if "." in name else value


def _flat(record: Record, fields: tuple[str, ...]) -> dict[str, Any]:
    """Fields by name, texts as "ru.title"."""
    texts = {f"{code}.{name}": text for code, part in record["texts"].items() for name, text in part.items()}
    return {name: record[name] for name in fields} | texts


def _as_it_stands(
    conn: Connection, table: Table, texts: Table, fields: tuple[str, ...], row: RowMapping
) -> dict[str, Any]:
    flat = {name: row[name] for name in fields if name not in NOT_COLUMNS}
    if table is events:
        flat["cancelled"] = row["state"] == "cancelled"
        flat["venue"] = conn.scalar(select(venues.c.slug).where(venues.c.id == row["venue_id"]))
    key = _key(texts)
    for found in conn.execute(select(texts).where(texts.c[key] == row["id"])).mappings():
        flat |= {f"{found['language']}.{n}": text for n, text in found.items() if n not in (key, "language") and text}
    return flat


def _key(texts: Table) -> str:
    return "event_id" if texts is event_texts else "venue_id"


def _columns(conn: Connection, table: Table, flat: Mapping[str, Any]) -> dict[str, Any]:
    """The row's own columns, with the moments that follow from the wall times."""
    if table is venues:
        return {name: flat[name] for name in VENUE_FIELDS}
    columns = {name: flat[name] for name in EVENT_FIELDS if name not in NOT_COLUMNS}
    columns["venue_id"] = conn.scalar(select(venues.c.id).where(venues.c.slug == flat["venue"]))
    starts_at = moment(flat["starts_local"], flat["zone"])
    columns["starts_at"] = starts_at
    columns["ends_at"] = moment(flat["ends_local"], flat["zone"]) if flat["ends_local"] else starts_at + USUAL_LENGTH
    columns["closes_at"] = moment(flat["closes_local"], flat["zone"]) if flat["closes_local"] else starts_at
    return columns


def _add(conn: Connection, table: Table, slug: str, brought: dict[str, Any]) -> int:
    values = _columns(conn, table, brought)
    if table is events:
        values["state"] = "cancelled" if brought["cancelled"] else "published"
    key = conn.execute(insert(table).values(slug=slug, imported=brought, **values)).inserted_primary_key
    assert key is not None
    return int(key[0])


def _write_texts(conn: Connection, texts: Table, owner_id: int, flat: Mapping[str, Any]) -> None:
    key = _key(texts)
    conn.execute(texts.delete().where(texts.c[key] == owner_id))
    by_language: dict[str, dict[str, str]] = {}
    for name, text in flat.items():
        code, dot, part = name.partition(".")
        if dot:
            by_language.setdefault(code, {})[part] = text
    for code, parts in by_language.items():
        conn.execute(insert(texts).values({key: owner_id, "language": code, **parts}))


def _follow(
    conn: Connection,
    event_id: int,
    slug: str,
    changed: set[str],
    after: Record,
    refused: Record,
    report: Report,
    now: datetime,
) -> None:
    """What people have to be served with or told of when their event has changed.

    `refused` is what is remembered as imported where the new capacity cannot be.
    """
    if "capacity" in changed and (promised := _resize(conn, event_id, after["capacity"], now)):
        report.crowded.append((slug, promised))
        conn.execute(update(events).where(events.c.id == event_id).values(imported=refused))
    if "cancelled" in changed and after["cancelled"]:
        cancelling.cancel(conn, event_id, now)
    elif "cancelled" in changed:
        cancelling.call_on_again(conn, event_id, now)
    elif changed & {"starts_local", "zone"}:
        reminders.schedule_all(conn, event_id, now)


def _resize(conn: Connection, event_id: int, capacity: int | None, now: datetime) -> int | None:
    """Gives how many places are promised, where that is more than the new number: the old one stays."""
    try:
        offers.resize(conn, event_id, capacity, now)
    except TooFew as refusal:
        return refusal.promised
    return None
