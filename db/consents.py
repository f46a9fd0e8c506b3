"""Consents: which text, in which language, when, and since when it holds no more."""

from datetime import datetime

from sqlalchemy import Connection, update
from sqlalchemy.dialects.sqlite import insert

from db.tables import consents

SERVICE = "service"
VERSION = "2026-11"  # of the consent text in handlers/events/form_screens.py


def give(conn: Connection, person_id: int, language: str, now: datetime) -> None:
    """Pressed twice, it is given once."""
    conn.execute(
        insert(consents)
        .values(person_id=person_id, purpose=SERVICE, version=VERSION, language=language, given_at=now)
        .on_conflict_do_nothing()
    )


def withdraw(conn: Connection, person_id: int, now: datetime) -> None:
    conn.execute(
        update(consents)
        .where(consents.c.person_id == person_id, consents.c.withdrawn_at.is_(None))
        .values(withdrawn_at=now)
    )
