"""The whole of it: people, weather, a clock that hurries, processes that die; and rest, to look at the books."""

import asyncio
import random
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from db import migrate
from emulator import Emulator
from tests.endtoend.process import Process, standing
from tests.torture.books import Books, erases
from tests.torture.kills import Killer
from tests.torture.ledger import Reader, keep, rows_of
from tests.torture.people import Record, Wanderer
from tests.torture.phones import Phones
from tests.torture.town import START, Town
from tests.torture.verdict import Case, faults_at_rest, listed
from tests.torture.weather import Weather

BETWEEN_TURNS = 3.0, 7.0  # seconds
TURNS = (12, 12, 12, 45, 45, 120)  # minutes that the clock goes forward
FLUSH = timedelta(minutes=6)  # longer than any message waits for another try
FLUSHES = 12
REST_WITHIN = 180.0  # seconds
COARSE = timedelta(milliseconds=5)  # the ledger's clock shows no less
FIRST_STARTS = 4  # killed while the schema is being made


@dataclass(frozen=True)
class Plan:
    """It goes on until there is enough of each."""

    kills: int = 0
    updates: int = 0
    seconds: float = 0
    people: int = 100
    days: int = 60  # with events
    rest_every: int = 50  # ends of a process
    floods: bool = True


@dataclass
class Torture:
    tg: Emulator
    bot: Process
    plan: Plan
    seed: int
    town: Town
    started: float = field(default_factory=time.monotonic)

    def __post_init__(self) -> None:
        self._chance = random.Random(self.seed)
        self.record, self.phones = Record(), Phones(self.tg)
        self.weather = Weather(self.tg, random.Random(self._chance.random()))
        self.killer = Killer(self.tg, self.bot, random.Random(self._chance.random()))
        self.books, self._reader = Books(self.record.acts, self.latest), Reader(rows_of(self.bot.database))
        self._offsets = [(datetime.min.replace(tzinfo=UTC), self.tg.clock.offset)]
        self.people = [
            Wanderer(self.tg, self.town, self.record, random.Random(self._chance.random()))
            for _ in range(self.plan.people)
        ]
        self._resting, self._over = asyncio.Event(), asyncio.Event()
        self.rests = 0

    def latest(self, at: datetime) -> datetime:
        """The latest that the bot's clock can have shown when the machine's showed `at`: it walks after the
        emulator's, which jumps."""
        offset = max(offset for since, offset in self._offsets if since <= at + COARSE)
        return at + COARSE + timedelta(seconds=offset)

    @property
    def seconds(self) -> float:
        return time.monotonic() - self.started

    async def go(self) -> list[str]:
        """Gives what was found at the first rest at which something was found; nothing, if all is well."""
        await self._first_starts()
        living = [asyncio.create_task(one.live(self._resting, self._over)) for one in self.people]
        try:
            while not (found := await self._stretch()) and not self._enough():
                self._resting.clear()
            self._over.set()
            return found or await self._last_words()
        finally:
            for task in living:
                task.cancel()
            await asyncio.gather(*living, return_exceptions=True)

    def _enough(self) -> bool:
        plan = self.plan
        return self.killer.kills >= plan.kills and self.tg.updates.made >= plan.updates and self.seconds >= plan.seconds

    async def _first_starts(self) -> None:
        for _ in range(FIRST_STARTS):
            await self.bot.begin()
            await asyncio.sleep(self._chance.uniform(0.2, 1.5))
            await self.bot.end()
        migrate.upgrade(self.bot.database)
        keep(self.bot.database)
        await self.town.bring(self.bot, self.tg.clock.now())

    # -- a stretch, and the rest after it

    async def _stretch(self) -> list[str]:
        """So many lives, all troubles at once; then the books."""
        troubles = [asyncio.create_task(one) for one in (self.weather.change(), self._turn_the_clock())]
        try:
            if self.plan.floods:
                self._somebody().floods()
            for _ in range(self.plan.rest_every):
                await self.killer.one_life()
                await self._between()
                if self._enough():
                    break
        finally:
            for task in troubles:
                task.cancel()
            await asyncio.gather(*troubles, return_exceptions=True)
        return await self._rest()

    async def _between(self) -> None:
        """While no process runs."""
        self.look()
        self._somebody().poisons()
        if self._chance.random() < 0.05:
            await self._change_the_programme()

    def _somebody(self) -> Wanderer:
        return self._chance.choice([one for one in self.people if not one.person.blocked])

    async def _change_the_programme(self) -> None:
        slug = self._chance.choice(self.town.soon(self.tg.clock.now()))
        (self.town.call_off if self._chance.random() < 0.3 else self.town.more_places)(slug)
        await self.town.bring(self.bot, self.walked() or self.tg.clock.now())
        self.look()
        self.books.by_clock()

    def look(self) -> None:
        self.books.enter(self._reader.new())
        self.phones.look()

    async def _rest(self) -> list[str]:
        """People wait, the sky clears, and whatever was begun comes to its end."""
        self._resting.set()
        self.weather.clear()
        await self.killer.last_life()
        await self.bot.start()
        try:
            async with asyncio.timeout(REST_WITHIN):
                await self._handled()
                await self._flushed()
        except TimeoutError:
            return [f"no rest in {REST_WITHIN:.0f} s: {self.bot.unfinished()} updates, {self._waiting()} messages"]
        self.look()
        self.books.by_clock()
        found = faults_at_rest(self.case())
        self.rests += 1
        self._say(found)
        if not found and not self._enough():
            await self.bot.kill()
        return found

    async def _handled(self) -> None:
        while self.tg.pending or self.bot.unfinished():
            await asyncio.sleep(0.1)

    async def _flushed(self) -> None:
        """Messages that wait for another try have their time; places held a moment ago are free."""
        for _ in range(FLUSHES):
            self._turn(FLUSH)
            while not self._has_walked():
                await asyncio.sleep(0.1)
            if not self._waiting():
                return
        raise TimeoutError

    def _waiting(self) -> int:
        """Messages begun and not ended, or due."""
        query = """SELECT count(*) FROM outbox JOIN people ON people.id = person_id
            WHERE reachable AND (outbox.state = 'sending' OR (outbox.state = 'pending' AND due_at <= ?))"""
        return int(self.bot.rows(query, f"{self.walked():%Y-%m-%d %H:%M:%S.%f}")[0][0])

    def case(self) -> Case:
        """At rest."""
        gone = {act.user_id for act in self.record.acts.values() if erases(act.button)}
        left = gone | {one.person.id for one in self.people if one.away}
        now = self.walked()
        assert now is not None
        return Case(
            *(self.tg, self.record.acts, self.books, self.phones, self.bot.rows, tuple(self.killer.ends)),
            *(frozenset(left), now, self.bot.said()),
        )

    # -- the clock

    async def _turn_the_clock(self) -> None:
        while True:
            await asyncio.sleep(self._chance.uniform(*BETWEEN_TURNS))
            if self._has_walked():
                self._turn(timedelta(minutes=self._chance.choice(TURNS)))

    def _turn(self, on: timedelta) -> None:
        self.tg.clock.add(on.total_seconds())
        self._offsets.append((datetime.now(UTC), self.tg.clock.offset))
        self._turned_to = self.tg.clock.now()

    def _has_walked(self) -> bool:
        """Whether the bot's clock has come to where the emulator's was turned."""
        walked = self.walked()
        return walked is None or walked >= getattr(self, "_turned_to", walked) - timedelta(seconds=1)

    def walked(self) -> datetime | None:
        with suppress(IndexError):
            kept = self.bot.rows("SELECT value FROM facts WHERE key = 'demo_time'")[0][0]
            return datetime.fromisoformat(kept.strip('"'))
        return None

    # -- the end

    async def _last_words(self) -> list[str]:
        """At the last rest: everybody asks what they are signed up for."""
        for one in self.people:
            if not one.person.blocked:
                one.asks("/my")
        async with asyncio.timeout(REST_WITHIN):
            await self._handled()
        self.look()
        self.books.by_clock()
        case = self.case()
        return [*faults_at_rest(case), *listed(case)]

    def _say(self, found: list[str]) -> None:
        ends = self.killer.ends
        sys.stdout.write(
            f"{self.seconds:6.0f} s  {self.killer.kills} kills of {len(ends)} ends, {self.tg.updates.made} updates, "
            f"{sum(self.books.effects.values())} effects, {len(self.books.messages)} messages, "
            f"the clock shows {self.tg.clock.now():%d.%m %H:%M}: {len(found)} faults\n"
        )
        sys.stdout.flush()


@asynccontextmanager
async def opened(folder: Path, plan: Plan, seed: int) -> AsyncIterator[Torture]:
    async with standing(folder, start=START) as (tg, bot):
        tg.limits.configure(on=True)
        yield Torture(tg, bot, plan, seed, Town(folder, plan.days))
