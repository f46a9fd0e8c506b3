"""Stand-ins: time that moves only by sleeping, and a Telegram that answers as it is told."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from aiogram import Bot
from aiogram.client.session.base import BaseSession
from aiogram.methods import SendMessage, TelegramMethod

NOW = datetime(2027, 3, 19, 5, tzinfo=UTC)  # 12:00 in Tomsk
TOKEN = "42:CANARY-token-of-42"
TICK = 1e-6  # no clock stands still while somebody sleeps
MESSAGE = SendMessage(chat_id=7, text="x")


class FakeTime:
    """A monotonic clock and its sleep: sleepers wake in the order of their times, and nothing really waits."""

    def __init__(self) -> None:
        self.now = 1000.0
        self._sleepers: list[tuple[float, int, asyncio.Future[None]]] = []
        self._count = 0

    def __call__(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._count += 1
        self._sleepers.append((self.now + max(TICK, seconds), self._count, future))
        await future

    async def run(self) -> None:
        """Until nobody sleeps any more."""
        await settle()
        while self._sleepers:
            self._sleepers.sort()
            at, _, future = self._sleepers.pop(0)
            self.now = max(self.now, at)
            if not future.done():
                future.set_result(None)
            await settle()


async def settle(turns: int = 20) -> None:
    """Let everything that can run do so."""
    for _ in range(turns):
        await asyncio.sleep(0)


async def until(condition: Callable[[], bool], seconds: float = 5.0) -> None:
    async with asyncio.timeout(seconds):
        while not condition():
            await asyncio.sleep(0.005)


class Answers(BaseSession):
    """Each call is kept; `answer` gives what comes of it, or raises."""

    def __init__(self, answer: Callable[[TelegramMethod[Any]], Any]) -> None:
        super().__init__()
        self.calls: list[TelegramMethod[Any]] = []
        self._answer = answer

    async def make_request(self, bot: Bot, method: TelegramMethod[Any], timeout: int | None = None) -> Any:
        self.calls.append(method)
        answer = self._answer(method)
        if isinstance(answer, Exception):
            raise answer
        return answer

    async def close(self) -> None:
        pass

    def stream_content(self, *_: Any, **__: Any) -> Any:
        raise NotImplementedError
