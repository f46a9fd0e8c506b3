import asyncio
import time

from emulator.people import BOT, Chat, Message
from emulator.world import World


async def message(world: World, chat: Chat, containing: str, within: float, since: int | None) -> Message:
    end = time.monotonic() + within
    while True:
        after = chat.mark if since is None else since
        for seen in reversed(chat.shown()):
            if seen.author == BOT and seen.version > after and containing in seen.text:
                return seen
        if not await world.change(chat, max(0.0, end - time.monotonic())):
            last = [seen.text for seen in chat.shown()[-5:]]
            raise AssertionError(f"no message with {containing!r} in {within} s; the last ones are {last}")


async def quiet(world: World, chat: Chat, seconds: float, within: float) -> None:
    end = time.monotonic() + within
    while await world.change(chat, seconds):
        if time.monotonic() > end:
            raise AssertionError(f"the chat was not quiet in {within} s")


async def idle(world: World, seconds: float, within: float) -> None:
    end = time.monotonic() + within
    still, seen = time.monotonic(), -1
    while time.monotonic() - still < seconds:
        work = world.calls.work
        if work != seen or len(world.updates):
            still, seen = time.monotonic(), work
        if time.monotonic() > end:
            raise AssertionError(f"the bot was not idle in {within} s; {len(world.updates)} updates are unconfirmed")
        await asyncio.sleep(0.01)
