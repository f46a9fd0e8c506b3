"""Signing up, changing, leaving, coming back. Places are counted under the write lock, never kept in a column."""

from datetime import datetime

from sqlalchemy import Connection, select, update

from db import consents, drafts, offers, outbox, people, reminders
from db.places import Mine, Places, as_mine, mine, places
from db.rules.refusals import Cancelled, Gone, NothingHeld
from db.rules.seats import NOBODY, Party, check_open, check_party, check_room
from db.seating import active, given_away, hold, locked, room, set_party, take, unlocked
from db.standing import Signed, as_it_stands, clashes
from db.tables import events, signups


def begin(conn: Connection, event_id: int, person_id: int, now: datetime, adults: int | None = None) -> Places | None:
    """Open the form, or note its answer so far; gives the places there are.

    None, and nothing opened, for someone signed up or in the queue.

    Raises Gone, Cancelled, Closed, Full.
    """
    event = locked(conn, event_id)
    found = places(conn, event_id, person_id, now)
    was = found.mine
    if was is not None and (was.active or was.waiting):
        return None
    check_open(event.state, event.closes_at, now)
    check_room(Party(adults or 1), room(conn, event, person_id, was, now))
    drafts.sign_up(conn, person_id, event_id, adults, now)
    return found


def agree(conn: Connection, event_id: int, person_id: int, language: str, now: datetime) -> Places | None:
    """The consent, and the form it was asked for. Raises Gone, Cancelled, Closed, Full."""
    consents.give(conn, person_id, language, now)
    return begin(conn, event_id, person_id, now)


def join(conn: Connection, event_id: int, person_id: int, party: Party, name: str, now: datetime) -> Signed:
    """Sign up. A second press, a second phone, a repeated update: the one signup there is, unchanged.

    Raises NoConsent, Gone, Cancelled, Closed, BadParty, Full.
    """
    person = people.agreed(conn, person_id)
    event = locked(conn, event_id)
    was = mine(conn, event_id, person_id)
    if person.form is not None:
        drafts.drop(conn, person_id)
    if was is not None and (was.active or was.waiting):
        return as_it_stands(conn, event, person_id, now, new=False)
    check_open(event.state, event.closes_at, now)
    check_party(party, event.largest_party, event.ask_children)
    check_room(party, room(conn, event, person_id, was, now))
    own = take(conn, event_id, person_id, party, was, now)
    if person.name is None:
        people.name_if_none(conn, person_id, name)
    if was is None:
        planned = reminders.begin(conn, own.id, person, event, now)
        return Signed(own, True, clashes(conn, event, person_id), planned)
    offers.waits_no_more_in_vain(conn, was.id, person_id)
    reminders.schedule(conn, person_id, event_id, now)
    return as_it_stands(conn, event, person_id, now, new=True)


def change(conn: Connection, event_id: int, person_id: int, party: Party, now: datetime) -> Signed:
    """More or fewer of the party. Those who do not come are held for a while (`give_back`).

    Whoever says how many come waits for no more: their place in the queue, if any, is given up.

    Raises Gone, Cancelled, Closed (only when more are to come), BadParty, Full.
    """
    event = locked(conn, event_id)
    was = active(conn, event_id, person_id)
    if party == was.party and not was.waiting:
        return as_it_stands(conn, event, person_id, now, new=False)
    fewer = party.adults <= was.party.adults and party.children <= was.party.children
    check_party(party, event.largest_party, event.ask_children)
    if fewer:
        hold(conn, was, party, event.starts_at, now)
    else:
        check_open(event.state, event.closes_at, now)
        check_room(party, room(conn, event, person_id, was, now))
        set_party(conn, was, party, now)
    outbox.cancel(conn, offers.OFFER, was.id, person_id)
    offers.serve(conn, event, now)
    return as_it_stands(conn, event, person_id, now, new=True)


def leave(conn: Connection, event_id: int, person_id: int, now: datetime) -> Signed:
    """Nobody of the party comes, nor waits for the rest of its places; pressed again it stays so. Raises Gone.

    Nothing changes for someone who only waits: their way out is the queue's own.
    """
    event = locked(conn, event_id)
    was = mine(conn, event_id, person_id)
    if was is None:
        raise Gone
    if not was.active:
        return as_it_stands(conn, event, person_id, now, new=False)
    hold(conn, was, NOBODY, event.starts_at, now)
    reminders.withdraw(conn, was.id, person_id)
    outbox.cancel(conn, offers.OFFER, was.id, person_id)
    offers.serve(conn, event, now)
    return as_it_stands(conn, event, person_id, now, new=True)


def give_back(conn: Connection, event_id: int, person_id: int, now: datetime) -> Signed:
    """Take the places back that were given away a moment ago; they were held. Raises Gone, Cancelled, NothingHeld."""
    event = locked(conn, event_id)
    was = mine(conn, event_id, person_id)
    if was is None:
        raise Gone
    held = was.returnable(now)
    if held == NOBODY:
        if was.active:
            return as_it_stands(conn, event, person_id, now, new=False)
        raise NothingHeld
    check_open(event.state, event.ends_at, now)
    party = Party(was.party.adults + held.adults, was.party.children + held.children)
    if given_away(conn, event, person_id, party, now):
        raise NothingHeld
    set_party(conn, was, party, now)
    reminders.schedule(conn, person_id, event_id, now)
    return as_it_stands(conn, event, person_id, now, new=True)


def confirm(conn: Connection, event_id: int, person_id: int, now: datetime) -> Signed:
    """The answer "I come" to a reminder. Raises Gone, Cancelled."""
    event = locked(conn, event_id)
    was = active(conn, event_id, person_id)
    if event.state != "published":
        raise Cancelled
    conn.execute(update(signups).where(signups.c.id == was.id).values(confirmed_at=now))
    return as_it_stands(conn, event, person_id, now, new=False)


def signed(conn: Connection, event_id: int, person_id: int, now: datetime) -> Signed:
    """The person's signup for an event: active, waiting or left. Raises Gone."""
    return as_it_stands(conn, unlocked(conn, event_id), person_id, now, new=False)


def coming(conn: Connection, person_id: int, now: datetime) -> tuple[Mine, ...]:
    """The person's signups for what is not over: active or waiting ones, and those that can still be taken back."""
    found = conn.execute(
        select(signups)
        .join(events)
        .where(signups.c.person_id == person_id, events.c.ends_at > now)
        .order_by(events.c.starts_at)
    )
    return tuple(one for one in map(as_mine, found) if one.active or one.waiting or one.returnable(now) != NOBODY)
