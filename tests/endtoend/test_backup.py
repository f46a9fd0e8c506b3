"""The drill: copies made while a crowd presses, a server lost, the copy restored in an empty place, the bot started."""

import asyncio
import random
import shutil
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from pathlib import Path

import pytest
from pyrage import x25519

from bot import backup
from emulator import DILNOZA, Emulator
from tests.endtoend.crowd import Restless, keep_ledger, turns
from tests.endtoend.guests import Event, Guest, bring, next_month
from tests.endtoend.process import Process, standing

PEOPLE = 40
PLACES = PEOPLE + 1  # each of them, and one who comes later
SLUG = "big-square"
KEY = x25519.Identity.generate()
Ledger = list[tuple[int, str]]
Turns = dict[int, list[str]]


def ledger(path: Path) -> Ledger:
    """Every coming and going, in order."""
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as connection:
        return connection.execute("SELECT person_id, state FROM ledger ORDER BY rowid").fetchall()


def check(path: Path, before: int, whole: Ledger) -> int:
    """What has to hold of a copy: it is one moment of the store, after at least `before` turns; gives how many."""
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
        states = dict(connection.execute("SELECT person_id, state FROM signups").fetchall())
        taken = "SELECT coalesce(sum(adults + children + held_adults + held_children), 0) FROM signups"
        assert connection.execute(taken).fetchone()[0] <= PLACES, "oversold"
    held = ledger(path)
    assert before <= len(held), "what had been done before the copy was begun is not in it"
    assert held == whole[: len(held)]
    assert states == dict(held), "half of a change"
    return len(held)


@asynccontextmanager
async def a_crowd(tg: Emulator, seed: int) -> AsyncIterator[list[Restless]]:
    """They press until the end of the block."""
    chance, enough = random.Random(seed), asyncio.Event()
    crowd = [Restless(tg, f"Гость {number}", chance) for number in range(PEOPLE)]
    living = [asyncio.create_task(one.live(SLUG, 1, enough)) for one in crowd]
    async with asyncio.timeout(60):
        while not all(one.wanted for one in crowd):
            await asyncio.sleep(0.05)
    yield crowd
    enough.set()
    await asyncio.gather(*living)


def as_it_lies(bot: Process, to: Path) -> int:
    """The twin: the file alone, as cp takes it. Gives how many turns were in the store before."""
    before = len(ledger(bot.database))
    shutil.copy(bot.database, to)
    return before


async def made_by_the_job(folder: Path) -> backup.Copy:
    async with asyncio.timeout(20):
        while not (found := backup.found(folder) if folder.exists() else []):
            await asyncio.sleep(0.05)
    return found[0]


@asynccontextmanager
async def log_kept(bot: Process) -> AsyncIterator[None]:
    """A reader that looks at an old moment: what is done from here on stays in the log alone."""
    with closing(sqlite3.connect(f"file:{bot.database}?mode=ro", uri=True)) as connection:
        connection.execute("BEGIN")
        connection.execute("SELECT count(*) FROM ledger").fetchone()
        seen = len(ledger(bot.database))
        async with asyncio.timeout(20):
            while len(ledger(bot.database)) < seen + 5:
                await asyncio.sleep(0.05)
        yield


async def test_a_server_is_lost_and_its_bot_lives_on_elsewhere(tmp_path: Path) -> None:
    seed = random.randrange(10**6)
    print("seed", seed)
    key_file, folder = tmp_path / "key.txt", tmp_path / "copies"
    key_file.write_text(f"# public key: {KEY.to_public()}\n{KEY}\n", encoding="utf-8")
    public = str(KEY.to_public())
    async with standing(tmp_path, BACKUP_FOLDER=str(folder), BACKUP_KEY=public) as (tg, bot):
        await (await bring(bot, tmp_path, Event(SLUG, next_month(), PLACES))).close()
        keep_ledger(bot)
        await bot.start()
        async with a_crowd(tg, seed) as crowd:
            async with log_kept(bot):
                lacking = as_it_lies(bot, tmp_path / "plain.db")
                before = len(ledger(bot.database))
                by_hand = await bot.once("backup", str(tmp_path / "by-hand.gz"))
            assert by_hand.status == 0, by_hand.words
            await bot.kill()
            shutil.rmtree(folder)
            unseen = len(ledger(bot.database))
            await bot.start()
            by_job = await made_by_the_job(folder)
        await bot.all_handled(tg)
        whole = ledger(bot.database)
        await bot.kill()
        for copy, least in ((tmp_path / "by-hand.gz.age", before), (by_job.path, unseen)):
            there = tmp_path / copy.name.replace(".", "-")
            there.mkdir()
            new = Process(tg, there, BACKUP_FOLDER=str(there / "copies"), BACKUP_KEY=public)
            restored = await new.once("restore", str(copy), "--key", str(key_file))
            assert restored.status == 0, restored.words
            held = check(new.database, least, whole)
            print(f"{copy.name}: {held} turns of {len(whole)}, {least} of them before it was begun")
        with pytest.raises((AssertionError, sqlite3.DatabaseError)):
            check(tmp_path / "plain.db", lacking, whole)
        await lives_on(tg, new, crowd, turns(bot))
        new.check_log()


async def lives_on(tg: Emulator, bot: Process, crowd: list[Restless], before: Turns) -> None:
    """What was on disk and not handled yet is handled; nobody is there twice; whoever comes now is welcome."""
    await bot.start()
    try:
        async with asyncio.timeout(20):
            while bot.unfinished():
                await asyncio.sleep(0.05)
        lived = turns(bot)
        assert all(lived[person] == before[person][: len(lived[person])] for person in lived)
        known = next(one for one in crowd if lived.get(one.person.id, [""])[-1] == "active")
        tg.say(known.person, "/my")
        await known.sees(f"Праздник {SLUG}")
        newcomer = Guest(tg, "Новенький")
        await newcomer.sign_up(SLUG)
        assert turns(bot) == lived | {newcomer.person.id: ["active"]}
        assert bot.rows("PRAGMA integrity_check") == [("ok",)]
        assert (await bot.health())["status"] == 200
        assert await bot.stop() == 0
    finally:
        await bot.end()


async def test_owners_are_told_of_a_copy_that_failed(tmp_path: Path) -> None:
    owner = str(DILNOZA)
    async with standing(tmp_path, OWNER_IDS=owner) as (tg, bot):
        await bot.start()
        tg.start(DILNOZA)
        await tg.wait_message(DILNOZA, "Tilni")
        tg.press(DILNOZA, "Русский")
        await tg.wait_message(DILNOZA, "Что вам нужно?")
        assert (await bot.health())["last_backup"] is None
        assert await bot.stop() == 0
        bot.failures_expected = True
        failing = Process(tg, tmp_path, BACKUP_FOLDER="/proc/copies", OWNER_IDS=owner)
        await failing.start()
        try:
            told = await tg.wait_message(DILNOZA, "Резервная копия не получилась", timeout=20)
            assert "ENOENT" in told.text
            assert (await failing.health())["status"] == 503
            assert "a backup failed" in failing.said()
        finally:
            await failing.end()
