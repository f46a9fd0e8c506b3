"""The same kills on a bot with aiogram's own polling: the test of the real one can fail, since this one does."""

import asyncio
import os
import random
import sqlite3
import sys
from contextlib import closing
from pathlib import Path

from emulator import Emulator
from tests.endtoend.process import ROOT, TOKEN

MOST_KILLS, PEOPLE = 6, 20
ROUND_TRIP = 0.1  # seconds; what a real Telegram takes


async def started(tg: Emulator, file: Path) -> asyncio.subprocess.Process:
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "BOT_API_URL": tg.url, "BOT_TOKEN": TOKEN}
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.endtoend.stock_bot", str(file)), cwd=ROOT, env=environment
    )
    seen = tg.calls.count
    async with asyncio.timeout(30):
        while not any(call.method == "getUpdates" for call in tg.calls.since(seen)):
            await asyncio.sleep(0.02)
    return process


async def talk(tg: Emulator, told: set[str], enough: asyncio.Event) -> None:
    people = [tg.person(f"Гость {number}", started=True) for number in range(PEOPLE)]
    while not enough.is_set():
        for person in people:
            words = f"{person.id} {len(told)}"
            told.add(words)
            tg.say(person, words)
        await asyncio.sleep(0.05)


def kept(file: Path) -> set[str]:
    with closing(sqlite3.connect(file)) as connection:
        return {words for (words,) in connection.execute("SELECT words FROM said")}


async def test_aiograms_own_polling_loses_updates_when_killed(tmp_path: Path) -> None:
    file, told, enough = tmp_path / "said.db", set[str](), asyncio.Event()
    async with Emulator(token=TOKEN) as tg:
        tg.faults.latency = ROUND_TRIP
        process = await started(tg, file)
        for _ in range(MOST_KILLS):
            enough.clear()
            talking = asyncio.create_task(talk(tg, told, enough))
            await asyncio.sleep(random.uniform(0.3, 0.8))
            process.kill()
            await process.wait()
            enough.set()
            await talking
            process = await started(tg, file)
            await tg.idle(1.0, timeout=30)
            if lost := told - kept(file):
                break
        process.kill()
        await process.wait()
        print(f"{len(told)} updates, {len(lost)} lost")
        assert tg.pending == 0
        assert lost, "the twin lost nothing: the test of the real bot proves nothing"
