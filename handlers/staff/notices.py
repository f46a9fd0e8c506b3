"""What only owners are told: the machine's alarms, and readers' reports of bad translations."""

from datetime import datetime

from db import alarms, mistakes, people, reminders
from db.outbox import Row
from db.people import Person
from handlers.notice import Later, Needless, Notice
from handlers.show import CAPTION, TEXT, copy_method, method
from handlers.staff import alarm_screens, mistake_screens
from handlers.turn import House
from handlers.words import words

NOBODY = Needless("nobody to be told")


async def _owner(house: House, row: Row) -> Person | None:
    person = await house.store.read(people.find, row.user_id)
    return person if person is not None and person.owner else None


async def alarm(house: House, row: Row, now: datetime) -> Notice:
    """At any hour, without a sound at night: the machine may not be there in the morning."""
    found, owner = await house.store.read(alarms.find, row.subject_id), await _owner(house, row)
    if found is None or owner is None:
        return NOBODY
    timing = await house.store.read(reminders.timing, row, now)
    screen = alarm_screens.alarm(words(owner.language), found.kind, found.facts, row.subject_id)
    return method(row.user_id, screen, silent=timing.silent)


async def mistake(house: House, row: Row, now: datetime) -> Notice:
    """In the morning is soon enough. A voice, a picture or a file is copied, with our words below it."""
    report, owner = await house.store.read(mistakes.find, row.subject_id), await _owner(house, row)
    if report is None or owner is None:
        return NOBODY
    timing = await house.store.read(reminders.timing, row, now)
    if timing.later is not None:
        return Later(timing.later)
    w, events = words(owner.language), await house.programme.events()
    event = events.get(report.about.event_id or 0) if report.about else None
    if not (report.copied and report.reachable):
        return method(row.user_id, mistake_screens.mistake(w, report, event, TEXT), silent=timing.silent)
    screen = mistake_screens.mistake(w, report, event, CAPTION)
    return copy_method(row.user_id, screen, report.chat_id, report.message_id, silent=timing.silent)
