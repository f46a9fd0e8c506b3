"""How we talk to the Bot API: aiogram's session with one JSON body of the fields that are set.

Answers are read only as far as they are used. Rare calls are made and read as aiogram does, and so is every error.
All of them go by the ways of bot/routes.py.
"""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, cast, get_args

from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.exceptions import ClientDecodeError, TelegramNetworkError, TelegramServerError
from aiogram.methods import AnswerCallbackQuery, EditMessageText, GetMe, GetUpdates, SendMessage, TelegramMethod
from aiogram.methods.base import Response, TelegramType
from aiogram.types import Message
from aiohttp import ClientError, ClientSession, ClientTimeout
from pydantic import BaseModel

from bot.routes import Routes, Way, reason

HOT = (SendMessage, EditMessageText, AnswerCallbackQuery)  # the rest goes aiogram's own way
CALL = ClientTimeout(total=20, sock_connect=5)
RARE = ClientTimeout(total=60, sock_connect=5)  # there may be a file in it
POLL_SECONDS = 25
POLL = ClientTimeout(total=POLL_SECONDS + 10, sock_connect=5)
PROBE = ClientTimeout(total=5, sock_connect=3)

Body = Callable[[], dict[str, Any]]  # what is posted, made anew for each try: a form can be sent once


class LeanSession(AiohttpSession):
    def __init__(self, proxies: Sequence[str] = ()) -> None:
        """Through these proxies, in their order; without any, straight."""
        super().__init__()
        ways: Sequence[Way] = (Way(1, super().create_session),)
        if proxies:
            from bot import proxied

            ways = proxied.ways(proxies)
        self._routes = Routes(ways)
        self._proxied = bool(proxies)

    @property
    def choice(self) -> bool:
        """Whether there is another way than the one in use."""
        return len(self._routes) > 1

    @property
    def way(self) -> str:
        """The way in use, as /health says it."""
        return f"proxy {self._routes.way.number} of {len(self._routes)}" if self._proxied else "direct"

    async def create_session(self) -> ClientSession:
        """For what aiogram asks of it itself: downloads."""
        return await self._routes.way.session()

    async def close(self) -> None:
        await super().close()
        await self._routes.close()

    async def make_request(
        self, bot: Bot, method: TelegramMethod[TelegramType], timeout: int | None = None
    ) -> TelegramType:
        call: TelegramMethod[Any] = method
        if not isinstance(method, HOT):
            status, content = await self._post(bot, method, lambda: {"data": self.build_form_data(bot, method)}, RARE)
            return cast(TelegramType, self.check_response(bot, call, status, content).result)
        given = {name: getattr(method, name) for name in method.model_fields_set}
        body = {"json": {name: _plain(value) for name, value in given.items() if value is not None}}
        status, content = await self._post(bot, method, lambda: body, CALL)
        data = self._read(content) if status == 200 else None
        if data is not None and data.get("ok") is True:
            result = data["result"]
            return cast(TelegramType, result if isinstance(result, bool) else _sent(result))
        return cast(TelegramType, self.check_response(bot, call, status, content).result)

    def check_response(
        self, bot: Bot, method: TelegramMethod[TelegramType], status_code: int, content: str
    ) -> Response[TelegramType]:
        """aiogram's own; the models it will need are built first, since bot/lazy_schemas.py may have left them."""
        returning: Any = method.__returning__
        for model in get_args(returning) or (returning,):
            if isinstance(model, type) and issubclass(model, BaseModel):
                model.model_rebuild()
        try:
            return super().check_response(bot, method, status_code, content)
        except ClientDecodeError:  # a proxy's page of HTML, half an answer; not `from` it, since it quotes the answer
            raise TelegramServerError(method=method, message=f"unreadable answer, status {status_code}") from None

    async def updates(self, bot: Bot, offset: int | None, allowed: tuple[str, ...]) -> list[dict[str, Any]]:
        """One long poll: the updates as they came. Raises TelegramAPIError, as any call does."""
        body: dict[str, Any] = {"timeout": POLL_SECONDS, "limit": 100, "allowed_updates": allowed}
        if offset is not None:
            body["offset"] = offset
        status, content = await self._post(bot, GetUpdates(), lambda: {"json": body}, POLL)
        data = self._read(content) if status == 200 else None
        if data is None or data.get("ok") is not True:
            self.check_response(bot, GetUpdates(), status, content)
            return []
        return cast(list[dict[str, Any]], data["result"])

    def _read(self, content: str) -> dict[str, Any] | None:
        try:
            data = self.json_loads(content)
        except ValueError:
            return None
        return data if isinstance(data, dict) else None

    async def look_back(self, bot: Bot) -> None:
        """Take an earlier proxy again that answers; called by the clock."""
        await self._routes.look_back(partial(self._answers, bot))

    async def _answers(self, bot: Bot, way: Way) -> bool:
        try:
            status, content = await self._exchange(self._url(bot, GetMe()), dict, PROBE, way)
        except (ClientError, OSError):
            return False
        return status == 200 and (self._read(content) or {}).get("ok") is True

    async def _post(self, bot: Bot, method: TelegramMethod[Any], body: Body, limit: ClientTimeout) -> tuple[int, str]:
        exchange = partial(self._exchange, self._url(bot, method), body, limit)
        try:
            return await self._routes.through(exchange, poll=isinstance(method, GetUpdates))
        except (ClientError, OSError) as error:
            raise TelegramNetworkError(method=method, message=reason(error)) from error

    def _url(self, bot: Bot, method: TelegramMethod[Any]) -> str:
        return self.api.api_url(token=bot.token, method=method.__api_method__)

    async def _exchange(self, url: str, body: Body, limit: ClientTimeout, way: Way) -> tuple[int, str]:
        """No redirect is followed: there is a token in the address, and what was sent must not count as unsent."""
        session = await way.session()
        async with session.post(url, **body(), timeout=limit, allow_redirects=False) as answer:
            return answer.status, await answer.text()


_MAKE: Any = Message.model_construct
_BLANK: Message = _MAKE()  # copied: filling a hundred defaults anew takes forty times as long


def _sent(result: dict[str, Any]) -> Message:
    """Of a sent message only its number is ever used: the rest of the answer is not built."""
    return _BLANK.model_copy(update={"message_id": result["message_id"]})


def _plain(value: Any) -> Any:
    if isinstance(value, list):
        return [_plain(part) for part in value]
    return value.model_dump(exclude_unset=True, mode="json") if isinstance(value, BaseModel) else value
