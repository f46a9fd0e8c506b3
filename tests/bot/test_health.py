"""/health tells when a job is late, an update waits or a message is overdue; logs tell no secrets."""

import asyncio
import subprocess
import sys
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest

from bot.http import Health
from bot.jobs import clock as jobs_module
from bot.jobs.clock import Jobs
from db import inbox, outbox, people
from db.inbox import Received
from db.store import Store
from tests.bot.command import ROOT
from tests.db.scene import HOUR, MINUTE, NOW, add_guest


class Watched:
    """The health of a store at a moment that the test sets."""

    def __init__(self, store: Store) -> None:
        self.store, self.jobs, self.time, self.url = store, Jobs(), NOW, ""

    async def ask(self) -> tuple[int, dict[str, Any]]:
        async with aiohttp.ClientSession() as session, session.get(f"{self.url}/health") as answer:
            body: dict[str, Any] = await answer.json()
            assert body["ok"] is (answer.status == 200)
            return answer.status, body


@pytest.fixture
async def watched(store: Store) -> AsyncIterator[Watched]:
    watched = Watched(store)
    runner = await Health(store, watched.jobs, lambda: watched.time).serve("127.0.0.1", 0)
    watched.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    yield watched
    await runner.cleanup()


async def test_well(watched: Watched) -> None:
    watched.jobs.add("delivery", 1, _nothing)
    status, body = await watched.ask()
    assert (status, body["oldest_update"], body["oldest_message"]) == (200, None, None)
    assert list(body["jobs"]) == ["delivery"]


async def _nothing() -> None:
    pass


async def test_a_late_job(watched: Watched, monkeypatch: pytest.MonkeyPatch) -> None:
    watched.jobs.add("delivery", 1, _nothing)
    monkeypatch.setattr(jobs_module, "LATE", -10.0)
    assert (await watched.ask())[0] == 503


async def test_polling_that_has_not_gone_well_for_long(watched: Watched, monkeypatch: pytest.MonkeyPatch) -> None:
    watched.jobs.watch("polling", 0)
    monkeypatch.setattr(jobs_module, "LATE", 0.2)
    await asyncio.sleep(0.3)
    assert (await watched.ask())[0] == 503
    watched.jobs.beat("polling")
    assert (await watched.ask())[0] == 200


async def test_an_update_that_waits(watched: Watched) -> None:
    await watched.store.write(inbox.store, [Received(1, 7, "{}")], NOW)
    watched.time = NOW + 2 * MINUTE
    assert await watched.ask() == (200, {"ok": True, "jobs": {}, "oldest_update": 120.0, "oldest_message": None})
    watched.time = NOW + 2 * MINUTE + MINUTE / 60
    assert (await watched.ask())[0] == 503
    await watched.store.write(inbox.finish, [1])
    assert (await watched.ask())[0] == 200


async def test_a_message_overdue(watched: Watched) -> None:
    guest = await watched.store.write(add_guest, 7)
    await watched.store.write(outbox.put, "evening", 1, guest, "once", NOW, NOW + HOUR)
    watched.time = NOW + 5 * MINUTE
    assert (await watched.ask())[0] == 200
    watched.time = NOW + 6 * MINUTE
    status, body = await watched.ask()
    assert (status, body["oldest_message"]) == (503, 360.0)
    await watched.store.write(people.lose, 7, "blocked", NOW)  # they cannot be reached: it is not we who are unwell
    assert (await watched.ask())[0] == 200


async def test_a_taken_port_is_said(watched: Watched, store: Store) -> None:
    port = int(watched.url.rsplit(":", 1)[1])
    with pytest.raises(OSError, match="address already in use"):
        await Health(store, watched.jobs, lambda: NOW).serve("127.0.0.1", port)


LOGGING = """
import logging, structlog
from bot import logs
logs.begin()
log = structlog.get_logger()
log.info("running", jobs=4)
try:
    raise KeyError("причина")
except KeyError as error:
    log.error("a job failed", job="delivery", exc_info=error)
logging.getLogger("aiogram.event").warning("тайное слово")
logging.getLogger("apscheduler.scheduler").warning("тайное слово")
logging.getLogger("aiohttp.server").warning("something is odd")
logging.getLogger("aiohttp.server").info("тайное слово")
"""


def test_logs_are_one_line_an_event_on_stderr_with_causes_and_without_the_libraries_chatter() -> None:
    ended = subprocess.run(
        [sys.executable, "-c", LOGGING], cwd=ROOT, capture_output=True, text=True, timeout=30, check=True
    )
    first, second, third = ended.stderr.splitlines()
    assert ended.stdout == ""
    assert first.split(" ", 1)[1] == "level=info event=running jobs=4"
    assert first.startswith("timestamp=")
    assert 'event="a job failed" job=delivery' in second
    assert "KeyError" in second
    assert "Traceback" in second
    assert third.endswith("WARNING aiohttp.server something is odd")
    assert "тайное" not in ended.stderr
