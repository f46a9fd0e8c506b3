"""A disk that takes nothing more, under a real process: people are told, nothing is lost, and it goes on by itself.

The limit on the size of files that a process may write stands for a full disk: it needs no rights, and can be lifted
from outside. SQLite calls it an I/O error; a disk that is really full is tried in tests/bot/test_disk.py.
"""

import asyncio
import resource
import time
from pathlib import Path

from bot.intake import LOOK
from emulator import Emulator, Person
from tests.endtoend.crowd import keep_ledger, turns
from tests.endtoend.guests import CANCEL, LEFT, Event, Guest, bring, next_month, texts
from tests.endtoend.process import Process, standing

PEOPLE = 12
SORRY = "Сейчас не получается сохранить"
REFUSES, OVER = "Бот не может сохранять", "Бот не мог сохранять"


def full(bot: Process) -> None:
    """Not a byte more than the log of the database has now."""
    size = bot.database.with_name("druzhba.db-wal").stat().st_size
    assert size > bot.log.stat().st_size + 100_000, "the process has to be able to say something"
    _limit(bot, size)


def empty(bot: Process) -> None:
    _limit(bot, resource.RLIM_INFINITY)


def _limit(bot: Process, most: int) -> None:
    assert bot.pid is not None
    resource.prlimit(bot.pid, resource.RLIMIT_FSIZE, (most, resource.RLIM_INFINITY))


async def made_ready(tg: Emulator, bot: Process, folder: Path) -> tuple[list[Guest], Person]:
    """Everybody has their place; an owner has pressed START."""
    owner = tg.person("Мария", language_code="ru")
    bot.set(OWNER_IDS=str(owner.id))
    await (await bring(bot, folder, Event("ball", next_month()))).close()
    keep_ledger(bot)
    await bot.start()
    tg.start(owner)
    await tg.wait_message(owner, "Выберите язык")
    tg.press(owner, "Русский")
    guests = [Guest(tg, f"Гость {number}") for number in range(PEOPLE)]
    await asyncio.gather(*(guest.sign_up("ball") for guest in guests))
    await bot.all_handled(tg)
    return guests, owner


async def test_people_are_told_nothing_is_lost_and_it_goes_on_without_a_restart(tmp_path: Path) -> None:
    async with standing(tmp_path) as (tg, bot):
        guests, owner = await made_ready(tg, bot, tmp_path)
        full(bot)
        for guest in guests:
            tg.press(guest.person, CANCEL)
        await asyncio.gather(*(guest.sees(SORRY) for guest in guests))
        await tg.wait_message(owner, REFUSES, timeout=20)
        health, polls = await bot.health(), len(tg.calls.of("getUpdates"))
        assert (health["status"], health["troubles"]) == (503, ["disk"])
        await asyncio.sleep(2 * LOOK)
        assert 1 <= len(tg.calls.of("getUpdates")) - polls <= 3, "it looks who is there, and no more than that"
        assert tg.pending == PEOPLE, "what is not on disk is not confirmed"
        empty(bot)
        began = time.monotonic()
        await asyncio.gather(*(guest.sees(LEFT) for guest in guests))
        print(f"{PEOPLE} presses done {time.monotonic() - began:.1f} s after there was room")
        await tg.wait_message(owner, OVER, timeout=20)
        await bot.all_handled(tg)
        assert turns(bot) == {guest.person.id: ["active", "left"] for guest in guests}
        assert [len(texts(tg, guest.person, SORRY)) for guest in guests] == [1] * PEOPLE
        assert [len(texts(tg, owner, words)) for words in (REFUSES, OVER)] == [1, 1]
        assert {len(query.answers) for query in tg.queries.values()} == {1}, "every spinner ends once"
        assert (await bot.health())["status"] == 200
        assert (bot.said().count("level=error"), bot.said().count("the store takes nothing")) == (1, 1)


async def test_stopped_and_started_while_the_disk_is_full_it_loses_nothing_either(tmp_path: Path) -> None:
    async with standing(tmp_path) as (tg, bot):
        guests, _ = await made_ready(tg, bot, tmp_path)
        full(bot)
        for guest in guests:
            tg.press(guest.person, CANCEL)
        await asyncio.gather(*(guest.sees(SORRY) for guest in guests))
        assert await bot.stop() == 0
        await bot.start()
        await asyncio.gather(*(guest.sees(LEFT) for guest in guests))
        await bot.all_handled(tg)
        assert turns(bot) == {guest.person.id: ["active", "left"] for guest in guests}
