"""One process a database, one poller a bot, and an end that loses nothing."""

import asyncio
import time
from pathlib import Path

import aiohttp

from emulator import Emulator
from tests.endtoend.guests import SIGNED, Event, Guest, bring, content, everyone, next_month
from tests.endtoend.process import TOKEN, standing

PEOPLE = 30


async def test_sigterm_in_the_middle_of_work_loses_nothing(tmp_path: Path) -> None:
    async with standing(tmp_path) as (tg, bot):
        await (await bring(bot, tmp_path, Event("ball", next_month()))).close()
        await bot.start()
        guests = list(everyone(tg, PEOPLE))
        await asyncio.gather(*(guest.come_to_the_question("ball") for guest in guests))
        tg.faults.latency = 0.5
        for guest in guests:
            tg.press(guest.person, "2")
        async with asyncio.timeout(10):
            while not bot.rows("SELECT 1 FROM inbox WHERE state IN ('new', 'effect')"):
                await asyncio.sleep(0.01)
        for guest in guests:
            tg.press(guest.person, "2")
        began = time.monotonic()
        assert await bot.stop() == 0
        assert time.monotonic() - began < 20
        tg.faults.latency = 0
        await bot.start()
        await bot.all_handled(tg)
        assert bot.rows("SELECT adults, count(*) FROM signups GROUP BY adults") == [(2, PEOPLE)]
        assert all(SIGNED in (last.text if (last := tg.last(guest.person)) else "") for guest in guests)


async def poll(tg: Emulator, seconds: float) -> None:
    """Another process with the same token, at its polling for a while."""
    end = time.monotonic() + seconds
    async with aiohttp.ClientSession() as session:
        while time.monotonic() < end:
            given = {"timeout": 1, "offset": 0}
            async with session.post(f"{tg.url}/bot{TOKEN}/getUpdates", json=given) as answer:
                await answer.read()


async def test_a_second_poller_is_named_and_waited_out(tmp_path: Path) -> None:
    async with standing(tmp_path) as (tg, bot):
        await bot.start()
        guest = Guest(tg)
        before = len(tg.calls.of("getUpdates"))
        await poll(tg, 3)
        refused = [call for call in tg.calls.of("getUpdates")[before:] if call.code == 409]
        assert "another process polls for this bot: only one may run" in bot.said()
        assert 1 <= len(refused) <= 6, "it has to back off"
        await guest.first_words()


async def test_import_and_migrate_refuse_beside_a_running_bot(tmp_path: Path) -> None:
    async with standing(tmp_path) as (_, bot):
        file = content(tmp_path, Event("ball", next_month()))
        await bot.start()
        refused = await asyncio.gather(bot.once("import", file), bot.once("migrate"), bot.once("run", HTTP_PORT="0"))
        assert [ended.status for ended in refused] == [1, 1, 1]
        assert all("занята" in ended.words and "cause=" not in ended.words for ended in refused)
        assert bot.rows("SELECT count(*) FROM events") == [(0,)]
        assert await bot.stop() == 0
        assert (await bot.once("import", file)).words.startswith("Внесено. Новых: ")


async def test_check_says_what_is_wrong_in_plain_russian(tmp_path: Path) -> None:
    async with standing(tmp_path) as (tg, bot):
        well, wrong, missing = await asyncio.gather(
            bot.once("check", OWNER_IDS="5"),
            bot.once("check", BOT_TOKEN="4242:another"),
            bot.once("check", TIMEZONE="Asia/Nowhere"),
        )
        assert (well.status, f"бот @{tg.world.bot_username}" in well.words) == (0, True)
        assert (wrong.status, "не принимает BOT_TOKEN" in wrong.words) == (1, True)
        assert "задайте OWNER_IDS" in wrong.words
        assert (missing.status, "TIMEZONE=Asia/Tomsk" in missing.words) == (1, True)
        assert not any("cause=" in one.words for one in (well, wrong, missing))
