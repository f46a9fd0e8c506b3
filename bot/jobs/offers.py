"""What time alone does for the queues: places that are held no more, offers nobody answered, the end of a queue."""

from collections.abc import Callable
from datetime import datetime

from db import offers
from db.store import Store


class Offers:
    def __init__(self, store: Store, now: Callable[[], datetime]) -> None:
        self._store, self._now = store, now

    async def tick(self) -> None:
        """Serve each event whose queue has something to be done for it; most ticks find none."""
        for event_id in await self._store.read(offers.due, self._now()):
            await self._store.write(offers.serve_event, event_id, self._now())
