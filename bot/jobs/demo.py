"""The demo's clock: the emulator owns it, we walk after it, so that no deadline is skipped over."""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

import aiohttp

from bot.clock import Clock
from db import facts
from db.store import Store

STEP = timedelta(minutes=15)
FACT = "demo_time"


class DemoClock:
    def __init__(self, url: str, clock: Clock, store: Store, settled: Callable[[], Awaitable[bool]]) -> None:
        self._url, self._clock, self._store, self._settled = url, clock, store, settled

    async def begin(self) -> None:
        """Stand where the last run stood; at the first start, where the emulator's clock stands."""
        walked = await self._store.read(facts.get, FACT)
        if walked is None:
            self._clock.offset = await self._target()
            await self._remember()
        else:
            self._clock.offset = datetime.fromisoformat(walked) - self._clock.reading().wall

    async def walk(self) -> None:
        """To where the emulator's clock stands now; at each step everything due is sent, or the walk ends there."""
        target = await self._target()
        while (ahead := target - self._clock.offset) > timedelta(milliseconds=1):
            self._clock.offset += min(ahead, STEP)
            if not await self._settled():
                return
            await self._remember()

    async def _target(self) -> timedelta:
        timeout = aiohttp.ClientTimeout(total=5)
        async with aiohttp.ClientSession(timeout=timeout) as session, session.get(self._url) as answer:
            return timedelta(seconds=(await answer.json())["offset"])

    async def _remember(self) -> None:
        await self._store.write(facts.put, FACT, self._clock.now().isoformat())
