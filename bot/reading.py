"""From a row of the inbox to an update that can be handled; what Telegram promises never to send is refused here."""

import json
from typing import Any

from aiogram import Bot
from aiogram.enums import ChatType
from aiogram.types import Chat, TelegramObject, Update
from aiogram.types.update import UpdateTypeLookupError

from bot.causes import told

KINDS = ("message", "edited_message", "callback_query", "my_chat_member")  # of updates that we ask Telegram for
LARGEST_ID = 2**52  # Telegram's numbers of people and chats have at most 52 significant bits; of messages, far fewer


class Unreadable(Exception):
    """`why` names places and kinds of mistakes, and quotes nothing of the update."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


def read(body: str, bot: Bot) -> Update:
    """The update of a row. Raises Unreadable for what is no JSON, no update, or comes from where nobody can be."""
    try:
        update = Update.model_validate(_bare(json.loads(body)), context={"bot": bot})
    except (ValueError, RecursionError) as error:
        raise Unreadable(told(error) or type(error).__name__) from None
    if kind_of(update) is not None and not _possible(update.event):
        raise Unreadable("numbers that nobody and nothing can have")
    return update


def _bare(wire: Any) -> Any:
    """Without the buttons under a pressed message: they are ours, nobody asks for them, and building them costs as
    much as building all the rest."""
    press = wire.get("callback_query") if isinstance(wire, dict) else None
    message = press.get("message") if isinstance(press, dict) else None
    if isinstance(message, dict):
        message.pop("reply_markup", None)
    return wire


def kind_of(update: Update) -> str | None:
    """None for one that aiogram does not know: it would print it, with its text; there is nothing to do for it."""
    try:
        return update.event_type
    except UpdateTypeLookupError:
        return None


def chat_of_event(event: TelegramObject) -> Chat | None:
    """The chat it happened in, if it says so: its own, or that of the message it is about."""
    found = getattr(getattr(event, "message", None) or event, "chat", None)
    return found if isinstance(found, Chat) else None


def _possible(event: TelegramObject) -> bool:
    """People have positive numbers and private chats have theirs; groups and channels have negative ones."""
    user, chat = getattr(event, "from_user", None), chat_of_event(event)
    if not 0 <= getattr(event, "message_id", 0) <= LARGEST_ID:
        return False
    if user is not None and not 0 < user.id <= LARGEST_ID:
        return False
    return chat is None or (0 < abs(chat.id) <= LARGEST_ID and (chat.id > 0) == (chat.type == ChatType.PRIVATE))
