"""Signing up, changing, leaving, coming back. Places are counted under the write lock, never kept in a column."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, Row, bindparam, select, update

from db import consents, drafts, people, reminders
from db.events import Mine, Places, as_mine, mine, places
from db.rules.refusals import Gone, NothingHeld
from db.rules.seats import NOBODY, Party, check_open, check_party, check_room, overlap
from db.seating import active, hold, locked, set_party, take, taken_by_others, unlocked
from db.tables import events, signups


@dataclass(frozen=True)
class Signed:
    """A signup as it stands; `new` tells whether this very press made it. `clashes` are other events at that time."""

    mine: Mine
    new: bool
    clashes: tuple[int, ...]
    reminders: tuple[tuple[str, datetime], ...]


def begin(conn: Connection, event_id: int, person_id: int, now: datetime, adults: int | None = None) -> Places:
    """Open the form, or note its answer so far. For someone already signed up nothing is opened.

    Raises Gone, Cancelled, Closed, Full.
    """
    event = locked(conn, event_id)
    found = places(conn, event_id, person_id, now)
    if found.mine is not None and found.mine.active:
        return found
    check_open(event.state, event.closes_at, now)
    check_room(Party(adults or 1), event.capacity, taken_by_others(conn, event, person_id, now))
    drafts.sign_up(conn, person_id, event_id, adults, now)
    return found


def agree(conn: Connection, event_id: int, person_id: int, language: str, now: datetime) -> Places:
    """The consent, and the form it was asked for. Raises Gone, Cancelled, Closed, Full."""
    consents.give(conn, person_id, language, now)
    return begin(conn, event_id, person_id, now)


def join(conn: Connection, event_id: int, person_id: int, party: Party, name: str, now: datetime) -> Signed:
    """Sign up. A second press, a second phone, a repeated update: the one signup there is, unchanged.

    Raises NoConsent, Gone, Cancelled, Closed, BadParty, Full.
    """
    consents.require(conn, person_id)
    event = locked(conn, event_id)
    was = mine(conn, event_id, person_id)
    if was is not None and was.active:
        drafts.drop(conn, person_id)
        return _signed(conn, event, person_id, new=False)
    check_open(event.state, event.closes_at, now)
    check_party(party, event.largest_party, event.ask_children)
    check_room(party, event.capacity, taken_by_others(conn, event, person_id, now))
    take(conn, event_id, person_id, party, was, now)
    people.name_if_none(conn, person_id, name)
    drafts.drop(conn, person_id)
    reminders.schedule(conn, person_id, event_id, now, first=was is None)
    return _signed(conn, event, person_id, new=True)


def change(conn: Connection, event_id: int, person_id: int, party: Party, now: datetime) -> Signed:
    """More or fewer of the party. Those who do not come are held for a while (`give_back`).

    Raises Gone, Cancelled, Closed (only when more are to come), BadParty, Full.
    """
    event = locked(conn, event_id)
    was = active(conn, event_id, person_id)
    if party == was.party:
        return _signed(conn, event, person_id, new=False)
    fewer = party.adults <= was.party.adults and party.children <= was.party.children
    check_party(party, event.largest_party, event.ask_children)
    if fewer:
        hold(conn, was, party, event.starts_at, now)
    else:
        check_open(event.state, event.closes_at, now)
        check_room(party, event.capacity, taken_by_others(conn, event, person_id, now))
        set_party(conn, was.id, party, NOBODY, None, now)
    return _signed(conn, event, person_id, new=True)


def leave(conn: Connection, event_id: int, person_id: int, now: datetime) -> Signed:
    """Nobody of the party comes; pressed again it stays so. Raises Gone."""
    event = locked(conn, event_id)
    was = mine(conn, event_id, person_id)
    if was is None:
        raise Gone
    if not was.active:
        return _signed(conn, event, person_id, new=False)
    hold(conn, was, NOBODY, event.starts_at, now)
    reminders.withdraw(conn, was.id, person_id)
    return _signed(conn, event, person_id, new=True)


def give_back(conn: Connection, event_id: int, person_id: int, now: datetime) -> Signed:
    """Take the places back that were given away a moment ago; they were held. Raises Gone, Cancelled, NothingHeld."""
    event = locked(conn, event_id)
    was = mine(conn, event_id, person_id)
    if was is None:
        raise Gone
    held = was.returnable(now)
    if held == NOBODY:
        if was.active:
            return _signed(conn, event, person_id, new=False)
        raise NothingHeld
    check_open(event.state, event.ends_at, now)
    party = Party(was.party.adults + held.adults, was.party.children + held.children)
    set_party(conn, was.id, party, NOBODY, None, now)
    reminders.schedule(conn, person_id, event_id, now)
    return _signed(conn, event, person_id, new=True)


def confirm(conn: Connection, event_id: int, person_id: int, now: datetime) -> Signed:
    """The answer "I come" to a reminder. Raises Gone."""
    event = locked(conn, event_id)
    was = active(conn, event_id, person_id)
    conn.execute(update(signups).where(signups.c.id == was.id).values(confirmed_at=now))
    return _signed(conn, event, person_id, new=False)


def signed(conn: Connection, event_id: int, person_id: int) -> Signed:
    """The person's signup for an event, active or left. Raises Gone."""
    return _signed(conn, unlocked(conn, event_id), person_id, new=False)


def coming(conn: Connection, person_id: int, now: datetime) -> tuple[Mine, ...]:
    """The person's signups for what is not over: active ones, and those that can still be taken back."""
    found = conn.execute(
        select(signups)
        .join(events)
        .where(signups.c.person_id == person_id, events.c.ends_at > now)
        .order_by(events.c.starts_at)
    )
    return tuple(one for one in map(as_mine, found) if one.active or one.returnable(now) != NOBODY)


def _signed(conn: Connection, event: Row[tuple[object, ...]], person_id: int, *, new: bool) -> Signed:
    found = mine(conn, event._mapping["id"], person_id)
    if found is None:
        raise Gone
    return Signed(found, new, _clashes(conn, event, person_id), reminders.pending(conn, found.id))


_OTHERS = (
    select(events.c.id, events.c.starts_at, events.c.ends_at)
    .join(signups)
    .where(
        signups.c.person_id == bindparam("person"),
        signups.c.state == "active",
        events.c.id != bindparam("event"),
        events.c.state == "published",
    )
)


def _clashes(conn: Connection, event: Row[tuple[object, ...]], person_id: int) -> tuple[int, ...]:
    known = event._mapping
    others = conn.execute(_OTHERS, {"person": person_id, "event": known["id"]})
    return tuple(row.id for row in others if overlap(known["starts_at"], known["ends_at"], row.starts_at, row.ends_at))
