"""The clock of the emulator, turned on again and again; the bot's walks after it."""

import asyncio
import random
from datetime import UTC, datetime, timedelta

from emulator import Emulator
from tests.endtoend.process import Process

BETWEEN = 3.0, 7.0  # seconds
TURNS = (12, 12, 45, 45, 120, 180)  # minutes
COARSE = timedelta(milliseconds=5)  # the ledger's clock shows no less


class Hurry:
    def __init__(self, tg: Emulator, bot: Process, chance: random.Random) -> None:
        self._tg, self._bot, self._chance = tg, bot, chance
        self._offsets = [(datetime.min.replace(tzinfo=UTC), tg.clock.offset)]
        self._turned_to = tg.clock.now()

    async def go_on(self) -> None:
        """Until cancelled; never far ahead of the bot."""
        while True:
            await asyncio.sleep(self._chance.uniform(*BETWEEN))
            while not self.followed:
                await asyncio.sleep(0.2)
            self.turn(timedelta(minutes=self._chance.choice(TURNS)))

    def turn(self, on: timedelta) -> None:
        self._tg.clock.add(on.total_seconds())
        self._offsets.append((datetime.now(UTC), self._tg.clock.offset))
        self._turned_to = self._tg.clock.now()

    @property
    def walked(self) -> datetime | None:
        """The moment for which the bot has last done all that was due."""
        kept = self._bot.rows("SELECT value FROM facts WHERE key = 'demo_time'")
        return datetime.fromisoformat(kept[0][0].strip('"')) if kept else None

    @property
    def followed(self) -> bool:
        """Whether the bot has come to where the clock was turned."""
        walked = self.walked
        return walked is not None and walked >= self._turned_to - timedelta(seconds=1)

    def latest(self, at: datetime) -> datetime:
        """The latest that the bot's clock can have shown when the machine's showed `at`."""
        offset = max(offset for since, offset in self._offsets if since <= at + COARSE)
        return at + COARSE + timedelta(seconds=offset)
