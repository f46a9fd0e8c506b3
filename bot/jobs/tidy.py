"""Forgetting in time: numbers of old updates, and signups of events long over."""

from datetime import datetime

import structlog

from db import departures, inbox
from db.store import Store

log = structlog.get_logger()


async def tidy(store: Store, now: datetime) -> None:
    numbers = await store.write(inbox.prune, now)
    signups = await store.write(departures.forget, now)
    log.info("tidied", updates=numbers, signups=signups)
