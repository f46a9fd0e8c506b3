"""Everything that is kept of one person, for them to read."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, Row, Table, func, select

from db.places import Mine, as_mine
from db.tables import consents, drafts, inbox, mistakes, outbox, people, roles, signups


@dataclass(frozen=True)
class Consent:
    purpose: str
    version: str
    language: str
    given_at: datetime
    withdrawn_at: datetime | None


@dataclass(frozen=True)
class Signup:
    mine: Mine
    given_up: int
    created_at: datetime


@dataclass(frozen=True)
class Message:
    kind: str
    state: str
    at: datetime  # when it comes, or when its last try ended


@dataclass(frozen=True)
class Form:
    kind: str
    event_id: int | None
    adults: int | None
    updated_at: datetime


@dataclass(frozen=True)
class Mistake:
    """A report of a bad translation: `title`, the first words of the screen, where it is known."""

    language: str
    title: str | None
    said: str | None
    copied: bool
    at: datetime


@dataclass(frozen=True)
class Kept:
    """Beside what `db.people.Person` knows."""

    zone: str
    met_at: datetime
    seen_at: datetime | None
    visited_year: int | None
    updates: int  # numbers of their messages and presses, without what was in them
    form: Form | None
    roles: tuple[tuple[str, datetime], ...]
    consents: tuple[Consent, ...]
    signups: tuple[Signup, ...]
    mistakes: tuple[Mistake, ...]
    messages: tuple[Message, ...]


def kept(conn: Connection, person_id: int) -> Kept:
    person = conn.execute(select(people).where(people.c.id == person_id)).one()
    form = next(iter(_own(conn, drafts, person_id)), None)
    chat = select(func.count()).select_from(inbox).where(inbox.c.chat_id == person.channel_user_id)
    return Kept(
        zone=person.zone,
        met_at=person.created_at,
        seen_at=person.seen_at,
        visited_year=person.visited_year,
        updates=conn.scalar(chat) or 0,
        form=None if form is None else Form(form.kind, form.event_id, form.adults, form.updated_at),
        roles=tuple((row.role, row.given_at) for row in _own(conn, roles, person_id)),
        consents=tuple(map(_consent, _own(conn, consents, person_id))),
        signups=tuple(map(_signup, _own(conn, signups, person_id))),
        mistakes=tuple(map(_mistake, _own(conn, mistakes, person_id))),
        messages=tuple(
            Message(row.kind, row.state, row.ended_at or row.due_at) for row in _own(conn, outbox, person_id)
        ),
    )


def _own(conn: Connection, table: Table, person_id: int) -> Sequence[Row[tuple[object, ...]]]:
    return conn.execute(select(table).where(table.c.person_id == person_id).order_by(*table.primary_key)).all()


def _consent(row: Row[tuple[object, ...]]) -> Consent:
    known = row._mapping
    return Consent(**{name: known[name] for name in ("purpose", "version", "language", "given_at", "withdrawn_at")})


def _signup(row: Row[tuple[object, ...]]) -> Signup:
    known = row._mapping
    return Signup(as_mine(row), known["given_up"], known["created_at"])


def _mistake(row: Row[tuple[object, ...]]) -> Mistake:
    known = row._mapping
    title = known["about"]["title"] if known["about"] else None
    return Mistake(known["language"], title, known["said"], known["copied"], known["at"])
