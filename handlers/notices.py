"""From an outbox row to the call that delivers it, in the reader's language of this very moment."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, timedelta

from aiogram.methods import SetMyCommands
from aiogram.types import BotCommandScopeChat

from db import floods, offers, people, reminders, retention, standing
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
from handlers.lately import Way
from handlers.notice import Later, Needless, Notice
from handlers.own_data_screens import silent
from handlers.screen import Screen
from handlers.show import method
from handlers.staff import notices as staff
from handlers.turn import House
from handlers.words import Words, words

URGENT = timedelta(hours=14)  # an event called off so shortly before it is told of at any hour
AT_ONCE = Timing(later=None, silent=False)

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
    w = words(due.language).noting()
    screen = reminder(w, event, due.mine, row.kind, due.carries_hours, now)
    return _sent(house, row, w, screen, timing, event)


async def _offer(house: House, row: Row, now: datetime) -> Notice:
    found = await _about_signup(house, row, now)
    if found is None or found[1].signed.mine.offer(now) == NOBODY:
        return Needless("nothing is offered any more")
    event, told = found
    w = words(told.language).noting()
    screen = waiting_screens.offer(w, event, told.signed.mine, now)
    return _sent(house, row, w, screen, await house.store.read(offers.timing, row, now), event)


def _sent(
    house: House, row: Row, w: Words, screen: Screen, timing: Timing = AT_ONCE, event: Event | None = None
) -> Notice:
    """The screen when it may be sent: at once, without a sound, or later. What goes out is the last they have seen."""
    if timing.later is not None:
        return Later(timing.later)
    house.lately.put(row.person_id, Way(row.kind, event.id if event else None), w, screen)
    return method(row.user_id, screen, silent=timing.silent)


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
    w, mine = words(told.language).noting(), told.signed.mine
    if event.state != "published":  # it was called off after their wait had ended: nobody else tells them
        off = waiting_screens.called_off(w, event, mine, now)
        return Needless("told as one who comes") if mine.active else _sent(house, row, w, off, timing, event)
    say = waiting_screens.too_late if row.kind == TOO_LATE else waiting_screens.no_more
    return _sent(house, row, w, say(w, event, mine), timing, event)


async def _called_off(house: House, row: Row, now: datetime) -> Notice:
    """What starts within hours is worth waking people for: they would set out in the morning."""
    found = await _about_signup(house, row, now)
    if found is None or found[0].state == "published":
        return Needless("it takes place after all")
    event, told = found
    urgent = event.starts_at - now <= URGENT
    timing = AT_ONCE if urgent else await house.store.read(reminders.timing, row, now)
    w = words(told.language).noting()
    return _sent(house, row, w, waiting_screens.called_off(w, event, told.signed.mine, now), timing, event)


async def _apology(house: House, row: Row, now: datetime) -> Notice:
    person = await house.store.read(people.find, row.user_id)
    w = words(person.language if person else None).noting()
    return _sent(house, row, w, screens.apology(w))


async def _flood(house: House, row: Row, now: datetime) -> Notice:
    person = await house.store.read(people.find, row.user_id)
    unread = await house.store.read(floods.unread, row.subject_id)
    w = words(person.language if person else None).noting()
    return _sent(house, row, w, screens.flood(w, unread))


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
    w = words(farewell.language).noting()
    return _sent(house, row, w, silent(w, farewell.going_at, farewell.zone, now), farewell.timing)


NOTICES: Mapping[str, Maker] = {
    **{EVENING: _reminder, HOURS: _reminder, "apology": _apology, "flood": _flood, "commands": _commands},
    **{
        OFFER: _offer,
        TOO_LATE: _waited_in_vain,
        NO_MORE: _waited_in_vain,
        OFF: _called_off,
        "inactive": _inactive,
        "alarm": staff.alarm,
        "mistake": staff.mistake,
    },
}

# A second copy does no harm: an outcome that nobody can know is tried once more.
REPEATABLE = frozenset({EVENING, HOURS, "commands", OFFER, TOO_LATE, NO_MORE, OFF, "inactive", "alarm", "mistake"})

# Words about what a person sends at this moment: they take the next place of the chat's pace, as the answer to a press.
ANSWERS = frozenset({"apology", "flood"})

# What is as true an hour earlier or later: it goes out even while nobody knows what time it is.
AT_ANY_TIME = ANSWERS | {"alarm", "commands"}
