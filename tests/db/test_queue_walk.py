"""Whatever people press in whatever order: no place is promised twice, none idles, no message contradicts the rows."""

import random
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from sqlalchemy import Connection, func, select, update

from db import departures, offers, outbox, people, seating, signups, waiting
from db.offers import Waiter
from db.places import places, waited_for
from db.rules.refusals import Refusal
from db.rules.seats import Party
from db.tables import events
from db.tables import outbox as outbox_rows
from db.tables import signups as signup_rows
from tests.db.scene import MINUTE, NOW, STARTS, add_event, add_guest, rows

PEOPLE = range(1, 9)
STEPS = 120  # about three days
SEEDS = range(12)
PAUSES = [0, 1, 5, 20, 60, 120]  # minutes between two presses


def _any(one: Waiter) -> bool:
    return True


def states_of(one: Waiter) -> dict[str, bool]:
    part = 0 < one.mine.offered.size < one.mine.wanted.size
    return {
        "waits": one.mine.state == "waiting",
        "some seated": one.mine.active,
        "offered": one.mine.offered.size > 0,
        "offered a part": part,
        "offered the rest": part and one.mine.active,
        "together": one.entry.together,
        "passed": one.entry.passed > 0,
        "unreachable": not one.reachable,
    }


class Walk:
    """Random people pressing random things, the clock and the delivery coming by now and then."""

    def __init__(self, conn: Connection, seed: int) -> None:
        self.conn, self.chance, self.now = conn, random.Random(seed), NOW - timedelta(days=3)
        self.capacity: int | None = self.chance.randint(3, 8)
        self.event = add_event(conn, capacity=self.capacity, ask_children=True)
        self.guests = {number: add_guest(conn, number) for number in PEOPLE}
        self.seen: set[str] = set()

    def run(self) -> None:
        for _ in range(STEPS):
            self.now += self.chance.choice(PAUSES) * MINUTE
            act = self.chance.choice(ACTS)
            try:
                with self.conn.begin_nested():
                    act(self)
            except Refusal:
                pass
            self.check()
        self.now = max(self.now, STARTS - 15 * MINUTE)
        self.tick()
        assert all(row["queue_number"] is None for row in self.signups()), "the queue is over"

    def guest(self, of: Callable[[Waiter], bool] | None = None) -> int:
        """Somebody presses: Telegram reaches them again. `of`: rather one in the queue like this."""
        found = [one.person_id for one in offers.line(self.conn, self.event) if of and of(one)]
        guest = self.chance.choice(found or list(self.guests.values()))
        number = next(number for number, one in self.guests.items() if one == guest)
        people.find_again(self.conn, number)
        return guest

    def party(self) -> Party:
        return Party(self.chance.randint(1, 3), self.chance.randint(0, 2))

    # -- what they do

    def join(self) -> None:
        guest, party = self.guest(), self.party()
        had = places(self.conn, self.event, guest, self.now).mine
        kept = had.returnable(self.now).size if had else 0
        others = self.conn.scalar(select(waited_for(self.event)))
        signed = signups.join(self.conn, self.event, guest, party, "", self.now)
        past = signed.new and others and self.capacity is not None and party.size > kept
        assert not past, "past the queue"

    def enter(self) -> None:
        waiting.enter(self.conn, self.event, self.guest(), self.party(), "", self.now)

    def take(self) -> None:
        guest = self.guest(lambda one: one.mine.offered.size > 0)
        offered = signups.signed(self.conn, self.event, guest, self.now).mine.offer(self.now)
        signed = waiting.take(self.conn, self.event, guest, self.now)
        assert signed.mine.active
        assert signed.new == (offered.size > 0)

    def together(self) -> None:
        waiting.together(self.conn, self.event, self.guest(_any), self.now, on=self.chance.random() < 0.7)

    def leave_queue(self) -> None:
        waiting.leave(self.conn, self.event, self.guest(), self.now)

    def change(self) -> None:
        signups.change(self.conn, self.event, self.guest(), self.party(), self.now)

    def leave(self) -> None:
        signups.leave(self.conn, self.event, self.guest(), self.now)

    def give_back(self) -> None:
        signups.give_back(self.conn, self.event, self.guest(), self.now)

    def lose(self) -> None:
        departures.lose(self.conn, self.chance.choice(PEOPLE), "blocked the bot", self.now)

    def forget(self) -> None:
        guest = self.guest()
        departures.withdraw_consent(self.conn, guest, self.now)
        waiting.agree(self.conn, self.event, guest, "ru", self.now)

    def resize(self) -> None:
        capacity = self.chance.choice([None, *range(2, 12)])
        offers.resize(self.conn, self.event, capacity, self.now)
        self.capacity = capacity

    def tick(self) -> None:
        for event in offers.due(self.conn, self.now):
            offers.serve_event(self.conn, event, self.now)
        assert offers.due(self.conn, self.now) == (), "served, and yet there is something to do"
        self.check_nothing_idles()

    def deliver(self) -> None:
        sent = outbox.claim(self.conn, self.now, 100)
        outbox.settle(self.conn, tuple(outbox.Ended(row.id, "sent", self.now) for row in sent))

    # -- what always holds

    def signups(self) -> list[dict[str, object]]:
        return rows(self.conn, signup_rows)

    def check(self) -> None:
        taken = seating.taken(self.conn, self.event, self.now)
        assert self.capacity is None or taken <= self.capacity, "promised twice"
        open_offers = {row["id"] for row in self.signups() if row["offered_until"] is not None}
        for row in rows(self.conn, outbox_rows, kind=offers.OFFER, state="pending"):
            assert row["subject_id"] in open_offers, "a message about an offer that is none"
        for waiter in offers.line(self.conn, self.event):
            assert waiter.reachable or not waiter.mine.offered.size, "offered to one who cannot be reached"
            self.seen |= {name for name, holds in states_of(waiter).items() if holds}

    def check_nothing_idles(self) -> None:
        """After the clock has come by, only one that waits for all its places leaves a free one empty."""
        line = [one.entry for one in offers.line(self.conn, self.event) if one.reachable]
        free = None if self.capacity is None else self.capacity - seating.taken(self.conn, self.event, self.now)
        for at, entry in enumerate(line):
            room = entry.missing if free is None else min(free, entry.missing)
            if room and (room == entry.missing or not entry.together):
                assert any(one.together and one.missing for one in line[:at]), "idle"


ACTS: list[Callable[[Walk], None]] = [
    *(Walk.join, Walk.enter, Walk.enter, Walk.enter, Walk.take, Walk.take, Walk.together, Walk.leave_queue),
    *(Walk.change, Walk.leave, Walk.leave, Walk.give_back, Walk.lose, Walk.forget, Walk.resize),
    *(Walk.tick, Walk.tick, Walk.deliver),
]


@pytest.mark.parametrize("seed", SEEDS)
def test_whatever_is_pressed(conn: Connection, seed: int) -> None:
    Walk(conn, seed).run()


def test_the_walks_meet_every_state_of_the_queue(conn: Connection) -> None:
    """Else they would prove nothing."""
    seen: set[str] = set()
    for seed in SEEDS:
        with conn.begin_nested() as undone:
            walk = Walk(conn, seed)
            walk.run()
            seen |= walk.seen | {row["kind"] for row in rows(conn, outbox_rows)}
            undone.rollback()
    kinds = {offers.OFFER, offers.TOO_LATE, offers.NO_MORE}
    part = {"offered a part", "offered the rest"}
    assert seen >= kinds | part | {"waits", "some seated", "offered", "together", "passed", "unreachable"}


def without_offers(conn: Connection, event_id: int, now: datetime) -> int:
    """The broken twin of seating.taken: what is offered is not held."""
    held = select(func.coalesce(func.sum(signup_rows.c.offered_adults + signup_rows.c.offered_children), 0))
    return seating.taken(conn, event_id, now) - (conn.scalar(held) or 0)


def test_the_twin_that_does_not_hold_what_it_offers_promises_it_twice(
    conn: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(offers, "taken", without_offers)
    with pytest.raises(AssertionError, match="promised twice"):
        for seed in SEEDS:
            with conn.begin_nested() as undone:
                conn.execute(update(events).values(state="cancelled"))
                Walk(conn, seed).run()
                undone.rollback()
