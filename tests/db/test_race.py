"""1,000 people at once for 50 places: exactly 50 are seated. The naive twin seats more, and a test says so."""

import asyncio
import sqlite3
import time
from collections import Counter
from pathlib import Path

from sqlalchemy import Connection, func, insert, select

from db import signups
from db.places import seats_taken
from db.rules.refusals import Full
from db.rules.seats import Party, check_room
from db.store import Store
from db.tables import signups as signup_rows
from tests.db.scene import NOW, add_event, add_guest

PEOPLE, PLACES = 1000, 50


async def crowd(store: Store, size: int) -> tuple[int, list[int]]:
    def gather(conn: Connection) -> tuple[int, list[int]]:
        return add_event(conn, capacity=PLACES), [add_guest(conn, number) for number in range(1, size + 1)]

    return await store.write(gather)


def seated(conn: Connection) -> int:
    return conn.scalar(select(func.coalesce(func.sum(seats_taken(NOW)), 0))) or 0


def different_codes(conn: Connection) -> int:
    return conn.scalar(select(func.count(signup_rows.c.code.distinct()))) or 0


async def test_a_thousand_at_once_for_fifty_places(store: Store) -> None:
    event, guests = await crowd(store, PEOPLE)
    waits: list[float] = []

    async def come(guest: int) -> str:
        began = time.perf_counter()
        try:
            await store.write(signups.join, event, guest, Party(1), "Гость", NOW)
        except Full as full:
            return f"full, {full.free} free"
        finally:
            waits.append(time.perf_counter() - began)
        return "seated"

    ends = Counter(await asyncio.gather(*(come(guest) for guest in guests)))
    waits.sort()
    print(f"{PEOPLE} at once: p50 {waits[PEOPLE // 2] * 1000:.0f} ms, p99 {waits[PEOPLE * 99 // 100] * 1000:.0f} ms")
    assert ends == {"seated": PLACES, "full, 0 free": PEOPLE - PLACES}
    assert await store.read(seated) == PLACES
    assert await store.read(different_codes) == PLACES


async def test_families_at_once_never_take_more_than_there_is_and_leave_no_place_empty(store: Store) -> None:
    event, guests = await crowd(store, 200)

    async def come(number: int, guest: int) -> None:
        size = number % 4 + 1
        while size:
            try:
                await store.write(signups.join, event, guest, Party(size), "Гость", NOW)
            except Full as full:
                size = full.free
            else:
                return

    await asyncio.gather(*(come(number, guest) for number, guest in enumerate(guests)))
    assert await store.read(seated) == PLACES


async def test_one_person_on_many_phones_is_seated_once(store: Store) -> None:
    event, (guest,) = await crowd(store, 1)
    ends = await asyncio.gather(
        *(store.write(signups.join, event, guest, Party(2), "Гость", NOW) for _ in range(50))
    )  # fmt: skip
    assert [signed.new for signed in ends].count(True) == 1
    assert await store.read(seated) == 2


async def test_the_naive_twin_oversells(store: Store) -> None:
    """Counts in one transaction and inserts in another, as most bots do. If it did not oversell here, the tests above
    would prove nothing."""
    event, guests = await crowd(store, 200)

    def naive_insert(conn: Connection, guest: int) -> None:
        row = {"event_id": event, "person_id": guest, "state": "active", "adults": 1, "code": 1000 + guest}
        conn.execute(insert(signup_rows).values(**row, created_at=NOW, changed_at=NOW))

    async def come(guest: int) -> bool:
        taken = await store.read(seated)
        try:
            check_room(Party(1), PLACES - taken)
        except Full:
            return False
        await store.write(naive_insert, guest)
        return True

    ends = await asyncio.gather(*(come(guest) for guest in guests))
    assert ends.count(True) > PLACES
    assert await store.read(seated) == ends.count(True)


async def test_a_deferred_transaction_that_turns_to_writing_is_locked_out(store: Store, database: Path) -> None:
    """Why every write begins with BEGIN IMMEDIATE: after somebody else's commit no waiting helps a deferred one."""
    event, (first, second) = await crowd(store, 2)
    late = sqlite3.connect(database, isolation_level=None, timeout=5)
    late.execute("BEGIN")
    late.execute("SELECT count(*) FROM signups").fetchone()
    await store.write(signups.join, event, first, Party(1), "Гость", NOW)
    began = time.perf_counter()
    try:
        late.execute("UPDATE people SET name = 'x' WHERE id = ?", (second,))
        outcome = "written"
    except sqlite3.OperationalError as error:
        outcome = str(error)
    finally:
        late.close()
    assert outcome == "database is locked"
    assert time.perf_counter() - began < 1  # at once: the five seconds of patience were of no use
