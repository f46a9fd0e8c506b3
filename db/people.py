"""Who writes to us: one row a person and channel, made at the first contact."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Connection, Row, and_, bindparam, case, exists, func, literal, or_, select, update
from sqlalchemy.dialects.sqlite import insert

from db import outbox
from db.rules.quiet import Quiet
from db.rules.refusals import NoConsent
from db.rules.reminders import Wishes
from db.rules.walltime import midnight
from db.tables import consents, drafts, people, roles

NAME_LENGTH = 80
COMMANDS_USEFUL = timedelta(days=7)
DAY = timedelta(days=1)


@dataclass(frozen=True)
class Person:
    """One person as the conversation sees them; `form` is the kind of the form they are in, if any."""

    id: int
    user_id: int
    language: str | None
    name: str | None
    wishes: Wishes
    arrived_by: str | None
    reachable: bool
    started: bool
    consented: bool
    owner: bool
    form: str | None
    form_event_id: int | None
    form_adults: int | None
    seen_at: datetime | None = field(default=None, compare=False)  # the beginning of the day they last wrote or pressed

    def seen_today(self, now: datetime) -> bool:
        return self.seen_at is not None and now - self.seen_at < DAY


_KNOWN = select(
    people,
    exists().where(consents.c.person_id == people.c.id, consents.c.withdrawn_at.is_(None)).label("consented"),
    exists().where(roles.c.person_id == people.c.id, roles.c.role == "owner").label("owner"),
    drafts.c.kind.label("form"),
    drafts.c.event_id.label("form_event_id"),
    drafts.c.adults.label("form_adults"),
).select_from(people.outerjoin(drafts))
_BY_NUMBER = _KNOWN.where(people.c.channel == "telegram", people.c.channel_user_id == bindparam("user_id"))
_BY_ID = _KNOWN.where(people.c.id == bindparam("person"))


def find(conn: Connection, user_id: int) -> Person | None:
    row = conn.execute(_BY_NUMBER, {"user_id": user_id}).one_or_none()
    return None if row is None else _person(row)


def agreed(conn: Connection, person_id: int) -> Person:
    """Somebody of whom more may be kept. Raises NoConsent unless there is a valid consent."""
    row = conn.execute(_BY_ID, {"person": person_id}).one_or_none()
    if row is None or not row._mapping["consented"]:
        raise NoConsent
    return _person(row)


def _has(user_id: int) -> ColumnElement[bool]:
    return and_(people.c.channel == "telegram", people.c.channel_user_id == user_id)


def _first(column: ColumnElement[datetime], now: datetime) -> ColumnElement[datetime]:
    """What the column holds already, else now."""
    return func.coalesce(column, literal(now, column.type))


_REACHED = {"reachable": True, "unreachable_why": None, "unreachable_since": None}


def meet(conn: Connection, user_id: int, zone: str, now: datetime) -> Person:
    """The person with this number; made if this is the first contact, reachable again if they had gone.

    To be called once a day at least for whoever writes or presses: it keeps the day, and takes a warning back.
    """
    today = midnight(now, zone)
    conn.execute(
        insert(people)
        .values(channel_user_id=user_id, zone=zone, created_at=now, started_at=now, seen_at=today)
        .on_conflict_do_nothing()
    )
    conn.execute(
        update(people)
        .where(_has(user_id))
        .values(**_REACHED, started_at=_first(people.c.started_at, now), seen_at=today, warned_at=None)
        .where(
            or_(
                ~people.c.reachable, people.c.started_at.is_(None), people.c.seen_at.is_(None), people.c.seen_at < today
            )
        )
    )
    person = find(conn, user_id)
    assert person is not None
    return person


def _person(row: Row[tuple[object, ...]]) -> Person:
    known = row._mapping
    quiet = Quiet(known["quiet_from"], known["quiet_to"], known["zone"])
    return Person(
        id=known["id"],
        user_id=known["channel_user_id"],
        language=known["language"],
        name=known["name"],
        wishes=Wishes(known["remind_evening"], known["remind_hours"], quiet),
        arrived_by=known["arrived_by"],
        reachable=known["reachable"],
        started=known["started_at"] is not None,
        consented=known["consented"],
        owner=known["owner"],
        form=known["form"],
        form_event_id=known["form_event_id"],
        form_adults=known["form_adults"],
        seen_at=known["seen_at"],
    )


def arrive(conn: Connection, person_id: int, link: str) -> None:
    """Remember the link they came by until they have chosen a language."""
    conn.execute(update(people).where(people.c.id == person_id).values(arrived_by=link))


def choose_language(conn: Connection, person_id: int, language: str, now: datetime) -> None:
    """The person's own choice; their list of commands follows it.

    The link they came by outlives the first choice: if we die before its card is shown, it is shown after the start.
    """
    first = people.c.language.is_(None)
    link = case((first, people.c.arrived_by), else_=None)
    conn.execute(update(people).where(people.c.id == person_id).values(language=language, arrived_by=link))
    outbox.cancel(conn, "commands", person_id, person_id)
    outbox.put(conn, "commands", person_id, person_id, now.isoformat(), now, now + COMMANDS_USEFUL)


def rename(conn: Connection, person_id: int, name: str) -> None:
    """The name owners see in their lists; ends the form that asked for it."""
    conn.execute(update(people).where(people.c.id == person_id).values(name=name[:NAME_LENGTH]))
    conn.execute(drafts.delete().where(drafts.c.person_id == person_id, drafts.c.kind == "name"))


_NAME_IF_NONE = (
    update(people).where(people.c.id == bindparam("person"), people.c.name.is_(None)).values(name=bindparam("told"))
)


def name_if_none(conn: Connection, person_id: int, name: str) -> None:
    """Keep the name Telegram shows, unless the person has told another. Only after consent."""
    conn.execute(_NAME_IF_NONE, {"person": person_id, "told": name[:NAME_LENGTH]})


def lose(conn: Connection, user_id: int, why: str, now: datetime) -> None:
    """Telegram says that they cannot be reached; it is undone when they write again (`meet`)."""
    since = _first(people.c.unreachable_since, now)
    lost = {"reachable": False, "unreachable_why": why[:200], "unreachable_since": since}
    conn.execute(update(people).where(_has(user_id)).values(lost))


def find_again(conn: Connection, user_id: int) -> None:
    """They came back; nothing happens for someone we never met."""
    conn.execute(update(people).where(_has(user_id)).values(_REACHED))


def make_owners(conn: Connection, user_ids: tuple[int, ...], zone: str, now: datetime) -> bool:
    """Make the first owners. False, and nothing changed, where there are owners already."""
    if conn.execute(select(roles.c.id).where(roles.c.role == "owner").limit(1)).first():
        return False
    for user_id in user_ids:
        conn.execute(insert(people).values(channel_user_id=user_id, zone=zone, created_at=now).on_conflict_do_nothing())
        person_id = select(people.c.id).where(_has(user_id)).scalar_subquery()
        conn.execute(insert(roles).values(person_id=person_id, role="owner", given_at=now))
    return True


def owner_ids(conn: Connection) -> tuple[int, ...]:
    """The owners, by their numbers in the store."""
    return tuple(conn.scalars(select(roles.c.person_id).where(roles.c.role == "owner").order_by(roles.c.id)))


def owners(conn: Connection) -> tuple[tuple[int, bool], ...]:
    """Each owner's number and whether they ever pressed START."""
    rows = conn.execute(
        select(people.c.channel_user_id, people.c.started_at).join(roles).where(roles.c.role == "owner")
    )
    return tuple((user_id, started_at is not None) for user_id, started_at in rows)
