"""What stays of signups when their person is forgotten: the sums of their event, and nobody in them."""

from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Connection, and_, case, func, or_, select, update
from sqlalchemy.dialects.sqlite import insert

from db.tables import event_sums, events, people, signups

_COMES = signups.c.state == "active"
_COUNTED = ("signups", "adults", "children", "given_up", "first_visits")


def add_past(conn: Connection, which: ColumnElement[bool]) -> None:
    """Count those signups, of events that are over, before they are erased.

    The events go by their start, so that a person's first visit of a year is counted with the first of them; it is
    counted once a person and year, in the year of the event's own zone, and never for a cancelled event.
    """
    of_them = select(signups.c.event_id).where(which)
    found = conn.execute(select(events).where(events.c.id.in_(of_them)).order_by(events.c.starts_at, events.c.id)).all()
    for event in found:
        year = event.starts_at.astimezone(ZoneInfo(event.zone)).year if event.state == "published" else None
        _add(conn, event.id, and_(which, signups.c.event_id == event.id), year)


def _add(conn: Connection, event_id: int, which: ColumnElement[bool], year: int | None) -> None:
    total = func.coalesce(func.sum(case((_COMES, 1), else_=0)), 0)
    sums = (func.coalesce(func.sum(signups.c[name]), 0) for name in ("adults", "children", "given_up"))
    counted = conn.execute(select(total, *sums).where(which)).one()
    _grow(conn, event_id, *counted, 0 if year is None else _first_visits(conn, which, year))


def _first_visits(conn: Connection, which: ColumnElement[bool], year: int) -> int:
    came = people.c.id.in_(select(signups.c.person_id).where(which, _COMES))
    new = or_(people.c.visited_year.is_(None), people.c.visited_year < year)
    return conn.execute(update(people).where(came, new).values(visited_year=year)).rowcount


def add_given_up(conn: Connection, which: ColumnElement[bool]) -> None:
    """Count the places that go back with those signups, of events still to come."""
    given = signups.c.given_up + signups.c.adults + signups.c.children
    rows = conn.execute(select(signups.c.event_id, func.sum(given)).where(which).group_by(signups.c.event_id)).all()
    for event_id, places in (row for row in rows if row[1]):
        _grow(conn, event_id, 0, 0, 0, places, 0)


def _grow(conn: Connection, event_id: int, *by: int) -> None:
    row = insert(event_sums).values(event_id=event_id, **dict(zip(_COUNTED, by, strict=True)))
    more = {name: event_sums.c[name] + row.excluded[name] for name in _COUNTED}
    conn.execute(row.on_conflict_do_update(index_elements=["event_id"], set_=more))
