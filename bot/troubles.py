"""What the machine may fail us in: its clock, its disk, its way to Telegram. Each is watched, told and waited out."""

from collections.abc import Awaitable, Callable
from pathlib import Path

from aiogram import Bot

from bot.clock import Clock
from bot.gate import Known
from bot.jobs.clock import Jobs
from bot.jobs.disk import Disk
from bot.jobs.outage import Outage
from bot.jobs.wal import WalSize
from bot.jobs.watch import Watch
from bot.nursery import Nursery
from db.store import Store

Job = Callable[[], Awaitable[None]]


class Troubles:
    def __init__(self, store: Store, database: Path, clock: Clock, known: Known, bot: Bot, nursery: Nursery) -> None:
        self.watch = Watch(store, clock)
        self.outage = Outage(store, clock.reading, clock.now)
        self.disk = Disk(store, known, bot, nursery, clock.now)
        self._wal = WalSize(store, database, clock.now)

    async def begin(self) -> None:
        """Before anything looks at the clock."""
        await self.watch.begin()
        await self.outage.begin()

    def going_on(self) -> tuple[str, ...]:
        found = {"clock": self.watch.jumped(), "disk": self.disk.refuses()}
        return tuple(name for name, there in found.items() if there)

    def add_to(self, jobs: Jobs) -> None:
        jobs.add("disk", 5, self.disk.tick)
        jobs.add("watch", 5, self._while_it_writes(self.watch.tick))
        jobs.add("outage", 5, self._while_it_writes(self.outage.tick))
        jobs.add("wal", 60, self._while_it_writes(self._wal.tick))

    def unless_any(self, job: Job) -> Job:
        """The job, left out while nobody knows what time it is, or nothing can be written."""
        return _unless(self.going_on, job)

    def _while_it_writes(self, job: Job) -> Job:
        return _unless(self.disk.refuses, job)


def _unless(trouble: Callable[[], object], job: Job) -> Job:
    async def run() -> None:
        if not trouble():
            await job()

    return run
