import asyncio
import os
import shlex
import signal
from collections.abc import Callable, Mapping
from contextlib import suppress

from emulator.errors import Wire

GRACE = 20.0  # seconds a bot has to finish after SIGTERM


class Supervisor:
    """The bot as a child process in a group of its own. Restarts nothing by itself."""

    def __init__(self, command: str | None, surroundings: Mapping[str, str], on_change: Callable[[Wire], None]) -> None:
        self.command = command
        self.starts = 0
        self.last_exit: int | None = None
        self._surroundings = surroundings
        self._on_change = on_change
        self._process: asyncio.subprocess.Process | None = None
        self._watch: asyncio.Task[None] | None = None

    @property
    def running(self) -> bool:
        return self._process is not None and self._process.returncode is None

    @property
    def pid(self) -> int | None:
        return self._process.pid if self._process is not None and self.running else None

    async def start(self) -> None:
        if self.command is None or self.running:
            return
        if self._watch is not None:
            await self._watch
        environment = {**os.environ, **self._surroundings}
        self._process = await asyncio.create_subprocess_exec(
            *shlex.split(self.command), env=environment, start_new_session=True
        )
        self.starts += 1
        self._watch = asyncio.create_task(self._wait(self._process))
        self._on_change(self.wire())

    async def kill(self) -> None:
        await self._end(signal.SIGKILL)

    async def stop(self) -> None:
        """SIGTERM, then time to drain, then no mercy."""
        if self._watch is not None and self.running:
            self._signal(signal.SIGTERM)
            with suppress(TimeoutError):
                await asyncio.wait_for(asyncio.shield(self._watch), GRACE)
        await self._end(signal.SIGKILL)

    def wire(self) -> Wire:
        return {
            "supervised": self.command is not None,
            "running": self.running,
            "pid": self.pid,
            "exit_code": self.last_exit,
            "starts": self.starts,
        }

    async def _end(self, number: signal.Signals) -> None:
        self._signal(number)
        if self._watch is not None:
            await self._watch

    def _signal(self, number: signal.Signals) -> None:
        if self._process is not None and self.running:
            with suppress(ProcessLookupError):
                os.killpg(self._process.pid, number)

    async def _wait(self, process: asyncio.subprocess.Process) -> None:
        self.last_exit = await process.wait()
        self._on_change(self.wire())
