"""An event that does not take place after all: everybody who comes or waits is told."""

from datetime import datetime

from sqlalchemy import Connection, or_, select, update

from db import outbox, reminders
from db.offers import line, step_out
from db.seating import locked
from db.tables import events, signups

OFF = "event_off"  # kind of the message, about a signup


def cancel(conn: Connection, event_id: int, now: datetime) -> int:
    """Call it off; gives how many are told. Done again it changes nothing. Raises Gone."""
    event = locked(conn, event_id)
    if event.state == "cancelled":
        return 0
    conn.execute(update(events).where(events.c.id == event_id).values(state="cancelled"))
    concerned = conn.execute(
        select(signups.c.id, signups.c.person_id).where(
            signups.c.event_id == event_id, or_(signups.c.state == "active", signups.c.state == "waiting")
        )
    ).all()
    for one in line(conn, event_id):
        step_out(conn, one)
    for signup_id, person_id in concerned:
        reminders.withdraw(conn, signup_id, person_id)
        if now < event.starts_at:
            outbox.put(conn, OFF, signup_id, person_id, now.isoformat(timespec="seconds"), now, event.starts_at)
    return len(concerned)


def call_on_again(conn: Connection, event_id: int, now: datetime) -> None:
    """It takes place after all: those signed up are reminded again; whoever waited has to queue again."""
    conn.execute(update(events).where(events.c.id == event_id).values(state="published"))
    reminders.schedule_all(conn, event_id, now)
