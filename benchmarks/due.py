"""What is due, asked of an outbox of a million rows: of SQLite itself, and through the store."""

import sqlite3
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median

from db import migrate, outbox
from db.store import Store

ROWS, DUE, PEOPLE = 1_000_000, 100, 1_000
TIMES = 200
QUERY = (
    "SELECT outbox.id FROM outbox JOIN people ON people.id = outbox.person_id WHERE outbox.state = 'pending'"
    " AND outbox.due_at <= ? AND people.reachable ORDER BY outbox.due_at, outbox.id LIMIT 10"
)


@dataclass(frozen=True)
class Asked:
    """Medians in milliseconds. `claimed`: ten due rows taken, in a transaction that is on disk."""

    rows: int
    raw: float
    stored: float
    claimed: float


async def run(rows: int = ROWS) -> Asked:
    with tempfile.TemporaryDirectory(prefix="due-") as name:
        path, now = Path(name) / "druzhba.db", datetime.now(UTC)
        migrate.upgrade(path)
        _fill(path, rows, now)
        raw = _raw(path, now)
        store = await Store.open(path)
        try:
            stored = await _timed(TIMES, lambda: store.read(outbox.due, now))
            claimed = await _timed(DUE // 10, lambda: store.write(outbox.claim, now, 10))
        finally:
            await store.close()
    return Asked(rows, raw, stored, claimed)


def _fill(path: Path, rows: int, now: datetime) -> None:
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.executemany(
            "INSERT INTO people (id, channel_user_id, language, zone, created_at) VALUES (?, ?, 'ru', 'Asia/Tomsk', ?)",
            ((number, 5_000_000_000 + number, _kept(now)) for number in range(1, PEOPLE + 1)),
        )
        connection.executemany(
            "INSERT INTO outbox (kind, subject_id, person_id, slot, planned_at, due_at, deadline)"
            " VALUES ('evening', ?, ?, 'bench', ?, ?, ?)",
            _messages(rows, now),
        )
        connection.execute("ANALYZE")


def _messages(rows: int, now: datetime) -> Iterator[tuple[object, ...]]:
    late = _kept(now + timedelta(days=400))
    for number in range(rows):
        due = _kept(now - timedelta(minutes=1) if number % (rows // DUE) == 0 else now + timedelta(seconds=60 + number))
        yield number, number % PEOPLE + 1, due, due, late


def _kept(moment: datetime) -> str:
    """As the store writes it."""
    return f"{moment.astimezone(UTC).replace(tzinfo=None):%Y-%m-%d %H:%M:%S.%f}"


def _raw(path: Path, now: datetime) -> float:
    with closing(sqlite3.connect(path)) as connection:
        took = []
        for _ in range(TIMES):
            began = time.perf_counter()
            assert len(connection.execute(QUERY, (_kept(now),)).fetchall()) == 10
            took.append(time.perf_counter() - began)
    return median(took) * 1000


async def _timed(times: int, ask: Callable[[], Awaitable[object]]) -> float:
    took = []
    for _ in range(times):
        began = time.perf_counter()
        assert await ask()
        took.append(time.perf_counter() - began)
    return median(took) * 1000
