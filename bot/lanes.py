"""Each chat's updates in order and at its own pace, chats side by side, so many at once."""

import asyncio
import time
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import structlog

from bot.nursery import Nursery
from bot.pace import BURST, Paces
from db.inbox import Received
from db.store import Unwritable

WIDTH = 64
PAUSE = 5.0  # seconds before an update is tried again that could not even be set aside
MOST_OF_ONE = 100  # unhandled updates of one chat; what comes beyond is too much at once
MOST_WAITING = 20_000  # updates in memory; beyond it a chat is let have BURST only

log = structlog.get_logger()


@dataclass
class Flood:
    """More of one chat than may wait: the number it began with, how many were set aside, whether they were told."""

    first: int
    aside: int = 0
    told: bool = False


@dataclass
class Lane:
    updates: deque[tuple[Received, float]]  # each with when it came
    slow: bool = False  # it has had to wait for its pace
    flood: Flood | None = None


class Lanes:
    def __init__(
        self,
        handle: Callable[[Received], Awaitable[None]],
        nursery: Nursery,
        paces: Paces,
        width: int = WIDTH,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        took: Callable[[float], None] = lambda _: None,  # told how long each update took that nothing held back
    ) -> None:
        self._handle, self._nursery, self._paces, self._sleep = handle, nursery, paces, sleep
        self._took = took
        self._lanes: dict[int, Lane] = {}
        self._width = asyncio.Semaphore(width)
        self._resting: set[asyncio.Task[object]] = set()
        self._waiting = 0
        self._less = asyncio.Event()
        self._stopping = False

    def put(self, one: Received, since: float | None = None) -> None:
        """At the end of its chat's lane. `since`: when it came, on the monotonic clock; None: just now."""
        new = (one, time.monotonic() if since is None else since)
        self._waiting += 1
        lane = self._lanes.get(one.chat_id)
        if lane is not None:
            lane.updates.append(new)
            return
        self._lanes[one.chat_id] = Lane(deque((new,)))
        self._nursery.start(self._walk(one.chat_id), name="lane")

    def takes(self, chat_id: int, ahead: int = 0, twice: bool = False) -> bool:
        """Whether one more of this chat may be put, behind `ahead` that are about to be; `twice`: of twice as many."""
        lane = self._lanes.get(chat_id)
        most = BURST if self._waiting >= MOST_WAITING else MOST_OF_ONE
        return ahead + (len(lane.updates) if lane else 0) < (2 * most if twice else most)

    def flood_of(self, chat_id: int) -> Flood | None:
        """The one that has been going on since this chat's lane was last empty."""
        lane = self._lanes.get(chat_id)
        return lane.flood if lane else None

    def flooded(self, chat_id: int, flood: Flood) -> None:
        """Updates of this chat were set aside; it is remembered until its lane is empty."""
        lane = self._lanes.get(chat_id)
        if lane is None:
            _log(flood)
        else:
            lane.flood = flood

    def crowded(self) -> frozenset[int]:
        """Chats that wait because they sent more than is handled as it comes."""
        return frozenset(chat for chat, lane in self._lanes.items() if lane.slow or len(lane.updates) > BURST)

    async def room(self, most: int) -> None:
        """Wait until fewer than `most` chats have something in hand: a few floods fill up nothing."""
        while len(self._lanes) >= most:
            self._less.clear()
            await self._less.wait()

    def stop(self) -> None:
        """Begin nothing more: what runs ends, the rest is left to the next start."""
        self._stopping = True
        for walk in self._resting:
            walk.cancel()

    @property
    def idle(self) -> bool:
        return not self._lanes

    async def _walk(self, chat_id: int) -> None:
        lane = self._lanes[chat_id]
        try:
            while lane.updates and not self._stopping:
                await self._rest(chat_id, lane)
                async with self._width:
                    if not self._stopping:
                        await self._one(lane)
        finally:
            self._waiting -= len(lane.updates)
            del self._lanes[chat_id]
            self._less.set()
            if lane.flood is not None:
                _log(lane.flood)

    async def _rest(self, chat_id: int, lane: Lane) -> None:
        """Until the chat's own pace lets it, holding no place of the others."""
        seconds = self._paces.reserve(chat_id)
        if seconds <= 0:
            return
        lane.slow = True
        walk = asyncio.current_task()
        assert walk is not None
        self._resting.add(walk)
        try:
            await self._sleep(seconds)
        finally:
            self._resting.discard(walk)

    async def _one(self, lane: Lane) -> None:
        """The lane's first update; one that even setting aside failed for (the disk is full) stays the first."""
        one, since = lane.updates[0]
        try:
            await self._handle(one)
        except Exception as error:
            bug = None if isinstance(error, Unwritable) else error
            log.error("an update waits", update_id=one.update_id, exc_info=bug)
            await asyncio.sleep(PAUSE)
            return
        lane.updates.popleft()
        self._waiting -= 1
        if not lane.slow:
            self._took(time.monotonic() - since)


def _log(flood: Flood) -> None:
    log.warning("a flood: updates of one chat were set aside", update_id=flood.first, count=flood.aside)
