"""The twin: a bot as the tutorials write it, on aiogram's own polling. It keeps what it is told, then answers."""

import asyncio
import os
import sqlite3
import sys

from aiogram import Bot, Dispatcher
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.types import Message

kept = sqlite3.connect(sys.argv[1], isolation_level=None)
kept.execute("CREATE TABLE IF NOT EXISTS said (words TEXT)")
dispatcher = Dispatcher()


@dispatcher.message()
async def keep(message: Message) -> None:
    assert message.bot is not None
    await message.bot.send_chat_action(message.chat.id, "typing")
    kept.execute("INSERT INTO said VALUES (?)", (message.text,))
    await message.answer("Записано")


async def main() -> None:
    session = AiohttpSession(api=TelegramAPIServer.from_base(os.environ["BOT_API_URL"]))
    await dispatcher.start_polling(Bot(os.environ["BOT_TOKEN"], session=session), handle_signals=False)


asyncio.run(main())
