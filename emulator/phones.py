import struct
import zlib
from dataclasses import dataclass
from itertools import pairwise

from emulator.call import Upload
from emulator.errors import Impossible, Wire
from emulator.markup import units
from emulator.people import Chat, Message, Person
from emulator.queries import Query
from emulator.world import World

Who = int | Person


@dataclass(slots=True)
class Pressed:
    """What a press came to: a query for an inline button, an update for a word of the reply keyboard, or a link."""

    query: Query | None = None
    update_id: int | None = None
    url: str | None = None

    def wire(self) -> Wire:
        return {"query_id": self.query.id if self.query else None, "update_id": self.update_id, "url": self.url}


def sample_picture(width: int = 320, height: int = 240) -> bytes:
    """A small PNG to send as a photo: a sky above a field."""
    rows = [b"\0" + bytes((120, 180, 230) if y < height * 2 // 3 else (110, 150, 80)) * width for y in range(height)]
    packed = zlib.compress(b"".join(rows))
    chunks = ((b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)), (b"IDAT", packed), (b"IEND", b""))
    coded = [struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
             for kind, data in chunks]  # fmt: skip
    return b"\x89PNG\r\n\x1a\n" + b"".join(coded)


def command_entities(text: str) -> list[Wire]:
    starts = [0, *(at + 1 for at, sign in enumerate(text) if sign in " \n"), len(text) + 1]
    words = ((start, text[start : end - 1]) for start, end in pairwise(starts))
    return [{"type": "bot_command", "offset": units(text[:start]), "length": len(word)}
            for start, word in words if len(word) > 1 and word[0] == "/" and word.isascii()]  # fmt: skip


class Phones:
    """What people do with their hands. Each act makes the update a real Telegram would make."""

    def __init__(self, world: World) -> None:
        self.world = world

    def place(self, user: Who, chat: int | Chat | None) -> tuple[Person, Chat]:
        person = self.world.person(user)
        chat_id = person.id if chat is None else chat if isinstance(chat, int) else chat.id
        place = self.world.chat(chat_id)
        stranger = place.members and person.id not in place.members
        if stranger or place.person not in (None, person):
            raise Impossible(f"{person.first_name} is not in the chat {place.id}")
        if place.moved_to is not None:
            place = self.world.chat(place.moved_to)
        if place.person is not None and person.blocked:
            raise Impossible("the bot is blocked: unblock it first")
        return person, place

    def say(self, user: Who, text: str, chat: int | Chat | None = None, reply_to: int | None = None) -> int | None:
        if not text.strip() or units(text) > 4096:
            raise Impossible("a message has 1 to 4096 characters")
        content: Wire = {"text": text}
        if entities := command_entities(text):
            content["entities"] = entities
        if reply_to is not None:
            content["reply_to_message"] = self.message(self.place(user, chat)[1], reply_to).wire
        return self.post(user, content, chat)

    def post(self, user: Who, content: Wire, chat: int | Chat | None = None) -> int | None:
        person, place = self.place(user, chat)
        if place.person is not None and not person.started:
            person.started = True
            self.world.notify({"type": "people"})
        place.mark = place.version + 1
        message = self.world.add_message(place, person, content)
        return self.world.updates.push("message", message.wire) if place.bot_inside else None

    def start(self, user: Who, payload: str = "") -> int | None:
        person = self.world.person(user)
        if person.blocked:
            self.unblock(person)
        return self.say(person, f"/start {payload}".strip())

    def edit(self, user: Who, message_id: int, text: str, chat: int | Chat | None = None) -> int | None:
        person, place = self.place(user, chat)
        message = self.message(place, message_id)
        if message.author != person.id:
            raise Impossible("only one's own message can be edited")
        field = "text" if "text" in message.wire else "caption"
        message.wire = {**message.wire, field: text, "edit_date": int(self.world.clock.seconds())}
        self.world.changed(place, message)
        place.mark = place.version
        return self.world.updates.push("edited_message", message.wire)

    def press(
        self, user: Who, label: str | None = None, *, message_id: int | None = None, chat: int | Chat | None = None,
        data: str | None = None, row: int = 0, col: int | None = None, forge: bool = False,
    ) -> Pressed:  # fmt: skip
        person, place = self.place(user, chat)
        if label is not None and message_id is None and (word := self._reply_word(place, label)):
            return Pressed(update_id=self.say(person, word, place))
        message, button = self._find(place, message_id, label, data, (row, col))
        if button is None and not forge:
            raise Impossible(f"no button {label or data!r} in chat {place.id}; there are {message.labels}")
        button = button or {"callback_data": data}
        if "callback_data" not in button:
            return Pressed(url=button.get("url"))
        return self._query(person, place, message, button["callback_data"])

    def block(self, user: Who) -> int | None:
        return self._membership(user, True, "member", "kicked")

    def unblock(self, user: Who) -> int | None:
        return self._membership(user, False, "kicked", "member")

    def message(self, place: Chat, message_id: int) -> Message:
        message = place.messages.get(message_id)
        if message is None or message.deleted:
            raise Impossible(f"no message {message_id} in the chat {place.id}")
        return message

    def upload(self, kind: str, name: str, mime: str, data: bytes) -> Wire:
        return self.world.files.keep(kind, Upload(name, mime, data)).wire()

    def _membership(self, user: Who, blocked: bool, old: str, new: str) -> int | None:
        person = self.world.person(user)
        if person.blocked == blocked:
            return None
        person.blocked = blocked
        self.world.notify({"type": "people"})
        change = membership(self.world, self.world.chat(person.id), person, old, new)
        return self.world.updates.push("my_chat_member", change)

    def _query(self, person: Person, place: Chat, message: Message, data: str) -> Pressed:
        query = self.world.queries.open(person.id, place.id, message.id, data)
        place.mark = place.version
        query.update_id = self.world.updates.push("callback_query", {
            "id": query.id, "from": person.wire(), "message": message.wire, "chat_instance": str(place.id),
            "data": data,
        })  # fmt: skip
        return Pressed(query=query, update_id=query.update_id)

    def _reply_word(self, place: Chat, label: str) -> str | None:
        rows = (place.reply_keyboard or {}).get("keyboard", [])
        words = [str(button["text"]) for row in rows for button in row]
        return _best(label, words)

    def _find(
        self, place: Chat, message_id: int | None, label: str | None, data: str | None, spot: tuple[int, int | None]
    ) -> tuple[Message, Wire | None]:
        shown = [message for message in reversed(place.shown()) if message.buttons]
        if message_id is not None:
            shown = [self.message(place, message_id)]
        if not shown:
            raise Impossible(f"no message with buttons in the chat {place.id}")
        for message in shown:
            button = _button(message, label, data, spot)
            if button is not None:
                return message, button
        return shown[0], None


def _button(message: Message, label: str | None, data: str | None, spot: tuple[int, int | None]) -> Wire | None:
    if spot[1] is not None:
        row = message.buttons[spot[0]] if spot[0] < len(message.buttons) else []
        return row[spot[1]] if spot[1] < len(row) else None
    buttons = [button for row in message.buttons for button in row]
    if data is not None:
        return next((button for button in buttons if button.get("callback_data") == data), None)
    text = _best(label or "", [button["text"] for button in buttons])
    return next((button for button in buttons if button["text"] == text), None)


def _best(label: str, words: list[str]) -> str | None:
    if label in words:
        return label
    return next((word for word in words if label and word.startswith(label)), None)


def membership(world: World, chat: Chat, person: Person, old: str, new: str) -> Wire:
    def member(status: str) -> Wire:
        return {"user": world.bot_wire(), "status": status, **({"until_date": 0} if status == "kicked" else {})}

    return {"chat": chat.wire(), "from": person.wire(), "date": int(world.clock.seconds()),
            "old_chat_member": member(old), "new_chat_member": member(new)}  # fmt: skip
