"""One update being handled: who it is from, the way to the store, and the way to answer.

A handler reads or writes the store, then shows one screen. `write` (or `part`) may be called once: it is the
transaction in which the update is marked. Every press is answered exactly once, after that.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import ParamSpec, TypeVar

import structlog
from aiogram import Bot
from aiogram.exceptions import TelegramAPIError
from aiogram.methods import AnswerCallbackQuery
from aiogram.types import CallbackQuery

from db import inbox
from db.erasure import Erased
from db.people import Person
from db.store import Store, UseCase
from handlers import links
from handlers.lately import Lately, Way
from handlers.pictures import send_picture
from handlers.programme import Programme
from handlers.screen import Screen
from handlers.screens import Operator
from handlers.show import edit, keyboard, send
from handlers.words import Safe, plain, words

P = ParamSpec("P")
T = TypeVar("T")
ALERT = 200  # letters that Telegram shows in an alert
log = structlog.get_logger()


@dataclass(frozen=True)
class House:
    """What every turn shares."""

    bot: Bot
    store: Store
    programme: Programme
    operator: Operator
    username: Callable[[], str | None]
    missed: Callable[[int, int], None]  # a person, by their number, came by a link that names nothing; the update
    lately: Lately = field(default_factory=Lately)

    def link(self, slug: str) -> str | None:
        """The address that opens an event's card, once we know our own name."""
        username = self.username()
        return None if username is None else f"https://t.me/{username}?start={links.EVENT.payload(slug)}"


class Turn:
    """Made by bot/gate.py for each press and message in a private chat."""

    def __init__(
        self,
        house: House,
        person: Person,
        now: datetime,
        update_id: int,
        sender_name: str,
        press: CallbackQuery | None,
        remember: Callable[[Person], None],
        part: Callable[[Erased], Awaitable[None]],
        way: Way,
    ) -> None:
        self.house, self.person, self.now, self.sender_name, self.way = house, person, now, sender_name, way
        self.words = words(person.language).noting()
        self._update_id, self._press, self._remember, self._part = update_id, press, remember, part
        self._wrote = False
        self.answered = press is None

    async def read(self, use_case: UseCase[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        return await self.house.store.read(use_case, *args, **kwargs)

    async def write(self, use_case: UseCase[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """The one change of this update; what it raises leaves the store as it was. `person` and `words` follow it."""
        self._not_twice()
        result, person = await self.house.store.write(
            inbox.change, self._update_id, self.person.user_id, lambda conn: use_case(conn, *args, **kwargs)
        )
        self._wrote = True
        if person is not None:
            self.person, self.words = person, words(person.language).noting()
            self._remember(person)
        return result

    async def part(self, use_case: UseCase[P, Erased], *args: P.args, **kwargs: P.kwargs) -> Erased:
        """The last change there can be: `use_case` erases the person, and ends this update with them.

        It is never run again, so the goodbye that follows is shown once or, if we die here, not at all.
        """
        self._not_twice()
        erased = await self.house.store.write(use_case, *args, **kwargs)
        self._wrote = True
        await self._part(erased)
        return erased

    def _not_twice(self) -> None:
        if self._wrote:
            raise RuntimeError("one update, one transaction")

    async def show(self, screen: Screen) -> None:
        """In place of the screen that was pressed, or below a message."""
        message = self._press.message if self._press else None
        if message is None:
            await self.tell(screen)
            return
        self.house.lately.put(self.person.id, self.way, self.words, screen)
        await asyncio.gather(self.answer(), edit(self.house.bot, self.person.user_id, message.message_id, screen))
        await self._picture(screen)

    async def tell(self, screen: Screen) -> None:
        """As a new message: a change of state makes a sound, an edit does not."""
        self.house.lately.put(self.person.id, self.way, self.words, screen)
        await asyncio.gather(self.answer(), send(self.house.bot, self.person.user_id, screen))
        await self._picture(screen)

    async def _picture(self, screen: Screen) -> None:
        if screen.photo is not None:
            house, buttons = self.house, keyboard(screen)
            await send_picture(house.bot, house.store, self.person.user_id, Path(screen.photo), buttons)

    async def show_result(self, screen: Screen, *, new: bool) -> None:
        """What a press has led to: told where it changed something, else shown in place."""
        await (self.tell(screen) if new else self.show(screen))

    async def show_after(self, alert: Safe, screen: Screen) -> None:
        """The words in an alert, and the screen that repeats them: nothing is said in an alert alone."""
        await self.answer(alert)
        await self.show(screen)

    def missed(self) -> None:
        """They came by a link that names nothing: who does so again and again is made slower."""
        self.house.missed(self.person.user_id, self._update_id)

    async def answer(self, text: Safe | None = None) -> None:
        """End the spinner on the button, once; `text` as an alert. Too late or cut off: it is on the screen too."""
        if self.answered or self._press is None:
            return
        self.answered = True
        call = AnswerCallbackQuery(callback_query_id=self._press.id)
        if text:
            call = AnswerCallbackQuery(callback_query_id=self._press.id, text=plain(text)[:ALERT], show_alert=True)
        try:
            await self.house.bot(call)
        except TelegramAPIError as error:
            log.info("callback not answered", why=type(error).__name__)
