"""The outbox on its way: claim, render, keep the pace, send, mark. Each attempt is counted before the call is made."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta

import structlog
from aiogram.exceptions import DetailedAiogramError, TelegramRetryAfter
from aiogram.methods import TelegramMethod

from bot.counts import Counts
from bot.gate import Known
from bot.jobs.limits import BULK, BulkPace
from bot.nursery import Nursery
from bot.outcomes import Outcome, outcome
from db import outbox
from db.outbox import Ended, Row
from db.rules.failures import after_unknown, after_unsent
from db.store import Unwritable
from handlers.notice import Later, Needless
from handlers.notices import ANSWERS, AT_ANY_TIME, NOTICES, REPEATABLE
from handlers.turn import House

CLAIM = 10  # rows taken at once
WINDOW = 32  # messages in flight: 25 a second at a round trip of over a second
MARK_EVERY = 0.05  # seconds

log = structlog.get_logger()


class Delivery:
    def __init__(
        self,
        house: House,
        known: Known,
        pace: BulkPace,
        nursery: Nursery,
        now: Callable[[], datetime],
        counts: Counts,
        timeless: Callable[[], bool] = lambda: False,  # nobody knows what time it is
    ) -> None:
        self._house, self._known, self._pace, self._nursery, self._now = house, known, pace, nursery, now
        self._messages, self._timeless = counts.messages, timeless
        self._window = asyncio.Semaphore(WINDOW)
        self._ended: list[Ended] = []
        self._flying = 0
        self._passing = asyncio.Lock()
        self._stopping = False

    async def recover(self) -> None:
        """After a start: what a dead process was sending has an unknown outcome."""
        caught = await self._house.store.write(outbox.recover, REPEATABLE, self._now())
        if caught:
            log.warning("messages with an unknown outcome after the last end", count=caught)

    async def wake(self) -> None:
        """Called by the clock: sending thousands may take minutes, so it goes on beside it."""
        if not self._passing.locked() and self._house.store.unwritable is None:
            self._nursery.start(self._pass(), name="delivery")

    async def _pass(self) -> None:
        with suppress(Unwritable):  # bot/jobs/disk.py says it, and sees when it is over
            await self.tick()

    async def tick(self) -> None:
        """Send what is due now, all of it; does nothing while an earlier tick is at it."""
        if self._passing.locked() or self._stopping:
            return
        async with self._passing:
            await self.mark()  # what an earlier mark failed for
            while not self._stopping and (rows := await self._claim()):
                for row in rows:
                    await self._window.acquire()
                    self._flying += 1
                    self._nursery.start(self._send(row), name="delivery")
                await self.mark()

    async def settled(self) -> bool:
        """Wait until nothing is due or in flight at this moment of the Clock; False if it is to stop before."""
        while (
            self._flying
            or self._ended
            or (not self._stopping and await self._house.store.read(outbox.due, self._now(), self._kinds()))
        ):
            await self.tick()
            await asyncio.sleep(0.01)
        return not self._stopping

    def stop(self) -> None:
        """Take nothing more; what is in flight ends."""
        self._stopping = True

    async def _claim(self) -> tuple[Row, ...]:
        now, kinds = self._now(), self._kinds()
        if not await self._house.store.read(outbox.due, now, kinds):
            return ()  # most ticks find nothing, and take no write lock for it
        return await self._house.store.write(outbox.claim, now, CLAIM, kinds)

    def _kinds(self) -> frozenset[str] | None:
        """What may go out: all of it, or what is true at any time."""
        return AT_ANY_TIME if self._timeless() else None

    async def _send(self, row: Row) -> None:
        try:
            ended = await self._attempt(row)
        except Exception as error:  # the store, or a bug: nothing was sent
            log.error("a notice cannot be made ready", kind=row.kind, outbox_id=row.id, exc_info=error)
            ended = self._again(row, error)
        self._messages[ended.state] += 1
        self._ended.append(ended)  # the list of this moment: mark() changes it for a new one
        self._flying -= 1
        self._window.release()
        await asyncio.sleep(MARK_EVERY)
        with suppress(Unwritable):  # the next tick marks it
            await self.mark()

    async def _attempt(self, row: Row) -> Ended:
        make = NOTICES.get(row.kind)
        if make is None:
            log.error("a notice cannot be rendered", kind=row.kind, outbox_id=row.id)
            return Ended(row.id, "dropped", self._now(), error="nobody knows how to say it")
        notice = await make(self._house, row, self._now())
        if isinstance(notice, Later):
            return Ended(row.id, "pending", self._now(), due_at=notice.at)
        if isinstance(notice, Needless):
            return Ended(row.id, "dropped", self._now(), error=notice.why)
        await self._pace.slot()
        return await self._call(row, notice)

    async def _call(self, row: Row, call: TelegramMethod[object]) -> Ended:
        BULK.set(row.kind not in ANSWERS)
        try:
            answer = await self._house.bot(call)
        except Exception as error:
            return await self._failed(row, error)
        return Ended(row.id, "sent", self._now(), message_id=getattr(answer, "message_id", None))

    async def _failed(self, row: Row, error: Exception) -> Ended:
        now, why = self._now(), type(error).__name__
        how = outcome(error)
        if isinstance(error, TelegramRetryAfter):
            return Ended(row.id, "pending", now, due_at=now + timedelta(seconds=error.retry_after), error=why)
        if how is Outcome.UNSENT:
            return self._again(row, error)
        bug = None if isinstance(error, DetailedAiogramError) else error
        log.warning("not delivered", kind=row.kind, outbox_id=row.id, why=why, outcome=how.name, exc_info=bug)
        if how is Outcome.DEAD:
            await self._known.lose(row.user_id, why)
            return Ended(row.id, "dead", now, error=why)
        if how is Outcome.REFUSED:
            return Ended(row.id, "dead", now, error=why)
        step = after_unknown(row.unknowns + 1, row.kind in REPEATABLE, now)
        return Ended(row.id, step.state, now, due_at=step.due_at, error=why, unknown=True)

    def _again(self, row: Row, error: Exception) -> Ended:
        now = self._now()
        step = after_unsent(row.attempts, now)
        return Ended(row.id, step.state, now, due_at=step.due_at, error=type(error).__name__)

    async def mark(self) -> None:
        ended, self._ended = tuple(self._ended), []
        if not ended:
            return
        try:
            await self._house.store.write(outbox.settle, ended)
        except Exception:
            self._ended = [*ended, *self._ended]
            raise
