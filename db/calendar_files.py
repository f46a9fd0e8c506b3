"""Files for the calendar of one's own phone. Each one given is counted: of two, the phone believes the later."""

from sqlalchemy import Connection, update

from db.places import Mine, mine
from db.rules.refusals import Cancelled, Gone
from db.seating import active, locked
from db.tables import signups


def give(conn: Connection, event_id: int, person_id: int) -> None:
    """One more for somebody who comes. Raises Gone, Cancelled."""
    event = locked(conn, event_id)
    was = active(conn, event_id, person_id)
    if event.state != "published":
        raise Cancelled
    _count(conn, was)


def take_back(conn: Connection, event_id: int, person_id: int) -> None:
    """One more, by which the event leaves the calendar. Raises Gone where nothing wrong stands in it."""
    event = locked(conn, event_id)
    was = mine(conn, event_id, person_id)
    if was is None or not was.wrong_in_calendar(event.state):
        raise Gone
    _count(conn, was)


def _count(conn: Connection, was: Mine) -> None:
    conn.execute(update(signups).where(signups.c.id == was.id).values(calendar=signups.c.calendar + 1))
