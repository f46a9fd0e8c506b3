import asyncio
from collections.abc import Callable
from datetime import datetime

from emulator.calls import Calls
from emulator.clock import Clock
from emulator.errors import Impossible, Wire, bad, forbidden, moved
from emulator.faults import Faults
from emulator.files import Files
from emulator.limits import Limits
from emulator.people import BOT, Chat, Message, Person
from emulator.queries import Queries
from emulator.settings import Settings
from emulator.updates import Updates

Listener = Callable[[Wire], None]


class World:
    """Everything this small Telegram knows. Both sides, the bot's and the people's, change only this."""

    def __init__(self, token: str, start: datetime | None, callback_life: float, seed: int) -> None:
        self.bot_id = int(token.partition(":")[0])
        self.bot_username = "druzhba_demo_bot"
        self.clock = Clock(start)
        self.people: dict[int, Person] = {}
        self.chats: dict[int, Chat] = {}
        self.updates = Updates()
        self.queries = Queries(callback_life)
        self.files = Files()
        self.settings = Settings()
        self.calls = Calls()
        self.faults = Faults(seed)
        self.limits = Limits()
        self.listeners: set[Listener] = set()

    def bot_wire(self) -> Wire:
        name = self.settings.text("name", "") or "Дружба (демо)"
        return {"id": self.bot_id, "is_bot": True, "first_name": name, "username": self.bot_username}

    def add_person(self, person: Person) -> Person:
        if person.id in self.people:
            raise Impossible(f"there is already a person {person.id}")
        self.people[person.id] = person
        self.chats[person.id] = Chat(person.id, "private", person=person)
        self.notify({"type": "people"})
        return person

    def person(self, user: int | Person) -> Person:
        user_id = user if isinstance(user, int) else user.id
        if user_id not in self.people:
            raise Impossible(f"no person {user_id}")
        return self.people[user_id]

    def chat(self, chat_id: int) -> Chat:
        if chat_id not in self.chats:
            raise Impossible(f"no chat {chat_id}")
        return self.chats[chat_id]

    def chat_for_bot(self, chat_id: int | str | None) -> Chat:
        """The chat as the bot may reach it, or the refusal a real server gives."""
        if chat_id is None or chat_id == "":
            raise bad("chat_id is empty")
        chat = self.chats.get(chat_id) if isinstance(chat_id, int) else None
        if chat is None:
            raise bad("chat not found")
        if chat.moved_to is not None:
            raise moved(chat.moved_to)
        if chat.person is not None and chat.person.blocked:
            raise forbidden("bot was blocked by the user")
        if chat.person is not None and not chat.person.started:
            raise forbidden("bot can't initiate conversation with a user")
        if not chat.bot_inside:
            raise forbidden(f"bot was kicked from the {chat.type} chat")
        return chat

    def add_message(self, chat: Chat, author: Person | None, content: Wire, html: str = "") -> Message:
        chat.last_id += 1
        wire: Wire = {
            "message_id": chat.last_id,
            "from": self.bot_wire() if author is None else author.wire(),
            "chat": chat.wire(),
            "date": int(self.clock.seconds()),
            **content,
        }
        message = Message(chat.last_id, chat.id, BOT if author is None else author.id, wire, html)
        chat.messages[message.id] = message
        self.changed(chat, message)
        return message

    def changed(self, chat: Chat, message: Message) -> None:
        chat.version += 1
        message.version = chat.version
        waiters, chat.waiters = chat.waiters, []
        for waiter in waiters:
            if not waiter.done():
                waiter.set_result(None)
        if self.listeners:
            self.notify({"type": "chat", "chat": chat.id, "version": chat.version})

    def notify(self, event: Wire) -> None:
        for listener in tuple(self.listeners):
            listener(event)

    async def change(self, chat: Chat, within: float) -> bool:
        """Waits for the chat's next change; False when none came in time."""
        waiter: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        chat.waiters.append(waiter)
        try:
            async with asyncio.timeout(within):
                await waiter
        except TimeoutError:
            return False
        return True
