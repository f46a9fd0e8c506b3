"""Erased, byte by byte: no name, number or text of the person in any file of the store, its log included."""

import random
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import Connection, update

from bot.scrubbing import scrub
from db import consents, drafts, erasure, inbox, migrate, mistakes, outbox, people, retention, signups
from db import store as store_module
from db.inbox import Received
from db.rules.retention import Keep
from db.rules.seats import Party
from db.store import Store
from db.tables import inbox as inbox_rows
from db.tables import metadata
from db.tables import outbox as outbox_rows
from tests.db.scene import DAY, NOW, STARTS, ZONE, add_event, engine_of, rows

CANARY = 6_471_398_205_177_331
NAME = "Канарейка Шухрат"
LINK = "e_kanareyka-ssylka"
TEXT = "кенар поёт тайну"
MISTAKE = "канарейка пишет об ошибке"
SIGNS = {"the name": NAME, "the link": LINK, "the text": TEXT, "the mistake": MISTAKE, "the number": str(CANARY)}
BODY = f'{{"update_id":%d,"message":{{"from":{{"id":{CANARY},"first_name":"{NAME}"}},"text":"{TEXT}"}}}}'


def as_stored(number: int) -> bytes:
    """A whole number as SQLite writes it into a row: eight bytes, the largest first."""
    return number.to_bytes(8, "big")


def traces(folder: Path) -> set[str]:
    """Which signs of the person stand in any file of the folder, and where."""
    wanted = {what: text.encode() for what, text in SIGNS.items()} | {"the number in a row": as_stored(CANARY)}
    files = {path.name: path.read_bytes() for path in folder.iterdir()}
    return {f"{what} in {name}" for what, sign in wanted.items() for name, content in files.items() if sign in content}


def crowd(conn: Connection, count: int, seed: int = 2027) -> None:
    """Neighbours who come, write, change and go, so that pages split and rows move."""
    chance = random.Random(seed)
    event = add_event(conn, "crowd", capacity=None)
    for number in range(count):
        guest = people.meet(conn, chance.randrange(10**15), ZONE, NOW)
        consents.give(conn, guest.id, "uz", NOW)
        signups.join(conn, event, guest.id, Party(1), "Сосед" * chance.randrange(1, 12), NOW)
        one = Received(10_000 + number, guest.user_id, "x" * chance.randrange(200, 3000))
        inbox.store(conn, [one], NOW)
        if chance.random() < 0.5:
            inbox.finish(conn, [one.update_id])
        if chance.random() < 0.2:
            people.rename(conn, guest.id, "Ш" * 80)


def live(conn: Connection) -> None:
    """Somebody who uses everything there is, with rows in every table of people, some of them changed and deleted."""
    event, past = add_event(conn), add_event(conn, "chess")
    person = people.meet(conn, CANARY, ZONE, NOW)
    people.arrive(conn, person.id, LINK)
    consents.give(conn, person.id, "uz", NOW)
    inbox.store(conn, [Received(number, CANARY, BODY % number) for number in (1, 2, 3, 4)], NOW)
    inbox.finish(conn, [1])
    inbox.set_aside(conn, Received(2, CANARY, ""), "KeyError", 3, NOW)
    for one in (event, past):
        signups.join(conn, one, person.id, Party(2, 1), NAME, NOW)
    people.rename(conn, person.id, f"{NAME} и ещё")
    signups.change(conn, event, person.id, Party(1), NOW)
    mistakes.begin(conn, person.id, None, NOW)
    mistakes.report(conn, person.id, "uz", MISTAKE, False, 5, NOW)
    drafts.name(conn, person.id, NOW)
    outbox.put(conn, "commands", person.id, person.id, NOW.isoformat(), NOW, NOW + DAY)
    sent = outbox_rows.c.person_id == person.id, outbox_rows.c.kind == "evening"
    conn.execute(update(outbox_rows).where(*sent).values(state="sent", message_id=CANARY))


def find_id(conn: Connection) -> int:
    person = people.find(conn, CANARY)
    assert person is not None
    return person.id


def fill(conn: Connection) -> None:
    crowd(conn, 150)
    live(conn)
    crowd(conn, 150, 7)


@pytest.fixture
async def full(store: Store) -> Store:
    await store.write(fill)
    return store


async def erase(store: Store) -> None:
    await store.write(erasure.erase, await store.read(find_id), "asked", NOW)


async def test_before_everything_is_there_and_afterwards_nothing(full: Store, database: Path) -> None:
    before = {sign.split(" in druzhba")[0] for sign in traces(database.parent)}
    assert before == {*SIGNS, "the number in a row"}
    await erase(full)
    assert await full.scrub()
    assert traces(database.parent) == set()
    assert {path.name for path in database.parent.iterdir()} == {"druzhba.db", "druzhba.db-wal", "druzhba.db-shm"}
    assert (database.parent / "druzhba.db-wal").stat().st_size == 0


async def test_the_same_after_retention(full: Store, database: Path) -> None:
    await full.write(lambda conn: conn.execute(update(inbox_rows).values(state="done", body=None)))
    await full.write(people.lose, CANARY, "blocked", NOW)
    later = STARTS + 200 * DAY
    guest = await full.read(find_id)
    assert await full.write(retention.remove, guest, Keep(), later) is not None
    assert await full.scrub()
    assert traces(database.parent) == set()


async def test_the_neighbours_and_the_journal_are_whole_afterwards(full: Store, database: Path) -> None:
    def others(conn: Connection) -> dict[str, int]:
        return {table.name: len(rows(conn, table)) for table in metadata.sorted_tables}

    before = await full.read(others)
    await erase(full)
    await full.scrub()
    after = await full.read(others)
    assert after["people"] == before["people"] - 1
    assert after["inbox"] == before["inbox"]
    assert after["destructions"] == 1
    with engine_of(database).connect() as conn:
        assert conn.exec_driver_sql("PRAGMA integrity_check").scalar() == "ok"
        assert conn.exec_driver_sql("PRAGMA foreign_key_check").all() == []


# -- the broken twins


async def test_without_scrubbing_the_log_still_has_it_all(full: Store, database: Path) -> None:
    await erase(full)
    assert {sign for sign in traces(database.parent) if sign.endswith("-wal")}


async def test_a_reader_in_the_way_is_told_of_and_the_next_time_it_is_done(full: Store, database: Path) -> None:
    await erase(full)
    await full.write(lambda conn: conn.exec_driver_sql("PRAGMA busy_timeout = 1").all())
    reading = sqlite3.connect(database, isolation_level=None)
    reading.execute("BEGIN")
    reading.execute("SELECT count(*) FROM people").fetchone()
    assert not await full.scrub()
    reading.close()
    assert await full.scrub()
    assert traces(database.parent) == set()


BLUNT = tuple(one.replace("secure_delete=ON", "secure_delete=OFF") for one in store_module.PRAGMAS)


async def erased_in(database: Path, pragmas: tuple[str, ...], finish: Callable[[sqlite3.Connection], object]) -> None:
    """The same life and the same erasure, by other pragmas; then whatever `finish` does instead of scrubbing."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(store_module, "PRAGMAS", pragmas)
        store = await Store.open(database)
        await store.write(fill)
        await erase(store)
        await store.close()
    with sqlite3.connect(database) as connection:
        for pragma in pragmas:
            connection.execute(f"PRAGMA {pragma}")
        finish(connection)
    connection.close()


async def test_without_secure_delete_the_file_keeps_it(database: Path) -> None:
    await erased_in(database, BLUNT, lambda conn: conn.execute("PRAGMA wal_checkpoint(TRUNCATE)"))
    assert {sign for sign in traces(database.parent) if sign.endswith("druzhba.db")}


SEEDS = range(8)


def texts_left(path: Path, seed: int, rewrite: bool) -> list[str]:
    """Texts come and are erased as those of updates are, under secure_delete; which of them are in the file still."""
    chance, texts = random.Random(seed), []
    waiting: list[int] = []
    connection = sqlite3.connect(path, isolation_level=None)
    for pragma in (*store_module.PRAGMAS, "synchronous=OFF"):
        connection.execute(f"PRAGMA {pragma}").fetchall()
    connection.execute("CREATE TABLE texts (id INTEGER PRIMARY KEY, body TEXT)")
    connection.execute("BEGIN")
    for number, key in enumerate(chance.sample(range(10**9), 600)):
        texts.append(f"canary-{number:04}.")
        connection.execute("INSERT INTO texts VALUES (?, ?)", (key, texts[-1] + "x" * chance.randrange(300, 3000)))
        waiting.append(key)
        if chance.random() < 0.7:
            done = waiting.pop(chance.randrange(len(waiting)))
            connection.execute("UPDATE texts SET body = NULL WHERE id = ?", (done,))
    connection.execute("UPDATE texts SET body = NULL")
    connection.execute("COMMIT")
    if rewrite:
        connection.execute("VACUUM")
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    connection.close()
    content = path.read_bytes()
    return [text for text in texts if text.encode() in content]


def test_secure_delete_alone_leaves_copies_in_split_pages_and_rewriting_does_not(tmp_path: Path) -> None:
    """Why Store.scrub rewrites the file: the reason must stay visible, or somebody will save its tenth of a second."""
    assert [text for seed in SEEDS for text in texts_left(tmp_path / f"{seed}.db", seed, rewrite=False)]
    assert [text for seed in SEEDS for text in texts_left(tmp_path / f"{seed}v.db", seed, rewrite=True)] == []


# -- an older file, and a process that dies

SCRUB_AND_DIE = """
import asyncio, os, sys
from pathlib import Path
from db import erasure, people
from db.store import Store
from tests.db.scene import NOW

async def main():
    store = await Store.open(Path(sys.argv[1]))
    person = await store.read(people.find, int(sys.argv[2]))
    await store.write(erasure.erase, person.id, "asked", NOW)
    os.kill(os.getpid(), 9)

asyncio.run(main())
"""


async def test_killed_between_the_erasure_and_the_scrubbing_the_next_round_does_it(database: Path) -> None:
    with engine_of(database).begin() as conn:
        fill(conn)
    ended = subprocess.run([sys.executable, "-c", SCRUB_AND_DIE, database, str(CANARY)], check=False, timeout=60)
    assert ended.returncode == -9
    assert traces(database.parent)
    again = await Store.open(database)
    assert await again.read(people.find, CANARY) is None
    await scrub(again)
    assert traces(database.parent) == set()
    await again.close()


async def test_a_migration_leaves_no_copy_behind_that_could_not_be_erased(tmp_path: Path) -> None:
    path = tmp_path / "old" / "druzhba.db"
    path.parent.mkdir()
    migrate._run(path, "0001")
    with sqlite3.connect(path) as old:
        old.execute(
            "INSERT INTO people (channel_user_id, name, zone, created_at) VALUES (?, ?, 'Asia/Tomsk', '2027-01-01')",
            (CANARY, NAME),
        )
    old.close()
    migrate.upgrade(path)
    store = await Store.open(path)
    await erase(store)
    assert await store.scrub()
    assert traces(path.parent) == set()
    await store.close()
    shutil.rmtree(path.parent)
