"""Updates as Telegram writes them: one of every kind and content that aiogram knows, and of kinds nobody knows yet."""

import types
from collections.abc import Iterator
from datetime import datetime
from enum import Enum
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from aiogram.enums import ChatMemberStatus
from aiogram.types import (
    CallbackQuery,
    Chat,
    ChatMemberUpdated,
    Message,
    Update,
    User,
)
from pydantic import BaseModel

Wire = dict[str, Any]
DATE = 1_800_000_000
BOT = {"id": 42, "is_bot": True, "first_name": "bot"}
DEEP = 4
UNKNOWN = ("telepathy", "message_from_the_future", "update", "callback", "")


def user(number: int) -> Wire:
    return {"id": number, "is_bot": False, "first_name": "Кто-то", "language_code": "ru"}


def chat(number: int) -> Wire:
    if number < 0:
        return {"id": number, "type": "supergroup", "title": "Земляки"}
    return {"id": number, "type": "private", "first_name": "Кто-то"}


class Sampler:
    """Makes the least that a type of the Bot API must hold, as this person's in this chat."""

    def __init__(self, user_id: int, chat_id: int) -> None:
        self._user, self._chat = user(user_id), chat(chat_id)

    def model(self, model: type[BaseModel], deep: int = 0, **given: Any) -> Wire:
        if model is User:
            return self._user
        if model is Chat:
            return self._chat
        model.model_rebuild()
        fields = {field.alias or name: field for name, field in model.model_fields.items()}
        needed = {
            name: self.value(field.annotation, deep + 1)
            for name, field in fields.items()
            if field.is_required() or get_origin(field.annotation) is Literal
        }
        return {**{name: value for name, value in needed.items() if value is not None}, **given}

    def value(self, kind: Any, deep: int = 0) -> Any:
        origin, inner = get_origin(kind), get_args(kind)
        if origin in (Union, types.UnionType):
            return self.value(next(one for one in inner if one is not type(None)), deep)
        if origin is Annotated:
            return self.value(inner[0], deep)
        if origin is Literal:
            return inner[0].value if isinstance(inner[0], Enum) else inner[0]
        if origin is list or kind is list:
            return [self.value(inner[0], deep + 1)] if inner and deep < DEEP else []
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            return self.model(kind, deep) if deep < DEEP else None
        if isinstance(kind, type) and issubclass(kind, Enum):
            return next(iter(kind)).value
        return {int: 1, bool: True, float: 1.5, datetime: DATE}.get(kind, "x")

    def messages(self) -> Iterator[Wire]:
        """One for each thing that a message may hold."""
        Message.model_rebuild()
        for name, field in Message.model_fields.items():
            if not field.is_required():
                yield self.model(Message, **{"from": self._user, field.alias or name: self.value(field.annotation)})
        for text in ("/start", "/start e_navruz-2027", "/my", "/unknown@druzhba_bot x", "2", "Имя"):
            entity = {"type": "bot_command", "offset": 0, "length": 6}
            yield {**self.model(Message), "from": self._user, "text": text, "entities": [entity]}

    def presses(self, payloads: list[str]) -> Iterator[Wire]:
        given: dict[str, Any] = {"from": self._user, "chat_instance": "1"}
        message = self.model(Message, text="…")
        for payload in payloads:
            yield self.model(CallbackQuery, **given, data=payload, message=message)
        old = {"message_id": 5, "date": 0, "chat": self._chat}
        yield self.model(CallbackQuery, **given, data="mn", message=old)
        yield self.model(CallbackQuery, **given, data="mn", inline_message_id="x")
        yield self.model(CallbackQuery, **given, game_short_name="x", message=message)
        yield self.model(CallbackQuery, **given)

    def memberships(self) -> Iterator[Wire]:
        rights = dict.fromkeys(_rights(), True)
        for old in ChatMemberStatus:
            for new in ChatMemberStatus:
                was, is_ = ({"status": one.value, "user": BOT, "until_date": 0, **rights} for one in (old, new))
                yield self.model(ChatMemberUpdated, old_chat_member=was, new_chat_member=is_)

    def updates(self, payloads: list[str]) -> Iterator[Wire]:
        """Without their numbers."""
        for message in self.messages():
            yield {"message": message}
            yield {"edited_message": {**message, "edit_date": DATE}}
        yield from ({"callback_query": press} for press in self.presses(payloads))
        yield from ({"my_chat_member": change} for change in self.memberships())
        Update.model_rebuild()
        for name, field in Update.model_fields.items():
            if name != "update_id":
                yield {name: self.value(field.annotation)}
        message = next(self.messages())
        yield from ({kind: message} for kind in UNKNOWN)
        yield {"message": message, "callback_query": next(self.presses([])), "telepathy": 1}
        yield {}


def _rights() -> list[str]:
    """What a member may do, as far as some status has to say it."""
    from aiogram.types import ChatMemberAdministrator, ChatMemberRestricted

    return [
        name
        for model in (ChatMemberAdministrator, ChatMemberRestricted)
        for name, field in model.model_fields.items()
        if field.annotation is bool
    ]
