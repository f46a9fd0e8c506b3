"""Everything that runs by itself, and how often."""

from collections.abc import Awaitable, Callable

from aiogram import Bot

from bot.identity import Identity
from bot.jobs import profile
from bot.jobs.backups import Backups
from bot.jobs.clock import Jobs
from bot.jobs.delivery import Delivery
from bot.jobs.demo import DemoClock
from bot.jobs.offers import Offers
from bot.jobs.tidy import Tidying
from bot.session import POLL_SECONDS, LeanSession
from bot.troubles import Troubles
from db.store import Store

POLLING = "polling"


def settled(offers: Offers, delivery: Delivery) -> Callable[[], Awaitable[bool]]:
    """For the demo's walk: what is due at this moment of the Clock, offered and sent. False if it is to stop before."""

    async def settle() -> bool:
        await offers.tick()
        return await delivery.settled()

    return settle


def schedule(
    store: Store,
    bot: Bot,
    session: LeanSession,
    identity: Identity,
    delivery: Delivery,
    demo: DemoClock | None,
) -> Jobs:
    """What has to do with Telegram, and how often, in seconds."""
    jobs = Jobs()
    jobs.watch(POLLING, POLL_SECONDS)
    jobs.add("delivery", 1, delivery.wake)
    jobs.add("identity", 60, lambda: identity.ask(bot))
    jobs.add("profile", 300, lambda: profile.tell(bot, store))
    if session.choice:
        jobs.add("ways", 5, lambda: session.look_back(bot))
    if demo is not None:
        jobs.add("demo", 0.5, demo.walk)
    return jobs


def schedule_upkeep(jobs: Jobs, troubles: Troubles, offers: Offers, tidying: Tidying, backups: Backups) -> None:
    """What the store needs by the time of day: left out while that is not known, or nothing can be written."""
    jobs.add("offers", 5, troubles.unless_any(offers.tick))
    jobs.add("tidy", 6 * 3600, troubles.unless_any(tidying.run))
    jobs.add("backups", 300, troubles.unless_any(backups.run))
    troubles.add_to(jobs)
