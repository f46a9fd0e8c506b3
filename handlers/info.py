"""Help: what can be read at any time."""

from aiogram import Router
from aiogram.filters import Command
from aiogram.types import CallbackQuery, Message

from handlers import buttons as to
from handlers import screens
from handlers.turn import Turn

router = Router(name="info")


@router.message(Command("help"))
@router.callback_query(to.Help.filter())
async def help_(event: Message | CallbackQuery, turn: Turn) -> None:
    await turn.show(screens.help_(turn.words, await turn.house.programme.contacts(turn.words.language)))
