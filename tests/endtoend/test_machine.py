"""What owners are told of the machine by a real process: a time without Telegram, a clock that has jumped."""

import asyncio
import json
import sqlite3
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path

from bot.clock import Reading, machine
from emulator import Emulator, Person
from tests.endtoend.guests import texts
from tests.endtoend.process import Process, standing

JUMPED, RIGHT, GOES_ON = "Часы на сервере перескочили", "✅ Часы верны", "Бот верит часам"
OUTAGE = "Бот был без связи"


async def an_owner(tg: Emulator, bot: Process) -> Person:
    """Has pressed START; the bot has been stopped since."""
    owner = tg.person("Мария", language_code="ru")
    bot.set(OWNER_IDS=str(owner.id))
    await bot.start()
    tg.start(owner)
    await tg.wait_message(owner, "Выберите язык")
    tg.press(owner, "Русский")
    await bot.all_handled(tg)
    async with asyncio.timeout(20):
        while len(bot.rows("SELECT 1 FROM facts WHERE key IN ('clock', 'polled')")) < 2:
            await asyncio.sleep(0.05)
    assert await bot.stop() == 0
    return owner


def remember(bot: Process, key: str, reading: Reading) -> None:
    """As an earlier run would have."""
    with closing(sqlite3.connect(bot.database)) as connection, connection:
        connection.execute("UPDATE facts SET value = ? WHERE key = ?", (json.dumps(reading.kept()), key))


def ago(span: timedelta) -> Reading:
    here = machine()
    return Reading(here.wall - span, here.steady - span.total_seconds(), here.start)


async def test_a_time_without_telegram_is_told_at_the_return(tmp_path: Path) -> None:
    async with standing(tmp_path) as (tg, bot):
        owner = await an_owner(tg, bot)
        for span, says_lost in ((timedelta(minutes=14), None), (timedelta(hours=2), False), (timedelta(days=3), True)):
            remember(bot, "polled", ago(span))
            await bot.start()
            tg.say(owner, "/help")  # a poll that brings nothing lasts long
            await tg.wait_message(owner, "112")
            if says_lost is not None:
                told = await tg.wait_message(owner, OUTAGE, timeout=20)
                assert ("могли пропасть" in told.text) is says_lost
            assert await bot.stop() == 0
        assert [text.split(": ")[1].split(".")[0] for text in said(tg, owner, OUTAGE)] == ["2 часа", "3 дня"]


def said(tg: Emulator, owner: Person, words: str) -> list[str]:
    return [one.text for one in texts(tg, owner, words)]


async def test_a_clock_set_back_while_we_were_down_waits_for_an_owner(tmp_path: Path) -> None:
    async with standing(tmp_path) as (tg, bot):
        owner = await an_owner(tg, bot)
        remember(bot, "clock", machine()._replace(wall=machine().wall + timedelta(hours=3)))
        await bot.start()
        told = await tg.wait_message(owner, JUMPED, timeout=20)
        assert "В обратную сторону: 3 часа" in told.text
        assert (await bot.health())["troubles"] == ["clock"]
        await bot.kill()
        await bot.start()
        assert (await bot.health())["troubles"] == ["clock"], "a restart believes nothing"
        assert len(said(tg, owner, JUMPED)) == 1
        tg.press(owner, RIGHT)
        await tg.wait_message(owner, GOES_ON)
        async with asyncio.timeout(20):
            while (await bot.health())["status"] != 200:
                await asyncio.sleep(0.1)
        (kept,) = bot.rows("SELECT value FROM facts WHERE key = 'clock'")
        assert datetime.fromisoformat(json.loads(kept[0])[0]) <= machine().wall
