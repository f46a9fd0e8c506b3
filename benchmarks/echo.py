"""The anchor: a bare aiogram bot on stock polling and the stock session.

A press is answered by the same two calls as ours: the text replaced by one of a card's size under a constant keyboard
of nine buttons, and the spinner ended. It knows nobody, keeps nothing, and loses what it was doing when it dies.
"""

import asyncio
import os
from pathlib import Path

from aiogram import Bot, Dispatcher
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.types import CallbackQuery, InlineKeyboardButton, InlineKeyboardMarkup, Message

CARD = (Path(__file__).parent / "card.txt").read_text(encoding="utf-8").strip()
KEYBOARD = InlineKeyboardMarkup(
    inline_keyboard=[[InlineKeyboardButton(text=f"{n} {CARD[:20]}", callback_data=f"echo:{n}")] for n in range(9)]
)
dispatcher = Dispatcher()


@dispatcher.callback_query()
async def echo(press: CallbackQuery) -> None:
    assert isinstance(press.message, Message)
    await press.message.edit_text(f"{press.data}\n{CARD}", reply_markup=KEYBOARD)
    await press.answer()


async def main() -> None:
    session = AiohttpSession(api=TelegramAPIServer.from_base(os.environ["BOT_API_URL"]))
    await dispatcher.start_polling(Bot(os.environ["BOT_TOKEN"], session=session))


if __name__ == "__main__":
    asyncio.run(main())
