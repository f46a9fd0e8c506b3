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


def is_private(event: Message | CallbackQuery) -> bool:
    """A press under a message that Telegram shows us no more counts as private: it names its sender."""
    message = event if isinstance(event, Message) else event.message
    return message is None or message.chat.type == ChatType.PRIVATE


async def in_group(event: Message | CallbackQuery) -> bool:
    """No `F…`: aiogram takes each of those to another thread and back, and every press comes by here."""
    return not is_private(event)


router.message.filter(in_group)
router.edited_message.filter(in_group)
router.callback_query.filter(in_group)


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
