import asyncio
from dataclasses import dataclass, field
from typing import Any

from emulator.errors import Wire

BOT = 0  # the author of the bot's own messages


@dataclass(slots=True, eq=False)
class Person:
    id: int
    first_name: str
    last_name: str | None = None
    username: str | None = None
    language_code: str | None = None
    caption: str | None = None
    started: bool = False
    blocked: bool = False

    def wire(self) -> Wire:
        names = {"last_name": self.last_name, "username": self.username, "language_code": self.language_code}
        known = {name: value for name, value in names.items() if value}
        return {"id": self.id, "is_bot": False, "first_name": self.first_name, **known}

    def state(self) -> Wire:
        return {**self.wire(), "caption": self.caption, "started": self.started, "blocked": self.blocked}


@dataclass(slots=True, eq=False)
class Message:
    id: int
    chat_id: int
    author: int
    wire: Wire
    html: str = ""
    version: int = 0
    deleted: bool = False
    locked: bool = False  # sent with a reply keyboard: Telegram never lets such a message be edited

    @property
    def text(self) -> str:
        return str(self.wire.get("text", self.wire.get("caption", "")))

    @property
    def buttons(self) -> list[list[Wire]]:
        rows: list[list[Wire]] = self.wire.get("reply_markup", {}).get("inline_keyboard", [])
        return rows

    @property
    def labels(self) -> list[str]:
        return [button["text"] for row in self.buttons for button in row]

    def state(self) -> Wire:
        media = {name: self.wire[name] for name in MEDIA if name in self.wire}
        return {
            "id": self.id,
            "from": "bot" if self.author == BOT else "user",
            "author": self.author,
            "name": self.wire["from"]["first_name"],
            "text": self.text,
            "entities": self.wire.get("entities", self.wire.get("caption_entities", [])),
            "html": self.html,
            "keyboard": self.buttons,
            "date": self.wire["date"],
            "edited": "edit_date" in self.wire,
            "deleted": self.deleted,
            "version": self.version,
            "media": media or None,
        }


MEDIA = (
    "photo", "document", "voice", "sticker", "location", "venue", "contact", "video_note", "dice", "poll",
)  # fmt: skip


@dataclass(slots=True, eq=False)
class Chat:
    id: int
    type: str
    title: str = ""
    person: Person | None = None
    members: set[int] = field(default_factory=set)
    messages: dict[int, Message] = field(default_factory=dict)
    last_id: int = 0
    version: int = 0
    mark: int = 0  # the version at the person's last action: answers are newer
    moved_to: int | None = None
    bot_inside: bool = True
    pinned: list[int] = field(default_factory=list)
    reply_keyboard: Wire | None = None
    waiters: list[asyncio.Future[None]] = field(default_factory=list)

    def wire(self) -> dict[str, Any]:
        if self.person is None:
            return {"id": self.id, "type": self.type, "title": self.title}
        known = {key: value for key, value in self.person.wire().items() if key in ("username", "last_name")}
        return {"id": self.id, "type": "private", "first_name": self.person.first_name, **known}

    def shown(self) -> list[Message]:
        return [message for message in self.messages.values() if not message.deleted]
