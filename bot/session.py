"""Our way to the Bot API: aiogram's session with one JSON body of the fields that are set.

Answers are read only as far as they are used. Files and rare answers go aiogram's own way, and so does every error.
"""

from typing import Any, cast

from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.exceptions import TelegramNetworkError
from aiogram.methods import GetUpdates, TelegramMethod
from aiogram.methods.base import TelegramType
from aiogram.types import InputFile, Message
from aiohttp import ClientError, ClientTimeout
from pydantic import BaseModel

CALL = ClientTimeout(total=20, sock_connect=5)
POLL_SECONDS = 25
POLL = ClientTimeout(total=POLL_SECONDS + 10, sock_connect=5)


class LeanSession(AiohttpSession):
    async def make_request(
        self, bot: Bot, method: TelegramMethod[TelegramType], timeout: int | None = None
    ) -> TelegramType:
        body = {name: _plain(getattr(method, name)) for name in method.model_fields_set}
        if any(isinstance(value, InputFile) for value in body.values()):
            return await super().make_request(bot, method, timeout)
        status, content = await self._post(bot, method, body, CALL)
        data = self._read(content) if status == 200 else None
        if data is not None and data.get("ok") is True:
            result = data["result"]
            if isinstance(result, bool):
                return cast(TelegramType, result)
            if method.__returning__ is Message:
                return cast(TelegramType, _sent(result))
        return cast(TelegramType, self.check_response(bot, method, status, content).result)

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


def _sent(result: dict[str, Any]) -> Message:
    """Of a sent message only its number is ever used: the rest of the answer is not built."""
    make: Any = Message.model_construct
    message: Message = make(message_id=result["message_id"])
    return message


def _plain(value: Any) -> Any:
    if isinstance(value, BaseModel) and not isinstance(value, InputFile):
        return value.model_dump(exclude_unset=True, mode="json")
    if isinstance(value, list):
        return [_plain(one) for one in value]
    return value
