"""What time alone does for the queues: places that are held no more, offers nobody answered, the end of a queue."""

from collections.abc import Callable
from datetime import datetime

import structlog

from db import offers
from db.store import Store

log = structlog.get_logger()


class Offers:
    def __init__(self, store: Store, now: Callable[[], datetime]) -> None:
        self._store, self._now = store, now

    async def tick(self) -> None:
        """Serve each event whose queue has something to be done for it; most ticks find none.

        Where one cannot be served the others are, and the last error is raised for the clock to see.
        """
        failed: Exception | None = None
        for event_id in await self._store.read(offers.due, self._now()):
            try:
                await self._store.write(offers.serve_event, event_id, self._now())
            except Exception as error:
                log.error("a queue cannot be served", event_id=event_id, why=type(error).__name__)
                failed = error
        if failed is not None:
            raise failed
