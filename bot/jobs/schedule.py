"""Everything that runs by itself, and how often."""

from collections.abc import Awaitable, Callable

from aiogram import Bot

from bot.identity import Identity
from bot.jobs import profile
from bot.jobs.clock import Jobs
from bot.jobs.delivery import Delivery
from bot.jobs.demo import DemoClock
from bot.jobs.offers import Offers
from bot.jobs.tidy import Tidying
from bot.session import POLL_SECONDS, LeanSession
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
    offers: Offers,
    delivery: Delivery,
    tidying: Tidying,
    demo: DemoClock | None,
) -> Jobs:
    """Everything that runs by itself, and how often, in seconds."""
    jobs = Jobs()
    jobs.watch(POLLING, POLL_SECONDS)
    jobs.add("delivery", 1, delivery.wake)
    jobs.add("offers", 5, offers.tick)
    jobs.add("identity", 60, lambda: identity.ask(bot))
    jobs.add("profile", 300, lambda: profile.tell(bot, store))
    jobs.add("tidy", 6 * 3600, tidying.run)
    if session.choice:
        jobs.add("ways", 5, lambda: session.look_back(bot))
    if demo is not None:
        jobs.add("demo", 0.5, demo.walk)
    return jobs
