"""Generated updates through the intake, the lanes and the real conversation, and what must be true of each of them.

The same seed gives the same updates. What is looked at: exceptions, whom a call goes to, how an update ends.
"""

import asyncio
import json
import random
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any

from aiogram import Bot
from aiogram.exceptions import TelegramBadRequest
from structlog.testing import capture_logs

from bot import intake as intake_module
from bot.intake import chat_of
from bot.reading import Unreadable, read
from db.inbox import Received
from db.tables import inbox, outbox, people
from tests.conversation.wire import Sampler, Wire
from tests.conversation.world import World

RECORDER = 777000111  # whoever was recorded: replaced by somebody of the town
BATCH = 40
DEEP = {"a": [[[[{"b": [{"c": None}]}]]]]}
NUMBERS = (0, -1, 1, 5, 2**31, -(2**31), 2**52, 2**53 + 1, 2**63, 2**70, -(2**70), 1.5, -0.0, 1e308, float("nan"))
TEXTS = (
    "", "x", "5", "<b>", "</b>&<i>", "&lt;b&gt;", "<a href='tg://user?id=1'>", "\u202eнавИ", "\u2066", "\u200e", "\x00",
    "\ud83d", "😀" * 90, "и" * 5000, "{name}{0}%s", "/start", "/start e_navruz-2027", "/start " + "a" * 64,
    "/my@druzhba_bot", "/" + "x" * 40, "٣", "2", "10 10", "Имя Фамилия", "\n\n", "null", "' OR 1=1 --",
)  # fmt: skip
JUNK: tuple[Any, ...] = (None, True, False, [], {}, [None], [[]], {"id": 1}, {"": ""}, DEEP, *NUMBERS, *TEXTS)
ENTITIES = [
    {"type": "bot_command", "offset": 10**9, "length": -5},
    {"type": "text_mention", "offset": -1, "length": 2**40},
    {"type": "future", "offset": 0, "length": 0},
]
NO_NUMBERS: tuple[Any, ...] = (None, "7", "", True, 0, -7, 1.5, 2**53 + 1, 2**63, [], {})


class Generator:
    """Updates of a town of people and groups: as they are, or with something wrong in one to four places."""

    def __init__(self, seed: int, recorded: Sequence[Wire], town: Sequence[int], payloads: Sequence[str]) -> None:
        self._chance, self._town = random.Random(seed), town
        self._usual = [json.dumps(one) for one in recorded]
        self._every = [
            json.dumps(one)
            for chat_id in (RECORDER, -RECORDER)
            for one in Sampler(RECORDER, chat_id).updates(list(payloads))
        ]
        self._number = 1_000_000

    def batch(self) -> list[Any]:
        found = [self._numbered(self._one()) for _ in range(BATCH)]
        if self._chance.random() < 0.1:
            found.insert(self._chance.randrange(BATCH), self._chance.choice(JUNK))
        luck = self._chance.random()
        return found if luck > 0.02 else (["x", None] if luck < 0.01 else found[:1])

    def _one(self) -> Wire:
        someone = str(self._chance.choice([one for one in self._town if one > 0]))
        kind = self._chance.choice((self._usual, self._every))
        wire: Wire = json.loads(self._chance.choice(kind).replace(str(RECORDER), someone))
        for _ in range(self._chance.choice((0, 0, 1, 1, 1, 2, 4))):
            self._spoil(wire)
        press = wire.get("callback_query")
        if isinstance(press, dict) and isinstance(press.get("id"), str):
            press["id"] = f"f{self._number}"
        return wire

    def _numbered(self, wire: Wire) -> Wire:
        self._number += 1
        luck = self._chance.random()
        if luck < 0.02:
            return {"update_id": self._chance.choice(NO_NUMBERS), **wire}
        if luck < 0.03:
            return wire
        number = self._number - self._chance.randrange(1, 50) if luck < 0.06 else self._number
        return {**wire, "update_id": number}

    def _spoil(self, wire: Wire) -> None:
        """One change somewhere in the tree, the deeper the rarer."""
        places = list(_places(wire))
        if not places:
            return
        holder, key = self._chance.choice(places)
        how = self._chance.randrange(8)
        if how == 0:
            del holder[key]
        elif how == 1 and isinstance(holder, dict):
            holder[self._chance.choice(("future", "type", "id", "text", "from", "chat", "entities"))] = self._junk()
        elif how == 2 and isinstance(holder, dict) and "message_id" in holder:
            holder["entities"], holder["caption_entities"] = deepcopy(ENTITIES), deepcopy(ENTITIES)
        elif how < 7 and key == "id" and isinstance(holder[key], int):
            holder[key] = self._chance.choice(NUMBERS if how == 3 else self._town)
        elif how < 7 and isinstance(holder[key], str) and key != "type":
            holder[key] = self._chance.choice(TEXTS)
        elif how < 7 and key == "type":
            holder[key] = self._chance.choice(("private", "group", "supergroup", "channel", "sender", "future"))
        else:
            holder[key] = self._junk()

    def _junk(self) -> Any:
        return deepcopy(self._chance.choice(JUNK))


def _places(tree: Any) -> Iterator[tuple[Any, Any]]:
    pairs = tree.items() if isinstance(tree, dict) else enumerate(tree)
    for key, value in list(pairs):
        yield tree, key
        if isinstance(value, dict | list):
            yield from _places(value)


@dataclass
class Run:
    """What came of it. `faults`: whatever must never be, each with the update it came from."""

    updates: int = 0
    polls_failed: int = 0
    ends: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)


class Torture:
    def __init__(self, world: World, generator: Generator) -> None:
        self.world, self._generator, self.run = world, generator, Run()
        self._polls: asyncio.Queue[Any] = asyncio.Queue()
        self._asked = asyncio.Event()
        self._current: ContextVar[Received | None] = ContextVar("current", default=None)
        self._first: dict[int, Wire] = {}  # what came first under its number

    async def updates(self, bot: Bot, offset: int | None, allowed: tuple[str, ...]) -> Any:
        """In the place of the session: the next poll."""
        self._asked.set()
        return await self._polls.get()

    @contextmanager
    def _watched(self) -> Iterator[None]:
        """The intake polls us, every call is looked at, and what is logged or lost is a fault."""
        lanes, telegram = self.world.app.lanes, self.world.telegram
        handle, request = lanes._handle, telegram.make_request

        async def handling(one: Received) -> None:
            self._current.set(one)
            await handle(one)

        async def calling(bot: Bot, method: Any, timeout: int | None = None) -> Any:
            self._whom(method)
            try:
                return await request(bot, method, timeout)
            except (AssertionError, TelegramBadRequest) as error:
                if "can't be edited" not in str(error) and "not modified" not in str(error):
                    self._fault(f"Telegram refuses {type(method).__name__}: {error}")
                raise

        lanes._handle, telegram.make_request = handling, calling  # type: ignore[method-assign]
        self.world.app.intake._session = self  # type: ignore[assignment]
        steps, intake_module.STEPS = intake_module.STEPS, (0.0, 0.0, 0.0, 0.0, 0.0)
        loop = asyncio.get_running_loop()
        loop.set_exception_handler(lambda _, context: self._fault(str(context)))
        try:
            with capture_logs() as logged:
                yield
            self._logged(logged)
        finally:
            intake_module.STEPS, telegram.make_request = steps, request  # type: ignore[method-assign]
            loop.set_exception_handler(None)

    def _fault(self, what: str) -> None:
        one = self._current.get()
        self.run.faults.append(f"{what}: {one.body[:3000] if one else 'no update'}")

    def _whom(self, method: Any) -> None:
        chat = getattr(method, "chat_id", None) or getattr(getattr(method, "scope", None), "chat_id", None)
        one = self._current.get()
        if chat is not None and one is not None and chat not in _may_hear(json.loads(one.body)):
            self._fault(f"{type(method).__name__} to {chat}")

    def _logged(self, logged: Sequence[Any]) -> None:
        for line in logged:
            aside = line["event"] == "an update is set aside" and line["why"].startswith("unreadable update: ")
            if line["log_level"] in ("error", "critical") and not aside:
                self.run.faults.append(f"logged: {line}, {self._first.get(line.get('update_id', 0))}")
            self.run.polls_failed += line["event"] == "getUpdates failed"

    async def go(self, updates: int, seconds: float) -> Run:
        """At least so many updates, or for so long if that is more than nothing."""
        clock = asyncio.get_running_loop().time
        until, unnumbered = clock() + seconds, 0
        with self._watched():
            polling = self.world.app.nursery.start(self.world.app.intake.run(), name="polling")
            while clock() < until if seconds else self.run.updates < updates:
                batch = self._generator.batch()
                unnumbered += not self._note(batch)
                await self._poll(json.loads(json.dumps(batch)))
            ended = polling.done()
            polling.cancel()
        if ended or self.run.polls_failed != unnumbered:
            self.run.faults.append(f"polling: {polling}, {self.run.polls_failed} failed, {unnumbered} might")
        await self._ends()
        return self.run

    async def _poll(self, batch: Any) -> None:
        await self._asked.wait()
        self._asked.clear()
        await self._polls.put(batch)
        async with asyncio.timeout(60):
            await self._asked.wait()
            await self.world.settle()

    def _note(self, batch: list[Any]) -> int:
        """How many of them have a number."""
        self.run.updates += len(batch)
        numbers = 0
        for one in batch:
            if isinstance(one, dict) and type(number := one.get("update_id")) is int and 0 < number <= 2**53:
                numbers += 1
                self._first.setdefault(number, one)
                press = one.get("callback_query")
                if isinstance(press, dict) and isinstance(press.get("id"), str):
                    self.world.telegram.asked[press["id"]] = None
        return numbers

    async def _ends(self) -> None:
        """Every update has one, every press that was read is answered once, every apology goes where it came from."""
        states = {row[0]: row[3] for row in await self.world.dump(inbox)}
        states = {number: states.get(number, "lost") for number in {*states, *self._first}}
        self.run.ends = Counter(states[number] for number in self._first)
        wrong = {number: state for number, state in states.items() if state not in ("done", "aside")}
        self.run.faults += [f"ends as {state}: {self._first.get(number)}" for number, state in wrong.items()]
        for number, wire in self._first.items():
            press = wire.get("callback_query")
            if states[number] == "done" and len(wire) == 2 and isinstance(press, dict):
                count = self.world.telegram.answers[str(press.get("id"))]
                if count > 1 or (count == 0 and self._readable(wire)):
                    self.run.faults.append(f"answered {count} times: {wire}")
        users = {row[0]: row[2] for row in await self.world.dump(people)}
        for row in await self.world.dump(outbox):
            if row[1] == "apology" and users[row[3]] != chat_of(self._first.get(row[2], {})):
                self.run.faults.append(f"an apology to {users[row[3]]}: {self._first.get(row[2])}")

    def _readable(self, wire: Wire) -> bool:
        try:
            read(json.dumps(wire), self.world.app.bot)
        except Unreadable:
            return False
        return True


def _may_hear(wire: Wire) -> set[int]:
    """Its sender, or the group it was said in."""
    heard = set()
    for part in wire.values():
        if isinstance(part, dict):
            message = part.get("message")
            for holder in (part, message if isinstance(message, dict) else {}):
                who, where = holder.get("from"), holder.get("chat")
                if holder is part and isinstance(who, dict):
                    heard.add(max(0, _number(who.get("id"))))
                if isinstance(where, dict):
                    heard.add(min(0, _number(where.get("id"))))
    return heard


def _number(value: object) -> int:
    """As pydantic reads it: "5" is five."""
    try:
        return int(value)  # type: ignore[call-overload, no-any-return]
    except (TypeError, ValueError, OverflowError):
        return 0
