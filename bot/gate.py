"""The gate every press and message passes: who is this, answered once, refusals in words."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import datetime
from typing import Any

from aiogram import BaseMiddleware, Dispatcher
from aiogram.exceptions import TelegramAPIError
from aiogram.methods import AnswerCallbackQuery
from aiogram.types import CallbackQuery, ChatMemberUpdated, Message, TelegramObject, User

from bot.nursery import Nursery
from bot.scrubbing import scrub
from db import departures, people
from db.erasure import Erased
from db.people import Person
from db.rules.refusals import Refusal
from db.store import Store, Unwritable
from handlers.buttons import event_of
from handlers.groups import is_private
from handlers.lately import came_by
from handlers.stale import refused
from handlers.turn import House, Turn
from handlers.words import clean

ANSWER_WITHIN = 2.0  # seconds; then an empty answer, and the words go on the screen
KNOWN_MOST = 10_000

Handler = Callable[[TelegramObject, dict[str, Any]], Awaitable[Any]]


class Known:
    """People as last read or written, so that a press costs no look-up."""

    def __init__(self, store: Store, zone: str, now: Callable[[], datetime]) -> None:
        self._store, self._zone, self._now = store, zone, now
        self._people: dict[int, Person] = {}
        self._unread: set[int] = set()

    async def get(self, user_id: int) -> Person:
        """The person, made at the first contact; the day they were last seen is kept with the first press of a day."""
        person, now = self._people.get(user_id), self._now()
        if person is not None and person.seen_today(now):
            return person
        person = person or await self._store.read(people.find, user_id)
        if person is None or not person.reachable or not person.started or not person.seen_today(now):
            person = await self._store.write(people.meet, user_id, self._zone, now)
        self.put(person)
        return person

    async def language(self, user_id: int) -> str | None:
        """What they have chosen, without making or changing anybody."""
        person = self._people.get(user_id) or await self._store.read(people.find, user_id)
        return person.language if person else None

    def put(self, person: Person) -> None:
        if len(self._people) >= KNOWN_MOST:
            self._people.clear()
        self._people[person.user_id] = person

    def drop(self, user_id: int) -> None:
        self._people.pop(user_id, None)

    async def lose(self, user_id: int, why: str) -> None:
        """Telegram says that they cannot be reached."""
        await self._store.write(departures.lose, user_id, why, self._now())
        self.drop(user_id)

    def part(self, gone: Erased) -> None:
        """They are erased: nothing of them is remembered, and what of theirs is still in hand goes unread."""
        self.drop(gone.user_id)
        if len(self._unread) >= KNOWN_MOST:
            self._unread.clear()
        self._unread |= gone.updates

    async def part_for_good(self, gone: Erased) -> None:
        """The same, at their own wish: the bytes go at once."""
        self.part(gone)
        await scrub(self._store)

    def goes_unread(self, update_id: int) -> bool:
        """Whether that update ended with the person who sent it."""
        return update_id in self._unread


class Gate(BaseMiddleware):
    def __init__(self, house: House, known: Known, nursery: Nursery, now: Callable[[], datetime]) -> None:
        self._house, self._known, self._nursery, self._now = house, known, nursery, now

    def stand_before(self, dispatcher: Dispatcher) -> None:
        dispatcher["house"], dispatcher["now"] = self._house, self._now
        for observer in (dispatcher.message, dispatcher.edited_message, dispatcher.callback_query):
            observer.outer_middleware(self)
        dispatcher.my_chat_member.outer_middleware(self._forget)

    async def _forget(self, handler: Handler, event: TelegramObject, data: dict[str, Any]) -> Any:
        """They blocked us or came back: what we remember of them is not true any more."""
        assert isinstance(event, ChatMemberUpdated)
        result = await handler(event, data)
        self._known.drop(event.from_user.id)
        return result

    async def __call__(self, handler: Handler, event: TelegramObject, data: dict[str, Any]) -> Any:
        assert isinstance(event, (Message, CallbackQuery))
        user = event.from_user
        if user is None:
            return None
        if not is_private(event):
            return await handler(event, data)
        if self._known.goes_unread(data["event_update"].update_id):
            return await self._answer_nobody(event, data)
        try:
            turn = data["turn"] = await self._turn(event, user, data)
        except Unwritable:
            await self._answer_nobody(event, data)
            raise
        late = asyncio.get_running_loop().call_later(ANSWER_WITHIN, self._answer_empty, turn)
        try:
            return await self._handle(handler, event, data, turn)
        finally:
            late.cancel()
            await turn.answer()

    async def _answer_nobody(self, event: Message | CallbackQuery, data: dict[str, Any]) -> None:
        """A press of somebody who was erased before it was read, or who cannot be kept: its spinner ends."""
        if isinstance(event, CallbackQuery) and data.get("attempt", 0) == 0:
            with suppress(TelegramAPIError):
                await self._house.bot(AnswerCallbackQuery(callback_query_id=event.id))

    async def _turn(self, event: Message | CallbackQuery, user: User, data: dict[str, Any]) -> Turn:
        press = event if isinstance(event, CallbackQuery) else None
        person = await self._known.get(user.id)
        number = data["event_update"].update_id
        turn = Turn(
            self._house,
            person,
            self._now(),
            number,
            clean(user.full_name),
            press,
            self._known.put,
            self._known.part_for_good,
            came_by(event, person),
        )
        turn.answered = turn.answered or data.get("attempt", 0) > 0  # a second try of an update answers no second time
        return turn

    async def _handle(self, handler: Handler, event: TelegramObject, data: dict[str, Any], turn: Turn) -> Any:
        try:
            return await handler(event, data)
        except Refusal as refusal:
            payload = event.data if isinstance(event, CallbackQuery) else None
            await refused(turn, refusal, event_of(payload or ""))
            return None

    def _answer_empty(self, turn: Turn) -> None:
        if not turn.answered:
            self._nursery.start(turn.answer(), name="late answer")
