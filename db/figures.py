"""The store in figures, for who watches over the machine: how much there is of each, and nobody in particular."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, func, select

from db.inbox import OPEN
from db.rules.languages import LANGUAGES
from db.tables import outbox, people, signups

MESSAGE_STATES = ("pending", "sending", "sent", "dead", "unknown", "dropped", "cancelled")
NO_LANGUAGE = "none"  # not chosen yet


@dataclass(frozen=True)
class Figures:
    """`people`: by language and whether they can be reached. `queued`: parties that wait for places."""

    messages: Mapping[str, int]
    updates: int  # not handled to their end yet
    people: Mapping[tuple[str, bool], int]
    queued: int


def look(conn: Connection) -> Figures:
    """All of it from one snapshot; what there is none of is there with a nought."""
    updates = conn.scalar(select(func.count()).where(OPEN)) or 0
    queued = conn.scalar(select(func.count()).where(signups.c.queue_number.is_not(None))) or 0
    return Figures(_messages(conn), updates, _people(conn), queued)


def _messages(conn: Connection) -> dict[str, int]:
    found = conn.execute(select(outbox.c.state, func.count()).group_by(outbox.c.state))
    return dict.fromkeys(MESSAGE_STATES, 0) | dict(found.all())


def _people(conn: Connection) -> dict[tuple[str, bool], int]:
    found = conn.execute(
        select(people.c.language, people.c.reachable, func.count()).group_by(people.c.language, people.c.reachable)
    )
    none = {(language, reachable): 0 for language in (*LANGUAGES, NO_LANGUAGE) for reachable in (True, False)}
    return none | {(language or NO_LANGUAGE, reachable): count for language, reachable, count in found}
