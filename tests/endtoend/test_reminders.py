"""Reminders through the demo's clock: each once, none early, none at night, whatever is killed between."""

from datetime import datetime
from pathlib import Path

from emulator import DILNOZA, Emulator
from emulator.clock import TOMSK
from tests.endtoend.dilnoza import COMING, NOON, REMINDER, THANKS, THREE_LEFT, open_the_card, press, sign_up_three
from tests.endtoend.guests import texts
from tests.endtoend.process import Process, standing

HOUR, DAY = 3600, 86400


async def walked(tg: Emulator, bot: Process) -> None:
    """Until the bot's clock has come to where the emulator's stands, and everything due is sent."""
    for _ in range(600):
        told = bot.rows("SELECT value FROM facts WHERE key = 'demo_time'")
        if told and (tg.clock.now() - datetime.fromisoformat(told[0][0].strip('"'))).total_seconds() < 300:
            return
        await tg.quiet(DILNOZA, 0.05)
    raise AssertionError("the bot's clock does not follow")


def local(kept: str) -> datetime:
    return datetime.fromisoformat(f"{kept}+00:00").astimezone(TOMSK)


async def killed_and_started(bot: Process) -> None:
    await bot.kill()
    await bot.start()


async def test_each_reminder_comes_once_in_time_and_a_kill_is_not_noticed(tmp_path: Path) -> None:
    async with standing(tmp_path, "demo", start=NOON) as (tg, bot):
        await bot.start()
        assert THREE_LEFT in (await open_the_card(tg)).text
        await sign_up_three(tg)
        await killed_and_started(bot)
        tg.clock.add(DAY)
        await walked(tg, bot)
        assert texts(tg, DILNOZA, REMINDER) == []
        await bot.kill()
        tg.clock.add(6 * HOUR + 60)
        await bot.start()
        evening = await tg.wait_message(DILNOZA, REMINDER, timeout=20)
        assert evening.labels[0] == COMING
        await killed_and_started(bot)
        await press(tg, COMING, THANKS)
        tg.clock.add(14 * HOUR)
        await walked(tg, bot)
        assert len(texts(tg, DILNOZA, REMINDER)) == 1
        await bot.kill()
        tg.clock.add(DAY)
        await bot.start()
        await walked(tg, bot)
        assert len(texts(tg, DILNOZA, REMINDER)) == 2
        sent = bot.rows("SELECT kind, ended_at FROM outbox WHERE kind IN ('evening', 'hours') AND state = 'sent'")
        assert [(kind, local(ended).day, local(ended).hour) for kind, ended in sent] == [
            ("evening", 20, 18),
            ("hours", 21, 10),
        ]
        assert bot.rows("SELECT count(*) FROM signups WHERE confirmed_at IS NOT NULL") == [(1,)]
        assert bot.rows("SELECT kind FROM alarms") == [], "the demo's walk is neither a jump nor an outage"
