"""Sorting what can go wrong: sent, not sent, nobody there, never taken, or nobody can know."""

import asyncio
import ssl
from unittest.mock import Mock

import aiohttp
import pytest
from aiogram.exceptions import (
    ClientDecodeError,
    RestartingTelegram,
    TelegramBadRequest,
    TelegramConflictError,
    TelegramForbiddenError,
    TelegramMigrateToChat,
    TelegramNetworkError,
    TelegramNotFound,
    TelegramRetryAfter,
    TelegramServerError,
    TelegramUnauthorizedError,
)

from bot.outcomes import Outcome, outcome
from bot.routes import Unconnected
from tests.bot.parts import MESSAGE


def network(cause: BaseException) -> TelegramNetworkError:
    error = TelegramNetworkError(method=MESSAGE, message="x")
    error.__cause__ = cause
    return error


def refused(words: str) -> TelegramBadRequest:
    return TelegramBadRequest(method=MESSAGE, message=f"Bad Request: {words}")


def connector_error() -> aiohttp.ClientConnectorError:
    return aiohttp.ClientConnectorError(Mock(ssl=False), OSError(111, "refused"))


UNSENT = (
    TelegramRetryAfter(method=MESSAGE, message="x", retry_after=5),
    TelegramMigrateToChat(method=MESSAGE, message="x", migrate_to_chat_id=-100),
    TelegramConflictError(method=MESSAGE, message="x"),
    TelegramUnauthorizedError(method=MESSAGE, message="x"),
    network(connector_error()),
    network(aiohttp.ClientConnectorDNSError(Mock(ssl=False), OSError(-2, "no name"))),
    network(aiohttp.ClientConnectorSSLError(Mock(ssl=False), ssl.SSLError("x"))),
    network(aiohttp.ConnectionTimeoutError("connect")),
    network(Unconnected("ProxyTimeoutError")),
)
DEAD = (
    TelegramForbiddenError(method=MESSAGE, message="Forbidden: bot was blocked by the user"),
    TelegramForbiddenError(method=MESSAGE, message="Forbidden: user is deactivated"),
    TelegramForbiddenError(method=MESSAGE, message="Forbidden: bot can't initiate conversation with a user"),
    refused("chat not found"),
    refused("PEER_ID_INVALID"),
    refused("user not found"),
)
REFUSED = (
    refused("can't parse entities"),
    refused("message text is empty"),
    TelegramNotFound(method=MESSAGE, message="Not Found"),
)
UNKNOWN = (
    network(aiohttp.ServerDisconnectedError()),
    network(aiohttp.ClientOSError(104, "reset")),
    network(aiohttp.SocketTimeoutError("read")),
    network(TimeoutError()),
    network(aiohttp.ClientPayloadError("half")),
    TelegramServerError(method=MESSAGE, message="Bad Gateway"),
    RestartingTelegram(method=MESSAGE, message="restart"),
    ClientDecodeError("Failed to decode object", ValueError("x"), "<html>502</html>"),
    asyncio.IncompleteReadError(b"", 1),
    KeyError("a bug of ours"),
)
SORTED = [
    (how, error)
    for how, errors in (
        *((Outcome.UNSENT, UNSENT), (Outcome.DEAD, DEAD)),
        *((Outcome.REFUSED, REFUSED), (Outcome.UNKNOWN, UNKNOWN)),
    )
    for error in errors
]


@pytest.mark.parametrize(("how", "error"), SORTED, ids=lambda one: getattr(one, "name", str(one)[:40]))
def test_each_error_has_its_outcome(how: Outcome, error: Exception) -> None:
    assert outcome(error) is how
