import asyncio
import os
import signal
import sys
from datetime import datetime
from pathlib import Path

import pytest

from emulator import DILNOZA, MARIA, Emulator
from tests.emulator.wire_client import buttons, telegram

CHILD = "import os,sys,time; open(sys.argv[1],'a').write(os.environ['DEMO_CLOCK_URL']+'\\n'); time.sleep(60)"
ROOT = Path(__file__).parents[2]


async def test_the_clock_goes_forward_only() -> None:
    start = datetime.fromisoformat("2027-03-19T12:00+07:00")
    async with telegram(start=start) as (tg, bot):
        assert (await bot.demo("clock"))["now"].startswith("2027-03-19T12:00:0")
        before = (await bot.demo("clock"))["offset"]
        after = await bot.demo("clock", {"add": 86400})
        assert after["offset"] == pytest.approx(before + 86400)
        assert "error" in await bot.demo("clock", {"add": -1})
        assert datetime.fromtimestamp((await bot.send())["date"], start.tzinfo).day == 20
        assert tg.clock.offset == after["offset"]


async def test_driving_over_http() -> None:
    async with telegram() as (tg, bot):
        await bot.demo("say", {"user": DILNOZA, "text": "привет"})
        await bot.send("кнопки", reply_markup=buttons("да"))
        pressed = await bot.demo("press", {"user": DILNOZA, "text": "да"})
        assert pressed["query_id"] in tg.queries
        assert (await bot.demo("queries"))[0]["answered"] is False
        assert "error" in await bot.demo("press", {"user": DILNOZA, "text": "нет"})
        state = await bot.demo(f"chat/{DILNOZA}?after_version=1")
        assert [(message["from"], message["text"]) for message in state["messages"]] == [("bot", "кнопки")]
        person = await bot.demo("people", {"first_name": "Рустам", "language_code": "tg"})
        done = await bot.demo("bulk", {"updates": [{"act": "start", "user": person["id"]}] * 3})
        assert len(done["results"]) == 3
        assert (await bot.demo("pending"))["count"] == 5
        assert (await bot.demo("raw", {"updates": [{"message": {}}]}))["update_ids"][0] > pressed["update_id"]
        assert (await bot.demo("calls?since=0"))["calls"][0]["text"] == "кнопки"


async def test_faults_and_groups_over_http() -> None:
    async with telegram() as (tg, bot):
        await bot.demo("faults", {"kind": "500", "method": "sendMessage", "times": 1})
        assert await bot.refusal("sendMessage", chat_id=DILNOZA, text="x") == "500 Internal Server Error"
        assert "error" in await bot.demo("faults", {"kind": "meteorite"})
        assert await bot.demo("faults", {}, "DELETE") == {"rules": []}
        group = await bot.demo("groups", {"title": "Штаб", "members": [MARIA], "id": -500})
        assert group["id"] == -500
        await bot.demo("say", {"user": MARIA, "chat": -500, "text": "тут"})
        assert (await bot.demo("migrate", {"chat": -500}))["type"] == "supergroup"
        assert tg.chat(-500).moved_to is not None


async def test_another_page_may_not_drive_the_demo() -> None:
    async with telegram() as (tg, bot):
        headers = {"Origin": "https://elsewhere.example"}
        async with bot.session.post(f"{tg.url}/demo/clock", data='{"add":1}', headers=headers) as response:
            assert response.status == 403


async def test_events_are_streamed() -> None:
    async with telegram() as (tg, bot):
        async with bot.session.get(f"{tg.url}/demo/events") as stream:
            assert await stream.content.readline() == b": open\n"
            tg.say(DILNOZA, "привет")
            lines = [await stream.content.readline() for _ in range(2)]
        assert b'"type":"chat"' in lines[1]


async def test_the_supervisor_kills_and_starts(tmp_path: Path) -> None:
    seen = tmp_path / "seen"
    async with telegram(bot=f'{sys.executable} -c "{CHILD}" {seen}') as (tg, bot):
        for starts in (1, 2):
            while not seen.exists() or len(seen.read_text().splitlines()) < starts:
                await asyncio.sleep(0.02)
            state = await bot.demo("bot/kill", {})
            assert (state["running"], state["exit_code"], state["starts"]) == (False, -signal.SIGKILL, starts)
            assert (await bot.demo("bot/start", {}))["running"]
        assert seen.read_text().splitlines()[0] == f"{tg.url}/demo/clock"
        pid = tg.supervisor.pid
        assert pid is not None
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


async def test_a_busy_port_is_told_in_one_line() -> None:
    async with Emulator(port=0) as tg:
        command = (sys.executable, "-m", "emulator", "--port", str(tg.port))
        process = await asyncio.create_subprocess_exec(*command, cwd=ROOT, stderr=asyncio.subprocess.PIPE)
        _, words = await process.communicate()
        assert process.returncode == 1
        assert len(words.decode().splitlines()) == 1


async def test_the_program_ends_its_bot_when_told_to_end() -> None:
    command = (sys.executable, "-m", "emulator", "--port", "0", "--bot", "sleep 60")
    process = await asyncio.create_subprocess_exec(*command, cwd=ROOT, stdout=asyncio.subprocess.PIPE)
    assert process.stdout is not None
    assert "там три телефона" in (await process.stdout.readline()).decode()
    process.terminate()
    assert await asyncio.wait_for(process.wait(), 5) == 0
