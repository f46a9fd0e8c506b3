"""APScheduler as a clock and nothing else: it wakes jobs; what is due, each of them asks the store."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime, timedelta

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from bot.outcomes import not_ours
from db.store import Unwritable

LOOK = 1.0  # seconds between two looks whether a clock that was set back has put jobs to sleep
LATE = 60.0  # seconds a job may be behind three of its intervals before the bot calls itself unwell

log = structlog.get_logger()


class Jobs:
    """Few interval jobs, in memory; a failing one is logged and woken again."""

    def __init__(self) -> None:
        self._scheduler = AsyncIOScheduler(timezone=UTC)
        self._every: dict[str, float] = {}
        self._last: dict[str, float] = {}
        self._running: set[asyncio.Task[None]] = set()
        self._look: asyncio.TimerHandle | None = None

    def watch(self, name: str, seconds: float) -> None:
        """Something else that has to be heard of every so many seconds, by `beat`."""
        self._every[name], self._last[name] = seconds, time.monotonic()

    def beat(self, name: str) -> None:
        self._last[name] = time.monotonic()

    def add(self, name: str, seconds: float, work: Callable[[], Awaitable[None]]) -> None:
        self.watch(name, seconds)
        self._scheduler.add_job(
            self._run,
            "interval",
            args=(name, work),
            seconds=seconds,
            id=name,
            coalesce=True,
            max_instances=1,
            misfire_grace_time=None,
            next_run_time=datetime.now(UTC) + timedelta(seconds=min(seconds, 0.2)),
        )

    async def _run(self, name: str, work: Callable[[], Awaitable[None]]) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._running.add(task)
        task.add_done_callback(self._running.discard)
        try:
            await work()
        except Exception as error:
            bug = None if not_ours(error) or isinstance(error, Unwritable) else error
            log.error("a job failed", job=name, exc_info=bug, why=type(error).__name__)
        else:
            self.beat(name)

    def start(self) -> None:
        self._scheduler.start()
        self._wake_sleepers()

    def _wake_sleepers(self) -> None:
        """APScheduler goes by the wall clock: where that was set back, a job would sleep until its old hour returns."""
        now = datetime.now(UTC)
        for job in self._scheduler.get_jobs():
            if job.next_run_time - now > timedelta(seconds=self._every[job.id] + LOOK):
                job.modify(next_run_time=now)
        self._look = asyncio.get_running_loop().call_later(LOOK, self._wake_sleepers)

    async def end(self, seconds: float) -> bool:
        """Wake no job any more and wait for those that run; True if all of them ended in time, else they are cut off.

        APScheduler's own end cuts off whatever runs.
        """
        if not self._scheduler.running:
            return True
        if self._look is not None:
            self._look.cancel()
        self._scheduler.pause()
        await asyncio.sleep(0)  # a job woken in this very moment has begun now, and is among those that run
        late = (await asyncio.wait(self._running, timeout=seconds))[1] if self._running else set()
        self._scheduler.shutdown(wait=False)
        return not late

    def ages(self) -> Mapping[str, tuple[float, bool]]:
        """Seconds since each job's last good run, and whether that is well."""
        now = time.monotonic()
        return {
            name: (round(now - last, 1), now - last <= 3 * self._every[name] + LATE)
            for name, last in self._last.items()
        }
