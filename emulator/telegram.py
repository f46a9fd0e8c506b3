from collections.abc import Coroutine
from datetime import datetime
from types import TracebackType
from typing import Any, Self

from emulator import waiting
from emulator.api import BotApi
from emulator.attachments import send
from emulator.control import Control
from emulator.errors import Wire
from emulator.faults import Rule
from emulator.groups import add_bot, kick_bot, make_group, migrate
from emulator.people import BOT, Chat, Message, Person
from emulator.phones import Phones, Pressed, Who
from emulator.server import Server
from emulator.supervisor import Supervisor
from emulator.world import World

DILNOZA, FARRUKH, MARIA = 7000000101, 7000000102, 7000000103
Where = int | Person | Chat


class Emulator:
    """A small Telegram in this process: `async with Emulator(port=0) as tg`. People act at once, the bot by HTTP."""

    def __init__(
        self, *, host: str = "127.0.0.1", port: int = 0, token: str = "42:DEMO", start: datetime | None = None,
        callback_life: float = 15.0, bot: str | None = None, seed: int = 1,
    ) -> None:  # fmt: skip
        self.host, self.port, self.token = host, port, token
        self.world = World(token, start, callback_life, seed)
        self.phones = Phones(self.world)
        self._surroundings: dict[str, str] = {}
        self.supervisor = Supervisor(bot, self._surroundings, self._bot_changed)
        self._server = Server(BotApi(self.world, token), Control(self.phones, self.supervisor))
        self.clock, self.updates, self.queries = self.world.clock, self.world.updates, self.world.queries
        self.calls, self.faults, self.limits = self.world.calls, self.world.faults, self.world.limits
        self.person("Dilnoza", id=DILNOZA, language_code="uz", caption="Дилноза, новенькая · узбекский")
        self.person("Фаррух", id=FARRUKH, language_code="ru", username="farrukh_demo",
                    caption="Фаррух, участник · таджикский")  # fmt: skip
        self.person("Мария Петровна", id=MARIA, language_code="ru",
                    caption="Мария Петровна, координатор · русский")  # fmt: skip

    @property
    def url(self) -> str:
        return f"http://{self.host}:{self.port}"

    @property
    def pending(self) -> int:
        return len(self.updates)

    async def open(self) -> None:
        self.port = await self._server.open(self.host, self.port)
        self._surroundings.update(BOT_API_URL=self.url, BOT_TOKEN=self.token, DEMO_CLOCK_URL=f"{self.url}/demo/clock")
        await self.supervisor.start()

    async def close(self) -> None:
        await self.supervisor.stop()
        self.updates.close()
        await self._server.close()

    async def __aenter__(self) -> Self:
        await self.open()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    def person(
        self, first_name: str, *, id: int | None = None, last_name: str | None = None, username: str | None = None,
        language_code: str | None = None, caption: str | None = None, started: bool = False,
    ) -> Person:  # fmt: skip
        number = id or max(self.world.people, default=7000000200) + 1
        return self.world.add_person(Person(number, first_name, last_name, username, language_code, caption, started))

    def group(self, title: str, members: list[int], *, supergroup: bool = False, id: int | None = None) -> Chat:
        return make_group(self.world, title, members, supergroup, id)

    def migrate(self, chat: int | Chat) -> Chat:
        return migrate(self.world, self.chat(chat).id)

    def kick_bot(self, chat: int | Chat) -> None:
        kick_bot(self.world, self.chat(chat).id)

    def add_bot(self, chat: int | Chat) -> None:
        add_bot(self.world, self.chat(chat).id)

    def say(self, user: Who, text: str, *, chat: int | Chat | None = None, reply_to: int | None = None) -> int | None:
        return self.phones.say(user, text, chat, reply_to)

    def start(self, user: Who, payload: str = "") -> int | None:
        return self.phones.start(user, payload)

    def press(
        self, user: Who, label: str | None = None, *, message_id: int | None = None, chat: int | Chat | None = None,
        data: str | None = None, row: int = 0, col: int | None = None, forge: bool = False,
    ) -> Pressed:  # fmt: skip
        return self.phones.press(
            user, label, message_id=message_id, chat=chat, data=data, row=row, col=col, forge=forge
        )

    def send(self, user: Who, kind: str, *, chat: int | Chat | None = None, **options: Any) -> int | None:
        return send(self.phones, user, kind, chat, **options)

    def edit(self, user: Who, message_id: int, text: str, *, chat: int | Chat | None = None) -> int | None:
        return self.phones.edit(user, message_id, text, chat)

    def block(self, user: Who) -> int | None:
        return self.phones.block(user)

    def unblock(self, user: Who) -> int | None:
        return self.phones.unblock(user)

    def raw(self, update: Wire) -> int:
        return self.updates.push_raw(update)

    def cut_link(self) -> Rule:
        """No call comes through any more, the waiting poll neither; `tg.faults.remove(rule)` mends it."""
        rule = self.faults.add("drop-before")
        self.updates.wake()
        return rule

    def chat(self, where: Where) -> Chat:
        return self.world.chat(where if isinstance(where, int) else where.id)

    def messages(self, where: Where) -> list[Message]:
        return self.chat(where).shown()

    def last(self, where: Where) -> Message | None:
        return next((message for message in reversed(self.messages(where)) if message.author == BOT), None)

    def wait_message(
        self, where: Where, containing: str = "", *, timeout: float = 5.0, since: int | None = None
    ) -> Coroutine[Any, Any, Message]:
        """A message of the bot, new or edited after the person's last act (or after chat version `since`)."""
        return waiting.message(self.world, self.chat(where), containing, timeout, since)

    def quiet(self, where: Where, seconds: float = 0.3, *, timeout: float = 10.0) -> Coroutine[Any, Any, None]:
        """Until nothing has changed in the chat for `seconds`."""
        return waiting.quiet(self.world, self.chat(where), seconds, timeout)

    def idle(self, seconds: float = 0.3, *, timeout: float = 10.0) -> Coroutine[Any, Any, None]:
        """Until every update is confirmed and the bot has called nothing but getUpdates for `seconds`."""
        return waiting.idle(self.world, seconds, timeout)

    def _bot_changed(self, state: Wire) -> None:
        self.world.notify({"type": "bot", **state})
