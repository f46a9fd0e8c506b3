"""What one press makes of one's own seat: a second opinion, written from what the screens say, not from the bot's code.

Everybody counts as an adult here: the events of the torture do not ask for children apart.
"""

from collections.abc import Callable
from dataclasses import dataclass, fields, replace
from datetime import datetime
from typing import Any

from aiogram.filters.callback_data import CallbackData

from handlers import buttons as to
from handlers.buttons import Purpose


@dataclass(frozen=True)
class Seat:
    """A row of signups."""

    event_id: int
    person_id: int
    state: str
    adults: int
    held_adults: int
    held_until: datetime | None
    queue_number: int | None
    wanted_adults: int
    offered_adults: int
    offered_until: datetime | None
    offers: int
    together: int
    given_up: int
    changed_at: datetime

    @classmethod
    def of(cls, facts: dict[str, Any]) -> "Seat":
        return cls(**{field.name: facts[field.name] for field in fields(cls)})

    def kept(self) -> tuple[Any, ...]:
        """As the store writes it."""
        return tuple(_kept(getattr(self, field.name)) for field in fields(self))

    @property
    def waits(self) -> bool:
        return self.queue_number is not None

    @property
    def missing(self) -> int:
        """Places that it waits for and is not offered."""
        return self.wanted_adults - self.adults - self.offered_adults if self.waits else 0

    def held(self, now: datetime) -> int:
        return self.held_adults if self.held_until is not None and self.held_until > now else 0

    def offered(self, now: datetime) -> int:
        return self.offered_adults if self.offered_until is not None and self.offered_until > now else 0

    def taken(self, now: datetime) -> int:
        return self.adults + self.held(now) + self.offered(now)


@dataclass
class Change:
    """Of the signup `row`; without `was` it is new, without `now` it is gone."""

    row: int
    was: Seat | None
    now: Seat | None
    at: datetime

    @property
    def out_of_the_queue(self) -> bool:
        return self.now is not None and not self.now.waits

    @property
    def of_the_queue(self) -> bool:
        """What serving a queue may do to a row, whoever was the reason: an offer made, grown, taken back, or the end
        of the waiting."""
        was, now = self.was, self.now
        if was is None or now is None or not was.waits:
            return False
        kept = (was.adults, was.held_adults, was.held_until, was.given_up)
        if kept != (now.adults, now.held_adults, now.held_until, now.given_up):
            return False
        if self.out_of_the_queue:
            return now.state == ("active" if was.adults else "left") and now.offered_adults == 0
        still = (was.state, was.wanted_adults, was.queue_number, was.together)
        return still == (now.state, now.wanted_adults, now.queue_number, now.together)


def _kept(value: Any) -> Any:
    return f"{value:%Y-%m-%d %H:%M:%S.%f}" if isinstance(value, datetime) else value


@dataclass(frozen=True)
class Outcome:
    """As far as a press alone decides: the rest (what is offered, and until when) the queue decides."""

    state: str
    adults: int
    held: int
    wanted: int
    given_up: int
    together: bool

    def is_met_by(self, seat: Seat) -> bool:
        return self == outcome(seat)


def outcome(seat: Seat) -> Outcome:
    held = seat.held_adults if seat.held_until is not None else 0
    return Outcome(seat.state, seat.adults, held, seat.wanted_adults, seat.given_up, bool(seat.together))


NOBODY = Outcome("left", 0, 0, 0, 0, False)


def _join(was: Seat | None, n: int) -> Outcome:
    if was is None:
        return replace(NOBODY, state="active", adults=n)
    if was.state == "active" or was.waits:
        return outcome(was)
    return replace(outcome(was), state="active", adults=n, held=0)


def _change(was: Seat, n: int, now: datetime) -> Outcome:
    if n == was.adults and not was.waits:
        return outcome(was)
    held = was.adults - n + was.held(now) if n <= was.adults else 0
    return _settled(was, n, held)


def _settled(was: Seat, n: int, held: int) -> Outcome:
    given_up = max(0, was.given_up + was.adults - n)
    return Outcome("active" if n else "left", n, held, 0, given_up, False)


def _leave(was: Seat, now: datetime) -> Outcome:
    return outcome(was) if was.state != "active" else _settled(was, 0, was.adults + was.held(now))


def _give_back(was: Seat, now: datetime) -> Outcome:
    held = was.held(now)
    return _settled(was, was.adults + held, 0) if held else outcome(was)


def _enter(was: Seat | None, n: int, now: datetime) -> Outcome:
    if was is None:
        return replace(NOBODY, state="waiting", wanted=n)
    if was.wanted_adults == n or was.offered(now) or was.held(now):
        return outcome(was)
    longer = was.waits and n <= was.wanted_adults
    state, together = ("active" if was.adults else "waiting"), longer and bool(was.together)
    held = outcome(was).held if longer else 0
    return Outcome(state, was.adults, held, n, was.given_up, together)


def _take(was: Seat, now: datetime) -> Outcome:
    offered = was.offered(now)
    if not offered:
        return outcome(was)
    has = was.adults + offered
    whole = has == was.wanted_adults
    wanted, together = (0, False) if whole else (was.wanted_adults, False)
    return Outcome("active", has, outcome(was).held, wanted, was.given_up, together)


def _together(was: Seat, on: bool) -> Outcome:
    whole = was.offered_adults > 0 and was.missing == 0
    return outcome(was) if whole or not was.waits else replace(outcome(was), together=on)


def _out(was: Seat) -> Outcome:
    return replace(outcome(was), state="active" if was.adults else "left", wanted=0, together=False)


def event_of(button: CallbackData) -> int | None:
    found = getattr(button, "event", None)
    return found if isinstance(found, int) else None


def expected(button: CallbackData, was: Seat | None, now: datetime) -> Outcome | None:
    """How the seat at the button's event stands after this press has had its effect; None: it has nothing to do with
    seats, or there is none for it to be about."""
    match button:
        case to.Adults(purpose=Purpose.JOIN, adults=n):
            return _join(was, n)
        case to.Adults(purpose=Purpose.QUEUE, adults=n):
            return _enter(was, n, now)
    known: Callable[[Seat], Outcome] | None = _about_a_seat(button, now)
    return None if known is None or was is None else known(was)


def _about_a_seat(button: CallbackData, now: datetime) -> Callable[[Seat], Outcome] | None:
    match button:
        case to.Adults(adults=n):
            return lambda was: _change(was, n, now)
        case to.Leave(all=True):
            return lambda was: _leave(was, now)
        case to.GiveBack():
            return lambda was: _give_back(was, now)
        case to.TakeOffer():
            return lambda was: _take(was, now)
        case to.Together(on=on):
            return lambda was: _together(was, on)
        case to.LeaveQueue(sure=True):
            return _out
    return None


def typed(n: int, was: Seat | None, now: datetime) -> tuple[Outcome, ...]:
    """A number typed into a form: it signs up or queues, whichever the form was for."""
    return _join(was, n), _enter(was, n, now)
