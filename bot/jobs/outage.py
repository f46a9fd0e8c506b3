"""A time without Telegram, told at the return: whether the network was gone or we were."""

from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import Connection

from bot.clock import Reading
from db import alarms, facts
from db.store import Store

FACT = "polled"
TOLD_FROM = timedelta(minutes=15)
KEPT_BY_TELEGRAM = timedelta(hours=24)
KEEP_EVERY = timedelta(minutes=1)


class Outage:
    """All on the machine's own readings: the demo's walk is no outage, nor is a clock that jumps."""

    def __init__(self, store: Store, read: Callable[[], Reading], now: Callable[[], datetime]) -> None:
        self._store, self._read, self._now = store, read, now
        self._polled: Reading | None = None  # the last good poll
        self._kept: Reading | None = None  # the one that the store knows of
        self._gap = timedelta(0)

    async def begin(self) -> None:
        """How long we were down is counted from the last poll of an earlier run."""
        if kept := await self._store.read(facts.get, FACT):
            self._polled = self._kept = Reading.of(kept)

    def polled(self) -> None:
        """Telegram has answered, and what it gave is on disk."""
        here = self._read()
        if self._polled is not None:
            self._gap = max(self._gap, here.since(self._polled))
        self._polled = here

    async def tick(self) -> None:
        """Tell of what has ended, and keep the last poll, once a minute: a poll itself writes nothing."""
        polled, gap = self._polled, self._gap
        if polled is None or (gap <= TOLD_FROM and self._kept and polled.since(self._kept) < KEEP_EVERY):
            return
        await self._store.write(_returned, polled, gap, self._now())
        self._kept, self._gap = polled, timedelta(0)


def _returned(conn: Connection, polled: Reading, gap: timedelta, now: datetime) -> None:
    facts.put(conn, FACT, polled.kept())
    if gap > TOLD_FROM:
        told = {"minutes": gap // timedelta(minutes=1), "dropped": gap > KEPT_BY_TELEGRAM}
        alarms.ring(conn, "outage", told, now, again_after=timedelta(0))
