"""Help and privacy: what can be read at any time."""

from aiogram import Router
from aiogram.filters import Command
from aiogram.types import CallbackQuery, Message

from db import departures
from handlers import buttons as to
from handlers import screens
from handlers.turn import Turn

router = Router(name="info")


@router.message(Command("help"))
@router.callback_query(to.Help.filter())
async def help_(event: Message | CallbackQuery, turn: Turn) -> None:
    await turn.show(screens.help_(turn.words, await turn.house.programme.contacts(turn.words.language)))


@router.message(Command("privacy"))
@router.callback_query(to.Privacy.filter())
async def privacy(event: Message | CallbackQuery, turn: Turn) -> None:
    await turn.show(screens.privacy(turn.words, turn.house.operator, consented=turn.person.consented))


@router.callback_query(to.Withdraw.filter())
async def withdraw(press: CallbackQuery, callback_data: to.Withdraw, turn: Turn) -> None:
    if not callback_data.sure:
        await turn.show(screens.withdraw_sure(turn.words))
        return
    await turn.write(departures.withdraw_consent, turn.person.id, turn.now)
    await turn.show(screens.withdrawn(turn.words))
