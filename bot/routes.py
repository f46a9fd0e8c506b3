"""The ways to Telegram, in their order: which of them is used, when it is left, and when it is taken again.

A call goes on to the next way only where surely nothing of it was sent (`Unconnected`), or where making it twice
changes nothing. What a way has cut off, or left without an answer, stays unknown; later calls may go another way.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from typing import TypeVar

import structlog
from aiohttp import ClientConnectionError, ClientError, ClientSession

T = TypeVar("T")
FAILURES = 2  # calls in a row that a way has cut off or not answered: it is left
REST, LONGEST_REST = 15.0, 900.0  # seconds before a way that was left is tried; twice as long each time it disappoints

log = structlog.get_logger()


class Unconnected(ClientConnectionError):
    """There was no connection: nothing was sent. Its cause says why not."""


class Left(Exception):
    """The way was left while a long poll waited on it."""


def reason(error: Exception) -> str:
    """The name of what went wrong."""
    return type(error.__cause__ if isinstance(error, Unconnected) else error).__name__


class Way:
    """One way, with connections of its own; they are made when it is first used."""

    def __init__(self, number: int, open_: Callable[[], Awaitable[ClientSession]]) -> None:
        self.number, self.failures = number, 0
        self.taken_at, self.rest, self.try_at = float("-inf"), REST, 0.0
        self._open = open_
        self._session: ClientSession | None = None
        self._poll: asyncio.Timeout | None = None

    async def session(self) -> ClientSession:
        if self._session is None or self._session.closed:
            self._session = await self._open()
        return self._session

    async def poll(self, exchange: Callable[["Way"], Awaitable[T]]) -> T:
        """What waits long, one at a time. Raises Left as soon as the way is left."""
        try:
            async with asyncio.timeout(None) as self._poll:
                return await exchange(self)
        except TimeoutError:
            if self._poll is None:
                raise Left from None
            raise
        finally:
            self._poll = None

    def leave(self) -> None:
        """The poll that waits here ends; what else is under way may still come to its end."""
        if self._poll is not None:
            self._poll.reschedule(asyncio.get_running_loop().time())
            self._poll = None

    def disappoint(self, now: float) -> None:
        """It is left because it failed: it rests, longer if it had been taken again not long ago."""
        soon = now - self.taken_at < LONGEST_REST
        self.rest = min(2 * self.rest, LONGEST_REST) if soon else REST
        self.try_at = now + self.rest

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()


class Routes:
    def __init__(self, ways: Sequence[Way], monotonic: Callable[[], float] = time.monotonic) -> None:
        self._ways, self._monotonic = tuple(ways), monotonic
        self._at = 0
        self._taken = self._ways[0]  # the way that worked last; `way` is where the next call is made
        self._why = ""

    def __len__(self) -> int:
        return len(self._ways)

    @property
    def way(self) -> Way:
        return self._ways[self._at]

    async def through(self, exchange: Callable[[Way], Awaitable[T]], *, poll: bool = False) -> T:
        """The call, on the way in use; on each other way in turn while surely nothing was sent. A `poll` changes
        nothing and goes on after any failure."""
        tried: set[Way] = set()
        while True:
            way = self._next(tried) if tried else self.way
            try:
                answer = await (way.poll(exchange) if poll else exchange(way))
            except Left:
                tried.clear()  # to where the others have gone
            except (ClientError, OSError) as error:
                again = poll or isinstance(error, Unconnected)
                self._failed(way, error, again)
                tried.add(way)
                if not again or len(tried) == len(self._ways):
                    raise
            else:
                self._worked(way, poll)
                return answer

    def _next(self, tried: set[Way]) -> Way:
        ring = self._ways[self._at :] + self._ways[: self._at]
        return next(way for way in ring if way not in tried)

    def _failed(self, way: Way, error: Exception, at_once: bool) -> None:
        if way is not self.way:
            return  # a call of before it was left
        way.failures += 1
        if at_once or way.failures >= FAILURES:
            way.failures, self._at = 0, (self._at + 1) % len(self._ways)
            self._why = reason(error)

    def _worked(self, way: Way, poll: bool) -> None:
        if way is not self.way:
            return
        if not poll:  # a way that lets the small polls through may still swallow what we send
            way.failures = 0
        self._take(way)

    def _take(self, way: Way) -> None:
        left, self._taken = self._taken, way
        if way is left:
            return
        way.taken_at = self._monotonic()
        if left.number < way.number:
            left.disappoint(way.taken_at)
        log.warning("another way to Telegram is taken", way=way.number, instead_of=left.number, why=self._why)
        left.leave()

    async def look_back(self, works: Callable[[Way], Awaitable[bool]]) -> None:
        """Take the earliest way again that works; called by the clock."""
        for at, way in enumerate(self._ways[: self._at]):
            if self._monotonic() < way.try_at:
                continue
            if await works(way) and at < self._at:
                self._at, self._why = at, "it works again"
                self._take(way)
                return
            way.try_at = self._monotonic() + way.rest

    async def close(self) -> None:
        for way in self._ways:
            await way.close()
