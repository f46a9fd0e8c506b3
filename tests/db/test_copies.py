"""A copy of the store: one moment of it, whole, known again, of any schema; and what a restored store goes on from."""

import shutil
import sqlite3
from contextlib import closing
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import Connection

from db import copies, facts, migrate, outbox
from db.migrate import SchemaTooNew
from db.rules.seats import Party
from db.store import Store
from db.tables import outbox as outbox_table
from handlers.notices import REPEATABLE
from tests.db.scene import (
    DAY,
    EVENING_DUE,
    HOUR,
    HOURS_DUE,
    MINUTE,
    NOW,
    STARTS,
    add_event,
    add_guest,
    engine_of,
    rows,
    seat,
    states,
)
from tests.db.stores_of_before import STORES
from tests.db.test_migrate import contents


def copied(database: Path) -> Path:
    to = database.with_name("copy.db")
    to.touch(0o600)
    copies.take(database, to, NOW)
    return to


async def test_a_copy_taken_in_the_middle_of_a_write_holds_what_was_there_before_it(
    store: Store, database: Path
) -> None:
    await store.write(add_guest, 7)
    taken: list[Path] = []

    def write(conn: Connection) -> None:
        add_guest(conn, 8)
        taken.append(copied(database))

    await store.write(write)
    with closing(sqlite3.connect(taken[0])) as connection:
        assert connection.execute("SELECT channel_user_id FROM people").fetchall() == [(7,)]
    assert copies.recognise(taken[0]) == NOW


async def test_the_store_itself_is_not_changed(store: Store, database: Path) -> None:
    await store.write(add_guest, 7)
    before = contents(database)
    copied(database)
    assert contents(database) == before
    assert await store.read(facts.get, copies.COPIED_AT) is None


async def test_a_plain_copy_of_the_file_lacks_what_is_in_the_log(store: Store, database: Path) -> None:
    """The broken twin."""
    await store.write(add_guest, 7)
    with closing(sqlite3.connect(shutil.copy(database, database.with_name("plain.db")))) as connection:
        assert connection.execute("SELECT count(*) FROM people").fetchone() == (0,)


def test_nothing_that_was_deleted_is_in_a_copy(database: Path) -> None:
    with closing(sqlite3.connect(database)) as connection:
        connection.execute("PRAGMA secure_delete=OFF")
        connection.execute("INSERT INTO facts VALUES ('x', '\"kanareyka\"')")
        connection.commit()
        connection.execute("DELETE FROM facts WHERE key = 'x'")
        connection.commit()
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    assert b"kanareyka" in database.read_bytes()
    assert b"kanareyka" not in copied(database).read_bytes()


def test_what_is_there_already_is_not_written_over(database: Path) -> None:
    to = database.with_name("copy.db")
    to.write_text("something")
    with pytest.raises(sqlite3.DatabaseError):
        copies.take(database, to, NOW)
    assert to.read_text() == "something"


@pytest.mark.parametrize("schema", STORES)
def test_a_copy_of_an_earlier_schema_is_known_and_can_be_brought_up_to_date(tmp_path: Path, schema: str) -> None:
    STORES[schema].make(tmp_path / "old.db", schema)
    copy = copied(tmp_path / "old.db")
    assert copies.recognise(copy) == NOW
    copies.go_on(copy, NOW)
    assert migrate.upgrade(copy) == schema


def test_a_store_in_use_is_no_copy(database: Path) -> None:
    with pytest.raises(copies.NotACopy):
        copies.recognise(database)
    copy = copied(database)
    copies.go_on(copy, NOW)
    with pytest.raises(copies.NotACopy):
        copies.recognise(copy)


def test_somebody_elses_database_is_no_copy(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "other.db")) as connection, connection:
        connection.execute("CREATE TABLE people (id INTEGER)")
    for name in ("other.db", "empty.db"):
        (tmp_path / name).touch()
        with pytest.raises(copies.NotACopy):
            copies.recognise(tmp_path / name)


def test_a_copy_by_newer_code_is_refused(database: Path) -> None:
    copy = copied(database)
    with closing(sqlite3.connect(copy)) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(SchemaTooNew, match="9999"):
        copies.recognise(copy)


@pytest.mark.parametrize("damage", ["cut", "zeros"])
def test_a_broken_one_is_refused(database: Path, damage: str) -> None:
    copy = copied(database)
    whole = copy.read_bytes()
    half = len(whole) // 2 // 4096 * 4096
    broken = {"cut": whole[:half], "zeros": whole[:half] + bytes(len(whole) - half)}
    copy.write_bytes(broken[damage])
    with pytest.raises(copies.Broken):
        copies.recognise(copy)


def messages(database: Path, restored_at: datetime) -> dict[str, list[tuple[str, int]]]:
    """What becomes of each message by the start after a restore: its state, and how often its outcome was unknown."""
    copy = copied(database)
    copies.go_on(copy, restored_at)
    copy = copy.rename(database.with_name("restored.db"))
    with engine_of(copy).begin() as conn:
        outbox.recover(conn, REPEATABLE, restored_at)
        outbox.drop_expired(conn, restored_at + MINUTE)
        found: dict[str, list[tuple[str, int]]] = {}
        for row in rows(conn, outbox_table):
            found.setdefault(row["kind"], []).append((row["state"], row["unknowns"]))
    return found


def test_another_letter_in_a_name_is_not_seen_here(database: Path) -> None:
    """The pages hold together all the same: so copies are packed with a checksum (bot/packing.py)."""
    with engine_of(database).begin() as conn:
        facts.put(conn, "x", "Dilnoza")
    copy = copied(database)
    copy.write_bytes(copy.read_bytes().replace(b"Dilnoza", b"Dilnoz`"))
    assert copies.recognise(copy) == NOW


@pytest.fixture
def signed_up(database: Path) -> Path:
    """Two reminders to come, and an apology that is due."""
    with engine_of(database).begin() as conn:
        seat(conn, add_event(conn), 7, Party(2))
        outbox.put(conn, "apology", 5, add_guest(conn, 7), "once", NOW, NOW + DAY)
        assert [state for _, state in states(conn)] == ["pending"] * 3
    return database


def test_what_was_not_due_yet_will_be_sent(signed_up: Path) -> None:
    became = messages(signed_up, EVENING_DUE - HOUR)
    assert (became["evening"], became["hours"]) == ([("pending", 0)], [("pending", 0)])


def test_what_has_come_due_since_may_have_been_sent_it_goes_once_more_or_not_at_all(signed_up: Path) -> None:
    became = messages(signed_up, EVENING_DUE + HOUR)
    assert became == {"evening": [("pending", 1)], "hours": [("pending", 0)], "apology": [("unknown", 1)]}


def test_a_reminder_that_would_come_too_late_does_not_come(signed_up: Path) -> None:
    assert messages(signed_up, HOURS_DUE + HOUR)["evening"] == [("dropped", 1)]
    assert messages(signed_up, STARTS + HOUR)["hours"] == [("dropped", 1)]


def test_without_the_doubt_an_apology_would_be_said_twice(signed_up: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The broken twin."""
    monkeypatch.setattr(outbox, "doubt", lambda conn, now: 0)
    assert messages(signed_up, NOW + HOUR)["apology"] == [("pending", 0)]
