"""A person gives up whatever they are signed up for: because they take their consent back, or are erased."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, and_, delete, or_, select, update

from db import consents, destructions, offers, reminders, sums
from db import people as reach
from db.cancelling import OFF
from db.tables import drafts, events, outbox, people, signups

# Messages whose subject is a signup: they go with it. Each kind of handlers/notices.py is in one of the two.
ABOUT_SIGNUPS = (*reminders.KINDS, offers.OFFER, offers.TOO_LATE, offers.NO_MORE, OFF)
ABOUT_OTHERS = ("alarm", "apology", "commands", "flood", "inactive", "mistake")


def withdraw_consent(conn: Connection, person_id: int, now: datetime) -> None:
    """What rested on it is erased at once: signups, the messages about them, the half-filled form, the name."""
    consents.withdraw(conn, person_id, now)
    erased = leave_all(conn, person_id, now)
    erased["forms"] = conn.execute(delete(drafts).where(drafts.c.person_id == person_id)).rowcount
    named = and_(people.c.id == person_id, people.c.name.is_not(None))
    erased["names"] = conn.execute(update(people).where(named).values(name=None)).rowcount
    if any(erased.values()):
        destructions.record(conn, "withdrawn", erased, now)


def lose(conn: Connection, user_id: int, why: str, now: datetime) -> None:
    """Telegram says that they cannot be reached: what is offered to them passes on. Undone when they write again."""
    reach.lose(conn, user_id, why, now)
    offers.pass_on(conn, user_id, now)


def leave_all(conn: Connection, person_id: int, now: datetime) -> dict[str, int]:
    """Erase every signup of a person; their places are free at once. Gives how many rows of what kind went."""
    own = signups.c.person_id == person_id
    over = signups.c.event_id.in_(select(events.c.id).where(events.c.ends_at <= now))
    sums.add_past(conn, and_(own, over))
    sums.add_given_up(conn, and_(own, ~over))
    coming = conn.scalars(select(signups.c.event_id).where(own, ~over, takes_part(now))).all()
    erased = erase_signups(conn, own)
    freed(conn, coming, now)
    return erased


def takes_part(now: datetime) -> ColumnElement[bool]:
    """Comes, waits, or still has places held."""
    return or_(signups.c.state != "left", signups.c.held_until > now)


def erase_signups(conn: Connection, which: ColumnElement[bool]) -> dict[str, int]:
    """The rows and the messages about them. Gives how many of each."""
    of_them = select(signups.c.id).where(which)
    about = and_(outbox.c.kind.in_(ABOUT_SIGNUPS), outbox.c.subject_id.in_(of_them))
    messages = conn.execute(delete(outbox).where(about)).rowcount
    return {"signups": conn.execute(delete(signups).where(which)).rowcount, "messages": messages}


def freed(conn: Connection, event_ids: Collection[int], now: datetime) -> None:
    """Places at these events are free from this moment on: their queues are served."""
    for event_id in event_ids:
        offers.serve_event(conn, event_id, now)
