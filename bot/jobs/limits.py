"""What Telegram bears: a chat's own pace, the pauses it orders, and the even pace of bulk. All on monotonic time."""

import asyncio
import time
from collections import deque
from collections.abc import Awaitable, Callable
from contextvars import ContextVar
from typing import Any

from aiogram import Bot
from aiogram.client.session.middlewares.base import BaseRequestMiddleware, NextRequestMiddlewareType
from aiogram.exceptions import TelegramRetryAfter
from aiogram.methods import AnswerCallbackQuery, TelegramMethod
from aiogram.methods.base import TelegramType

PRIVATE_BURST = 4  # one message a second and chat, after a small burst
GROUP_WINDOW, GROUP_MOST = 60.0, 20
KEPT_FOR_PEOPLE = 1  # of the burst: what bulk leaves for an answer to a press
MANY_CHATS, MANY_WITHIN = 3, 10.0  # this many chats refused within these seconds: everybody waits
LONGEST_WAIT = 60.0  # an answer to a press is not kept waiting longer than this
CHATS_KEPT = 10_000

BULK: ContextVar[bool] = ContextVar("bulk", default=False)  # set around the sending of an outbox row

Monotonic = Callable[[], float]
Sleep = Callable[[float], Awaitable[None]]


class PrivatePace:
    """A bucket of PRIVATE_BURST, filled by one a second."""

    def __init__(self, now: float) -> None:
        self._level, self._at = float(PRIVATE_BURST), now

    def reserve(self, now: float, bulk: bool) -> float:
        """Take the next place; gives how many seconds to wait for it. Bulk that has to wait has taken nothing yet."""
        self._level = min(float(PRIVATE_BURST), self._level + now - self._at)
        self._at = now
        if bulk and self._level < KEPT_FOR_PEOPLE + 1:
            return KEPT_FOR_PEOPLE + 1 - self._level
        self._level -= 1
        return max(0.0, -self._level)


class GroupPace:
    """At most GROUP_MOST in any GROUP_WINDOW seconds, sends, edits and topics together."""

    def __init__(self, now: float) -> None:
        self._times: deque[float] = deque(maxlen=GROUP_MOST)

    def reserve(self, now: float, bulk: bool) -> float:
        at = now if len(self._times) < GROUP_MOST else max(now, self._times[0] + GROUP_WINDOW)
        if at <= now or not bulk:
            self._times.append(at)
        return at - now


class BulkPace:
    """Evenly spaced slots for outbox rows; empty at the start, so that a restart begins with no burst."""

    def __init__(self, rate: float, monotonic: Monotonic = time.monotonic, sleep: Sleep = asyncio.sleep) -> None:
        self._step, self._monotonic, self._sleep = 1 / rate, monotonic, sleep
        self._next = monotonic() + self._step

    async def slot(self) -> None:
        now = self._monotonic()
        at = max(now, self._next)
        self._next = at + self._step
        if at > now:
            await self._sleep(at - now)


class Limits(BaseRequestMiddleware):
    """Every call passes here. Answers to presses are free; what has a chat keeps that chat's pace and pauses."""

    def __init__(self, monotonic: Monotonic = time.monotonic, sleep: Sleep = asyncio.sleep) -> None:
        self._monotonic, self._sleep = monotonic, sleep
        self._paces: dict[int, PrivatePace | GroupPace] = {}
        self._pauses: dict[int, float] = {}
        self._all_until = 0.0
        self._refused: deque[tuple[float, int]] = deque(maxlen=64)

    async def __call__(
        self, make_request: NextRequestMiddlewareType[TelegramType], bot: Bot, method: TelegramMethod[TelegramType]
    ) -> Any:
        chat_id = getattr(method, "chat_id", None)
        if not isinstance(chat_id, int) or isinstance(method, AnswerCallbackQuery):
            return await make_request(bot, method)
        bulk = BULK.get()
        await self._wait(chat_id, bulk)
        while True:
            try:
                return await make_request(bot, method)
            except TelegramRetryAfter as refusal:
                self.refused(chat_id, refusal.retry_after)
                if bulk or self._pause(chat_id) > LONGEST_WAIT:
                    raise
                await self._sleep(self._pause(chat_id))

    async def _wait(self, chat_id: int, bulk: bool) -> None:
        now = self._monotonic()
        if len(self._paces) > CHATS_KEPT:
            self._paces.clear()  # worth one burst a chat at the most; 429 remains the judge
        pace = self._paces.get(chat_id)
        if pace is None:
            pace = self._paces[chat_id] = PrivatePace(now) if chat_id > 0 else GroupPace(now)
        while (delay := pace.reserve(now, bulk)) > 0:
            await self._sleep(delay)
            if not bulk:
                break
            now = self._monotonic()
        while (pause := self._pause(chat_id)) > 0:
            if pause > LONGEST_WAIT:
                break  # the call is made and refused, and the caller puts it off
            await self._sleep(pause)

    def _pause(self, chat_id: int) -> float:
        return max(self._pauses.get(chat_id, 0.0), self._all_until) - self._monotonic()

    def refused(self, chat_id: int, retry_after: float) -> None:
        """Telegram said 429: that chat waits; when it says so of several chats at once, everybody does."""
        now = self._monotonic()
        self._pauses = {chat: until for chat, until in self._pauses.items() if until > now}
        self._pauses[chat_id] = now + retry_after
        self._refused.append((now, chat_id))
        chats = {chat for at, chat in self._refused if now - at <= MANY_WITHIN}
        if len(chats) >= MANY_CHATS:
            self._all_until = max(self._all_until, now + retry_after)
