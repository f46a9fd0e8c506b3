"""The queue of a full event, as those who wait see it: get in, take what is offered, wait for all, get out."""

from datetime import datetime

from sqlalchemy import Connection, func, select, update

from db import consents, drafts, offers, outbox, people, reminders
from db.offers import OFFER, Event, Waiter
from db.places import Mine, Places, mine, places
from db.rules import waiting as rules
from db.rules.refusals import BadParty, Gone, OfferOver, QueueOver
from db.rules.seats import NOBODY, Party, check_open, check_party
from db.seating import OUT_OF_QUEUE, given_away, locked, settle
from db.standing import Signed, as_it_stands
from db.tables import signups


def begin(conn: Connection, event_id: int, person_id: int, now: datetime, adults: int | None = None) -> Places | None:
    """Open the form of the queue, or note its answer so far; gives the places there are.

    None, and nothing opened, for someone who has an offer.

    Raises Gone, Cancelled, Closed, QueueOver.
    """
    event = locked(conn, event_id)
    found = places(conn, event_id, person_id, now)
    if found.mine is not None and _has_better(found.mine, now):
        return None
    _check_open(event, now)
    drafts.queue(conn, person_id, event_id, adults, now)
    return found


def _has_better(was: Mine, now: datetime) -> bool:
    """They have an answer to give, or places to take back, before they queue for any."""
    return was.offer(now) != NOBODY or was.returnable(now) != NOBODY


def _check_open(event: Event, now: datetime) -> None:
    known = event._mapping
    check_open(known["state"], known["closes_at"], now)
    if now >= rules.last_moment(known["starts_at"], known["closes_at"]):
        raise QueueOver


def agree(conn: Connection, event_id: int, person_id: int, language: str, now: datetime) -> Places | None:
    """The consent, and the form of the queue it was asked for. Raises as `begin` does."""
    consents.give(conn, person_id, language, now)
    return begin(conn, event_id, person_id, now)


def enter(conn: Connection, event_id: int, person_id: int, party: Party, name: str, now: datetime) -> Signed:
    """Wait for places for `party`, those who have one included; pressed again it changes nothing.

    A smaller party than before keeps its place in the queue, a larger one goes to the end.
    Raises NoConsent, Gone, Cancelled, Closed, QueueOver, BadParty.
    """
    people.agreed(conn, person_id)
    event = locked(conn, event_id)
    offers.serve(conn, event, now, told=person_id)  # an offer of theirs may have ended this very moment
    was = mine(conn, event_id, person_id)
    drafts.drop(conn, person_id)
    if was is not None and (was.wanted == party or _has_better(was, now)):
        return as_it_stands(conn, event, person_id, now, new=False)
    _check_open(event, now)
    _check_party(event, party, was.party if was else NOBODY)
    _queue_up(conn, event_id, person_id, was, party, now)
    people.name_if_none(conn, person_id, name)
    offers.serve(conn, event, now, told=person_id)
    return as_it_stands(conn, event, person_id, now, new=True)


def _check_party(event: Event, party: Party, has: Party) -> None:
    known = event._mapping
    largest = min(known["largest_party"], known["capacity"] or known["largest_party"])
    no_more = party.adults < has.adults or party.children < has.children or party.size <= has.size
    if has.size and (no_more or party.size > largest):
        raise BadParty(largest, has.size + 1)
    check_party(party, largest, known["ask_children"])


def _queue_up(conn: Connection, event_id: int, person_id: int, was: Mine | None, party: Party, now: datetime) -> None:
    wanted = {"wanted_adults": party.adults, "wanted_children": party.children}
    if was is not None and was.waiting and party.size <= was.wanted.size:
        conn.execute(update(signups).where(signups.c.id == was.id).values(**wanted, changed_at=now))
        return
    last = conn.scalar(select(func.max(signups.c.queue_number)).where(signups.c.event_id == event_id)) or 0
    state = "active" if was is not None and was.active else "waiting"
    values = {**OUT_OF_QUEUE, **wanted, "queue_number": last + 1, "state": state}
    settle(conn, event_id, person_id, was, now, values)
    if was is not None:
        offers.waits_no_more_in_vain(conn, was.id, person_id)


def take(conn: Connection, event_id: int, person_id: int, now: datetime) -> Signed:
    """Accept what is offered; for a part of the party the rest goes on waiting. Raises Gone, OfferOver."""
    event = locked(conn, event_id)
    waiting = offers.line(conn, event_id)
    one = _own(conn, waiting, event_id, person_id)
    if one is None or one.mine.offer(now) == NOBODY:
        return _unless_over(as_it_stands(conn, event, person_id, now, new=False))
    if given_away(conn, event, person_id, _with_offered(one.mine), now):
        raise OfferOver
    for passed in rules.passed_by([other.entry for other in waiting if other.reachable], one.mine.id):
        conn.execute(update(signups).where(signups.c.id == passed).values(passed=signups.c.passed + 1))
    _seat(conn, one, now)
    reminders.schedule(conn, person_id, event_id, now)
    offers.serve(conn, event, now)
    return as_it_stands(conn, event, person_id, now, new=True)


def _own(conn: Connection, waiting: tuple[Waiter, ...], event_id: int, person_id: int) -> Waiter | None:
    if mine(conn, event_id, person_id) is None:
        raise Gone
    return next((one for one in waiting if one.person_id == person_id), None)


def _unless_over(found: Signed) -> Signed:
    """Pressed twice it is as it is; who has no place and no offer is told so."""
    if not found.mine.active:
        raise OfferOver
    return found


def _seat(conn: Connection, one: Waiter, now: datetime) -> None:
    was = one.mine
    party = _with_offered(was)
    left = {} if party == was.wanted else {"queue_number": was.queue_number, **_wanted(was.wanted)}
    created = {} if was.active else {"created_at": now}
    values = {**OUT_OF_QUEUE, **left, "state": "active", "adults": party.adults, "children": party.children}
    conn.execute(update(signups).where(signups.c.id == was.id).values(**values, **created, changed_at=now))
    outbox.cancel(conn, OFFER, was.id, one.person_id)


def _with_offered(was: Mine) -> Party:
    return Party(was.party.adults + was.offered.adults, was.party.children + was.offered.children)


def _wanted(party: Party) -> dict[str, object]:
    return {"wanted_adults": party.adults, "wanted_children": party.children}


def together(conn: Connection, event_id: int, person_id: int, now: datetime, *, on: bool) -> Signed:
    """Wait for places for all at once, or for any (`on` false). What was offered in part goes to the next.

    Raises Gone, OfferOver (they wait no more).
    """
    event = locked(conn, event_id)
    one = _own(conn, offers.line(conn, event_id), event_id, person_id)
    if one is None or one.asked_in_vain(now):
        raise OfferOver
    whole = one.mine.offered.size > 0 and one.entry.missing == 0
    if one.mine.together == on or whole:
        return as_it_stands(conn, event, person_id, now, new=False)
    conn.execute(update(signups).where(signups.c.id == one.mine.id).values(together=on, passed=0, changed_at=now))
    if on:
        offers.take_back(conn, one)
    offers.serve(conn, event, now, told=person_id)
    return as_it_stands(conn, event, person_id, now, new=True)


def leave(conn: Connection, event_id: int, person_id: int, now: datetime) -> Signed:
    """Out of the queue, also instead of an answer; what they have already stays theirs. Raises Gone."""
    event = locked(conn, event_id)
    one = _own(conn, offers.line(conn, event_id), event_id, person_id)
    if one is not None:
        offers.step_out(conn, one)
        offers.serve(conn, event, now)
    return as_it_stands(conn, event, person_id, now, new=one is not None)
