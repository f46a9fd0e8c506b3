"""A store of an older version, in use, brought up to date: every row kept, new columns sane, whole or not at all."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from db import migrate
from db.migrations import engine as engines
from tests.db.test_migrate import checks, contents, kill_after, statements_of

T = "2026-11-23 05:00:00.000000"
FIRST_HOUSE: dict[str, list[dict[str, Any]]] = {  # schema 0001
    "people": [
        {"id": 1, "channel_user_id": 500, "language": "ru", "name": "Мария", "zone": "Asia/Tomsk", "created_at": T},
        {"id": 2, "channel_user_id": 7, "language": "uz", "name": "Дилноза", "zone": "Asia/Tomsk", "started_at": T,
         "created_at": T, "quiet_from": 540, "quiet_to": 1020, "remind_hours": 0, "arrived_by": "e_navruz"},
        {"id": 9, "channel_user_id": 8, "zone": "Asia/Tomsk", "reachable": 0, "unreachable_why": "blocked",
         "started_at": T, "created_at": T},
    ],
    "roles": [{"id": 1, "person_id": 1, "role": "owner", "given_at": T}],
    "consents": [
        {"id": 1, "person_id": 2, "purpose": "service", "version": "2026-11", "language": "uz", "given_at": T,
         "withdrawn_at": T},
        {"id": 2, "person_id": 2, "purpose": "service", "version": "2026-11", "language": "uz", "given_at": T},
        {"id": 3, "person_id": 9, "purpose": "service", "version": "2026-11", "language": "ru", "given_at": T},
    ],
    "venues": [{"id": 1, "slug": "house", "confirmed": 1, "latitude": 56.48, "longitude": 84.95, "imported": "{}"}],
    "venue_texts": [{"venue_id": 1, "language": "ru", "name": "Дом", "address": "пр. Ленина"}],
    "events": [
        {"id": number, "slug": slug, "venue_id": 1, "kind": "holiday", "state": state, "confirmed": 1,
         "zone": "Asia/Tomsk", "starts_local": "2027-03-21T12:00", "starts_at": T, "ends_at": T, "closes_at": T,
         "capacity": 50, "spoken": '["ru"]', "imported": "{}"}
        for number, slug, state in ((1, "navruz", "published"), (4, "chess", "cancelled"))
    ],
    "event_texts": [{"event_id": 1, "language": "uz", "title": "Navroʻz", "description": "Palov"}],
    "signups": [
        {"id": 1, "event_id": 1, "person_id": 2, "state": "active", "adults": 2, "children": 1, "code": 4827,
         "confirmed_at": T, "created_at": T, "changed_at": T},
        {"id": 2, "event_id": 4, "person_id": 2, "state": "active", "adults": 1, "children": 0, "held_adults": 2,
         "held_until": T, "code": 1000, "created_at": T, "changed_at": T},
        {"id": 7, "event_id": 1, "person_id": 9, "state": "left", "adults": 0, "children": 0, "held_adults": 3,
         "held_children": 1, "held_until": T, "code": 9999, "created_at": T, "changed_at": T},
    ],
    "drafts": [
        {"person_id": 2, "kind": "signup", "event_id": 1, "adults": 2, "updated_at": T},
        {"person_id": 9, "kind": "name", "updated_at": T},
    ],
    "outbox": [
        {"id": number, "kind": kind, "subject_id": 1, "person_id": 2, "slot": "2027-03-21T05:00Z", "planned_at": T,
         "due_at": T, "deadline": T, "state": state, "message_id": 5}
        for number, kind, state in ((1, "evening", "sent"), (2, "hours", "pending"), (30, "apology", "sending"))
    ],
    "inbox": [
        {"update_id": 10, "chat_id": 7, "state": "done", "received_at": T},
        {"update_id": 11, "chat_id": 7, "state": "new", "body": '{"update_id":11}', "received_at": T},
        {"update_id": 12, "chat_id": 7, "state": "effect", "body": '{"update_id":12}', "received_at": T},
        {"update_id": 13, "chat_id": 8, "state": "aside", "error": "KeyError", "attempts": 3, "received_at": T},
    ],
    "facts": [{"key": "contacts", "value": '{"phone": "+7"}'}],
}  # fmt: skip
SINCE_THEN = {"seen_at", "unreachable_since"}  # counted from the update on, for those who were there before
NEW = {"event_sums", "destructions", "alarms", "mistakes", "media"}
DEFAULTS: dict[str, dict[str, Any]] = {
    "people": {"warned_at": None, "visited_year": None},
    "signups": {
        **dict.fromkeys(("queue_number", "offered_until")),
        **dict.fromkeys(("wanted_adults", "wanted_children", "offered_adults", "offered_children"), 0),
        **dict.fromkeys(("offers", "together", "passed", "given_up", "calendar"), 0),
    },
    "drafts": {"about": None},
}


@pytest.fixture
def old(tmp_path: Path) -> Path:
    path = tmp_path / "old.db"
    migrate._run(path, "0001")
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("PRAGMA foreign_keys=ON")
        for table, rows in FIRST_HOUSE.items():
            for row in rows:
                marks = ", ".join("?" * len(row))
                connection.execute(f"INSERT INTO {table} ({', '.join(row)}) VALUES ({marks})", tuple(row.values()))
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


def test_the_old_store_has_rows_in_every_table_it_had(old: Path) -> None:
    before = everything(old)
    assert set(before) == set(FIRST_HOUSE)
    assert all(before.values())
    assert migrate.current(old) == "0001"


def test_every_row_is_kept_as_it_was_and_the_new_columns_are_sane(old: Path) -> None:
    before = everything(old)
    assert migrate.upgrade(old) == "0001"
    after = everything(old)
    for table, rows in before.items():
        added = DEFAULTS.get(table, {})
        kept = [{name: value for name, value in row.items() if name not in SINCE_THEN} for row in after[table]]
        assert kept == sorted(({**row, **added} for row in rows), key=str), table
    assert {table for table in after if not after[table]} == set(after) - set(before) == NEW


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


@pytest.mark.parametrize(("table", "last"), [("people", 9), ("signups", 7), ("outbox", 30)])
def test_numbers_go_on_after_the_last_and_are_never_given_again(old: Path, table: str, last: int) -> None:
    migrate.upgrade(old)
    with closing(sqlite3.connect(old)) as connection:
        assert connection.execute("SELECT seq FROM sqlite_sequence WHERE name = ?", (table,)).fetchone() == (last,)


@pytest.fixture
def statements(old: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """What the migration of a filled file does."""
    found: list[str] = []
    plain, copy = engines.migration_engine, tmp_path / "copy.db"
    copy.write_bytes(old.read_bytes())
    with monkeypatch.context() as patch:
        patch.setattr(engines, "migration_engine", lambda path: statements_of(plain(path), found))
        migrate.upgrade(copy)
    yield found


def test_killed_after_any_statement_it_is_the_old_one_whole(
    old: Path, statements: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    before = contents(old)
    words = ("CREATE", "INSERT", "UPDATE", "ALTER", "DROP", "DELETE")
    changing = [number for number, sql in enumerate(statements, 1) if sql.split()[0] in words]
    assert len(changing) > 20
    for number in changing:
        kill_after(number, old, monkeypatch)
        assert contents(old) == before, statements[number - 1]
        assert migrate.current(old) == "0001"
    migrate.upgrade(old)
    assert migrate.current(old) == migrate.head()
    assert len(everything(old)["signups"]) == 3
