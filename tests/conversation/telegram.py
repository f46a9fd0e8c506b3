"""What the bot's calls make of a world of chats: nothing leaves this process, everything is kept to be looked at."""

from collections import Counter, defaultdict
from collections.abc import AsyncGenerator, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, cast

from aiogram import Bot
from aiogram.client.session.base import BaseSession
from aiogram.exceptions import TelegramBadRequest, TelegramForbiddenError
from aiogram.methods import (
    AnswerCallbackQuery,
    CopyMessage,
    EditMessageText,
    GetMe,
    SendDocument,
    SendMessage,
    SendPhoto,
    SendVenue,
    TelegramMethod,
)
from aiogram.methods.base import TelegramType
from aiogram.types import BufferedInputFile, Chat, InlineKeyboardMarkup, Message, PhotoSize, User

from emulator.errors import Refusal
from emulator.markup import parse_html, units

LONGEST_TEXT, LONGEST_CAPTION, LONGEST_ALERT = 4096, 1024, 200


@dataclass(frozen=True)
class Key:
    """A button as it is seen: its label, and what it carries."""

    label: str
    data: str | None
    url: str | None


@dataclass
class Shown:
    """A message of the bot as it stands in a chat."""

    message_id: int
    text: str
    bold: tuple[str, ...]
    rows: tuple[tuple[Key, ...], ...]
    silent: bool = False
    pin: tuple[float, float] | None = None
    photo: bool = False
    file: tuple[str, bytes] | None = None
    copied: tuple[int, int] | None = None  # of which message in which chat it is a copy
    edits: int = 0

    @property
    def keys(self) -> tuple[Key, ...]:
        return tuple(key for row in self.rows for key in row)

    @property
    def labels(self) -> tuple[str, ...]:
        return tuple(key.label for key in self.keys)


@dataclass
class Room:
    """A chat: the bot's messages by number, and which of them was touched last."""

    messages: dict[int, Shown] = field(default_factory=dict)
    touched: list[int] = field(default_factory=list)

    @property
    def last(self) -> Shown:
        assert self.touched, "the bot has said nothing here"
        return self.messages[self.touched[-1]]


class Telegram(BaseSession):
    """The network's place. `fail` refuses or breaks coming calls before they have an effect."""

    def __init__(self) -> None:
        super().__init__()
        self.rooms: defaultdict[int, Room] = defaultdict(Room)
        self.asked: dict[str, str | None] = {}
        self.answers: Counter[str] = Counter()
        self.alerts: dict[str, str | None] = {}
        self.order: list[str] = []
        self.calls: list[TelegramMethod[Any]] = []
        self.blocked: set[int] = set()
        self.files: list[str] = []
        self._faults: list[tuple[type[TelegramMethod[Any]], Callable[[TelegramMethod[Any]], Exception]]] = []
        self._number = 1000

    def number(self) -> int:
        self._number += 1
        return self._number

    def fail(self, method: type[TelegramMethod[Any]], error: Callable[[TelegramMethod[Any]], Exception]) -> None:
        """The next call of this method raises."""
        self._faults.append((method, error))

    async def make_request(
        self, bot: Bot, method: TelegramMethod[TelegramType], timeout: int | None = None
    ) -> TelegramType:
        for at, (kind, error) in enumerate(self._faults):
            if isinstance(method, kind):
                del self._faults[at]
                raise error(method)
        chat_id = getattr(method, "chat_id", None)
        if chat_id in self.blocked:
            raise TelegramForbiddenError(method, "Forbidden: bot was blocked by the user")
        self.calls.append(method)
        return cast(TelegramType, self._effect(method))  # of an answer only its number is ever used

    def _effect(self, method: TelegramMethod[Any]) -> object:
        match method:
            case SendMessage(text=text):
                return self._put(method.chat_id, self._shown(method, text, method.reply_markup, LONGEST_TEXT))
            case CopyMessage():
                shown = self._shown(method, method.caption, method.reply_markup, LONGEST_CAPTION)
                shown.copied = (int(method.from_chat_id), method.message_id)
                return self._put(method.chat_id, shown)
            case EditMessageText():
                return self._edit(method)
            case SendVenue():
                if not method.title.strip() or not method.address.strip():
                    raise TelegramBadRequest(method, 'Bad Request: parameter "address" is required')
                shown = self._shown(method, None, method.reply_markup, 0)
                shown.text, shown.pin = f"{method.title}\n{method.address}", (method.latitude, method.longitude)
                return self._put(method.chat_id, shown)
            case SendDocument(document=BufferedInputFile(data=data, filename=str() as name)):
                assert data, "an empty file"
                shown = self._shown(method, method.caption, method.reply_markup, LONGEST_CAPTION)
                shown.text, shown.file = name, (name, data)
                return self._put(method.chat_id, shown)
            case SendPhoto():
                shown = self._shown(method, method.caption, method.reply_markup, LONGEST_CAPTION)
                shown.photo = True
                size = PhotoSize(file_id=self._file(method), file_unique_id="x", width=1, height=1)
                return self._put(method.chat_id, shown).model_copy(update={"photo": [size]})
            case GetMe():  # asked once, when a command is written with the bot's name
                return User(id=42, is_bot=True, first_name="bot", username="druzhba_bot")
            case AnswerCallbackQuery():
                self._answer(method)
        return True

    def _file(self, method: SendPhoto) -> str:
        """The file_id of what is sent: a new one for bytes, else one that we have given."""
        if isinstance(method.photo, BufferedInputFile):
            assert method.photo.data, "an empty picture"
            self.files.append(f"file {len(self.files)}")
            return self.files[-1]
        if method.photo not in self.files:
            raise TelegramBadRequest(method, "Bad Request: wrong file identifier/HTTP URL specified")
        return str(method.photo)

    def _answer(self, method: AnswerCallbackQuery) -> None:
        query = method.callback_query_id
        assert query in self.asked, "an answer to a query that nobody asked"
        assert len(method.text or "") <= LONGEST_ALERT
        self.answers[query] += 1
        self.alerts[query] = method.text
        self.order.append("answer")

    def _put(self, chat_id: int | str, shown: Shown) -> Message:
        room = self.rooms[int(chat_id)]
        room.messages[shown.message_id] = shown
        room.touched.append(shown.message_id)
        self.order.append("screen")
        return Message(message_id=shown.message_id, date=datetime.now(UTC), chat=Chat(id=int(chat_id), type="private"))

    def _edit(self, method: EditMessageText) -> bool:
        room = self.rooms[int(method.chat_id or 0)]
        old = room.messages.get(method.message_id or 0)
        if old is None or old.pin or old.photo or old.file or old.copied:
            raise TelegramBadRequest(method, "Bad Request: message can't be edited")
        markup = method.reply_markup
        assert markup is None or isinstance(markup, InlineKeyboardMarkup)
        new = self._shown(method, method.text, markup, LONGEST_TEXT)
        room.touched.append(old.message_id)
        if (old.text, old.bold, old.rows) == (new.text, new.bold, new.rows):
            raise TelegramBadRequest(method, "Bad Request: message is not modified: nothing differs")
        new.message_id, new.edits = old.message_id, old.edits + 1
        room.messages[old.message_id] = new
        self.order.append("screen")
        return True

    def _shown(self, method: TelegramMethod[Any], html: str | None, markup: object, longest: int) -> Shown:
        try:
            text, entities = parse_html(html or "")
        except Refusal as refusal:
            raise TelegramBadRequest(method, str(refusal)) from None
        assert units(text) <= longest, "too long for Telegram"
        assert text.strip() or html is None or longest == LONGEST_CAPTION, "an empty message"
        raw = text.encode("utf-16-le")
        bold = tuple(
            raw[2 * one["offset"] : 2 * (one["offset"] + one["length"])].decode("utf-16-le") for one in entities
        )
        silent = bool(getattr(method, "disable_notification", None) is True)
        return Shown(self.number(), text, bold, _rows(markup), silent=silent)

    async def close(self) -> None:
        """Nothing to close."""

    async def stream_content(
        self,
        url: str,
        headers: dict[str, Any] | None = None,
        timeout: int = 30,
        chunk_size: int = 65536,
        raise_for_status: bool = True,
    ) -> AsyncGenerator[bytes, None]:
        yield b""


def _rows(markup: object) -> tuple[tuple[Key, ...], ...]:
    if not isinstance(markup, InlineKeyboardMarkup):
        return ()
    rows = tuple(tuple(Key(one.text, one.callback_data, one.url) for one in row) for row in markup.inline_keyboard)
    for key in (key for row in rows for key in row):
        assert key.label.strip(), "a button without a label"
        assert len((key.data or "").encode()) <= 64, "callback data too long"
    return rows
