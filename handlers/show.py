"""A screen on its way to Telegram: sent, or put in the place of an older one."""

from dataclasses import asdict
from functools import lru_cache

from aiogram import Bot
from aiogram.exceptions import TelegramBadRequest
from aiogram.methods import CopyMessage, EditMessageText, SendDocument, SendMessage, SendVenue, TelegramMethod
from aiogram.types import (
    BufferedInputFile,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    LinkPreviewOptions,
    Message,
)

from handlers.screen import Button, File, Pin, Screen

TEXT, CAPTION = 4096, 1024  # what fits into a message, in UTF-16 units
BUTTONS_KEPT = 2_000
_UNCHANGED = "message is not modified"
_NO_PREVIEW = LinkPreviewOptions(is_disabled=True)


def keyboard(screen: Screen) -> InlineKeyboardMarkup:
    return InlineKeyboardMarkup(inline_keyboard=[[_key(one) for one in row] for row in screen.rows])


def _key(one: Button) -> InlineKeyboardButton:
    if isinstance(one.press, str):
        return InlineKeyboardButton(text=one.label, url=one.press)
    return _pressable(one.label, one.press.pack())


@lru_cache(BUTTONS_KEPT)
def _pressable(label: str, data: str) -> InlineKeyboardButton:
    """The same few buttons stand under most screens; making one costs as much as five lines of text."""
    return InlineKeyboardButton(text=label, callback_data=data)


def method(chat_id: int, screen: Screen, *, silent: bool = False) -> TelegramMethod[Message]:
    """The call that sends a screen as a new message."""
    call = SendMessage(
        chat_id=chat_id,
        text=screen.text,
        parse_mode="HTML",
        link_preview_options=_NO_PREVIEW,
        reply_markup=keyboard(screen),
    )
    if silent:
        call.disable_notification = True
    return call


def copy_method(
    chat_id: int, screen: Screen, from_chat_id: int, message_id: int, *, silent: bool = False
) -> CopyMessage:
    """The call that copies a voice, a picture or a file of somebody, with the screen below it."""
    call = CopyMessage(
        chat_id=chat_id,
        from_chat_id=from_chat_id,
        message_id=message_id,
        caption=screen.text,
        parse_mode="HTML",
        reply_markup=keyboard(screen),
    )
    if silent:
        call.disable_notification = True
    return call


def pin_method(chat_id: int, screen: Screen, pin: Pin) -> SendVenue:
    """The call that puts the place below its words, with the same buttons."""
    return SendVenue(chat_id=chat_id, **asdict(pin), reply_markup=keyboard(screen))


def file_method(chat_id: int, screen: Screen, file: File) -> SendDocument:
    """The call that puts a file below its words, with the same buttons."""
    document = BufferedInputFile(file.content, filename=file.name)
    return SendDocument(chat_id=chat_id, document=document, reply_markup=keyboard(screen))


async def send(bot: Bot, chat_id: int, screen: Screen) -> None:
    """As a new message: the words first, since pictures, maps and files are what bad networks cut."""
    await bot(method(chat_id, screen))
    await _below(bot, chat_id, screen)


async def _below(bot: Bot, chat_id: int, screen: Screen) -> None:
    if screen.pin is not None:
        await bot(pin_method(chat_id, screen, screen.pin))
    if screen.file is not None:
        await bot(file_method(chat_id, screen, screen.file))


async def edit(bot: Bot, chat_id: int, message_id: int, screen: Screen) -> None:
    """In the place of an older screen; below it where that cannot be changed any more."""
    try:
        await bot(
            EditMessageText(
                chat_id=chat_id,
                message_id=message_id,
                text=screen.text,
                parse_mode="HTML",
                link_preview_options=_NO_PREVIEW,
                reply_markup=keyboard(screen),
            )
        )
    except TelegramBadRequest as error:
        if _UNCHANGED not in error.message:
            await send(bot, chat_id, screen)
    else:
        await _below(bot, chat_id, screen)
