"""From an outbox row to the call that delivers it, in the reader's language of this very moment."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from aiogram.methods import SetMyCommands, TelegramMethod
from aiogram.types import BotCommandScopeChat

from db import people, reminders, retention
from db.outbox import Row
from db.rules.reminders import EVENING, HOURS
from handlers import profile, screens
from handlers.events.signup_screens import reminder
from handlers.own_data_screens import silent
from handlers.show import method
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


async def _apology(house: House, row: Row, now: datetime) -> Notice:
    person = await house.store.read(people.find, row.user_id)
    return method(row.user_id, screens.apology(words(person.language if person else None)))


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
    if farewell.timing.later is not None:
        return Later(farewell.timing.later)
    screen = silent(words(farewell.language), farewell.going_at, farewell.zone, now)
    return method(row.user_id, screen, silent=farewell.timing.silent)


NOTICES: Mapping[str, Maker] = {
    EVENING: _reminder,
    HOURS: _reminder,
    "apology": _apology,
    "commands": _commands,
    "inactive": _inactive,
}

# A second copy does no harm: an outcome that nobody can know is tried once more.
REPEATABLE = frozenset({EVENING, HOURS, "commands", "inactive"})
