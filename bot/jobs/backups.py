"""A copy of the database every night, old ones wiped: whether one is due is asked of what lies in the folder."""

import asyncio
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import structlog

from bot import backup
from bot.causes import told
from bot.lock import Busy
from bot.settings import Settings
from db import alarms
from db.rules import backups as rules
from db.store import Store

AGAIN = 3600.0  # seconds after one that failed; the owners' screen says an hour
RING_AGAIN = timedelta(days=1)

log = structlog.get_logger()


class Backups:
    """`failing`: the last attempt came to nothing; `last`: when the newest copy was made, as far as is known."""

    def __init__(
        self,
        settings: Settings,
        store: Store,
        now: Callable[[], datetime],
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._settings, self._store, self._now, self._monotonic = settings, store, now, monotonic
        self._not_before = 0.0
        self.failing = False
        self.last: datetime | None = None

    async def run(self) -> None:
        """What takes long is done on a thread of its own, over a connection of its own: nobody waits for it."""
        if self._monotonic() < self._not_before:
            return
        now = self._now()
        try:
            await asyncio.to_thread(self._look, now)
        except Exception as error:
            await self._failed(error, now)
        else:
            self.failing = False

    def _look(self, now: datetime) -> None:
        folder, days = self._settings.backup_folder, self._settings.backup_days
        try:
            if folder is not None and self._due(folder, now):
                self._make(folder, now)
        finally:
            wiped = backup.expire(folder, self._settings.database, days, now)
            if wiped:
                log.info("old backups were wiped", count=wiped)

    def _due(self, folder: Path, now: datetime) -> bool:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        made = [copy.made_at for copy in backup.found(folder) if copy.made_at <= now]
        self.last = max(made, default=None)
        return rules.due(made, now, self._settings.timezone)

    def _make(self, folder: Path, now: datetime) -> None:
        began = self._monotonic()
        try:
            backup.make(self._settings.database, folder / backup.usual_name(now), self._settings.backup_key, now)
        except Busy:
            return  # somebody makes one by hand: the next look finds it, or makes ours
        self.last = now
        log.info("a backup was made", seconds=round(self._monotonic() - began, 1))

    async def _failed(self, error: Exception, now: datetime) -> None:
        self.failing, self._not_before = True, self._monotonic() + AGAIN
        log.error("a backup failed", exc_info=error)
        why = told(error).partition(" ")[0] or type(error).__name__  # ENOSPC, SQLITE_FULL, Broken
        await self._store.write(alarms.ring, "backup", {"why": why}, now, RING_AGAIN)
