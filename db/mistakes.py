"""A bad translation as a reader tells of it: asked for in a form, kept for a while, told to every owner."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, delete, func, insert, null, select

from db import destructions, drafts, outbox, people
from db.rules.refusals import Enough, Gone
from db.rules.retention import MISTAKES
from db.tables import drafts as forms
from db.tables import mistakes
from db.tables import people as profiles

PATIENCE = timedelta(hours=1)  # words that come later may be meant for nobody: they are asked for again
DAY, A_DAY = timedelta(days=1), 5  # reports of one person
USEFUL = timedelta(days=14)
LONGEST, LONGEST_BELOW = 2_000, 600  # letters that are kept: of words alone, of those below a picture


@dataclass(frozen=True, slots=True)
class About:
    """A screen as somebody saw it: how they came to it, its first words, its texts as (source, translation)."""

    screen: str
    title: str
    event_id: int | None
    language: str
    texts: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Report:
    """`copied`: the message itself belongs to it. `reachable`: whether it can be copied from their chat."""

    language: str
    about: About | None
    said: str | None
    copied: bool
    chat_id: int
    message_id: int
    reachable: bool


def begin(conn: Connection, person_id: int, about: About | None, now: datetime) -> None:
    """Open the form: their next message is the report. Raises Enough for who has sent A_DAY of them within a day."""
    recent = select(func.count()).where(mistakes.c.person_id == person_id, mistakes.c.at > now - DAY)
    if (conn.scalar(recent) or 0) >= A_DAY:
        raise Enough
    drafts.mistake(conn, person_id, None if about is None else asdict(about), now)


def asked(conn: Connection, person_id: int) -> About | None:
    """The screen that the open form is about, as far as it is known. Raises Gone where no such form is open."""
    return _about(_form(conn, person_id).about)


def reopen(conn: Connection, person_id: int, now: datetime) -> About | None:
    """The same, with PATIENCE beginning anew."""
    form = _form(conn, person_id)
    drafts.mistake(conn, person_id, form.about, now)
    return _about(form.about)


def _form(conn: Connection, person_id: int) -> Row[Any, Any]:
    found = select(forms.c.about, forms.c.updated_at).where(forms.c.person_id == person_id, forms.c.kind == "mistake")
    row = conn.execute(found).one_or_none()
    if row is None:
        raise Gone
    return row


def _about(kept: Mapping[str, Any] | None) -> About | None:
    """As it was written by asdict; JSON knows no tuples."""
    if kept is None:
        return None
    return About(**{**kept, "texts": tuple((source, present) for source, present in kept["texts"])})


def report(
    conn: Connection, person_id: int, language: str, said: str | None, copied: bool, message_id: int, now: datetime
) -> bool:
    """Take the message, end the form, tell every owner. Raises Gone where no such form is open.

    False where the form was left for longer than PATIENCE: it is opened anew, and the message goes to nobody.
    """
    form = _form(conn, person_id)
    if now - form.updated_at > PATIENCE:
        reopen(conn, person_id, now)
        return False
    kept = {
        **{"person_id": person_id, "language": form.about["language"] if form.about else language},
        **{"about": form.about or null(), "said": said and said[: longest(copied)], "copied": copied},
        **{"message_id": message_id, "at": now},
    }
    number = conn.execute(insert(mistakes).values(kept).returning(mistakes.c.id)).scalar_one()
    drafts.drop(conn, person_id)
    for owner_id in people.owner_ids(conn):
        outbox.put(conn, "mistake", number, owner_id, "once", now, now + USEFUL)
    return True


def longest(copied: bool) -> int:
    """What owners can be shown of the words, whole."""
    return LONGEST_BELOW if copied else LONGEST


def taken(conn: Connection, person_id: int, message_id: int) -> bool:
    """Whether this very message is a report already."""
    own = select(mistakes.c.id).where(mistakes.c.person_id == person_id, mistakes.c.message_id == message_id)
    return conn.execute(own).first() is not None


def find(conn: Connection, number: int) -> Report | None:
    row = conn.execute(
        select(mistakes, profiles.c.channel_user_id, profiles.c.reachable).join(profiles).where(mistakes.c.id == number)
    ).one_or_none()
    if row is None:
        return None
    whose = (row.channel_user_id, row.message_id, row.reachable)
    return Report(row.language, _about(row.about), row.said, row.copied, *whose)


def prune(conn: Connection, now: datetime) -> int:
    """Erase the reports that are old; gives how many."""
    erased = conn.execute(delete(mistakes).where(mistakes.c.at < now - MISTAKES)).rowcount
    if erased:
        destructions.record(conn, "over", {"mistakes": erased}, now)
    return erased
