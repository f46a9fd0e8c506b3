"""The log of the database: one that grows without end is told once a day."""

from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, select

from bot.jobs.wal import MOST, WalSize
from db.store import Store
from db.tables import alarms
from tests.db.scene import DAY, HOUR, NOW


def told(conn: Connection) -> list[Any]:
    return list(conn.scalars(select(alarms.c.facts).where(alarms.c.kind == "wal")))


async def test_a_log_over_64_mb_is_told_once_a_day(store: Store, database: Path) -> None:
    time = [NOW]

    def now() -> datetime:
        return time[0]

    watch, log = WalSize(store, database, now), database.with_name("druzhba.db-wal")
    await watch.tick()
    assert log.exists() and await store.read(told) == []
    for at in (NOW, NOW + HOUR, NOW + DAY):
        time[0] = at
        with log.open("r+b") as file:  # a hole at its end: SQLite knows by itself how far the log goes
            file.truncate(MOST + 2 * 1024 * 1024)
        await watch.tick()
    assert await store.read(told) == [{"megabytes": 66}] * 2


async def test_where_there_is_none_yet(store: Store, tmp_path: Path) -> None:
    await WalSize(store, tmp_path / "another.db", lambda: NOW).tick()
    assert await store.read(told) == []
