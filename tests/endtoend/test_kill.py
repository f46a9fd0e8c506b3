"""kill -9 under load: nothing lost, nothing twice, and few words said twice. A stock bot loses some."""

import asyncio
import random
from pathlib import Path

from bot.lanes import WIDTH
from tests.endtoend.crowd import Restless, keep_ledger, screens_shown, turns
from tests.endtoend.guests import Event, bring, next_month
from tests.endtoend.process import Process, standing

KILLS, PEOPLE = 10, 40
SLUG = "big-square"


async def killed_again_and_again(bot: Process, chance: random.Random) -> int:
    """Gives how many updates were in hand, all kills together: each of them may be answered once more."""
    in_hand = 0
    for _ in range(KILLS):
        await asyncio.sleep(chance.uniform(0, 0.8))
        await bot.kill()
        in_hand += bot.unfinished()
        await bot.start()
    return in_hand


async def test_ten_kills_under_load_lose_nothing_and_double_nothing(tmp_path: Path) -> None:
    seed = random.randrange(10**6)
    print("seed", seed)
    chance = random.Random(seed)
    async with standing(tmp_path) as (tg, bot):
        await (await bring(bot, tmp_path, Event(SLUG, next_month()))).close()
        keep_ledger(bot)
        await bot.start()
        crowd = [Restless(tg, f"Гость {number}", chance) for number in range(PEOPLE)]
        enough = asyncio.Event()
        living = [asyncio.create_task(one.live(SLUG, 1, enough)) for one in crowd]
        in_hand = await killed_again_and_again(bot, chance)
        enough.set()
        await asyncio.gather(*living)
        await bot.all_handled(tg)
        assert turns(bot) == {one.person.id: one.wanted for one in crowd}
        assert bot.rows("SELECT state, count(*) FROM signups GROUP BY state") == [("active", PEOPLE)]
        # the choice of a language writes a new row each time it is done: it was done once
        chosen = "SELECT count(*) FROM outbox WHERE kind = 'commands' GROUP BY person_id"
        assert bot.rows(chosen) == [(1,)] * PEOPLE
        shown = sum(screens_shown(tg).values())
        twice = shown - tg.updates.made
        print(f"{tg.updates.made} updates, {KILLS} kills, {in_hand} in hand then, {twice} screens shown twice")
        assert in_hand > 0, "nothing was killed in the middle of work"
        assert 0 <= twice <= min(in_hand, KILLS * WIDTH)
