"""From an outbox row to the call that delivers it, in the reader's language of this very moment."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from aiogram.methods import SetMyCommands, TelegramMethod
from aiogram.types import BotCommandScopeChat

from db import alarms, floods, offers, people, reminders, retention, standing
from db.cancelling import OFF
from db.events import Event
from db.offers import NO_MORE, OFFER, TOO_LATE
from db.outbox import Row
from db.reminders import Timing
from db.rules.reminders import EVENING, HOURS
from db.rules.seats import NOBODY
from db.standing import Told
from handlers import profile, screens
from handlers.events import waiting_screens
from handlers.events.signup_screens import reminder
from handlers.own_data_screens import silent
from handlers.screen import Screen
from handlers.show import method
from handlers.staff import alarm_screens
from handlers.turn import House
from handlers.words import words


@dataclass(frozen=True)
class Later:
    """Not now: come back at that moment."""

    at: datetime


@dataclass(frozen=True)
class Needless:
    """Its reason is gone; the row is dropped with this note."""

    why: str


URGENT = timedelta(hours=14)  # an event called off so shortly before it is told of at any hour
AT_ONCE = Timing(later=None, silent=False)

Notice = TelegramMethod[Any] | Later | Needless
Maker = Callable[[House, Row, datetime], Awaitable[Notice]]


async def _reminder(house: House, row: Row, now: datetime) -> Notice:
    due = await house.store.read(reminders.due, row.subject_id, now)
    if isinstance(due, str):
        return Needless(due)
    timing = await house.store.read(reminders.timing, row, now)
    if timing.later is not None:
        return Later(timing.later)
    event = (await house.programme.events()).get(due.mine.event_id)
    if event is None:
        return Needless("the event is not shown any more")
    screen = reminder(words(due.language), event, due.mine, row.kind, due.carries_hours, now)
    return method(row.user_id, screen, silent=timing.silent)


async def _offer(house: House, row: Row, now: datetime) -> Notice:
    found = await _about_signup(house, row, now)
    if found is None or found[1].signed.mine.offer(now) == NOBODY:
        return Needless("nothing is offered any more")
    event, told = found
    screen = waiting_screens.offer(words(told.language), event, told.signed.mine, now)
    return _timed(row, screen, await house.store.read(offers.timing, row, now))


def _timed(row: Row, screen: Screen, timing: Timing) -> Notice:
    """The screen when it may be sent: at once, without a sound, or later."""
    return method(row.user_id, screen, silent=timing.silent) if timing.later is None else Later(timing.later)


async def _about_signup(house: House, row: Row, now: datetime) -> tuple[Event, Told] | None:
    """The event and the signup a row is about, as they are now."""
    told = await house.store.read(standing.told, row.subject_id, now)
    event = (await house.programme.events()).get(told.signed.mine.event_id) if told else None
    return None if told is None or event is None else (event, told)


async def _waited_in_vain(house: House, row: Row, now: datetime) -> Notice:
    """The time to answer has passed, or the queue is over."""
    found = await _about_signup(house, row, now)
    if found is None or found[1].signed.mine.waiting:
        return Needless("they queue again, or nothing is left of it")
    event, told = found
    timing = await house.store.read(reminders.timing, row, now)
    if timing.later is not None:
        return Later(timing.later)
    w, mine = words(told.language), told.signed.mine
    if event.state != "published":  # it was called off after their wait had ended: nobody else tells them
        off = waiting_screens.called_off(w, event, mine, now)
        return Needless("told as one who comes") if mine.active else method(row.user_id, off, silent=timing.silent)
    say = waiting_screens.too_late if row.kind == TOO_LATE else waiting_screens.no_more
    return method(row.user_id, say(w, event, mine), silent=timing.silent)


async def _called_off(house: House, row: Row, now: datetime) -> Notice:
    """What starts within hours is worth waking people for: they would set out in the morning."""
    found = await _about_signup(house, row, now)
    if found is None or found[0].state == "published":
        return Needless("it takes place after all")
    event, told = found
    urgent = event.starts_at - now <= URGENT
    timing = AT_ONCE if urgent else await house.store.read(reminders.timing, row, now)
    screen = waiting_screens.called_off(words(told.language), event, told.signed.mine, now)
    return _timed(row, screen, timing)


async def _apology(house: House, row: Row, now: datetime) -> Notice:
    person = await house.store.read(people.find, row.user_id)
    return method(row.user_id, screens.apology(words(person.language if person else None)))


async def _flood(house: House, row: Row, now: datetime) -> Notice:
    person = await house.store.read(people.find, row.user_id)
    unread = await house.store.read(floods.unread, row.subject_id)
    return method(row.user_id, screens.flood(words(person.language if person else None), unread))


async def _commands(house: House, row: Row, now: datetime) -> Notice:
    person = await house.store.read(people.find, row.user_id)
    if person is None or person.language is None:
        return Needless("no language chosen")
    scope = BotCommandScopeChat(chat_id=row.user_id)
    return SetMyCommands(commands=profile.command_list(words(person.language)), scope=scope)


async def _inactive(house: House, row: Row, now: datetime) -> Notice:
    farewell = await house.store.read(retention.farewell, row, house.operator.keep, now)
    if farewell is None:
        return Needless("they have come back")
    screen = silent(words(farewell.language), farewell.going_at, farewell.zone, now)
    return _timed(row, screen, farewell.timing)


async def _alarm(house: House, row: Row, now: datetime) -> Notice:
    """At any hour, without a sound at night: the machine may not be there in the morning."""
    found = await house.store.read(alarms.find, row.subject_id)
    person = await house.store.read(people.find, row.user_id)
    if found is None or person is None or not person.owner:
        return Needless("nobody to be told")
    timing = await house.store.read(reminders.timing, row, now)
    return method(
        row.user_id,
        alarm_screens.alarm(words(person.language), found.kind, found.facts, row.subject_id),
        silent=timing.silent,
    )


NOTICES: Mapping[str, Maker] = {
    **{EVENING: _reminder, HOURS: _reminder, "apology": _apology, "flood": _flood, "commands": _commands},
    **{
        OFFER: _offer,
        TOO_LATE: _waited_in_vain,
        NO_MORE: _waited_in_vain,
        OFF: _called_off,
        "inactive": _inactive,
        "alarm": _alarm,
    },
}

# A second copy does no harm: an outcome that nobody can know is tried once more.
REPEATABLE = frozenset({EVENING, HOURS, "commands", OFFER, TOO_LATE, NO_MORE, OFF, "inactive", "alarm"})

# Words about what a person sends at this moment: they take the next place of the chat's pace, as the answer to a press.
ANSWERS = frozenset({"apology", "flood"})

# What is as true an hour earlier or later: it goes out even while nobody knows what time it is.
AT_ANY_TIME = ANSWERS | {"alarm", "commands"}
