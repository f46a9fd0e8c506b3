"""The other ways to send one message to many people: python -m benchmarks.senders KIND FIRST COUNT

Each takes as long as it takes, on the emulator of BOT_API_URL, as its own documentation shows it.
"""

import asyncio
import os
import sys
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path

from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer

TEXT = (Path(__file__).parent / "card.txt").read_text(encoding="utf-8").strip()
PAUSE = 0.05  # seconds, as the usual templates have it
LIMIT = 30.0  # messages a second


def _bot() -> Bot:
    session = AiohttpSession(api=TelegramAPIServer.from_base(os.environ["BOT_API_URL"]))
    return Bot(os.environ["BOT_TOKEN"], session=session)


async def loop(chats: range) -> None:
    """One after the other, with a pause."""
    async with _bot() as bot:
        for chat in chats:
            await bot.send_message(chat, TEXT)
            await asyncio.sleep(PAUSE)


async def broadcaster(chats: range) -> None:
    """aiogram-broadcaster, without an interval of its own."""
    from aiogram_broadcaster import Broadcaster
    from aiogram_broadcaster.contents import TextContent

    async with _bot() as bot:
        mailer = await Broadcaster(bot).create_mailer(chats=chats, content=TextContent(text=TEXT))
        await mailer.start()


async def limiter(chats: range) -> None:
    """python-telegram-bot with its AIORateLimiter, everything at once."""
    from telegram.ext import AIORateLimiter, Application

    rate = AIORateLimiter(overall_max_rate=LIMIT, overall_time_period=1, max_retries=10)
    url = f"{os.environ['BOT_API_URL']}/bot"
    made = Application.builder().token(os.environ["BOT_TOKEN"]).base_url(url).rate_limiter(rate)
    async with made.connection_pool_size(64).pool_timeout(600).build() as application:
        await asyncio.gather(*(application.bot.send_message(chat, TEXT) for chat in chats))


KINDS: Mapping[str, Callable[[range], Awaitable[None]]] = {
    "loop": loop,
    "broadcaster": broadcaster,
    "limiter": limiter,
}


async def main(kind: str, first: int, count: int) -> None:
    await KINDS[kind](range(first, first + count))


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3])))
