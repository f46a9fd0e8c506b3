"""Our way to the Bot API: aiogram's session with one JSON body of the fields that are set.

Answers are read only as far as they are used. Rare calls go aiogram's own way, and so does every error.
"""

from typing import Any, cast, get_args

from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.exceptions import ClientDecodeError, TelegramNetworkError, TelegramServerError
from aiogram.methods import AnswerCallbackQuery, EditMessageText, GetUpdates, SendMessage, TelegramMethod
from aiogram.methods.base import Response, TelegramType
from aiogram.types import Message
from aiohttp import ClientError, ClientTimeout
from pydantic import BaseModel

HOT = (SendMessage, EditMessageText, AnswerCallbackQuery)  # the rest goes aiogram's own way
CALL = ClientTimeout(total=20, sock_connect=5)
POLL_SECONDS = 25
POLL = ClientTimeout(total=POLL_SECONDS + 10, sock_connect=5)


class LeanSession(AiohttpSession):
    async def make_request(
        self, bot: Bot, method: TelegramMethod[TelegramType], timeout: int | None = None
    ) -> TelegramType:
        if not isinstance(method, HOT):
            return await super().make_request(bot, method, timeout)
        given = {name: getattr(method, name) for name in method.model_fields_set}
        body = {name: _plain(value) for name, value in given.items() if value is not None}
        status, content = await self._post(bot, method, body, CALL)
        data = self._read(content) if status == 200 else None
        if data is not None and data.get("ok") is True:
            result = data["result"]
            return cast(TelegramType, result if isinstance(result, bool) else _sent(result))
        call: TelegramMethod[Any] = method
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
        status, content = await self._post(bot, GetUpdates(), body, POLL)
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

    async def _post(
        self, bot: Bot, method: TelegramMethod[Any], body: dict[str, Any], limit: ClientTimeout
    ) -> tuple[int, str]:
        session = await self.create_session()
        url = self.api.api_url(token=bot.token, method=method.__api_method__)
        try:
            async with session.post(url, json=body, timeout=limit) as answer:
                return answer.status, await answer.text()
        except TimeoutError as error:
            raise TelegramNetworkError(method=method, message="timeout") from error
        except (ClientError, OSError) as error:
            raise TelegramNetworkError(method=method, message=type(error).__name__) from error


_MAKE: Any = Message.model_construct
_BLANK: Message = _MAKE()  # copied: filling a hundred defaults anew takes forty times as long


def _sent(result: dict[str, Any]) -> Message:
    """Of a sent message only its number is ever used: the rest of the answer is not built."""
    return _BLANK.model_copy(update={"message_id": result["message_id"]})


def _plain(value: Any) -> Any:
    if isinstance(value, list):
        return [_plain(part) for part in value]
    return value.model_dump(exclude_unset=True, mode="json") if isinstance(value, BaseModel) else value
