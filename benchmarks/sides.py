"""The two processes compared: the echo and our own bot, started, asked what they cost, stopped."""

import asyncio
import os
import socket
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks import process
from emulator import Emulator

ROOT = Path(__file__).parent.parent
PATIENCE = 30.0


@dataclass
class Side:
    """A command and its surroundings; `port` where it tells its health."""

    name: str
    command: tuple[str, ...]
    folder: Path
    surroundings: Mapping[str, str] = field(default_factory=dict)
    port: int | None = None


def echo(folder: Path) -> Side:
    return Side("echo2k", ("-m", "benchmarks.echo"), folder)


def ours(folder: Path, database: Path) -> Side:
    port = _free_port()
    surroundings = {
        "DATABASE_URL": f"sqlite+aiosqlite:///{database}",
        "SHOW_UNCONFIRMED": "yes",
        "OWNER_IDS": "",
        "BACKUP_FOLDER": "",  # once a night, and no part of a press
        "HTTP_HOST": "127.0.0.1",
        "HTTP_PORT": str(port),
    }
    return Side("druzhba", ("-m", "bot", "run"), folder, surroundings, port)


def _free_port() -> int:
    with socket.socket() as asked:
        asked.bind(("127.0.0.1", 0))
        return int(asked.getsockname()[1])


def environment(telegram: Emulator, more: Mapping[str, str] | None = None) -> dict[str, str]:
    """In which a side finds our code and its Telegram."""
    found = {"PYTHONPATH": str(ROOT), "BOT_API_URL": telegram.url, "BOT_TOKEN": telegram.token}
    return {**os.environ, **found, **(more or {})}


class Running:
    """A side as a process of its own, polling the emulator. `polled` and `healthy`: seconds from its start."""

    def __init__(self, side: Side, running: asyncio.subprocess.Process, polled: float, healthy: float | None) -> None:
        self.side, self._process = side, running
        self.polled, self.healthy = polled, healthy

    @classmethod
    async def start(cls, side: Side, telegram: Emulator) -> "Running":
        began = time.monotonic()
        with (side.folder / f"{side.name}.log").open("a") as log:
            started = await asyncio.create_subprocess_exec(
                sys.executable,
                *side.command,
                cwd=side.folder,
                env=environment(telegram, side.surroundings),
                stdout=log,
                stderr=log,
            )
        healthy = asyncio.get_running_loop().create_task(_healthy(side.port))
        polled = await _polled(telegram, started, side)
        told = await healthy
        return cls(side, started, polled - began, told - began if told else None)

    @property
    def cpu_ms(self) -> float:
        return process.cpu_ms(self._process.pid)

    @property
    def resident_mb(self) -> float:
        return process.resident_mb(self._process.pid)

    @property
    def pid(self) -> int:
        return self._process.pid

    async def stop(self, telegram: Emulator) -> None:
        """SIGTERM, and until its poll is gone from the emulator."""
        if self._process.returncode is None:
            self._process.terminate()
        await asyncio.wait_for(self._process.wait(), PATIENCE)
        while telegram.updates.polling:
            await asyncio.sleep(0.01)


async def _polled(telegram: Emulator, started: asyncio.subprocess.Process, side: Side) -> float:
    """When the first getUpdates had arrived."""
    end = time.monotonic() + PATIENCE
    while not telegram.updates.polling:
        if started.returncode is not None or time.monotonic() > end:
            raise RuntimeError(f"{side.name} does not poll, see {side.folder / side.name}.log")
        await asyncio.sleep(0.002)
    return time.monotonic()


async def _healthy(port: int | None) -> float | None:
    """When /health first said 200."""
    end = time.monotonic() + PATIENCE
    while port is not None and time.monotonic() < end:
        try:
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
        except OSError:
            await asyncio.sleep(0.005)
            continue
        writer.write(b"GET /health HTTP/1.0\r\n\r\n")
        status = await reader.readline()
        writer.close()
        if b" 200 " in status:
            return time.monotonic()
    return None
