"""The whole of it: people, weather, a clock that hurries, processes that die; and rest, to look at the books."""

import asyncio
import random
import sys
import time
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from db import migrate
from emulator import Emulator
from tests.endtoend.process import Process, standing
from tests.torture.acts import erases
from tests.torture.books import Books
from tests.torture.case import Case
from tests.torture.hurry import Hurry
from tests.torture.kills import Killer
from tests.torture.ledger import Reader, keep, rows_of
from tests.torture.people import Record, Wanderer
from tests.torture.phones import Phones
from tests.torture.town import START, Town
from tests.torture.verdict import faults_at_rest, listed
from tests.torture.weather import Weather

FLUSH = timedelta(minutes=6)  # longer than any message waits for another try
FLUSHES = 12
REST_WITHIN = 180.0  # seconds
FLOOD_EVERY = 3  # stretches: what is kept of one is answered for a minute and a half
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
        self.clock = Hurry(self.tg, self.bot, random.Random(self._chance.random()))
        self.books, self._reader = Books(self.record.acts, self.clock.latest), Reader(rows_of(self.bot.database))
        self.people = [
            Wanderer(self.tg, self.town, self.record, random.Random(self._chance.random()))
            for _ in range(self.plan.people)
        ]
        self._resting, self._over = asyncio.Event(), asyncio.Event()
        self.rests = 0

    @property
    def seconds(self) -> float:
        return time.monotonic() - self.started

    async def go(self) -> list[str]:
        """Gives what was found at the first rest at which something was found; nothing, if all is well."""
        await self._first_starts()
        try:
            async with beside(*(one.live(self._resting, self._over) for one in self.people)):
                while not (found := await self._stretch()) and not self._enough():
                    self._resting.clear()
                self._over.set()
                return found or await self._last_words()
        except (AssertionError, TimeoutError) as error:
            return [f"{type(error).__name__}: {error}"]

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
        async with beside(self.weather.change(), self.clock.go_on()):
            if self.plan.floods and self.rests % FLOOD_EVERY == 0:
                self._somebody().floods()
            for _ in range(self.plan.rest_every):
                await self.killer.one_life()
                await self._between()
                if self._enough():
                    break
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
        await self.town.bring(self.bot, self.clock.walked or self.tg.clock.now())
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
            self.clock.turn(FLUSH)
            while not self.clock.followed:
                await asyncio.sleep(0.1)
            if not self._waiting():
                return
        raise TimeoutError

    def _waiting(self) -> int:
        """Messages begun and not ended, or due."""
        query = """SELECT count(*) FROM outbox JOIN people ON people.id = person_id
            WHERE reachable AND (outbox.state = 'sending' OR (outbox.state = 'pending' AND due_at <= ?))"""
        return int(self.bot.rows(query, f"{self.clock.walked:%Y-%m-%d %H:%M:%S.%f}")[0][0])

    def case(self) -> Case:
        """At rest."""
        gone = {act.user_id for act in self.record.acts.values() if erases(act.button)}
        left = gone | {one.person.id for one in self.people if one.away}
        now = self.clock.walked or START
        return Case(
            *(self.tg, self.record.acts, self.books, self.phones, self.bot.rows, tuple(self.killer.ends)),
            *(frozenset(left), now, self.clock.latest(datetime.now(UTC)), self.bot.said()),
        )

    # -- the end

    async def _last_words(self) -> list[str]:
        """At the last rest: everybody asks what they are signed up for."""
        async with asyncio.timeout(REST_WITHIN):
            while await self._seats_moved_while_asked():
                pass
        case = self.case()
        return [*faults_at_rest(case), *listed(case)]

    async def _seats_moved_while_asked(self) -> bool:
        """Asking takes its time, and the clock goes on: a queue may end meanwhile, and what was shown is of before."""
        before = dict(self.books.seats)
        for one in self.people:
            if not one.person.blocked:
                one.asks("/my")
        await self._handled()
        self.look()
        self.books.by_clock()
        return self.books.seats != before

    def _say(self, found: list[str]) -> None:
        ends = self.killer.ends
        sys.stdout.write(
            f"{self.seconds:6.0f} s  {self.killer.kills} kills of {len(ends)} ends, {self.tg.updates.made} updates, "
            f"{sum(self.books.effects.values())} effects, {len(self.books.messages)} messages, "
            f"the clock shows {self.tg.clock.now():%d.%m %H:%M}: {len(found)} faults\n"
        )
        sys.stdout.flush()


@asynccontextmanager
async def beside(*works: Coroutine[Any, Any, None]) -> AsyncIterator[None]:
    """They go on meanwhile and are ended then; raises what one of them has failed with."""
    tasks = [asyncio.create_task(work) for work in works]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        ends = await asyncio.gather(*tasks, return_exceptions=True)
    for end in ends:
        if isinstance(end, Exception):
            raise end


@asynccontextmanager
async def opened(folder: Path, plan: Plan, seed: int) -> AsyncIterator[Torture]:
    async with standing(folder, start=START) as (tg, bot):
        tg.limits.configure(on=True)
        yield Torture(tg, bot, plan, seed, Town(folder, plan.days))
