"""Groups: the bot knows nobody there and keeps nothing; a command is answered with the way to a private chat."""

from aiogram import F, Router
from aiogram.enums import ChatType
from aiogram.types import CallbackQuery, Message

from db.rules.languages import SOURCE
from handlers import screens
from handlers.show import send
from handlers.turn import House
from handlers.words import words

router = Router(name="groups")
router.message.filter(F.chat.type != ChatType.PRIVATE)
router.edited_message.filter(F.chat.type != ChatType.PRIVATE)
router.callback_query.filter(F.message.chat.type != ChatType.PRIVATE)


@router.message(F.text.startswith("/"))
async def command(message: Message, house: House) -> None:
    await send(house.bot, message.chat.id, screens.in_group(words(SOURCE), house.username()))


@router.message()
@router.edited_message()
async def talk(message: Message) -> None:
    """People talking to each other: none of our business."""


@router.callback_query()
async def press(press: CallbackQuery) -> None:
    await press.answer()
