"""Two hundred reminders due at once, and the process killed among them: each comes, few twice, none too late."""

import asyncio
import random
from collections import Counter
from datetime import datetime, timedelta
from pathlib import Path

from bot.jobs.delivery import WINDOW
from db import consents, events, outbox, people, signups
from db.rules.failures import UNKNOWN_PAUSE
from db.rules.seats import Party
from emulator import Emulator
from emulator.clock import TOMSK
from tests.endtoend.guests import Event, bring
from tests.endtoend.process import Process, standing

KILLS, PEOPLE = 5, 200
SIGNED_AT = datetime(2027, 3, 17, 12, tzinfo=TOMSK)
EVENING = datetime(2027, 3, 20, 18, 0, 30, tzinfo=TOMSK)  # half a minute after the reminders of "tomorrow" are due
TOMORROW = Event("tomorrow", datetime(2027, 3, 21, 12, tzinfo=TOMSK))
TONIGHT = Event("tonight", datetime(2027, 3, 20, 19, tzinfo=TOMSK))  # the evening one is too late


async def fill(tg: Emulator, bot: Process, folder: Path) -> None:
    """Everybody is signed up for tomorrow, every tenth for tonight too; nobody has been reminded yet."""
    store = await bring(bot, folder, TOMORROW, TONIGHT, now=SIGNED_AT)
    ids = {event.slug: event.id for event in await store.read(events.published)}
    for number in range(PEOPLE):
        guest = tg.person(f"Гость {number}", started=True)
        known = await store.write(people.meet, guest.id, "Asia/Tomsk", SIGNED_AT)
        await store.write(people.choose_language, known.id, "ru", SIGNED_AT)
        await store.write(outbox.cancel, "commands", known.id, known.id)
        await store.write(consents.give, known.id, "ru", SIGNED_AT)
        for slug in ("tomorrow", "tonight") if number % 10 == 0 else ("tomorrow",):
            await store.write(signups.join, ids[slug], known.id, Party(1), "Гость", SIGNED_AT)
    await store.close()


def reminders(tg: Emulator, slug: str) -> Counter[int]:
    """How many reminders of an event each person has got."""
    heading = f"Напоминаем: Праздник {slug}"
    sent = (call for call in tg.calls if call.method == "sendMessage" and call.ok and heading in (call.text or ""))
    return Counter(int(call.chat_id or 0) for call in sent)


async def sent_to_the_end(tg: Emulator, bot: Process) -> None:
    """What may have been sent waits for a minute: turn the clock past it."""
    tg.clock.add((UNKNOWN_PAUSE + timedelta(seconds=30)).total_seconds())
    async with asyncio.timeout(40):
        while bot.rows("SELECT 1 FROM outbox WHERE state IN ('pending', 'sending') AND due_at < ?", soon(tg)):
            await asyncio.sleep(0.1)


def soon(tg: Emulator) -> str:
    return f"{tg.clock.now() + timedelta(minutes=30) - timedelta(hours=7):%Y-%m-%d %H:%M:%S}"


async def test_two_hundred_due_reminders_outlive_five_kills(tmp_path: Path) -> None:
    seed = random.randrange(10**6)
    print("seed", seed)
    chance = random.Random(seed)
    async with standing(tmp_path, start=EVENING) as (tg, bot):
        await fill(tg, bot, tmp_path)
        await bot.start()
        for _ in range(KILLS):
            await asyncio.sleep(chance.uniform(0.2, 1.0))
            await bot.kill()
            await bot.start()
        await sent_to_the_end(tg, bot)
        got = reminders(tg, "tomorrow")
        twice = sum(count - 1 for count in got.values())
        print(f"{PEOPLE} reminders, {KILLS} kills, {twice} sent twice; the bound is {KILLS} x {WINDOW}")
        assert len(got) == PEOPLE
        assert max(got.values()) <= 2
        assert twice <= KILLS * WINDOW
        assert set(reminders(tg, "tonight").values()) <= {1, 2}, "the two-hour one, and not the evening's"
        late = bot.rows(
            "SELECT state, error, count(*) FROM outbox WHERE kind = 'evening' AND deadline < ? GROUP BY 1, 2",
            f"{EVENING - timedelta(hours=7):%Y-%m-%d %H:%M:%S}",
        )
        assert late == [("dropped", "past its deadline", PEOPLE // 10)]
