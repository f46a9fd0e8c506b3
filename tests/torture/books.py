"""The oracle: reads the ledger in the order of the store, knows what everybody pressed, and says what cannot be.

Nothing here asks the bot's own rules. What time it was for the bot is known exactly where it wrote that down, and else
from above: `latest` gives the latest moment that its clock may have shown.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from aiogram.filters.callback_data import CallbackData

from handlers import buttons as to
from tests.torture.acts import Act, erases
from tests.torture.ledger import Entry
from tests.torture.seats import Change, Seat, event_of, expected, outcome, typed

QUEUE_ENDS = timedelta(minutes=15)  # before the start
LONG_AGO = datetime.min.replace(tzinfo=UTC)


@dataclass
class Person:
    user_id: int
    language: str | None
    reachable: bool


class Books:
    def __init__(self, acts: Mapping[int, Act], latest: Callable[[datetime], datetime]) -> None:
        self._acts, self.latest = acts, latest
        self.faults: list[str] = []
        self.effects: Counter[int] = Counter()  # by update
        self.ends: dict[int, str] = {}  # by update: "done", or why it was set aside
        self.ended_at: dict[int, datetime] = {}
        self.people: dict[int, Person] = {}
        self.users: dict[int, int] = {}  # everybody who ever was, by the number of their row
        self.events: dict[int, dict[str, Any]] = {}
        self.seats: dict[int, Seat] = {}
        self.given_away: Counter[int] = Counter()  # by event: places of those who were erased
        self.events_of: dict[int, int] = {}  # every signup there ever was -> its event
        self.messages: dict[int, list[dict[str, Any]]] = {}  # every message there ever was -> its turns
        self._open: list[Change] = []
        self._own_turns: dict[tuple[int, int], list[tuple[int, Seat | None]]] = {}  # (user, event) -> update, seat
        self._at = LONG_AGO
        self._followed: dict[str, Callable[[Entry], None]] = {
            "events": self._event, "people": self._person, "signups": self._seat, "outbox": self._message,
            "inbox": self._update,
        }  # fmt: skip

    def enter(self, entries: Iterable[Entry]) -> None:
        for entry in entries:
            self._at = entry.at
            self._followed[entry.table](entry)

    def by_clock(self) -> None:
        """What has been noted last was nobody's press: to be called when the store is at rest."""
        self._judge(0, None)

    # -- rows

    def _event(self, entry: Entry) -> None:
        assert entry.facts is not None, "events are not deleted"
        self.events[entry.id] = entry.facts

    def _person(self, entry: Entry) -> None:
        if entry.facts is None:
            del self.people[entry.id]
            return
        facts = entry.facts
        known = Person(facts["channel_user_id"], facts["language"], bool(facts["reachable"]))
        self.people[entry.id], self.users[entry.id] = known, known.user_id

    def _message(self, entry: Entry) -> None:
        if entry.facts is not None:
            self.messages.setdefault(entry.id, []).append(entry.facts)

    def _seat(self, entry: Entry) -> None:
        was, now = self.seats.get(entry.id), Seat.of(entry.facts) if entry.facts else None
        self._open.append(Change(entry.id, was, now, entry.at))
        if now is None:
            gone = self.seats.pop(entry.id)
            self.given_away[gone.event_id] += gone.given_up + gone.adults
            return
        self.seats[entry.id], self.events_of[entry.id] = now, now.event_id
        self._never_more_than_there_are(now.event_id, entry.at)
        if now.offered_adults > (was.offered_adults if was else 0):
            self._in_order(entry.id, now)

    def _update(self, entry: Entry) -> None:
        assert entry.facts is not None or entry.id in self.ends, f"update {entry.id} is forgotten before its end"
        state = entry.facts["state"] if entry.facts else ""
        act = self._acts.get(entry.id)
        if state == "effect":
            self.effects[entry.id] += 1
            if self.effects[entry.id] > 1:
                self.faults.append(f"update {entry.id} had its effect {self.effects[entry.id]} times: {act}")
            self._judge(entry.id, act)
        elif state in ("done", "aside"):
            self.ended_at[entry.id] = entry.at
            self.ends[entry.id] = str(entry.facts["error"]) if entry.facts and state == "aside" else state
            self._judge(entry.id, act if act is not None and erases(act.button) else None)
            if state == "done" and act is not None and not self.effects[entry.id]:
                self._refused(entry.id, act)

    # -- whose doing it was

    def _judge(self, number: int, act: Act | None) -> None:
        """The changes since the last judgement: those of `act`, if any, and else what the clock does for the queues."""
        changes, self._open = self._open, []
        own: list[Change] = []
        for change in changes:
            if not change.of_the_queue:
                own.append(change)
            elif change.out_of_the_queue:
                self._in_time(change, act)
        if act is None:
            self.faults += [f"nobody asked for it: {change}" for change in own]
        else:
            self._own(number, act, own)

    def _own(self, number: int, act: Act, own: list[Change]) -> None:
        others = [one for one in own if self._user_of(one) != act.user_id]
        self.faults += [f"update {number} by {act} changed the seat of another: {change}" for change in others]
        mine = [one for one in own if self._user_of(one) == act.user_id]
        for one in mine:
            turns = self._own_turns.setdefault((act.user_id, self.events_of[one.row]), [])
            turns.append((number, one.now))
        button = act.button
        if erases(button) or isinstance(button, to.Withdraw):
            self.faults += [f"update {number} by {act} left {one}" for one in mine if one.now is not None]
        elif len(mine) > 1:
            self.faults.append(f"update {number} by {act} has {len(mine)} effects: {mine}")
        elif mine:
            self._as_pressed(number, act, mine[0])
        elif button is not None and (event := event_of(button)) is not None:
            self._nothing_to_do(number, act, button, event)

    def _as_pressed(self, number: int, act: Act, change: Change) -> None:
        now = change.now
        assert now is not None
        button, right = act.button, False
        if act.kind == "words":
            right = any(one.is_met_by(now) for one in typed(_number(act.what), change.was, now.changed_at))
        elif button is not None and event_of(button) == now.event_id:
            due = expected(button, change.was, now.changed_at)
            right = due is not None and due.is_met_by(now)
        if not right:
            self.faults.append(f"update {number} by {act} has another effect than it says: {change}")

    def _nothing_to_do(self, number: int, act: Act, button: CallbackData, event: int) -> None:
        """The effect was nothing: then there was nothing to be done, at whatever moment of the last minutes it was."""
        was = next((seat for seat in self.seats_of(act.user_id) if seat.event_id == event), None)
        for moment in (self.latest(self._at), LONG_AGO):
            due = expected(button, was, moment)
            if due is None or (was is not None and due == outcome(was)):
                return
        self.faults.append(f"update {number} by {act} should have had an effect on {was}")

    def _refused(self, number: int, act: Act) -> None:
        """Handled to its end, and nothing was written: there are presses that nobody can be refused."""
        button = act.button
        if not (isinstance(button, to.Leave) and button.all) and not (
            isinstance(button, to.LeaveQueue) and button.sure
        ):
            return
        turns = self._own_turns.get((act.user_id, event_of(button) or 0), [])
        before = next((seat for at, seat in reversed(turns) if at < number), None)
        if before is not None and (before.state == "active" or isinstance(button, to.LeaveQueue)):
            self.faults.append(f"update {number} by {act} is done and had no effect on {before}")

    def seats_of(self, user_id: int) -> list[Seat]:
        return [seat for seat in self.seats.values() if self._owner(seat) == user_id]

    def _user_of(self, change: Change) -> int | None:
        seat = change.now or change.was
        return None if seat is None else self._owner(seat)

    def _owner(self, seat: Seat) -> int | None:
        return self.users.get(seat.person_id)

    # -- what always holds

    def _never_more_than_there_are(self, event_id: int, at: datetime) -> None:
        capacity, now = self.events[event_id]["capacity"], self.latest(at)
        promised = sum(seat.taken(now) for seat in self.seats.values() if seat.event_id == event_id)
        if capacity is not None and promised > capacity:
            self.faults.append(f"event {event_id} has {capacity} places, and {promised} are promised at {now}")

    def _in_order(self, row: int, asked: Seat) -> None:
        for other, seat in self.seats.items():
            ahead = other != row and seat.event_id == asked.event_id and seat.waits
            if ahead and (seat.queue_number or 0) < (asked.queue_number or 0) and seat.missing > 0:
                person = self.people.get(seat.person_id)
                if person is not None and person.reachable and not seat.together:
                    self.faults.append(f"signup {row} is offered places before signup {other}: {asked}, {seat}")

    def _in_time(self, change: Change, act: Act | None) -> None:
        """Nobody falls out of a queue but by their own wish, without an answer in time, or because it is over."""
        was, now = change.was, self.latest(change.at)
        assert was is not None
        event = self.events[was.event_id]
        button = act.button if act is not None and self._user_of(change) == act.user_id else None
        wished = isinstance(button, to.LeaveQueue) and button.event == was.event_id
        late = was.offered_until is not None and was.offered_until <= now
        over = min(event["closes_at"], event["starts_at"] - QUEUE_ENDS) <= now or event["state"] == "cancelled"
        if not (wished or late or over):
            self.faults.append(f"signup {change.row} fell out of the queue: {was}")


def _number(words: str) -> int:
    found = re.search(r"\d+", words)
    return int(found[0]) if found else 0
