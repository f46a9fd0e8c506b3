"""Each chat's updates in order, chats side by side, so many at once."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable

import structlog

from bot.nursery import Nursery
from db.inbox import Received

WIDTH = 64
PAUSE = 5.0  # seconds before an update is tried again that could not even be set aside

log = structlog.get_logger()


class Lanes:
    def __init__(self, handle: Callable[[Received], Awaitable[None]], nursery: Nursery, width: int = WIDTH) -> None:
        self._handle, self._nursery = handle, nursery
        self._lanes: dict[int, deque[Received]] = {}
        self._width = asyncio.Semaphore(width)
        self._waiting = 0
        self._less = asyncio.Event()
        self._stopping = False

    def put(self, one: Received) -> None:
        """At the end of its chat's lane."""
        self._waiting += 1
        lane = self._lanes.get(one.chat_id)
        if lane is not None:
            lane.append(one)
            return
        self._lanes[one.chat_id] = deque((one,))
        self._nursery.start(self._walk(one.chat_id), name="lane")

    async def room(self, most: int) -> None:
        """Wait until fewer than `most` are in hand."""
        while self._waiting >= most:
            self._less.clear()
            await self._less.wait()

    def stop(self) -> None:
        """Begin nothing more: what runs ends, the rest is left to the next start."""
        self._stopping = True

    @property
    def idle(self) -> bool:
        return not self._lanes

    async def _walk(self, chat_id: int) -> None:
        lane = self._lanes[chat_id]
        try:
            while lane and not self._stopping:
                async with self._width:
                    if not self._stopping:
                        await self._one(lane)
        finally:
            self._waiting -= len(lane)
            del self._lanes[chat_id]

    async def _one(self, lane: deque[Received]) -> None:
        """The lane's first update; one that even setting aside failed for (the disk is full) stays the first."""
        try:
            await self._handle(lane[0])
        except Exception as error:
            log.error("an update waits", update_id=lane[0].update_id, exc_info=error)
            await asyncio.sleep(PAUSE)
            return
        lane.popleft()
        self._waiting -= 1
        self._less.set()
