"""No byte of what was erased stays in the files: after every erasure of a person, and with every round of tidying."""

import sqlite3

import structlog

from db.store import Store

log = structlog.get_logger()


async def scrub(store: Store) -> None:
    """What fails is said, and done by the next round."""
    try:
        if not await store.scrub():
            log.warning("erased bytes stay in the log of the database until the next round")
    except sqlite3.Error as error:  # the disk is full
        log.error("erased bytes stay in the files until the next round", why=str(error))
