"""One update through the conversation: tried again where that may help, set aside where it does not."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime

import structlog
from aiogram import Bot, Dispatcher
from aiogram.enums import ChatType
from aiogram.exceptions import TelegramForbiddenError
from aiogram.types import Update

from bot.causes import told
from bot.counts import ASIDE, DONE, OTHER, OURS, TELEGRAMS, Counts
from bot.finishing import Finishing
from bot.gate import Known
from bot.jobs.disk import Disk
from bot.outcomes import not_ours
from bot.reading import Unreadable, chat_of_event, kind_of, read
from db import inbox
from db.inbox import Received
from db.store import Store, Unwritable

BUG_STEPS = (1.0, 3.0)  # after an exception of ours
CUT_STEPS = (1.0, 3.0, 10.0, 30.0, 60.0, 120.0)  # while Telegram cannot be reached
FULL_STEP = 5.0  # while nothing can be written, however long

log = structlog.get_logger()


class Handling:
    def __init__(
        self,
        bot: Bot,
        dispatcher: Dispatcher,
        store: Store,
        known: Known,
        finishing: Finishing,
        now: Callable[[], datetime],
        counts: Counts,
        disk: Disk,
    ) -> None:
        self._bot, self._dispatcher, self._store, self._disk = bot, dispatcher, store, disk
        self._known, self._finishing, self._now, self._counts = known, finishing, now, counts
        self._stopping = asyncio.Event()

    async def __call__(self, one: Received) -> None:
        """Handle an update to its end: done, or set aside with its cause and one apology to the person."""
        try:
            update = read(one.body, self._bot)
        except Unreadable as error:
            await self._set_aside(one, OTHER, f"unreadable update: {error.why}", 1)
            return
        kind, attempt = kind_of(update) or OTHER, 0
        while kind != OTHER and (failure := await self._through(one, update, attempt)) is not None:
            if isinstance(failure, Unwritable):
                return  # we are to stop
            steps = CUT_STEPS if not_ours(failure) else BUG_STEPS
            if attempt >= len(steps):
                await self._set_aside(one, kind, type(failure).__name__, attempt + 1)
                return
            if await self._stopped_within(steps[attempt]):
                return  # unfinished in the store: the next start takes it up
            attempt += 1
        self._finishing.add(one.update_id)
        self._counts.updates[kind, DONE] += 1

    def stop(self) -> None:
        """Wait for nothing more."""
        self._stopping.set()

    async def _stopped_within(self, seconds: float) -> bool:
        with suppress(TimeoutError):
            await asyncio.wait_for(self._stopping.wait(), seconds)
        return self._stopping.is_set()

    async def _through(self, one: Received, update: Update, attempt: int) -> Exception | None:
        """Try it, again and again while nothing can be written: that is no fault of this update. Gives Unwritable only
        where we are to stop."""
        while True:
            failure = await self._try(update, attempt + self._disk.has_answered(one.update_id))
            if not isinstance(failure, Unwritable):
                return failure
            self._disk.sorry(one, answered=True)
            if await self._stopped_within(FULL_STEP):
                return failure

    async def _try(self, update: Update, attempt: int) -> Exception | None:
        try:
            await self._dispatcher.feed_update(self._bot, update, attempt=attempt)
        except TelegramForbiddenError as error:
            await self._known.lose(_sender(update), told(error))
        except Unwritable as error:
            return error
        except Exception as error:
            self._counts.failures[TELEGRAMS if not_ours(error) else OURS] += 1
            if not_ours(error):
                log.warning("Telegram failed", update_id=update.update_id, attempt=attempt, why=type(error).__name__)
            else:
                log.error("an update failed", update_id=update.update_id, attempt=attempt, exc_info=error)
            return error
        return None

    async def _set_aside(self, one: Received, kind: str, why: str, attempts: int) -> None:
        log.error("an update is set aside", update_id=one.update_id, why=why)
        await self._store.write(inbox.set_aside, one, why, attempts, self._now())
        self._counts.updates[kind, ASIDE] += 1


def _sender(update: Update) -> int:
    """Who cannot be reached; nobody (0) where it is a group that refuses us."""
    event = update.event
    user = getattr(event, "from_user", None)
    chat = chat_of_event(event)
    private = chat is None or chat.type == ChatType.PRIVATE
    return user.id if user is not None and private else 0
