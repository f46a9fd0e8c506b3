"""The end of a process in every way, and how fast the next one is back."""

import asyncio
import random
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

from bot.lanes import WIDTH
from emulator import Emulator
from tests.endtoend.process import Process

BACK_WITHIN = 60.0  # seconds from exec to the first getUpdates; it takes one or two
WORKS = 0.2, 3.0  # seconds
LONG_WORK = 4.0, 10.0  # one life of eight: something comes to its end in it
STARTS = 0.0, 1.2  # seconds: while it imports, looks at the schema, opens the store, takes up what was left
DRAINS = 0.0, 0.6
GENTLY = "SIGTERM to its end"
JUST_NOW = 0.1  # seconds; screens of the last 50 ms are not marked yet, and the clock of a busy machine is coarse


@dataclass(frozen=True)
class End:
    """Of one process. `in_hand`: updates it may have shown an answer to and not marked; `sending`: messages whose
    outcome it did not write down."""

    how: str
    lived: float
    back: float | None  # seconds until it polled, after the end of the one before; None: it never did
    in_hand: int
    sending: int
    status: int  # of one that was asked to end
    rss: int = 0  # KiB
    files: int = 0
    wal: int = 0  # bytes


class Killer:
    def __init__(self, tg: Emulator, bot: Process, chance: random.Random) -> None:
        self._tg, self._bot, self._chance = tg, bot, chance
        self.ends: list[End] = []
        self._began, self._status, self._seen = 0.0, 0, (0, 0, 0)
        self._back: float | None = None
        self._ways: tuple[Callable[[], Awaitable[str]], ...] = (
            *(self._in_work,) * 14,
            *(self._at_its_start,) * 3,
            *(self._in_its_drain,) * 2,
            self._gently,
        )

    @property
    def kills(self) -> int:
        return sum(end.how != GENTLY for end in self.ends)

    async def one_life(self) -> None:
        """From the start of a process to its end."""
        await self._life(self._chance.choice(self._ways))

    async def last_life(self) -> None:
        """One that is killed as soon as it works, so that what waits for another try is taken up at once."""
        await self._life(self._polled_and_killed)

    async def _life(self, way: Callable[[], Awaitable[str]]) -> None:
        self._began, calls = time.monotonic(), self._tg.calls.count
        self._back, self._status, self._seen = None, 0, (0, 0, 0)
        await self._bot.begin()
        how = await way()
        worked = self._tg.calls.count > calls
        sending = int(self._bot.rows("SELECT count(*) FROM outbox WHERE state = 'sending'")[0][0])
        in_hand = self._in_hand() if worked else 0
        end = End(how, time.monotonic() - self._began, self._back, in_hand, sending, self._status, *self._seen)
        self.ends.append(end)

    # -- ways

    async def _polled_and_killed(self) -> str:
        await self.polled()
        return await self._kill("in work")

    async def _in_work(self) -> str:
        await self.polled()
        await self._work()
        return await self._kill("in work")

    async def _at_its_start(self) -> str:
        await asyncio.sleep(self._chance.uniform(*STARTS))
        return await self._kill("at its start")

    async def _in_its_drain(self) -> str:
        await self.polled()
        await self._work()
        self._see()
        draining = asyncio.create_task(self._bot.stop())
        await asyncio.wait((draining,), timeout=self._chance.uniform(*DRAINS))
        if not draining.done():
            await self._bot.end()
        self._status = await draining
        return "in its drain" if self._status else GENTLY

    async def _gently(self) -> str:
        await self.polled()
        await self._work()
        self._see()
        self._status = await self._bot.stop()
        return GENTLY

    async def _work(self) -> None:
        await asyncio.sleep(self._chance.uniform(*(LONG_WORK if self._chance.random() < 1 / 8 else WORKS)))

    async def _kill(self, how: str) -> str:
        self._see()
        await self._bot.kill()
        return how

    async def polled(self) -> None:
        """Until the first getUpdates comes."""
        before = self._tg.calls.polls
        async with asyncio.timeout(BACK_WITHIN):
            while self._tg.calls.polls == before:
                assert self._bot.pid is not None, f"the bot ended by itself:\n{self._bot.said()[-3000:]}"
                await asyncio.sleep(0.01)
        self._back = time.monotonic() - self._began

    def _in_hand(self) -> int:
        """Of each chat the first that is unfinished, for so many chats as are handled at once; and what was shown and
        not marked yet."""
        chats = int(self._bot.rows("SELECT count(DISTINCT chat_id) FROM inbox WHERE state IN ('new','effect')")[0][0])
        return min(self._bot.unfinished(), min(chats, WIDTH) + self._shown_just_now())

    def _shown_just_now(self) -> int:
        since = time.monotonic() - JUST_NOW
        recent = self._tg.calls.since(self._tg.calls.count - 200)
        return sum(call.at >= since and call.method in ("sendMessage", "editMessageText") for call in recent)

    def _see(self) -> None:
        """What the process takes of the machine at this moment."""
        wal = self._bot.database.with_name(self._bot.database.name + "-wal")
        about = Path(f"/proc/{self._bot.pid}")
        status = (about / "status").read_text().splitlines()
        rss = next((int(line.split()[1]) for line in status if line.startswith("VmRSS")), 0)
        files = sum(1 for _ in (about / "fd").iterdir())
        self._seen = (rss, files, wal.stat().st_size if wal.exists() else 0)
