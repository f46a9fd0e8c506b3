"""The calendar file of a signup (RFC 5545). It is imported where one is asked for, since icalendar is not small."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from icalendar import Alarm, Calendar
from icalendar import Event as Entry

from db.events import Event
from db.places import Mine
from db.rules.codes import spoken
from db.rules.reminders import HOURS_BEFORE
from handlers.events import read
from handlers.events.calendar_zone import timezone
from handlers.screen import File, lines
from handlers.words import Safe, Words, one_line, plain

AROUND = timedelta(days=366)  # before and after the event: the changes of the clocks that the file tells of


@dataclass(frozen=True)
class Origin:
    """Where a file comes from: the bot by its number, and the address of the event in it."""

    bot_id: int
    link: str | None


def into(w: Words, event: Event, mine: Mine, origin: Origin, now: datetime) -> File:
    """The event as it is now, with an alarm. A later file takes the place of an earlier one."""
    title = one_line(read.title(w, event))
    entry = _entry(event, mine, origin, now)
    entry.add("summary", title)
    entry.add("status", "CONFIRMED")
    entry.add("description", plain(_description(w, event, mine, origin)))
    if event.venue is not None:
        entry.add("location", one_line(read.where_on_map(w, event.venue)))
        if event.venue.point is not None:
            entry.add("geo", event.venue.point)
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", title)
    alarm.add("trigger", -HOURS_BEFORE)
    entry.add_component(alarm)
    return File(f"{event.slug}.ics", _calendar(w, event, entry, "PUBLISH"))


def out(w: Words, event: Event, mine: Mine, origin: Origin, now: datetime) -> File:
    """The same event taken out, without an alarm; marked as well, for calendars that take nothing out."""
    entry = _entry(event, mine, origin, now)
    entry.add("summary", f"❌ {one_line(read.title(w, event))}")
    entry.add("status", "CANCELLED")
    return File(f"{event.slug}-off.ics", _calendar(w, event, entry, "CANCEL"))


def _entry(event: Event, mine: Mine, origin: Origin, now: datetime) -> Entry:
    """What tells the phone which event it is, which file is the latest, and when it takes place."""
    entry = Entry()
    entry.add("uid", f"signup-{mine.id}@bot-{origin.bot_id}.druzhba")
    entry.add("sequence", mine.calendar - 1)
    entry.add("dtstamp", now.astimezone(UTC))
    entry.add("dtstart", _wall(event.starts_at, event.zone))
    entry.add("dtend", _wall(event.ends_at, event.zone))
    if origin.link is not None:
        entry.add("url", origin.link)
    return entry


def _wall(at: datetime, zone: str) -> datetime:
    """As the clocks of the zone show it; in UTC where they show it for the second time, which no file can say."""
    local = at.astimezone(ZoneInfo(zone))
    return at.astimezone(UTC) if local.fold else local


def _description(w: Words, event: Event, mine: Mine, origin: Origin) -> Safe:
    """What is needed on the way and at the door, for when there is no connection; no name of the guest."""
    t, venue = w.t, event.venue
    phone = event.phone or (venue.phone if venue else None)
    return lines(
        t("Ваш код: {code}", code=spoken(mine.code)),
        t("📍 Где: {place}", place=read.where(w, venue)) if venue else None,
        read.text(w, venue.way) if venue else None,
        t("📞 Телефон: {phone}", phone=phone) if phone else None,
        Safe(origin.link) if origin.link else None,
    )


def _calendar(w: Words, event: Event, entry: Entry, method: str) -> bytes:
    calendar = Calendar()
    calendar.add("prodid", f"-//Druzhba//Telegram bot//{w.language.upper()}")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", method)
    calendar.add_component(timezone(event.zone, event.starts_at - AROUND, event.ends_at + AROUND))
    calendar.add_component(entry)
    content: bytes = calendar.to_ical()
    return content
