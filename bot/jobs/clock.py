"""APScheduler as a clock and nothing else: it wakes jobs; what is due, each of them asks the store."""

import time
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime, timedelta

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from bot.outcomes import not_ours

LATE = 60.0  # seconds a job may be behind three of its intervals before the bot calls itself unwell

log = structlog.get_logger()


class Jobs:
    """Few interval jobs, in memory; a failing one is logged and woken again."""

    def __init__(self) -> None:
        self._scheduler = AsyncIOScheduler(timezone=UTC)
        self._every: dict[str, float] = {}
        self._last: dict[str, float] = {}

    def watch(self, name: str, seconds: float) -> None:
        """Something else that has to be heard of every so many seconds, by `beat`."""
        self._every[name], self._last[name] = seconds, time.monotonic()

    def beat(self, name: str) -> None:
        self._last[name] = time.monotonic()

    def add(self, name: str, seconds: float, work: Callable[[], Awaitable[None]]) -> None:
        async def run() -> None:
            try:
                await work()
            except Exception as error:
                log.error(
                    "a job failed", job=name, exc_info=None if not_ours(error) else error, why=type(error).__name__
                )
            else:
                self.beat(name)

        self.watch(name, seconds)
        self._scheduler.add_job(
            run,
            "interval",
            seconds=seconds,
            id=name,
            coalesce=True,
            max_instances=1,
            misfire_grace_time=None,
            next_run_time=datetime.now(UTC) + timedelta(seconds=min(seconds, 0.2)),
        )

    def start(self) -> None:
        self._scheduler.start()

    def stop(self) -> None:
        if self._scheduler.running:
            self._scheduler.shutdown(wait=False)

    def ages(self) -> Mapping[str, tuple[float, bool]]:
        """Seconds since each job's last good run, and whether that is well."""
        now = time.monotonic()
        return {
            name: (round(now - last, 1), now - last <= 3 * self._every[name] + LATE)
            for name, last in self._last.items()
        }
