"""Migrations: whole or not at all, again without harm, and the same schema as db/tables.py."""

import hashlib
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Engine, create_engine, event
from sqlalchemy.pool import NullPool

from db import migrate
from db.migrate import SchemaTooNew
from db.migrations import engine as engines
from db.tables import metadata
from tests.db.scene import engine_of


class Killed(Exception):
    """Stands for the end of the process."""


def contents(path: Path) -> str:
    """Everything in the file, schema and rows."""
    with closing(sqlite3.connect(path)) as connection:
        return hashlib.sha256("\n".join(connection.iterdump()).encode()).hexdigest()


def statements_of(engine: Engine, seen: list[str], end_after: int | None = None) -> Engine:
    @event.listens_for(engine, "after_cursor_execute")
    def _(conn: object, cursor: object, statement: str, *_: object) -> None:
        seen.append(statement)
        if len(seen) == end_after:
            raise Killed

    return engine


@pytest.fixture
def seen(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """The statements of a whole migration of an empty file."""
    found: list[str] = []
    plain = engines.migration_engine
    with monkeypatch.context() as patch:
        patch.setattr(engines, "migration_engine", lambda path: statements_of(plain(path), found))
        yield found


def kill_after(number: int, path: Path, monkeypatch: pytest.MonkeyPatch, plain: object = None) -> None:
    make = plain if callable(plain) else engines.migration_engine
    with monkeypatch.context() as patch:
        patch.setattr(engines, "migration_engine", lambda path: statements_of(make(path), [], number))
        with pytest.raises(Killed):
            migrate.upgrade(path)


def test_a_fresh_file(tmp_path: Path) -> None:
    path = tmp_path / "new.db"
    assert migrate.current(path) is None
    assert migrate.upgrade(path) is None
    assert migrate.current(path) == migrate.head()


def test_again_changes_nothing(database: Path) -> None:
    before = contents(database)
    assert migrate.upgrade(database) == migrate.head()
    assert contents(database) == before


def test_an_empty_file_is_a_new_one(tmp_path: Path) -> None:
    path = tmp_path / "empty.db"
    path.touch()
    assert migrate.current(path) is None
    migrate.upgrade(path)
    assert migrate.current(path) == migrate.head()


def test_a_newer_schema_is_refused_and_not_touched(database: Path) -> None:
    with closing(sqlite3.connect(database)) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    before = contents(database)
    with pytest.raises(SchemaTooNew, match="9999"):
        migrate.upgrade(database)
    assert contents(database) == before


def test_the_migrated_schema_is_that_of_the_tables(database: Path) -> None:
    with engine_of(database).connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []


def checks(path: Path) -> dict[str, list[str]]:
    """Constraints, defaults and partial indexes, which Alembic's comparison does not look at."""
    with closing(sqlite3.connect(path)) as connection:
        rows = connection.execute("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY name").fetchall()
    return {
        name: sorted(" ".join(line.split()).rstrip(",").replace('"', "") for line in sql.splitlines())
        for name, sql in rows
        if name != "alembic_version"
    }


def test_checks_defaults_and_partial_indexes_are_the_same_as_well(database: Path, tmp_path: Path) -> None:
    from_tables = tmp_path / "tables.db"
    engine = create_engine(f"sqlite:///{from_tables}", poolclass=NullPool)
    metadata.create_all(engine)
    assert checks(database) == checks(from_tables)


def test_killed_after_any_statement_the_file_is_as_before_and_the_next_run_does_it(
    tmp_path: Path, seen: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = tmp_path / "whole.db"
    migrate.upgrade(whole)
    path, after_empty = tmp_path / "killed.db", contents(tmp_path / "none.db")
    changing = [n for n, sql in enumerate(seen, 1) if sql.split()[0] in ("CREATE", "INSERT", "UPDATE", "ALTER", "DROP")]
    assert len(changing) > 20
    for number in changing:
        kill_after(number, path, monkeypatch)
        assert contents(path) == after_empty, seen[number - 1]
        assert migrate.current(path) is None
    migrate.upgrade(path)
    assert checks(path) == checks(whole)


def test_with_the_drivers_own_transactions_a_killed_migration_would_half_apply(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The broken twin: sqlite3's default mode commits DDL at once."""

    def legacy(path: Path) -> Engine:
        return create_engine(f"sqlite:///{path}", poolclass=NullPool)

    path = tmp_path / "half.db"
    kill_after(25, path, monkeypatch, legacy)
    assert contents(path) != contents(tmp_path / "none.db")
    with pytest.raises(Exception, match="already exists"):
        migrate.upgrade(path)


KILL_ITSELF = """
import os, sys
from pathlib import Path
from sqlalchemy import event
from db import migrate
from db.migrations import engine as engines
plain, count = engines.migration_engine, [0]
def make(path):
    engine = plain(path)
    @event.listens_for(engine, "after_cursor_execute")
    def _(*_):
        count[0] += 1
        if count[0] == int(sys.argv[2]):
            os.kill(os.getpid(), 9)
    return engine
engines.migration_engine = make
migrate.upgrade(Path(sys.argv[1]))
"""


def test_a_process_really_killed_with_9_leaves_the_file_as_before(tmp_path: Path) -> None:
    path = tmp_path / "killed.db"
    ended = subprocess.run([sys.executable, "-c", KILL_ITSELF, str(path), "25"], check=False, timeout=30)
    assert ended.returncode == -9
    assert contents(path) == contents(tmp_path / "none.db")
    migrate.upgrade(path)
    assert migrate.current(path) == migrate.head()
