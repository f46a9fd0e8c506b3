"""A bad network: whatever breaks on the way, every press is answered in the end and has its effect once."""

import asyncio
from pathlib import Path

from emulator import Emulator
from tests.endtoend.crowd import keep_ledger, turns
from tests.endtoend.guests import CANCEL, LEFT, SIGNED, Event, Guest, bring, everyone, next_month
from tests.endtoend.process import Process, standing

CUTS = ("drop-before", "drop-after", "500", "502-html", "truncated", "hang", "429")
POLL_CUTS = ("drop-before", "drop-after", "500", "502-html", "truncated")
CANARY = "Канарейка"
PEOPLE = 14


async def opened(tg: Emulator, bot: Process, folder: Path, capacity: int | None = None) -> None:
    await (await bring(bot, folder, Event("ball", next_month(), capacity))).close()
    keep_ledger(bot)
    await bot.start()


def break_the_way(tg: Emulator) -> None:
    """Each kind of trouble for one chat of two, once, and a getUpdates of each kind."""
    for number, chat in enumerate(sorted(tg.world.people)[-PEOPLE:]):
        tg.faults.add(CUTS[number % len(CUTS)], method="sendMessage", chat_id=chat, times=1, seconds=0.3)
    tg.faults.add("500", method="answerCallbackQuery", times=PEOPLE // 2)
    for kind in POLL_CUTS[:3]:
        tg.faults.add(kind, method="getUpdates", times=1)


async def test_every_press_is_answered_in_the_end_and_done_once(tmp_path: Path) -> None:
    async with standing(tmp_path) as (tg, bot):
        await opened(tg, bot, tmp_path)
        bot.failures_expected = True
        guests = [Guest(tg, CANARY) for _ in range(PEOPLE)]
        await asyncio.gather(*(guest.come_to_the_question("ball") for guest in guests))
        break_the_way(tg)
        await asyncio.gather(*(guest.press("2", SIGNED) for guest in guests))
        await bot.all_handled(tg)
        assert tg.calls.codes.total() > tg.calls.codes[200], "nothing was broken"
        assert turns(bot) == {guest.person.id: ["active"] for guest in guests}
        tg.faults.clear()
        await asyncio.gather(*(guest.press(CANCEL, "Кто не придёт?") for guest in guests))
        await asyncio.gather(*(guest.press("Никто", LEFT) for guest in guests))
        assert CANARY not in bot.said(), "a name has no place in a log"
        assert "Праздник" not in bot.said(), "the text of a message has no place in a log"


async def test_a_failing_getupdates_is_waited_out(tmp_path: Path) -> None:
    async with standing(tmp_path) as (tg, bot):
        await bot.start()
        guest = Guest(tg)
        await guest.first_words()
        for kind in POLL_CUTS:
            times = 2 if kind.startswith("50") else 1  # the poll that is waiting already is not refused any more
            rule = tg.faults.add(kind, method="getUpdates", times=times)
            await guest.first_words()
            await guest.first_words()
            assert rule.used == times
        await bot.all_handled(tg)
        assert bot.said().count("getUpdates failed") == len(POLL_CUTS)


async def test_who_blocks_the_bot_is_left_alone_and_comes_back(tmp_path: Path) -> None:
    async with standing(tmp_path) as (tg, bot):
        await opened(tg, bot, tmp_path)
        guest = Guest(tg)
        await guest.sign_up("ball")
        tg.faults.add("403", method="sendMessage", chat_id=guest.person.id, times=1)
        tg.press(guest.person, CANCEL)
        await bot.all_handled(tg)
        assert bot.rows("SELECT reachable FROM people") == [(0,)]
        tg.block(guest.person)
        tg.unblock(guest.person)
        await bot.all_handled(tg)
        assert bot.rows("SELECT reachable FROM people") == [(1,)]
        tg.say(guest.person, "/my")
        await guest.sees("Мои записи")
        assert turns(bot) == {guest.person.id: ["active", "left"]}


async def test_two_people_and_one_seat(tmp_path: Path) -> None:
    async with standing(tmp_path) as (tg, bot):
        await opened(tg, bot, tmp_path, capacity=1)
        guests = list(everyone(tg, 2))
        await asyncio.gather(*(guest.come_to_the_question("ball") for guest in guests))
        for guest in guests:
            tg.press(guest.person, "1")
        answers = await asyncio.gather(*(guest.sees("Праздник ball") for guest in guests))
        assert sorted(SIGNED in answer.text for answer in answers) == [False, True]
        assert sum("места закончились" in answer.text for answer in answers) == 1
        assert bot.rows("SELECT count(*) FROM signups") == [(1,)]
