"""One person sends a thousand messages a second: the others notice nothing, and not one of them is unaccounted for."""

import asyncio
import random
import time
from pathlib import Path

from bot.lanes import MOST_OF_ONE
from tests.endtoend.guests import Guest, everyone, texts
from tests.endtoend.process import Process, standing

RATE, SECONDS = 1000, 6.0
SLICE = 0.005  # seconds between handfuls
SLOWEST_MACHINE = 500  # messages a second that a flood has to reach to be one
OTHERS = 30
THINKING = 1.0, 1.5  # seconds between their presses: no faster than Telegram lets a chat be answered
PATIENT = 1.0  # seconds: p95 from a press to its screen
MENU = "Что вам нужно?"


async def flood(flooder: Guest) -> float:
    """Messages as fast as RATE asks, whether or not the bot keeps up; gives how many a second it came to."""
    began, sent = time.monotonic(), 0
    while (spent := time.monotonic() - began) < SECONDS:
        while sent < spent * RATE:
            flooder.tg.say(flooder.person, "слово")
            sent += 1
        await asyncio.sleep(SLICE)
    return sent / spent


async def live(guest: Guest, over: asyncio.Event, waits: list[float]) -> None:
    """Presses now and then, as one who reads what comes; notes how long each screen took."""
    while not over.is_set():
        for label, answer in (("📅 Афиша", "Пока мероприятий нет"), ("☰ Меню", MENU)):
            await asyncio.sleep(random.uniform(*THINKING))
            began = time.monotonic()
            await guest.press(label, answer)
            waits.append(time.monotonic() - began)


async def most_waiting(bot: Process, over: asyncio.Event) -> int:
    """The most unhandled updates that were ever seen in the store."""
    most = 0
    while not over.is_set():
        most = max(most, bot.unfinished())
        await asyncio.sleep(0.1)
    return most


def states(bot: Process, guest: Guest) -> dict[str, int]:
    return dict(bot.rows("SELECT state, count(*) FROM inbox WHERE chat_id = ? GROUP BY state", guest.person.id))


def p95(waits: list[float]) -> float:
    return sorted(waits)[int(len(waits) * 0.95)]


async def test_others_notice_nothing_of_one_who_sends_a_thousand_a_second(tmp_path: Path) -> None:
    async with standing(tmp_path) as (tg, bot):
        await bot.start()
        flooder, others = Guest(tg, "Торопливый"), list(everyone(tg, OTHERS))
        for guest in (flooder, *others):
            await guest.first_words()
            await guest.press("Русский", MENU)
        before, over, waits = tg.updates.made, asyncio.Event(), list[float]()
        watching = asyncio.create_task(most_waiting(bot, over))
        living = [asyncio.create_task(live(guest, over, waits)) for guest in others]
        rate = await flood(flooder)
        behind = tg.pending
        over.set()
        await asyncio.gather(*living)
        async with asyncio.timeout(10):
            while tg.pending:
                await asyncio.sleep(0.02)
        sent = tg.updates.made - before - len(waits) + 2  # START and the language were before
        found = states(bot, flooder)
        most = await watching
        told = await tg.wait_message(flooder.person, "Не прочитано", timeout=20)
        print(f"{rate:.0f} a second for {SECONDS:.0f} s, {behind} not fetched at its end; {found} of {sent}")
        print(
            f"{len(waits)} presses of {OTHERS} others: p50 {sorted(waits)[len(waits) // 2]:.3f} s, "
            f"p95 {p95(waits):.3f} s, longest {max(waits):.3f} s; at most {most} unhandled"
        )
        assert rate >= SLOWEST_MACHINE
        assert p95(waits) < PATIENT
        assert sum(found.values()) == sent
        assert most <= MOST_OF_ONE + 2 * OTHERS
        assert f"Не прочитано: {found['aside']}" in told.text
        assert (await bot.health())["status"] == 200
        await asyncio.sleep(2)
        assert len(texts(tg, flooder.person, "Не прочитано")) == 1
        in_order(bot, flooder)
        assert await bot.stop() == 0
        assert bot.said().count("a flood: updates of one chat were set aside") == 1
        assert "слово" not in bot.said()


def in_order(bot: Process, flooder: Guest) -> None:
    """What has been handled came before all that still waits, and is what was sent first."""
    kept = bot.rows(
        "SELECT state FROM inbox WHERE chat_id = ? AND state <> 'aside' ORDER BY update_id", flooder.person.id
    )
    done = [state for (state,) in kept].count("done")
    assert done > 5
    assert all(state == "done" for (state,) in kept[:done])
    first = bot.rows("SELECT state FROM inbox WHERE chat_id = ? ORDER BY update_id LIMIT 5", flooder.person.id)
    assert first == [("done",)] * 5
