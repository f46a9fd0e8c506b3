"""Updates handled and shown are marked done in batches: a repeat after a crash is harmless, a write is not free."""

import asyncio

from bot.nursery import Nursery
from db import inbox
from db.store import Store

EVERY = 0.05  # seconds


class Finishing:
    def __init__(self, store: Store, nursery: Nursery) -> None:
        self._store, self._nursery = store, nursery
        self._numbers: list[int] = []
        self._due = False

    def add(self, update_id: int) -> None:
        self._numbers.append(update_id)
        if not self._due:
            self._due = True
            self._nursery.start(self._later(), name="finishing")

    async def _later(self) -> None:
        await asyncio.sleep(EVERY)
        await self.flush()

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
