"""Forgetting in time, by itself: old updates and messages, signups of events long over, people who are gone."""

from collections.abc import Callable
from datetime import datetime, timedelta

import structlog

from bot.gate import Known
from bot.scrubbing import scrub
from db import alarms, inbox, mistakes, outbox, retention
from db.rules.retention import Keep
from db.store import Store

ALARMS_KEPT = timedelta(days=365)

log = structlog.get_logger()


class Tidying:
    def __init__(self, store: Store, known: Known, keep: Keep, now: Callable[[], datetime]) -> None:
        self._store, self._known, self._keep, self._now = store, known, keep, now

    async def run(self) -> None:
        """One round; every person goes in a transaction of their own, so that nobody waits long."""
        now = self._now()
        updates = await self._store.write(inbox.prune, now)
        signups = await self._store.write(retention.forget_signups, self._keep, now)
        messages = await self._store.write(outbox.prune, now - self._keep.signups)
        reports = await self._store.write(mistakes.prune, now)
        warned = await self._store.write(retention.warn, self._keep, now)
        people = await self._people(now)
        await self._store.write(alarms.prune, now - ALARMS_KEPT)
        await scrub(self._store)
        log.info(
            "tidied",
            updates=updates, signups=signups, messages=messages, mistakes=reports, warned=warned, people=people,
        )  # fmt: skip

    async def _people(self, now: datetime) -> int:
        removed = 0
        for person_id in await self._store.read(retention.due, self._keep, now):
            gone = await self._store.write(retention.remove, person_id, self._keep, now)
            if gone is not None:
                self._known.part(gone)
                removed += 1
        return removed
