"""Consents: which text, in which language, when, and since when it holds no more."""

from datetime import datetime

from sqlalchemy import Connection, bindparam, select, update
from sqlalchemy.dialects.sqlite import insert

from db.rules.refusals import NoConsent
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


_VALID = select(consents.c.id).where(
    consents.c.person_id == bindparam("person_id"), consents.c.purpose == SERVICE, consents.c.withdrawn_at.is_(None)
)


def require(conn: Connection, person_id: int) -> None:
    """Raises NoConsent unless a valid one is there."""
    if conn.scalar(_VALID, {"person_id": person_id}) is None:
        raise NoConsent
