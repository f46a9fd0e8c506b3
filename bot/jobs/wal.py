"""The log of the database: it grows without end while something reads and never finishes."""

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

from db import alarms
from db.store import Store, file_sizes

MOST = 64 * 1024 * 1024  # bytes; as much of it as is kept after a checkpoint (db/store.py)
AGAIN = timedelta(days=1)


class WalSize:
    def __init__(self, store: Store, database: Path, now: Callable[[], datetime]) -> None:
        self._store, self._database, self._now = store, database, now

    async def tick(self) -> None:
        size = file_sizes(self._database)["wal"]
        if size > MOST:
            megabytes = {"megabytes": size // 1024**2}
            await self._store.write(alarms.ring, "wal", megabytes, self._now(), AGAIN)
