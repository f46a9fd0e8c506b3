"""Every change of the store, noted by the store itself in the same transaction: a kill leaves both or neither."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

Rows = Callable[..., list[Any]]  # what the store answers to a query and its values

KEPT = {  # table -> what is noted of a row
    "events": ("slug", "state", "capacity", "starts_at", "closes_at"),
    "people": ("channel_user_id", "language", "reachable"),
    "signups": (
        *("event_id", "person_id", "state", "adults", "held_adults", "held_until", "queue_number", "wanted_adults"),
        *("offered_adults", "offered_until", "offers", "together", "given_up", "changed_at"),
    ),
    "outbox": ("kind", "subject_id", "person_id", "state", "attempts", "unknowns"),
    "inbox": ("state", "error"),
}
KEYS = {"inbox": "update_id"}
ENDED = {"inbox": "WHEN new.state = 'aside'"}  # of a new row: an update is noted once something has become of it
MOMENTS = {"starts_at", "closes_at", "held_until", "offered_until", "changed_at"}
WORDS = {"slug", "state", "language", "kind", "error"}
BETWEEN = "\x1f"  # the values; json_object() may not be called from a trigger where the schema is not trusted


@dataclass(frozen=True)
class Entry:
    """One change of one row. `facts` are what it holds after it; None: it is deleted."""

    n: int
    at: datetime  # of the machine's clock
    table: str
    id: int
    facts: dict[str, Any] | None


def keep(database: Path) -> None:
    """From here on; the schema has to be up to date."""
    with closing(sqlite3.connect(database)) as connection:
        connection.executescript("\n".join(_script()))


def _script() -> Iterator[str]:
    yield "CREATE TABLE ledger (n INTEGER PRIMARY KEY, at TEXT, about TEXT, id INTEGER, facts TEXT);"
    for table, columns in KEPT.items():
        facts = " || char(31) || ".join(f"ifnull(new.{name}, '')" for name in columns)
        key = KEYS.get(table, "id")
        new = f"new.{key}, {facts}"
        yield _trigger(table, f"INSERT ON {table} {ENDED.get(table, '')}", new)
        yield _trigger(table, f"UPDATE OF {', '.join(columns)} ON {table}", new)
        yield _trigger(table, f"DELETE ON {table}", f"old.{key}, NULL")


def _trigger(table: str, event: str, values: str) -> str:
    at = "strftime('%Y-%m-%d %H:%M:%f', 'now')"
    note = f"INSERT INTO ledger (at, about, id, facts) VALUES ({at}, '{table}', {values})"
    return f"CREATE TRIGGER ledger_{table}_{event[:6].lower()} AFTER {event} BEGIN {note}; END;"


def rows_of(database: Path) -> Rows:
    def rows(query: str, *values: object) -> list[Any]:
        with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as connection:
            return connection.execute(query, values).fetchall()

    return rows


class Reader:
    """What has been noted since it was last asked."""

    def __init__(self, rows: Rows) -> None:
        self._rows, self._last = rows, 0

    def new(self) -> list[Entry]:
        """In order. What was read once has to stay: a committed change is never lost."""
        query = "SELECT n, at, about, id, facts FROM ledger WHERE n >= ? ORDER BY n"
        rows = self._rows(query, self._last)
        assert not self._last or (rows and rows[0][0] == self._last), "a change that was committed is gone"
        fresh = [_entry(*row) for row in rows if row[0] > self._last]
        self._last = fresh[-1].n if fresh else self._last
        return fresh


def _entry(n: int, at: str, about: str, key: int, facts: str | None) -> Entry:
    if facts is None:
        return Entry(n, moment(at), about, key, None)
    found = zip(KEPT[about], facts.split(BETWEEN), strict=True)
    return Entry(n, moment(at), about, key, {name: _value(name, value) for name, value in found})


def _value(name: str, value: str) -> Any:
    if not value:
        return None
    return moment(value) if name in MOMENTS else value if name in WORDS else int(value)


def moment(kept: str) -> datetime:
    """As the store writes it: UTC, without saying so."""
    return datetime.fromisoformat(kept).replace(tzinfo=UTC)
