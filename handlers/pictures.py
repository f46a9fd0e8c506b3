"""A picture below its words. Telegram is given the bytes once, then the number under which it has them."""

import asyncio
import hashlib
from collections.abc import Callable
from functools import partial
from pathlib import Path

import structlog
from aiogram import Bot
from aiogram.exceptions import DetailedAiogramError, TelegramBadRequest
from aiogram.methods import SendPhoto
from aiogram.types import BufferedInputFile, InlineKeyboardMarkup

from db import media
from db.store import Store

log = structlog.get_logger()


async def send_picture(bot: Bot, store: Store, chat_id: int, path: Path, buttons: InlineKeyboardMarkup) -> None:
    """Whatever goes wrong is logged and harms nothing: the words stand already, and with them the way on."""
    try:
        await _send(bot, store, partial(SendPhoto, chat_id=chat_id, reply_markup=buttons), path)
    except Exception as error:
        of_telegram = isinstance(error, DetailedAiogramError)
        log.warning("a picture was not sent", why=type(error).__name__, exc_info=None if of_telegram else error)


async def _send(bot: Bot, store: Store, call: Callable[..., SendPhoto], path: Path) -> None:
    content, digest = await asyncio.to_thread(_read, path)
    key = f"{bot.id}:{digest}"
    if (known := await store.read(media.find, key)) is not None:
        try:
            await bot(call(photo=known))
            return
        except TelegramBadRequest as error:
            if "file" not in error.message.lower():  # what it says of a number it does not take, in several ways
                raise
    sent = await bot(call(photo=BufferedInputFile(content, path.name)))
    if sent.photo:
        await store.write(media.keep, key, sent.photo[-1].file_id)


def _read(path: Path) -> tuple[bytes, str]:
    content = path.read_bytes()
    return content, hashlib.sha256(content).hexdigest()
