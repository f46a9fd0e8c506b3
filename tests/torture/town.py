"""What there is to come to: three small events a day with a queue at each, one a day for as many as come."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from pathlib import Path

from bot.importing import import_file
from db.store import Store
from emulator.clock import TOMSK
from tests.endtoend.guests import Event, content
from tests.endtoend.process import TOKEN, Process

START = datetime(2027, 3, 19, 16, 40, tzinfo=TOMSK)  # an hour and twenty minutes before the first evening reminders
HOURS = (12, 15, 19, 17)
PLACES = (6, 12, 20, None)
SOON = timedelta(hours=40)  # people look no farther ahead
SLUG = re.compile(r"t-\d{4}-\d")
NAME = "Канарейка"  # of everybody
SECRETS = (TOKEN, NAME, "Праздник")  # no log may say them


@dataclass
class Town:
    """Its events, and the file that brings them. `days` of them, from the day after START."""

    folder: Path
    days: int

    def __post_init__(self) -> None:
        self.events = {event.slug: event for event in self._all()}

    def _all(self) -> Iterator[Event]:
        for day in range(1, self.days + 1):
            date = (START + timedelta(days=day)).date()
            for number, (hour, places) in enumerate(zip(HOURS, PLACES, strict=True)):
                yield Event(f"t-{date:%m%d}-{number}", datetime.combine(date, time(hour), TOMSK), places)

    def soon(self, now: datetime) -> list[str]:
        """The slugs of what people talk of at that moment."""
        return [one.slug for one in self.events.values() if now < one.starts < now + SOON]

    async def bring(self, bot: Process, now: datetime) -> None:
        """Into the store of a bot that does not run."""
        store = await Store.open(bot.database)
        try:
            await import_file(store, Path(content(self.folder, *self.events.values())), "Asia/Tomsk", now)
        finally:
            await store.close()

    def more_places(self, slug: str) -> None:
        event = self.events[slug]
        self.events[slug] = replace(event, capacity=(event.capacity or 0) + 3)

    def call_off(self, slug: str) -> None:
        self.events[slug] = replace(self.events[slug], cancelled=True)
