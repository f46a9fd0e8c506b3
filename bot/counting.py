"""Where presses and calls are counted: the two chains of middlewares that each of them passes."""

from collections import Counter
from collections.abc import Awaitable, Callable
from typing import Any

from aiogram import BaseMiddleware, Bot, Dispatcher
from aiogram.client.session.middlewares.base import BaseRequestMiddleware, NextRequestMiddlewareType
from aiogram.methods import TelegramMethod
from aiogram.methods.base import TelegramType
from aiogram.types import TelegramObject

from bot.counts import OK

Handler = Callable[[TelegramObject, dict[str, Any]], Awaitable[Any]]


class Presses(BaseMiddleware):
    """Counts each press and message of a private chat under the handler that takes it, a second try not again."""

    def __init__(self, presses: Counter[str]) -> None:
        self._presses = presses

    def stand_in(self, dispatcher: Dispatcher) -> None:
        for observer in (dispatcher.message, dispatcher.edited_message, dispatcher.callback_query):
            observer.middleware(self)

    async def __call__(self, handler: Handler, event: TelegramObject, data: dict[str, Any]) -> Any:
        if "turn" in data and data.get("attempt", 0) == 0:
            self._presses[data["handler"].callback.__name__] += 1
        return await handler(event, data)


class Calls(BaseRequestMiddleware):
    """Counts each call as it is really made: to be registered behind the limits, which make some of them again."""

    def __init__(self, calls: Counter[tuple[str, str]]) -> None:
        self._calls = calls

    async def __call__(
        self, make_request: NextRequestMiddlewareType[TelegramType], bot: Bot, method: TelegramMethod[TelegramType]
    ) -> Any:
        try:
            result = await make_request(bot, method)
        except Exception as error:
            self._calls[type(method).__name__, type(error).__name__] += 1
            raise
        self._calls[type(method).__name__, OK] += 1
        return result
