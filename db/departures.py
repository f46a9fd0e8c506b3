"""Data that goes: at once when consent is taken back, and by itself when its time is over."""

from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, select, update

from db import consents, drafts, offers, reminders
from db import outbox as row_of
from db import people as unreachable
from db.seating import OUT_OF_QUEUE
from db.tables import events, outbox, people, signups

KEPT = timedelta(days=60)  # after the event; the consent screen says so


def withdraw_consent(conn: Connection, person_id: int, now: datetime) -> None:
    """Every active signup is given up for good (nothing is held), the name and the half-filled form are erased."""
    consents.withdraw(conn, person_id, now)
    drafts.drop(conn, person_id)
    conn.execute(update(people).where(people.c.id == person_id).values(name=None))
    nobody = {"state": "left", "adults": 0, "children": 0, "held_adults": 0, "held_children": 0, "held_until": None}
    nobody |= OUT_OF_QUEUE
    for signup_id in conn.scalars(select(signups.c.id).where(signups.c.person_id == person_id)).all():
        reminders.withdraw(conn, signup_id, person_id)
        row_of.cancel(conn, offers.OFFER, signup_id, person_id)
    given_up = conn.scalars(select(signups.c.event_id).where(signups.c.person_id == person_id)).all()
    conn.execute(update(signups).where(signups.c.person_id == person_id).values(**nobody, changed_at=now))
    for event_id in given_up:
        offers.serve_event(conn, event_id, now)


def lose(conn: Connection, user_id: int, why: str, now: datetime) -> None:
    """Telegram says that they cannot be reached: what is offered to them passes on. Undone when they write again."""
    unreachable.lose(conn, user_id, why)
    offers.pass_on(conn, user_id, now)


def forget(conn: Connection, now: datetime) -> int:
    """Erase signups, and what was sent about them, 60 days after their event, as the consent says; gives how many."""
    over = select(signups.c.id).join(events).where(events.c.ends_at < now - KEPT)
    conn.execute(delete(outbox).where(outbox.c.kind.in_(reminders.KINDS), outbox.c.subject_id.in_(over)))
    return conn.execute(delete(signups).where(signups.c.id.in_(over))).rowcount
