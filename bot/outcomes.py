"""Sorting what can go wrong with a call to the Bot API: was it sent, was it not, or can nobody know."""

from enum import Enum

from aiogram.exceptions import (
    DetailedAiogramError,
    TelegramBadRequest,
    TelegramConflictError,
    TelegramForbiddenError,
    TelegramMigrateToChat,
    TelegramNetworkError,
    TelegramNotFound,
    TelegramRetryAfter,
    TelegramUnauthorizedError,
)
from aiohttp import ClientConnectorError, ConnectionTimeoutError

from bot.routes import Unconnected


class Outcome(Enum):
    UNSENT = "surely not sent: safe to try again"
    DEAD = "this person cannot be reached"
    REFUSED = "Telegram will never take this message"
    UNKNOWN = "sent or not: nobody can know"


_UNSENT = (TelegramRetryAfter, TelegramMigrateToChat, TelegramConflictError, TelegramUnauthorizedError)
_NEVER_CONNECTED = (ClientConnectorError, ConnectionTimeoutError, Unconnected)
_NOBODY_THERE = ("chat not found", "user not found", "peer_id_invalid", "user is deactivated")


def outcome(error: Exception) -> Outcome:
    """The outcome of a call that raised `error`."""
    if isinstance(error, TelegramForbiddenError):
        return Outcome.DEAD
    if isinstance(error, TelegramBadRequest):
        nobody = any(words in error.message.lower() for words in _NOBODY_THERE)
        return Outcome.DEAD if nobody else Outcome.REFUSED
    if isinstance(error, _UNSENT):
        return Outcome.UNSENT
    if isinstance(error, TelegramNotFound):
        return Outcome.REFUSED
    if isinstance(error, TelegramNetworkError) and isinstance(error.__cause__, _NEVER_CONNECTED):
        return Outcome.UNSENT
    return Outcome.UNKNOWN


def not_ours(error: Exception) -> bool:
    """Telegram, or the way to it, failed: worth a line in the log and another try, not a traceback."""
    return isinstance(error, DetailedAiogramError) and outcome(error) in (Outcome.UNSENT, Outcome.UNKNOWN)
