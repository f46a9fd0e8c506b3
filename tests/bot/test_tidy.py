"""The rounds of forgetting: what they do to the store, the memory and the files, and that they name nobody."""

import sqlite3
from datetime import datetime
from pathlib import Path

import pytest
from structlog.typing import EventDict

from bot.gate import Known
from bot.jobs.tidy import Tidying
from db import inbox, outbox, people, retention
from db.inbox import Received
from db.outbox import Ended
from db.rules.retention import Keep
from db.rules.seats import Party
from db.store import Store
from tests.db.scene import DAY, HOUR, NOW, STARTS, ZONE, add_event, seat

USER = 4_815_162_342


class House:
    """The rounds of a store, with a clock to turn."""

    def __init__(self, store: Store) -> None:
        self.store, self.time = store, NOW
        self.known = Known(store, ZONE, lambda: self.time)
        self.tidying = Tidying(store, self.known, Keep(), lambda: self.time)

    async def round(self, at: datetime) -> None:
        self.time = at
        await self.tidying.run()
        for row in await self.store.write(outbox.claim, at, 10):
            await self.store.write(outbox.settle, (Ended(row.id, "sent", at),))


@pytest.fixture
async def house(store: Store) -> House:
    event = await store.write(add_event)
    await store.write(seat, event, USER, Party(2, 1))
    return House(store)


async def test_a_round_says_how_many_and_names_nobody(house: House, logged: list[EventDict]) -> None:
    await house.store.write(inbox.store, [Received(1, USER, "{}")], NOW)
    await house.store.write(inbox.finish, [1])
    await house.round(STARTS + 64 * DAY)
    (line,) = logged
    assert line == {
        **{"event": "tidied", "log_level": "info", "updates": 1, "signups": 1, "messages": 0},
        **{"mistakes": 0, "warned": 0, "people": 0},
    }


async def test_who_goes_is_forgotten_in_memory_as_well(house: House, database: Path) -> None:
    assert (await house.known.get(USER)).name == "Гость 4815162342"
    await house.store.write(people.lose, USER, "blocked", NOW)
    await house.round(STARTS + 60 * DAY)
    assert (await house.store.read(people.find, USER)) is not None
    await house.round(NOW + 190 * DAY)
    assert await house.store.read(people.find, USER) is None
    assert "Гость" not in "".join(path.read_bytes().decode(errors="ignore") for path in database.parent.iterdir())
    new = await house.known.get(USER)
    assert (new.name, new.consented) == (None, False)


async def test_a_press_of_one_whom_memory_still_holds_makes_them_anew(house: House) -> None:
    """Removed at the very moment of a press: the day in memory is old, so the store is asked."""
    old = await house.known.get(USER)
    await house.round(NOW + 340 * DAY)
    await house.round(NOW + 341 * DAY)
    house.time = NOW + 380 * DAY
    assert await house.store.write(retention.remove, old.id, Keep(), house.time) is not None
    house.known.put(old)
    new = await house.known.get(USER)
    assert new.id != old.id
    assert new.seen_today(house.time)


async def test_the_erased_bytes_of_a_round_that_failed_go_with_the_next(
    house: House, database: Path, logged: list[EventDict], monkeypatch: pytest.MonkeyPatch
) -> None:
    async def full(store: Store) -> bool:
        raise sqlite3.OperationalError("database or disk is full")

    await house.store.write(people.lose, USER, "blocked", NOW)
    with monkeypatch.context() as patch:
        patch.setattr(Store, "scrub", full)
        await house.round(NOW + 190 * DAY)
    assert (logged[0]["event"], logged[0]["why"]) == (
        "erased bytes stay in the files until the next round", "database or disk is full",
    )  # fmt: skip
    assert "Гость".encode() in (database.parent / "druzhba.db-wal").read_bytes()
    await house.round(NOW + 190 * DAY + 6 * HOUR)
    assert all("Гость".encode() not in path.read_bytes() for path in database.parent.iterdir())
