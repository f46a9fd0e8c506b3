"""What db/store.py promises, and the private names of aiosqlite that it leans on."""

import asyncio
import inspect
import re
import sqlite3
import threading
from collections.abc import Awaitable, Callable
from pathlib import Path

import aiosqlite
import pytest
from sqlalchemy import Connection
from sqlalchemy.exc import OperationalError

from db import facts
from db.store import Store, database_path


def pragmas(conn: Connection) -> dict[str, object]:
    names = "journal_mode synchronous foreign_keys busy_timeout secure_delete trusted_schema cell_size_check"
    every = (*names.split(), "journal_size_limit", "temp_store", "query_only")
    return {name: conn.exec_driver_sql(f"PRAGMA {name}").scalar() for name in every}


async def test_the_private_names_of_aiosqlite_are_there_and_behave(tmp_path: Path) -> None:
    async with aiosqlite.connect(tmp_path / "x.db", isolation_level=None) as connection:
        assert inspect.iscoroutinefunction(connection._execute)
        assert isinstance(connection._conn, sqlite3.Connection)
        execute: Callable[[Callable[[], int]], Awaitable[int]] = connection._execute
        there = await execute(threading.get_ident)
        assert there != threading.get_ident()
        assert there == await execute(threading.get_ident)
        with pytest.raises(ZeroDivisionError):
            await execute(lambda: 1 // 0)


async def test_both_connections_have_their_pragmas(store: Store) -> None:
    common = {
        **{"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 5000, "secure_delete": 1},
        **{"trusted_schema": 0, "cell_size_check": 1, "journal_size_limit": 64 * 1024 * 1024, "temp_store": 2},
    }
    assert await store.write(pragmas) == {**common, "query_only": 0}
    assert await store.read(pragmas) == {**common, "query_only": 1}


async def test_the_reader_refuses_writes(store: Store) -> None:
    with pytest.raises(OperationalError, match="readonly"):
        await store.read(facts.put, "k", 1)


async def test_a_write_holds_the_write_lock_from_its_first_moment(store: Store, database: Path) -> None:
    def try_to_write(_: Connection) -> str:
        other = sqlite3.connect(database, isolation_level=None, timeout=0)
        try:
            other.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError as error:
            return str(error)
        finally:
            other.close()
        return "let in"

    assert await store.write(try_to_write) == "database is locked"
    assert await store.read(try_to_write) == "let in"


async def test_foreign_keys_are_kept(store: Store) -> None:
    def orphan(conn: Connection) -> None:
        conn.exec_driver_sql("INSERT INTO roles (person_id, role, given_at) VALUES (99, 'owner', '2027-01-01')")

    with pytest.raises(Exception, match="FOREIGN KEY"):
        await store.write(orphan)


async def test_a_use_case_that_raises_changes_nothing(store: Store) -> None:
    def half(conn: Connection) -> None:
        facts.put(conn, "first", 1)
        raise KeyError("second")

    with pytest.raises(KeyError):
        await store.write(half)
    assert await store.read(facts.get, "first") is None
    await store.write(facts.put, "after", 2)
    assert await store.read(facts.get, "after") == 2


async def test_a_reader_sees_one_snapshot_and_never_a_half(store: Store, database: Path) -> None:
    def twice(conn: Connection) -> tuple[object, object]:
        before = facts.get(conn, "k")
        with sqlite3.connect(database) as other:
            other.execute("UPDATE facts SET value = '2' WHERE key = 'k'")
        other.close()
        return before, facts.get(conn, "k")

    await store.write(facts.put, "k", 1)
    assert await store.read(twice) == (1, 1)
    assert await store.read(facts.get, "k") == 2


async def test_use_cases_run_whole_one_after_another(store: Store) -> None:
    running, most = 0, 0

    def count(conn: Connection) -> None:
        nonlocal running, most
        running += 1
        most = max(most, running)
        facts.put(conn, "n", (facts.get(conn, "n") or 0) + 1)
        running -= 1

    await asyncio.gather(*(store.write(count) for _ in range(200)))
    assert most == 1
    assert await store.read(facts.get, "n") == 200


async def test_a_cancelled_caller_leaves_the_whole_or_nothing_and_the_store_goes_on(store: Store) -> None:
    def both(conn: Connection) -> None:
        facts.put(conn, "a", 1)
        facts.put(conn, "b", 1)

    task = asyncio.create_task(store.write(both))
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    await store.write(facts.put, "c", 1)
    assert await store.read(facts.get, "a") == await store.read(facts.get, "b")


async def test_a_commit_that_fails_leaves_nothing_and_holds_up_nobody(store: Store) -> None:
    left_open = []

    def unfinished(conn: Connection) -> None:
        facts.put(conn, "a", 1)
        facts.put(conn, "b", 1)
        left_open.append(conn.connection.cursor().execute("INSERT INTO facts VALUES ('c', '1') RETURNING key"))

    with pytest.raises(OperationalError, match="in progress"):
        await store.write(unfinished)
    await store.write(lambda conn: left_open.clear())
    await store.write(facts.put, "d", 1)
    assert [await store.read(facts.get, key) for key in "abcd"] == [None, None, None, 1]


async def test_scrubbing_beside_everything_else_harms_nothing(store: Store) -> None:
    """It is one hop like any use case: nothing comes between its two statements, and it between nobody's."""

    def count(conn: Connection) -> None:
        facts.put(conn, "n", (facts.get(conn, "n") or 0) + 1)

    async def again_and_again(step: Callable[[], Awaitable[object]]) -> list[object]:
        return [await step() for _ in range(30)]

    writes = [again_and_again(lambda: store.write(count)) for _ in range(3)]
    done, *_ = await asyncio.gather(again_and_again(store.scrub), *writes)
    assert done == [True] * 30
    assert await store.read(facts.get, "n") == 90


async def test_an_error_of_the_store_never_repeats_what_was_to_be_written(store: Store) -> None:
    """A log may hold such an error: no text of a message, no name may be in it (house law 13)."""

    def refused(conn: Connection) -> None:
        conn.exec_driver_sql(
            "INSERT INTO inbox (update_id, chat_id, body, state, received_at) VALUES (1, 1, ?, 'odd', 'x')",
            ("тайное слово",),
        )

    with pytest.raises(Exception, match="CHECK") as caught:
        await store.write(refused)
    assert "тайное" not in str(caught.value)


async def test_data_stays_after_closing(store: Store, database: Path) -> None:
    await store.write(facts.put, "k", {"уз": [1]})
    again = await Store.open(database)
    assert await again.read(facts.get, "k") == {"уз": [1]}
    await again.close()


def test_database_path() -> None:
    assert database_path("sqlite+aiosqlite:///druzhba.db") == Path("druzhba.db")
    assert database_path("sqlite+aiosqlite:////srv/x.db") == Path("/srv/x.db")


@pytest.mark.parametrize(
    "url", ["sqlite:///x.db", "postgresql+asyncpg://h/x", "sqlite+aiosqlite://", "sqlite+aiosqlite:///:memory:", "x.db"]
)
def test_anything_but_sqlite_in_a_file_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match=re.escape(url)):
        database_path(url)
