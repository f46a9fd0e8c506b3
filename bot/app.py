"""build(settings): the only place where the Bot, the Dispatcher, the Store and the jobs are made."""

import asyncio
import signal
from collections.abc import Awaitable, Callable

import structlog
from aiogram import Bot, Dispatcher
from aiogram.client.telegram import TelegramAPIServer

from bot import logs
from bot.clock import Clock
from bot.counting import Calls, Presses
from bot.counts import Counts
from bot.finishing import Finishing
from bot.gate import Gate, Known
from bot.handling import Handling
from bot.health import Health
from bot.identity import Identity
from bot.intake import Intake
from bot.jobs.backups import Backups
from bot.jobs.clock import Jobs
from bot.jobs.delivery import Delivery
from bot.jobs.demo import DemoClock
from bot.jobs.limits import BulkPace, Limits
from bot.jobs.offers import Offers
from bot.jobs.schedule import POLLING, schedule, schedule_upkeep, settled
from bot.jobs.tidy import Tidying
from bot.lanes import Lanes
from bot.life import App
from bot.metrics import Metrics
from bot.nursery import Nursery
from bot.pace import Paces
from bot.session import LeanSession
from bot.settings import Settings
from bot.troubles import Troubles
from db import people
from db.store import Store
from handlers import routers
from handlers.programme import Programme
from handlers.screens import Operator
from handlers.turn import House

log = structlog.get_logger()


async def build(settings: Settings) -> App:
    """Make everything and start nothing. The schema has to be up to date and the catalogs compiled."""
    store = await Store.open(settings.database)
    clock, nursery, identity, paces, counts = Clock(), Nursery(), Identity(), Paces(), Counts()
    session = _session(settings, counts)
    bot = Bot(settings.bot_token, session=session)
    programme = Programme(store, settings.show_unconfirmed)
    house = House(bot, store, programme, _operator(settings), lambda: identity.username, paces.missed)
    known = Known(store, settings.timezone, clock.now)
    troubles = Troubles(store, settings.database, clock, known, bot, nursery)
    dispatcher = _conversation(Gate(house, known, nursery, clock.now), Presses(counts.presses))
    finishing, pace = Finishing(store, nursery), BulkPace(settings.bulk_rate)
    handling = Handling(bot, dispatcher, store, known, finishing, clock.now, counts, troubles.disk)
    lanes = Lanes(handling, nursery, paces, took=counts.waits.add)
    delivery = Delivery(house, known, pace, nursery, clock.now, counts, troubles.watch.jumped)
    offers, backups = Offers(store, clock.now), Backups(settings, store, clock.now)
    tidying = Tidying(store, known, settings.keep, clock.now)
    demo = _demo(settings, clock, store, settled(offers, delivery))
    jobs = schedule(store, bot, session, identity, delivery, demo)
    schedule_upkeep(jobs, troubles, offers, tidying, backups)
    intake = Intake(bot, session, store, lanes, clock.now, _polled(jobs, troubles), counts.spare, troubles.disk.sorry)
    watched = (lanes.crowded, counts.waits, backups, troubles.going_on, lambda: session.way)
    health = Health(store, jobs, clock.now, *watched)
    return App(
        *(settings, store, clock, bot, house, known, handling, lanes, intake, finishing, delivery, jobs),
        *(health, Metrics(counts, health, store, settings.database), nursery, troubles, demo),
    )


def _session(settings: Settings, counts: Counts) -> LeanSession:
    session = LeanSession(settings.telegram_proxy)
    session.api = TelegramAPIServer.from_base(settings.bot_api_url)
    session.middleware(Limits())
    session.middleware(Calls(counts.calls))
    return session


def _demo(settings: Settings, clock: Clock, store: Store, settled: Callable[[], Awaitable[bool]]) -> DemoClock | None:
    url = settings.demo_clock_url
    return DemoClock(url, clock, store, settled) if url else None


def _polled(jobs: Jobs, troubles: Troubles) -> Callable[[], None]:
    """What is done after each good poll."""

    def polled() -> None:
        jobs.beat(POLLING)
        troubles.outage.polled()

    return polled


def _operator(settings: Settings) -> Operator:
    return Operator(settings.operator_name, settings.operator_contact, settings.keep)


def _conversation(gate: Gate, presses: Presses) -> Dispatcher:
    dispatcher = Dispatcher(disable_fsm=True)
    dispatcher.include_routers(*routers())
    gate.stand_before(dispatcher)
    presses.stand_in(dispatcher)
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
