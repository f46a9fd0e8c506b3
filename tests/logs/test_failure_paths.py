"""Every way to fail that we know is walked with canaries in hand, and nothing of them comes out; the cause does."""

import asyncio
import json
import re
from pathlib import Path

import pytest

from bot import app, logs
from bot.settings import Settings
from tests.conversation import world
from tests.logs import in_background, in_conversation, in_python, in_store, in_telegram
from tests.logs.canaries import canaries
from tests.logs.conftest import Heard, errors, old_begin
from tests.logs.paths import PATHS, FailurePath, Scene

FAMILIES = (in_background, in_conversation, in_python, in_store, in_telegram)
LEAKED = {name: one for name, one in PATHS.items() if one.leaked}
EVERY_PATH = pytest.mark.parametrize("one", PATHS.values(), ids=PATHS.keys())
EVERY_LEAK = pytest.mark.parametrize("one", LEAKED.values(), ids=LEAKED.keys())


def test_there_are_many_ways_to_fail() -> None:
    assert len(PATHS) >= 30
    assert {one.walk.__module__ for one in PATHS.values()} == {family.__name__ for family in FAMILIES}


@EVERY_PATH
async def test_no_canary_comes_out_and_the_cause_does(one: FailurePath, heard: Heard, scene: Scene) -> None:
    heard.listen()
    asyncio.get_running_loop().set_exception_handler(logs.of_loop)
    await one.walk(scene)
    lines = heard.lines()
    assert canaries("\n".join([*lines, *heard.bare, *heard.jsons, *errors(scene.world)])) == []
    assert all(line.startswith("timestamp=") for line in lines), lines
    for line, same in zip(lines, map(json.loads, heard.jsons), strict=True):
        assert line.startswith(f"timestamp={same['timestamp']} level={same['level']} event=")
        assert all(f"{key}=" in line for key in same)
    wanted = re.escape(one.says) + (r"[^;|]*? at [\w/.-]+\.py:\d+ \w" if one.placed else "")
    assert [line for line in lines if re.search(wanted, line)] if one.says else lines == [], lines


@EVERY_LEAK
async def test_logged_as_it_was_a_canary_comes_out(one: FailurePath, heard: Heard, scene: Scene) -> None:
    old_begin()
    await one.walk(scene)
    assert canaries("\n".join(heard.lines()))


async def test_the_running_bot_listens_to_its_event_loop(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    seen = []

    async def build(_: Settings) -> None:
        seen.append(asyncio.get_running_loop().get_exception_handler())
        raise LookupError

    monkeypatch.setattr(app, "build", build)
    with pytest.raises(LookupError):
        await app.run(world.settings(tmp_path / "x.db"))
    assert seen == [logs.of_loop]
