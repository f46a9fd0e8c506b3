"""What becomes free, offered to the queue: held for an answer, told, passed on. Every way to a free place ends here."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, Row, RowMapping, bindparam, select, update

from db import outbox
from db.places import Mine, as_mine
from db.reminders import Timing
from db.rules import waiting as rules
from db.rules.quiet import Quiet
from db.rules.refusals import TooFew
from db.rules.seats import Party, free
from db.seating import OUT_OF_QUEUE, locked, taken, unlocked
from db.tables import events, people, signups

OFFER, TOO_LATE, NO_MORE = "offer", "offer_over", "queue_over"  # kinds of messages, about a signup

Event = Row[tuple[object, ...]]


@dataclass(frozen=True)
class Waiter:
    """One in the queue, with what decides how they are asked."""

    mine: Mine
    person_id: int
    offers: int
    reachable: bool
    quiet: Quiet
    entry: rules.Entry

    def asked_in_vain(self, now: datetime) -> bool:
        return self.mine.offered_until is not None and self.mine.offered_until <= now


_LINE = (
    select(signups, people.c.reachable, people.c.quiet_from, people.c.quiet_to, people.c.zone)
    .join(people)
    .where(signups.c.event_id == bindparam("event"), signups.c.queue_number.is_not(None))
    .order_by(signups.c.queue_number)
)


def line(conn: Connection, event_id: int) -> tuple[Waiter, ...]:
    """The event's queue, the first first."""
    return tuple(_waiter(row) for row in conn.execute(_LINE, {"event": event_id}))


def _waiter(row: Row[tuple[object, ...]]) -> Waiter:
    known, mine = row._mapping, as_mine(row)
    return Waiter(
        mine=mine,
        person_id=known["person_id"],
        offers=known["offers"],
        reachable=known["reachable"],
        quiet=Quiet(known["quiet_from"], known["quiet_to"], known["zone"]),
        entry=rules.Entry(mine.id, mine.wanted, mine.party, mine.offered, mine.together, known["passed"]),
    )


def serve(conn: Connection, event: Event, now: datetime, told: int | None = None) -> None:
    """Bring the event's queue up to date: what was not answered in time ends, what is free is offered, in order.

    To be called in the transaction of every change that may free a place, and by the clock for what time alone frees.
    `told` is the person to whom the answer to this very press shows their offer: they need no message as well.
    """
    known = event._mapping
    if known["state"] != "published":
        return  # whoever called it off has told everybody
    waiting = line(conn, known["id"])
    over = _over(known, now)
    for one in waiting:
        if over or one.asked_in_vain(now):
            _end(conn, one, known, now, over=over)
    if waiting and not over:
        waiting = line(conn, known["id"])
        grown = _allotted(conn, waiting, known, now)
        for one in waiting:
            if one.mine.id in grown:
                _offer(conn, one, grown[one.mine.id], known, now, told)


def _over(known: RowMapping, now: datetime) -> bool:
    return now >= rules.last_moment(known["starts_at"], known["closes_at"])


def _allotted(conn: Connection, waiting: tuple[Waiter, ...], known: RowMapping, now: datetime) -> dict[int, Party]:
    left = free(known["capacity"], taken(conn, known["id"], now))
    reachable = [one.entry for one in waiting if one.reachable]
    keep = known["starts_at"] - now > rules.KEPT_UNTIL
    return dict(rules.allot(reachable, left, known["capacity"], keep=keep))


def _offer(conn: Connection, one: Waiter, party: Party, known: RowMapping, now: datetime, told: int | None) -> None:
    """A new offer, or a grown one: that keeps the time there is to answer."""
    starts_at, until = known["starts_at"], one.mine.offered_until
    if until is None:
        last = rules.last_moment(starts_at, known["closes_at"])
        until = rules.answer_until(now, starts_at, last, one.quiet)
    held = {"offered_adults": party.adults, "offered_children": party.children, "offered_until": until}
    conn.execute(update(signups).where(signups.c.id == one.mine.id).values(**held, offers=one.offers + 1))
    outbox.cancel(conn, OFFER, one.mine.id, one.person_id)
    if one.person_id != told:
        at = rules.tell_at(now, starts_at, until, one.quiet)
        outbox.put(conn, OFFER, one.mine.id, one.person_id, str(one.offers + 1), at, until)


def step_out(conn: Connection, one: Waiter) -> None:
    """Out of the queue; what they have taken stays theirs. What was offered is free: `serve` has to follow."""
    state = "active" if one.mine.party.size else "left"
    conn.execute(update(signups).where(signups.c.id == one.mine.id).values(state=state, **OUT_OF_QUEUE))
    outbox.cancel(conn, OFFER, one.mine.id, one.person_id)


def _end(conn: Connection, one: Waiter, known: RowMapping, now: datetime, *, over: bool) -> None:
    """No answer came, or none is of use any more. Who could not be asked has not let the time pass: they wait on."""
    asked = one.mine.offered.size > 0 and not outbox.unsent(conn, OFFER, one.mine.id, one.person_id, str(one.offers))
    if not over and not asked:
        take_back(conn, one)
        return
    step_out(conn, one)
    kind, slot = TOO_LATE if asked else NO_MORE, now.isoformat(timespec="seconds")
    outbox.put(conn, kind, one.mine.id, one.person_id, slot, now, known["starts_at"])


def waits_no_more_in_vain(conn: Connection, signup_id: int, person_id: int) -> None:
    """They queue or come again: that they waited in vain before is no news any more."""
    for kind in (TOO_LATE, NO_MORE):
        outbox.cancel(conn, kind, signup_id, person_id)


def take_back(conn: Connection, one: Waiter) -> None:
    """The offer is one no more, their place in the queue stays. `serve` has to follow."""
    nothing = {"offered_adults": 0, "offered_children": 0, "offered_until": None}
    conn.execute(update(signups).where(signups.c.id == one.mine.id).values(nothing))
    outbox.cancel(conn, OFFER, one.mine.id, one.person_id)


def pass_on(conn: Connection, user_id: int, now: datetime) -> None:
    """They cannot be reached: what is offered to them goes to the next at once. They keep their place in the queue."""
    offered = (
        select(signups.c.id, signups.c.event_id)
        .join(people)
        .where(people.c.channel_user_id == user_id, signups.c.offered_until.is_not(None))
    )
    for signup_id, event_id in conn.execute(offered).all():
        for one in line(conn, event_id):
            if one.mine.id == signup_id:
                take_back(conn, one)
        serve_event(conn, event_id, now)


def timing(conn: Connection, row: outbox.Row, now: datetime) -> Timing:
    """An offer waits for the end of the quiet hours where there is time for that; else it goes silently."""
    known = conn.execute(
        select(people.c.quiet_from, people.c.quiet_to, people.c.zone, events.c.starts_at)
        .select_from(signups.join(people).join(events))
        .where(signups.c.id == row.subject_id)
    ).one()
    quiet = Quiet(known.quiet_from, known.quiet_to, known.zone)
    at = rules.tell_at(now, known.starts_at, row.deadline, quiet)
    return Timing(at if at > now else None, silent=quiet.covers(now))


def due(conn: Connection, now: datetime) -> tuple[int, ...]:
    """The events whose queue has something to be done for it at this moment."""
    queued = conn.scalars(select(signups.c.event_id).where(signups.c.queue_number.is_not(None)).distinct()).all()
    return tuple(event_id for event_id in queued if _needs_serving(conn, unlocked(conn, event_id)._mapping, now))


def _needs_serving(conn: Connection, known: RowMapping, now: datetime) -> bool:
    if known["state"] != "published":
        return False
    waiting = line(conn, known["id"])
    if _over(known, now) or any(one.asked_in_vain(now) for one in waiting):
        return True
    return bool(_allotted(conn, waiting, known, now))


def serve_event(conn: Connection, event_id: int, now: datetime) -> None:
    """What the clock does for an event that is `due`."""
    serve(conn, locked(conn, event_id), now)


def resize(conn: Connection, event_id: int, capacity: int | None, now: datetime) -> None:
    """More or fewer places. Raises TooFew where more are promised already: taken, held or offered."""
    locked(conn, event_id)
    promised = taken(conn, event_id, now)
    if capacity is not None and capacity < promised:
        raise TooFew(promised)
    conn.execute(update(events).where(events.c.id == event_id).values(capacity=capacity))
    serve_event(conn, event_id, now)
