"""One person erased wholly: nothing that is theirs stays, and the journal keeps a line without them."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, select

from db import departures, destructions, inbox
from db.rules.refusals import Gone, LastOwner
from db.tables import consents, drafts, mistakes, outbox, people, roles

OF_A_PERSON = {"messages": outbox, "forms": drafts, "mistakes": mistakes, "consents": consents, "roles": roles}


@dataclass(frozen=True)
class Erased:
    """What is left to do outside the store: forget `user_id`, and pass over their `updates`, which ended unread."""

    number: str
    user_id: int
    updates: frozenset[int]


def check(conn: Connection, person_id: int) -> None:
    """Raises LastOwner where nobody would be left to see the lists."""
    owners = select(roles.c.person_id).where(roles.c.role == "owner")
    if set(conn.scalars(owners)) == {person_id}:
        raise LastOwner


def erase(conn: Connection, person_id: int, cause: str, now: datetime) -> Erased:
    """Erase a person and end every update of theirs, the one being handled among them.

    So a press that asks for it is never run again, not even after a crash: there is nobody left whom it could be
    about. Updates of theirs that arrive later are those of somebody new. Raises Gone, LastOwner.
    """
    user_id = conn.scalar(select(people.c.channel_user_id).where(people.c.id == person_id))
    if user_id is None:
        raise Gone
    check(conn, person_id)
    erased = departures.leave_all(conn, person_id, now)
    for kind, table in OF_A_PERSON.items():
        rows = conn.execute(delete(table).where(table.c.person_id == person_id)).rowcount
        erased[kind] = erased.get(kind, 0) + rows
    erased["profiles"] = conn.execute(delete(people).where(people.c.id == person_id)).rowcount
    ended, erased["updates"] = inbox.forget_chat(conn, user_id)
    return Erased(destructions.record(conn, cause, erased, now), user_id, ended)
