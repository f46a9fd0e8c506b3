"""Forgetting in time: numbers of old updates, signups of events long over, what was sent about them."""

from datetime import datetime

import structlog

from db import departures, inbox, outbox
from db.store import Store

log = structlog.get_logger()


async def tidy(store: Store, now: datetime) -> None:
    numbers = await store.write(inbox.prune, now)
    signups = await store.write(departures.forget, now)
    messages = await store.write(outbox.prune, now - departures.KEPT)
    log.info("tidied", updates=numbers, signups=signups, messages=messages)
