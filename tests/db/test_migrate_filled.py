"""A store of every older version, in use, brought up to date: every row kept, new columns sane, whole or not at all."""

import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from db import migrate
from db.migrations import engine as engines
from tests.db.stores_of_before import STORES
from tests.db.test_migrate import KILL_ITSELF, checks, contents, kill_after, statements_of


@pytest.fixture(params=STORES)
def schema(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def old(schema: str, tmp_path: Path) -> Path:
    path = tmp_path / "old.db"
    STORES[schema].make(path, schema)
    return path


def everything(path: Path) -> dict[str, list[dict[str, Any]]]:
    """Every row of every table, by the tables' names."""
    with closing(sqlite3.connect(path)) as connection:
        connection.row_factory = sqlite3.Row
        tables = [row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return {
            table: sorted((dict(row) for row in connection.execute(f"SELECT * FROM {table}")), key=str)
            for table in tables
            if not table.startswith("sqlite_") and table != "alembic_version"
        }


def test_every_earlier_schema_has_its_store() -> None:
    schemas = {path.stem.split("_")[0] for path in migrate.VERSIONS.glob("[0-9]*.py")}
    assert set(STORES) == schemas - {migrate.head()}


def test_the_old_store_has_rows_in_every_table_it_had(old: Path, schema: str) -> None:
    before = everything(old)
    assert set(before) == set(STORES[schema].rows)
    assert all(before.values())
    assert migrate.current(old) == schema


def test_every_row_is_kept_as_it_was_and_the_new_columns_are_sane(old: Path, schema: str) -> None:
    store, before = STORES[schema], everything(old)
    assert migrate.upgrade(old) == schema
    after = everything(old)
    for table, rows in before.items():
        added = store.added.get(table, {})
        kept = [{name: value for name, value in row.items() if name not in store.since} for row in after[table]]
        assert kept == sorted(({**row, **added} for row in rows), key=str), table
    assert {table for table in after if not after[table]} == set(after) - set(before) == store.new


@pytest.mark.parametrize("schema", ["0001"])
def test_nobody_is_silent_or_out_of_reach_for_a_time_that_was_not_counted(old: Path) -> None:
    migrate.upgrade(old)
    with closing(sqlite3.connect(old)) as connection:
        now = connection.execute("SELECT datetime('now', '-1 minute')").fetchone()[0]
        people = connection.execute(
            "SELECT id, seen_at >= ?, unreachable_since >= ? FROM people", (now, now)
        ).fetchall()
    assert people == [(1, 1, None), (2, 1, None), (9, 1, 1)]


def test_the_schema_is_that_of_a_fresh_file_and_holds_together(old: Path, database: Path) -> None:
    migrate.upgrade(old)
    assert checks(old) == checks(database)
    with closing(sqlite3.connect(old)) as connection:
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]


def test_numbers_go_on_after_the_last_and_are_never_given_again(old: Path, schema: str) -> None:
    migrate.upgrade(old)
    with closing(sqlite3.connect(old)) as connection:
        given = dict(connection.execute("SELECT name, seq FROM sqlite_sequence").fetchall())
    assert {table: given[table] for table in STORES[schema].last} == STORES[schema].last


@pytest.fixture
def changing(old: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[int, str]]:
    """The statements with which the migration of this store changes anything, by their number."""
    found: list[str] = []
    plain, copy = engines.migration_engine, tmp_path / "copy.db"
    copy.write_bytes(old.read_bytes())
    with monkeypatch.context() as patch:
        patch.setattr(engines, "migration_engine", lambda path: statements_of(plain(path), found))
        migrate.upgrade(copy)
    words = ("CREATE", "INSERT", "UPDATE", "ALTER", "DROP", "DELETE")
    yield {number: sql for number, sql in enumerate(found, 1) if sql.split()[0] in words}


def test_killed_after_any_statement_it_is_the_old_one_whole(
    old: Path, schema: str, changing: dict[int, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    before, signups = contents(old), len(STORES[schema].rows["signups"])
    assert len(changing) > 10
    for number, sql in changing.items():
        kill_after(number, old, monkeypatch)
        assert contents(old) == before, sql
        assert migrate.current(old) == schema
    migrate.upgrade(old)
    assert migrate.current(old) == migrate.head()
    assert len(everything(old)["signups"]) == signups


def test_a_process_really_killed_with_9_leaves_it_whole(old: Path, schema: str, changing: dict[int, str]) -> None:
    before, middle = contents(old), sorted(changing)[len(changing) // 2]
    command = [sys.executable, "-c", KILL_ITSELF, str(old), str(middle)]
    assert subprocess.run(command, check=False, timeout=30).returncode == -9
    assert contents(old) == before
    assert migrate.upgrade(old) == schema
    assert migrate.current(old) == migrate.head()
