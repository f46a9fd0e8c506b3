"""build(settings): the only place where the Bot, the Dispatcher, the Store and the jobs are made."""

import asyncio
import signal
import time
from dataclasses import dataclass

import structlog
from aiogram import Bot, Dispatcher
from aiogram.client.telegram import TelegramAPIServer
from aiohttp import web

from bot import logs
from bot.clock import Clock
from bot.finishing import Finishing
from bot.gate import Gate, Known
from bot.handling import Handling
from bot.http import Health
from bot.identity import Identity
from bot.intake import Intake
from bot.jobs.clock import Jobs
from bot.jobs.delivery import Delivery
from bot.jobs.demo import DemoClock
from bot.jobs.limits import BulkPace, Limits
from bot.jobs.offers import Offers
from bot.jobs.schedule import POLLING, schedule, settled
from bot.jobs.tidy import Tidying
from bot.lanes import Lanes
from bot.nursery import Nursery
from bot.pace import Paces
from bot.session import LeanSession
from bot.settings import Settings
from db import people
from db.store import Store
from handlers import routers
from handlers.programme import Programme
from handlers.screens import Operator
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
    nursery: Nursery
    demo: DemoClock | None

    async def run(self, stop: asyncio.Event) -> None:
        """Until `stop` is set. Raises SecondPoller, PortBusy, and ends what it began in any case."""
        if self.demo is not None:
            await self.demo.begin()
        await self.delivery.recover()
        try:
            runner = await self.health.serve(self.settings.http_host, self.settings.http_port)
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
        await self.delivery.mark()
        await self.finishing.flush()
        await runner.cleanup()
        await self.bot.session.close()
        await self.store.close()
        log.info("stopped", seconds=round(time.monotonic() - began, 1))


async def build(settings: Settings) -> App:
    """Make everything and start nothing. The schema has to be up to date and the catalogs compiled."""
    store = await Store.open(settings.database)
    clock, nursery, identity, session, paces = Clock(), Nursery(), Identity(), _session(settings), Paces()
    bot = Bot(settings.bot_token, session=session)
    programme = Programme(store, settings.show_unconfirmed)
    house = House(bot, store, programme, _operator(settings), lambda: identity.username, paces.missed)
    known = Known(store, settings.timezone, clock.now)
    dispatcher = _conversation(Gate(house, known, nursery, clock.now))
    finishing = Finishing(store, nursery)
    handling = Handling(bot, dispatcher, store, known, finishing, clock.now)
    lanes = Lanes(handling, nursery, paces)
    delivery = Delivery(house, known, BulkPace(settings.bulk_rate), nursery, clock.now)
    offers = Offers(store, clock.now)
    url = settings.demo_clock_url
    demo = DemoClock(url, clock, store, settled(offers, delivery)) if url else None
    tidying = Tidying(store, known, settings.keep, clock.now)
    jobs = schedule(store, bot, session, identity, offers, delivery, tidying, demo)
    intake = Intake(bot, session, store, lanes, clock.now, lambda: jobs.beat(POLLING))
    return App(
        *(settings, store, clock, bot, house, known, handling, lanes, intake),
        *(finishing, delivery, jobs, Health(store, jobs, clock.now, lanes.crowded, lambda: session.way), nursery, demo),
    )


def _session(settings: Settings) -> LeanSession:
    session = LeanSession(settings.telegram_proxy)
    session.api = TelegramAPIServer.from_base(settings.bot_api_url)
    session.middleware(Limits())
    return session


def _operator(settings: Settings) -> Operator:
    return Operator(settings.operator_name, settings.operator_contact, settings.keep)


def _conversation(gate: Gate) -> Dispatcher:
    dispatcher = Dispatcher(disable_fsm=True)
    dispatcher.include_routers(*routers())
    gate.stand_before(dispatcher)
    return dispatcher


async def _make_owners(app: App) -> None:
    """The first start makes the owners; later a difference is only said."""
    wanted = app.settings.owner_ids
    if wanted and not await app.store.write(people.make_owners, wanted, app.settings.timezone, app.clock.now()):
        there = {user_id for user_id, _ in await app.store.read(people.owners)}
        if there != set(wanted):
            log.warning("OWNER_IDS differ from the owners in the store: nothing is changed")


async def run(settings: Settings) -> None:
    """The whole life of the process, ended by SIGTERM or SIGINT. Raises SecondPoller, PortBusy."""
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(logs.of_loop)
    app = await build(settings)
    await _make_owners(app)
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    await app.run(stop)
