"""What runs: its beginning, and its end, in which nothing is lost."""

import asyncio
import time
from contextlib import suppress
from dataclasses import dataclass

import structlog
from aiogram import Bot
from aiohttp import web

from bot.clock import Clock
from bot.finishing import Finishing
from bot.gate import Known
from bot.handling import Handling
from bot.health import Health
from bot.http import serve
from bot.intake import Intake
from bot.jobs.clock import Jobs
from bot.jobs.delivery import Delivery
from bot.jobs.demo import DemoClock
from bot.lanes import Lanes
from bot.metrics import Metrics
from bot.nursery import Nursery
from bot.settings import Settings
from bot.troubles import Troubles
from db.store import Store, Unwritable
from handlers.turn import House

GRACE = 20.0  # seconds after SIGTERM for what runs

log = structlog.get_logger()


class PortBusy(Exception):
    """HTTP_HOST and HTTP_PORT are taken, or not ours to take."""


@dataclass
class App:
    """Everything that runs, in the order it was made."""

    settings: Settings
    store: Store
    clock: Clock
    bot: Bot
    house: House
    known: Known
    handling: Handling
    lanes: Lanes
    intake: Intake
    finishing: Finishing
    delivery: Delivery
    jobs: Jobs
    health: Health
    metrics: Metrics
    nursery: Nursery
    troubles: Troubles
    demo: DemoClock | None

    async def run(self, stop: asyncio.Event) -> None:
        """Until `stop` is set. Raises SecondPoller, PortBusy, and ends what it began in any case."""
        await self.troubles.begin()
        if self.demo is not None:
            await self.demo.begin()
        await self.delivery.recover()
        try:
            pages = {"/health": self.health.page, "/metrics": self.metrics.page}
            runner = await serve(self.settings.http_host, self.settings.http_port, pages)
        except OSError:
            await self.bot.session.close()
            await self.store.close()
            raise PortBusy from None
        await self.intake.resume()
        self.jobs.start()
        polling = asyncio.get_running_loop().create_task(self.intake.run(), name="polling")
        waiting = asyncio.get_running_loop().create_task(stop.wait(), name="stop")
        log.info("running")
        try:
            await asyncio.wait((polling, waiting), return_when=asyncio.FIRST_COMPLETED)
            if polling.done():
                polling.result()
        finally:
            await self._end(polling, waiting, runner)

    async def _end(self, polling: asyncio.Task[None], waiting: asyncio.Task[bool], runner: web.AppRunner) -> None:
        """Take nothing new, finish what runs within GRACE, leave the rest to the next start."""
        began = time.monotonic()
        polling.cancel()
        waiting.cancel()
        await asyncio.gather(polling, waiting, return_exceptions=True)
        self.lanes.stop()
        self.handling.stop()
        self.delivery.stop()
        if not all(await asyncio.gather(self.jobs.end(GRACE), self.nursery.wait(GRACE))):
            log.warning("some work did not end in time: the next start takes it up")
        await self.nursery.close()
        for unmarked in (self.delivery.mark, self.finishing.flush):
            with suppress(Unwritable):  # the next start sends or shows it again
                await unmarked()
        await runner.cleanup()
        await self.bot.session.close()
        await self.store.close()
        log.info("stopped", seconds=round(time.monotonic() - began, 1))
