"""A queue under anything that can happen to it, in any order, and what has to hold after each step.

What holds is computed here from the rows alone, without the rules' own code: a second opinion, not an echo.
"""

import sqlite3
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from sqlalchemy import Connection, Engine, create_engine, event, select
from sqlalchemy.pool import StaticPool

from db import consents, departures, erasure, inbox, offers, people, signups, waiting
from db.inbox import Received
from db.rules.quiet import Quiet
from db.rules.refusals import Refusal
from db.rules.seats import Party
from db.tables import events, metadata, outbox
from db.tables import people as person_rows
from db.tables import signups as signup_rows
from tests.db.scene import HOUR, MINUTE, NOW, ZONE, add_event, rows

DAY = timedelta(days=1)
CROWD = tuple(range(1, 7))
QUIET = {5: (9 * 60, 17 * 60), 6: (0, 0)}  # one works at night, one is never disturbed; the others sleep 21:00–09:00
STEPS = (MINUTE, 11 * MINUTE, 31 * MINUTE, 2 * HOUR, 4 * HOUR, 13 * HOUR, 30 * HOUR)

parties = st.builds(Party, st.integers(1, 3), st.integers(0, 1))
draws = st.data()
Act = Callable[[Connection, datetime], object]
Row = dict[str, Any]


@cache
def _empty() -> bytes:
    memory = sqlite3.connect(":memory:")
    metadata.create_all(create_engine("sqlite://", creator=lambda: memory, poolclass=StaticPool))
    memory.commit()
    return memory.serialize()


def _engine() -> Engine:
    memory = sqlite3.connect(":memory:", isolation_level=None)
    memory.deserialize(_empty())
    memory.execute("PRAGMA foreign_keys=ON")
    engine = create_engine("sqlite://", creator=lambda: memory, poolclass=StaticPool, pool_reset_on_return=None)
    event.listen(engine, "begin", lambda conn: conn.exec_driver_sql("BEGIN"))
    return engine


def size(row: Row, kind: str = "") -> int:
    return int(row[f"{kind}adults"] + row[f"{kind}children"])


class Queue(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.engine, self.now, self.number = _engine(), NOW, 0
        self.done: dict[int, tuple[int, Act]] = {}  # update -> whose it is, and what it does
        self.shown: set[tuple[int, int]] = set()  # offers that the answer to a press showed: no message is planned
        self.passes: dict[tuple[int, int], int] = {}  # (signup, place in the queue) -> times passed over
        self.asked: dict[int, int] = {}  # signup -> how many offers it had after the last step
        self.steps = 0
        self.read: list[Row] | None = None
        self.absent: set[int] = set()  # who could not be reached for a time

    # -- what happens

    @initialize(first=parties, second=parties, days=st.sampled_from((2, 9, 20)))
    def open(self, first: Party, second: Party, days: int) -> None:
        """An event that is full from the start: two parties have taken every place."""
        starts = f"{NOW + days * DAY + 7 * HOUR:%Y-%m-%dT%H:%M}"
        with self.engine.begin() as conn:
            self.event = add_event(
                conn, capacity=first.size + second.size, starts_local=starts, ends_local=None, closes_local=None
            )
            for user_id in CROWD:
                self.meet(conn, user_id)
            self.starts_at: datetime = conn.execute(select(events.c.starts_at)).scalar_one()
            for who, party in ((1, first), (2, second)):
                signups.join(conn, self.event, self.agreed(conn, who), party, "x", NOW)

    @precondition(lambda self: self.steps % 3 == 0)
    @rule(draw=draws, party=parties)
    def join(self, draw: st.DataObject, party: Party) -> None:
        who = self.somebody(draw, self.outside)
        before, waited = self.row(who), self.unserved()
        held = 0 if before is None or not (before["held_until"] or NOW) > self.now else size(before, "held_")
        joined = self.act(
            who, lambda conn, now: signups.join(conn, self.event, self.agreed(conn, who), party, "x", now)
        )
        came = before is None or before["state"] == "left"
        assert not (joined and came and waited and party.size > held), "a newcomer went past the queue"

    @rule(draw=draws, party=parties)
    def enter(self, draw: st.DataObject, party: Party) -> None:
        who = self.somebody(draw, self.outside)
        self.act(
            who,
            lambda conn, now: waiting.enter(conn, self.event, self.agreed(conn, who), party, "x", now),
            shows=True,
        )

    @precondition(lambda self: self.anybody(self.asked_now))
    @rule(draw=draws, late=st.sampled_from((timedelta(), 31 * MINUTE, 30 * HOUR)))
    def take(self, draw: st.DataObject, late: timedelta) -> None:
        """Accept an offer, perhaps before the clock has noticed that its time is over."""
        who = self.somebody(draw, self.asked_now)
        self.now += late
        self.deliver()
        before = self.waiters()
        self.act(who, lambda conn, now: waiting.take(conn, self.event, self.id_of(conn, who), now))
        one, after = next((row for row in before if row["user_id"] == who), None), self.row(who)
        if one is None or after is None or size(after) == size(one):
            return
        assert one["offered_until"] > self.now, "an answer that came too late was taken"
        for row in before:
            unmet = size(row, "wanted_") > size(row) + size(row, "offered_")
            if row["queue_number"] < one["queue_number"] and row["together"] and unmet and row["reachable"]:
                key = (row["id"], row["queue_number"])
                self.passes[key] = self.passes.get(key, 0) + 1

    @precondition(lambda self: self.anybody(self.waiting))
    @rule(draw=draws, on=st.booleans())
    def together(self, draw: st.DataObject, on: bool) -> None:
        who = self.somebody(draw, self.waiting)
        row = self.row(who)
        if self.act(
            who, lambda conn, now: waiting.together(conn, self.event, self.id_of(conn, who), now, on=on), shows=True
        ):
            assert row is not None
            after = self.row(who)
            if after is not None and after["together"] != row["together"]:
                self.passes.pop((row["id"], row["queue_number"]), None)

    @precondition(lambda self: self.steps % 5 == 2 and self.anybody(self.waiting))
    @rule(draw=draws)
    def leave_queue(self, draw: st.DataObject) -> None:
        who = self.somebody(draw, self.waiting)
        self.act(who, lambda conn, now: waiting.leave(conn, self.event, self.id_of(conn, who), now))

    @precondition(lambda self: self.anybody(self.coming))
    @rule(draw=draws, later=st.sampled_from((11 * MINUTE, timedelta())))
    def leave(self, draw: st.DataObject, later: timedelta) -> None:
        """Give the places away; mostly their time to change their mind passes as well."""
        who = self.somebody(draw, self.coming)
        self.act(who, lambda conn, now: signups.leave(conn, self.event, self.id_of(conn, who), now))
        self.now += later

    @precondition(lambda self: self.steps % 3 == 2 and self.anybody(self.coming))
    @rule(draw=draws, party=parties)
    def change(self, draw: st.DataObject, party: Party) -> None:
        who = self.somebody(draw, self.coming)
        before, waited = self.row(who), self.unserved()
        own = 0 if before is None else size(before) + size(before, "held_")
        changed = self.act(who, lambda conn, now: signups.change(conn, self.event, self.id_of(conn, who), party, now))
        others = [row for row in waited if row["user_id"] != who]
        assert not (changed and others and party.size > own), "someone who comes already went past the queue"

    @precondition(lambda self: self.steps % 3 == 0 and self.anybody(self.holding))
    @rule(draw=draws)
    def give_back(self, draw: st.DataObject) -> None:
        who = self.somebody(draw, self.holding)
        self.act(who, lambda conn, now: signups.give_back(conn, self.event, self.id_of(conn, who), now))

    @precondition(lambda self: self.steps % 4 == 1 and self.anybody(self.known))
    @rule(draw=draws)
    def withdraw(self, draw: st.DataObject) -> None:
        who = self.somebody(draw, self.known)
        self.act(who, lambda conn, now: departures.withdraw_consent(conn, self.id_of(conn, who), now))

    @precondition(lambda self: self.steps % 7 == 5 and self.anybody(self.known))
    @rule(draw=draws)
    def erase(self, draw: st.DataObject) -> None:
        """All of a person goes; whoever writes again from that phone is somebody new."""
        who = self.somebody(draw, self.known)
        with self.engine.begin() as conn:
            erasure.erase(conn, self.id_of(conn, who), "asked", self.now)
            self.meet(conn, who)
        self.read = None
        self.done = {number: act for number, act in self.done.items() if act[0] != who}

    @precondition(lambda self: self.steps % 5 == 3 and self.anybody(self.waiting))
    @rule(draw=draws)
    def block(self, draw: st.DataObject) -> None:
        who = self.somebody(draw, self.waiting)
        self.absent.add(who)
        self.act(who, lambda conn, now: departures.lose(conn, who, "blocked", now))

    @precondition(lambda self: self.anybody(self.away))
    @rule(draw=draws)
    def unblock(self, draw: st.DataObject) -> None:
        who = self.somebody(draw, self.away)
        self.act(who, lambda conn, now: people.find_again(conn, who))

    @precondition(lambda self: self.steps % 4 == 0)
    @rule(more=st.sampled_from((2, 1, 1, -1)))
    def resize(self, more: int) -> None:
        """By few places: a large hall has no queue."""
        promised = self.promised()
        capacity = max(1, promised + more)
        resized = self.act(1, lambda conn, now: offers.resize(conn, self.event, capacity, now))
        assert resized == (capacity >= promised)

    @precondition(lambda self: self.steps % 3 == 1)
    @rule(step=st.sampled_from(STEPS))
    def time_passes(self, step: timedelta) -> None:
        self.now += step
        self.deliver()

    @precondition(lambda self: self.done)
    @rule(draw=draws)
    def an_update_comes_again(self, draw: st.DataObject) -> None:
        number = draw.draw(st.sampled_from(sorted(self.done)))
        before = self.dump()
        with self.engine.begin() as conn:
            assert inbox.store(conn, [Received(number, 1, "{}")], self.now) == frozenset()
        try:
            with self.engine.begin() as conn:
                inbox.effect(conn, number, lambda conn: self.done[number][1](conn, self.now))
        except Refusal:
            pass
        assert self.dump() == before, "an update that came again changed something"

    def deliver(self) -> None:
        """What fell due on the way has reached those who can be reached; the rest is past its time."""
        to_them = select(person_rows.c.id).where(person_rows.c.reachable)
        due = outbox.update().where(outbox.c.state == "pending", outbox.c.due_at <= self.now)
        with self.engine.begin() as conn:
            conn.execute(due.where(outbox.c.person_id.in_(to_them)).values(state="sent"))

    # -- who: mostly those whom it concerns, now and then anybody

    def somebody(self, draw: st.DataObject, concerned: Callable[[Row], bool]) -> int:
        """`concerned` is asked of each row; those without one stand outside."""
        found = {row["user_id"]: row for row in self.rows()}
        likely = [user_id for user_id in CROWD if concerned(found.get(user_id, {"state": "none", "reachable": True}))]
        anybody = not likely or draw.draw(st.integers(0, 9)) == 0
        return int(draw.draw(st.sampled_from(CROWD if anybody else likely)))

    def anybody(self, concerned: Callable[[Row], bool]) -> bool:
        return any(concerned(row) for row in self.rows())

    def outside(self, row: Row) -> bool:
        return bool(row["state"] in ("none", "left"))

    def known(self, row: Row) -> bool:
        return bool(row["state"] in ("active", "waiting"))

    def coming(self, row: Row) -> bool:
        return bool(row["state"] == "active")

    def waiting(self, row: Row) -> bool:
        return row.get("queue_number") is not None

    def asked_now(self, row: Row) -> bool:
        return row.get("offered_until") is not None

    def holding(self, row: Row) -> bool:
        until: datetime | None = row.get("held_until")
        return until is not None and until > self.now

    def away(self, row: Row) -> bool:
        return not row["reachable"]

    # -- how

    def act(self, who: int, act: Act, *, shows: bool = False) -> bool:
        """One press, as the bot handles it; False where it is refused. `shows`: the answer shows the person's offer."""
        self.number, self.read = self.number + 1, None
        try:
            with self.engine.begin() as conn:
                inbox.store(conn, [Received(self.number, who, "{}")], self.now)
                inbox.effect(conn, self.number, lambda conn: act(conn, self.now))
        except Refusal:
            return False
        self.done[self.number] = who, act
        row = self.row(who)
        if shows and row is not None and row["offered_until"] is not None:
            planned = self.messages("offer", row["id"], str(row["offers"]))
            if not planned:
                self.shown.add((row["id"], row["offers"]))
        return True

    def meet(self, conn: Connection, user_id: int) -> None:
        person = people.meet(conn, user_id, ZONE, self.now)
        start, end = QUIET.get(user_id, (21 * 60, 9 * 60))
        own = person_rows.update().where(person_rows.c.id == person.id)
        conn.execute(own.values(quiet_from=start, quiet_to=end))

    def id_of(self, conn: Connection, user_id: int) -> int:
        person = people.find(conn, user_id)
        assert person is not None
        return person.id

    def agreed(self, conn: Connection, user_id: int) -> int:
        person_id = self.id_of(conn, user_id)
        consents.give(conn, person_id, "ru", self.now)
        return person_id

    def rows(self) -> list[Row]:
        """Every signup with its person, in the order of the queue; read once a step."""
        if self.read is None:
            self.read = self._rows()
        return self.read

    def _rows(self) -> list[Row]:
        query = select(
            signup_rows, person_rows.c.channel_user_id.label("user_id"), person_rows.c.reachable
        ).add_columns(person_rows.c.quiet_from, person_rows.c.quiet_to)
        with self.engine.begin() as conn:
            found = conn.execute(query.join(person_rows).order_by(signup_rows.c.queue_number)).mappings()
            return [dict(row) for row in found]

    def row(self, user_id: int) -> Row | None:
        return next((row for row in self.rows() if row["user_id"] == user_id), None)

    def waiters(self) -> list[Row]:
        return [row for row in self.rows() if row["queue_number"] is not None]

    def reachable_waiters(self) -> list[Row]:
        return [row for row in self.waiters() if row["reachable"]]

    def unserved(self) -> list[Row]:
        """Those who wait for places that they are not even offered yet."""
        line = self.reachable_waiters()
        return [row for row in line if size(row, "wanted_") > size(row) + size(row, "offered_")]

    def messages(self, kind: str, signup_id: int, slot: str | None = None, *states: str) -> list[Row]:
        states = states or ("pending",)
        where = {"kind": kind, "subject_id": signup_id} | ({"slot": slot} if slot is not None else {})
        with self.engine.begin() as conn:
            return [row for row in rows(conn, outbox, **where) if row["state"] in states]

    def promised(self) -> int:
        found = 0
        for row in self.rows():
            found += size(row)
            found += size(row, "held_") if row["held_until"] and row["held_until"] > self.now else 0
            found += size(row, "offered_") if row["offered_until"] and row["offered_until"] > self.now else 0
        return found

    def dump(self) -> list[tuple[object, ...]]:
        with self.engine.begin() as conn:
            tables = (signup_rows, outbox, person_rows, events)
            return [tuple(row) for table in tables for row in conn.execute(select(table))]

    @property
    def last(self) -> datetime:
        return self.starts_at - 15 * MINUTE

    # -- what always holds

    @invariant()
    def the_clock_does_its_part_and_then_nothing_is_left_to_do(self) -> None:
        self.steps += 1
        with self.engine.begin() as conn:
            for event_id in offers.due(conn, self.now):
                offers.serve_event(conn, event_id, self.now)
                self.read = None
            assert offers.due(conn, self.now) == ()
        self.never_more_than_there_are()
        self.nothing_free_stands_idle()
        self.the_order_is_kept()
        self.the_messages_agree()

    def never_more_than_there_are(self) -> None:
        with self.engine.begin() as conn:
            capacity = conn.scalar(select(events.c.capacity))
        assert self.promised() <= (capacity or 0), "more places are promised than there are"

    def nothing_free_stands_idle(self) -> None:
        with self.engine.begin() as conn:
            capacity = conn.scalar(select(events.c.capacity)) or 0
        free, line = capacity - self.promised(), self.reachable_waiters()
        if self.now >= self.last:
            assert not self.waiters(), "somebody waits for an event whose queue is over"
            return
        kept = False
        for at, row in enumerate(line):
            missing = size(row, "wanted_") - size(row) - size(row, "offered_")
            could = free > 0 and missing > 0 and (free >= missing or not row["together"])
            assert kept or not could, "a place is free, and somebody waits who could have it"
            fits = size(row, "wanted_") <= capacity
            if row["together"] and missing > free and fits and self.starts_at - self.now > 24 * HOUR:
                behind = sum(other["offered_until"] is not None for other in line[at + 1 :])
                kept = kept or row["passed"] + behind >= 2

    def the_order_is_kept(self) -> None:
        line = self.reachable_waiters()
        places = [(row["id"], row["queue_number"]) for row in self.waiters()]
        self.passes = {place: self.passes.get(place, 0) for place in places}
        for at, row in enumerate(line):
            if row["offers"] > self.asked.get(row["id"], 0):
                unmet = [one for one in line[:at] if size(one, "wanted_") > size(one) + size(one, "offered_")]
                assert all(one["together"] for one in unmet), "somebody later in the queue was asked first"
            part = 0 < size(row, "offered_") < size(row, "wanted_") - size(row)
            assert not (row["together"] and part), "a part is offered to those who want to come together only"
            assert row["passed"] == self.passes[row["id"], row["queue_number"]], "a pass was not counted"
            if self.starts_at - self.now > 24 * HOUR and not self.absent:
                assert row["passed"] <= 2, "passed over more than twice"
        self.asked = {row["id"]: row["offers"] for row in self.rows()}

    def the_messages_agree(self) -> None:
        for row in self.rows():
            assert row["reachable"] or row["offered_until"] is None, "places are held for one who cannot be reached"
            open_ = row["offered_until"] is not None and row["offered_until"] > self.now
            planned = self.messages("offer", row["id"])
            if not open_:
                assert planned == [], "a message is planned for an offer that is none"
            elif (row["id"], row["offers"]) not in self.shown:
                told = self.messages("offer", row["id"], str(row["offers"]), "pending", "sent")
                assert len(told) == 1, "an offer without its message"
                assert planned in ([], told), "a message of an older offer is still planned"
            for one in planned:
                self.is_told_in_time(row, one)

    def is_told_in_time(self, row: Row, message: Row) -> None:
        assert message["deadline"] == row["offered_until"] <= self.last
        assert message["due_at"] < message["deadline"], "a message that comes after the offer is over"
        far = self.starts_at - message["due_at"] > 12 * HOUR
        quiet = Quiet(row["quiet_from"], row["quiet_to"], ZONE)
        morning = quiet.ends_after(message["due_at"]) + 30 * MINUTE <= message["deadline"]
        assert not (far and morning and quiet.covers(message["due_at"])), "somebody is woken"
