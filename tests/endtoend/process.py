"""The real bot as its own process, beside an emulator in this one: started, asked for its health, killed, read."""

import asyncio
import os
import signal
import socket
import sqlite3
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import aiohttp

from bot.settings import Settings
from emulator import Emulator

ROOT = Path(__file__).parents[2]
TOKEN = "4242:canary-token-of-the-tests"
STARTS_WITHIN = 30.0  # seconds; it takes one or two, the rest is for a busy machine


def free_port() -> int:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        return int(held.getsockname()[1])


@dataclass(frozen=True)
class Ended:
    """How a command of the bot ended, and what it said."""

    status: int
    words: str


class Process:
    """`python -m bot <command>` with every setting given, so that no .env can add one."""

    def __init__(self, tg: Emulator, folder: Path, command: str = "run", **settings: str) -> None:
        self.database = folder / "druzhba.db"
        self.log = folder / "bot.log"
        self.failures_expected = False  # exceptions of ours in the log are what the test is about
        self._command, self._port = command, free_port()
        self._process: asyncio.subprocess.Process | None = None
        self._environment = self._settings(tg) | settings
        missing = {name.upper() for name in Settings.model_fields} - set(self._environment)
        assert not missing, f"a .env could add {missing}"

    def _settings(self, tg: Emulator) -> dict[str, str]:
        return {
            "PATH": os.environ["PATH"],
            "BOT_TOKEN": TOKEN,
            "BOT_API_URL": tg.url,
            "DATABASE_URL": f"sqlite+aiosqlite:///{self.database}",
            "OWNER_IDS": "",
            "TIMEZONE": "Asia/Tomsk",
            "HTTP_HOST": "127.0.0.1",
            "HTTP_PORT": str(self._port),
            "SHOW_UNCONFIRMED": "yes",
            "OPERATOR_NAME": "Ассамблея",
            "OPERATOR_CONTACT": "+7 3822 000000",
            "BULK_RATE": "30",
            "KEEP_SIGNUPS_DAYS": "60",
            "KEEP_INACTIVE_MONTHS": "12",
            "KEEP_UNREACHABLE_MONTHS": "6",
            "TELEGRAM_PROXY": "",
            "BACKUP_FOLDER": "",
            "BACKUP_DAYS": "30",
            "BACKUP_KEY": "",
            "LOG_FORMAT": "plain",
            "DEMO_CLOCK_URL": "",
        }

    @property
    def pid(self) -> int | None:
        """None while it does not run."""
        running = self._process is not None and self._process.returncode is None
        return self._process.pid if self._process is not None and running else None

    async def start(self) -> None:
        """Until /health answers."""
        await self.begin()
        await self.ready()

    async def begin(self) -> None:
        """Without waiting for anything."""
        with self.log.open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "bot", self._command), cwd=ROOT, env=self._environment, stdout=log, stderr=log
            )

    async def ready(self) -> None:
        """Until /health answers."""
        assert self._process is not None
        async with asyncio.timeout(STARTS_WITHIN), aiohttp.ClientSession() as session:
            while not await self._answers(session):
                assert self._process.returncode is None, f"the bot ended at its start:\n{self.said()}"
                await asyncio.sleep(0.02)

    async def _answers(self, session: aiohttp.ClientSession) -> bool:
        with suppress(aiohttp.ClientError):
            async with session.get(f"http://127.0.0.1:{self._port}/health") as answer:
                return answer.status in (200, 503)
        return False

    async def health(self) -> dict[str, Any]:
        async with (
            aiohttp.ClientSession() as session,
            session.get(f"http://127.0.0.1:{self._port}/health") as answer,
        ):
            return {"status": answer.status, **await answer.json()}

    async def kill(self) -> None:
        """kill -9"""
        await self._signal(signal.SIGKILL)

    def set(self, **settings: str) -> None:
        """Before the start."""
        self._environment |= settings

    async def stop(self) -> int:
        """SIGTERM; gives the exit status."""
        return await self._signal(signal.SIGTERM)

    async def _signal(self, number: signal.Signals) -> int:
        assert self._process is not None
        assert self._process.returncode is None, f"the bot is not running any more:\n{self.said()}"
        self._process.send_signal(number)
        return await asyncio.wait_for(self._process.wait(), 30)

    async def end(self) -> None:
        """Whatever is still running, without mercy."""
        if self._process is not None and self._process.returncode is None:
            await self.kill()

    async def once(self, *arguments: str, **settings: str) -> Ended:
        """A command that ends by itself: import, migrate, check."""
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "bot", *arguments),
            cwd=ROOT,
            env=self._environment | settings,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        words, _ = await asyncio.wait_for(process.communicate(), STARTS_WITHIN)
        assert process.returncode is not None
        return Ended(process.returncode, words.decode())

    def said(self) -> str:
        return self.log.read_text(encoding="utf-8") if self.log.exists() else ""

    def check_log(self) -> None:
        """No exception of ours, no complaint of a failed task, and never the token."""
        said = self.said()
        assert TOKEN not in said
        assert "canary" not in said
        assert self.failures_expected or " cause=" not in said, said
        assert "Traceback" not in said, said

    def rows(self, query: str, *values: object) -> list[Any]:
        """What the store holds, read without touching it."""
        with closing(sqlite3.connect(f"file:{self.database}?mode=ro", uri=True)) as connection:
            return connection.execute(query, values).fetchall()

    def unfinished(self) -> int:
        return int(self.rows("SELECT count(*) FROM inbox WHERE state IN ('new','effect')")[0][0])

    async def all_handled(self, tg: Emulator, within: float = 30) -> None:
        """Until every update that was ever made is confirmed, on disk, and handled to its end."""
        async with asyncio.timeout(within):
            while tg.pending or self.unfinished():
                await asyncio.sleep(0.05)
        assert self.rows("SELECT state, count(*) FROM inbox GROUP BY state") == [("done", tg.updates.made)]


@asynccontextmanager
async def standing(
    folder: Path, command: str = "run", *, start: datetime | None = None, **settings: str
) -> AsyncIterator[tuple[Emulator, Process]]:
    """An emulator, and the bot beside it, not started yet. Afterwards the log is looked through."""
    async with Emulator(token=TOKEN, start=start) as tg:
        if start is not None:
            settings["DEMO_CLOCK_URL"] = f"{tg.url}/demo/clock"
        bot = Process(tg, folder, command, **settings)
        try:
            yield tg, bot
        finally:
            await bot.end()
        bot.check_log()
