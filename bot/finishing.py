"""Updates handled and shown are marked done in batches: a repeat after a crash is harmless, a write is not free."""

import asyncio

from bot.nursery import Nursery
from db import inbox
from db.store import Store, Unwritable

EVERY, LATER = 0.05, 5.0  # seconds; until the next batch, and until it is tried again while nothing can be written


class Finishing:
    def __init__(self, store: Store, nursery: Nursery) -> None:
        self._store, self._nursery = store, nursery
        self._numbers: list[int] = []
        self._due = False

    def add(self, update_id: int) -> None:
        self._numbers.append(update_id)
        self._start(EVERY)

    def _start(self, seconds: float) -> None:
        if not self._due:
            self._due = True
            self._nursery.start(self._later(seconds), name="finishing")

    async def _later(self, seconds: float) -> None:
        await asyncio.sleep(seconds)
        try:
            await self.flush()
        except Unwritable:
            self._start(LATER)

    async def flush(self) -> None:
        """Mark what has gathered; to be called once more before the end."""
        self._due = False
        numbers, self._numbers = self._numbers, []
        if not numbers:
            return
        try:
            await self._store.write(inbox.finish, numbers)
        except Exception:
            self._numbers = [*numbers, *self._numbers]  # with the next batch
            raise
