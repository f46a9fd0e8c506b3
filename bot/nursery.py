"""Detached work has this one door: a strong reference, a logged failure, an end with the process."""

import asyncio
import time
from collections.abc import Coroutine
from typing import Any

import structlog

log = structlog.get_logger()


class Nursery:
    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[Any]] = set()

    def start(self, work: Coroutine[Any, Any, Any], name: str) -> asyncio.Task[Any]:
        task = asyncio.get_running_loop().create_task(work, name=name)
        self._tasks.add(task)
        task.add_done_callback(self._ended)
        return task

    def _ended(self, task: asyncio.Task[Any]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()):
            log.error("a task failed", task=task.get_name(), exc_info=error)

    async def wait(self, seconds: float) -> bool:
        """Wait for what runs, and for what that starts; True if all of it ended in time."""
        end = time.monotonic() + seconds
        while running := self._others():
            left = end - time.monotonic()
            if left <= 0:
                return False
            await asyncio.wait(running, timeout=left)
        return True

    async def close(self) -> None:
        """End what is still running."""
        running = self._others()
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)

    def _others(self) -> list[asyncio.Task[Any]]:
        return [task for task in self._tasks if task is not asyncio.current_task()]
