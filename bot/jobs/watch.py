"""The machine's clock, watched: while it has jumped nothing goes out by the time of day, and owners are asked."""

from datetime import timedelta

import structlog
from sqlalchemy import Connection

from bot.clock import JUMP, Clock, Reading
from db import facts, jumps
from db.store import Store

FACT = "clock"  # the last reading that was right
KEEP_EVERY = timedelta(minutes=1)

log = structlog.get_logger()


class Watch:
    """The clock itself follows no jump (bot/clock.py); here it is said, kept over a restart, and settled."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store, self._clock = store, clock
        self._kept: Reading | None = None
        self._said: timedelta | None = None  # the jump that the log knows of

    async def begin(self) -> None:
        """Before anything looks at the clock."""
        if kept := await self._store.read(facts.get, FACT):
            self._clock.resume(Reading.of(kept))

    def jumped(self) -> bool:
        return self._clock.jump() is not None

    async def tick(self) -> None:
        jump, told = self._clock.jump(), await self._store.read(jumps.going_on)
        if jump is None:
            await self._agrees(told)
        elif told is None or abs(told.by - jump) > JUMP:
            await self._tell(jump)
        elif told.right:
            await self._settle(self._clock.follow())
            log.warning("the clock goes on from where it has jumped to", seconds=round(jump.total_seconds()))

    async def _agrees(self, told: jumps.Jump | None) -> None:
        here, self._said = self._clock.reading(), None
        if told is not None:
            await self._settle(here)
            log.warning("the clock has come back from its jump", seconds=round(told.by.total_seconds()))
        elif self._kept is None or here.since(self._kept) >= KEEP_EVERY:
            await self._store.write(facts.put, FACT, here.kept())
            self._kept = here

    async def _tell(self, jump: timedelta) -> None:
        if self._said is None or abs(self._said - jump) > JUMP:
            log.error("the clock has jumped: what goes by the time of day waits", seconds=round(jump.total_seconds()))
            self._said = jump
        await self._store.write(jumps.tell, jump, self._clock.now())

    async def _settle(self, here: Reading) -> None:
        await self._store.write(_settled, here)
        self._kept = here


def _settled(conn: Connection, here: Reading) -> None:
    facts.put(conn, FACT, here.kept())
    jumps.settle(conn)
