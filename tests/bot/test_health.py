"""/health tells when a job is late, an update waits or a message is overdue."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest

from bot.counts import Waits
from bot.health import Health
from bot.http import serve
from bot.jobs import clock as jobs_module
from bot.jobs.backups import Backups
from bot.jobs.clock import Jobs
from bot.settings import load
from db import inbox, outbox, people
from db.inbox import Received
from db.store import Store
from tests.db.scene import HOUR, MINUTE, NOW, add_guest


class Watched:
    """The health of a store at a moment that the test sets."""

    def __init__(self, store: Store) -> None:
        self.store, self.jobs, self.time, self.url = store, Jobs(), NOW, ""
        self.crowded, self.troubles, self.waits = frozenset[int](), tuple[str, ...](), Waits()
        none = load(_env_file=None, bot_token="42:nobody", backup_folder=None)
        self.backups = Backups(none, store, lambda: self.time)

    def health(self) -> Health:
        told = (lambda: self.crowded, self.waits, self.backups, lambda: self.troubles, lambda: "proxy 2 of 3")
        return Health(self.store, self.jobs, lambda: self.time, *told)

    async def ask(self) -> tuple[int, dict[str, Any]]:
        async with aiohttp.ClientSession() as session, session.get(f"{self.url}/health") as answer:
            body: dict[str, Any] = await answer.json()
            assert body["ok"] is (answer.status == 200)
            return answer.status, body


@pytest.fixture
async def watched(store: Store) -> AsyncIterator[Watched]:
    watched = Watched(store)
    runner = await serve("127.0.0.1", 0, {"/health": watched.health().page})
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
    ages = {"oldest_update": 120.0, "oldest_message": None, "last_backup": None, "p95_seconds": None}
    still = {"jobs": {}, "troubles": [], "crowded_chats": 0, "way": "proxy 2 of 3"}
    assert await watched.ask() == (200, {"ok": True, **still, **ages})
    watched.time = NOW + 2 * MINUTE + MINUTE / 60
    assert (await watched.ask())[0] == 503
    await watched.store.write(inbox.finish, [1])
    assert (await watched.ask())[0] == 200


async def test_the_updates_of_a_crowded_chat_wait_rightly(watched: Watched) -> None:
    await watched.store.write(inbox.store, [Received(1, 7, "{}")], NOW)
    await watched.store.write(inbox.store, [Received(2, 8, "{}")], NOW + MINUTE)
    watched.time, watched.crowded = NOW + 3 * MINUTE, frozenset({7})
    status, body = await watched.ask()
    assert (status, body["crowded_chats"], body["oldest_update"]) == (200, 1, 120.0)
    watched.crowded = frozenset()
    assert (await watched.ask())[0] == 503


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


async def test_how_long_people_wait_is_told_and_makes_nobody_ill(watched: Watched) -> None:
    for seconds in (*[0.1234] * 95, *[60.0] * 5):
        watched.waits.add(seconds)
    status, body = await watched.ask()
    assert (status, body["p95_seconds"]) == (200, 0.123)


async def test_a_backup_that_failed(watched: Watched) -> None:
    assert (await watched.ask())[1]["last_backup"] is None
    watched.backups.last, watched.backups.failing = NOW - 25 * HOUR, True
    status, body = await watched.ask()
    assert (status, body["last_backup"]) == (503, 25 * 3600.0)
    watched.backups.last, watched.backups.failing = NOW, False
    status, body = await watched.ask()
    assert (status, body["last_backup"]) == (200, 0.0)


async def test_a_machine_that_fails_us(watched: Watched) -> None:
    watched.troubles = ("clock", "disk")
    status, body = await watched.ask()
    assert (status, body["troubles"]) == (503, ["clock", "disk"])


async def test_a_taken_port_is_said(watched: Watched) -> None:
    port = int(watched.url.rsplit(":", 1)[1])
    with pytest.raises(OSError, match="address already in use"):
        await serve("127.0.0.1", port, {})
