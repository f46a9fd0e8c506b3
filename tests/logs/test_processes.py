"""The process itself in trouble: wrong settings, a refused token, no network, a file that is no content, a crash."""

import asyncio
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer, unused_port

from bot import complaints
from db import migrate
from tests.bot.command import bot, surroundings
from tests.logs.canaries import NAME, PHONE, TEXT, TOKEN, canaries
from tests.logs.in_telegram import DENIED
from tests.logs.paths import answering

BAD_SETTINGS = {
    "BOT_TOKEN": f"{TOKEN} {NAME}",
    "BOT_API_URL": f"kanareyka {TOKEN}",
    "DATABASE_URL": "postgresql://kanareyka:kanareyka@db/kanareyka",
    "OWNER_IDS": PHONE,
    "TIMEZONE": NAME,
    "HTTP_PORT": TEXT,
    "SHOW_UNCONFIRMED": TEXT,
    "BULK_RATE": TEXT,
    "LOG_FORMAT": TEXT,
}


def said(ended: subprocess.CompletedProcess[str]) -> str:
    assert canaries(ended.stdout + ended.stderr) == []
    return ended.stdout + ended.stderr


@pytest.mark.parametrize("command", ["run", "check"])
def test_settings_are_named_and_not_quoted(tmp_path: Path, command: str) -> None:
    ended = bot(tmp_path, command, **BAD_SETTINGS)
    assert ended.returncode == 1
    assert {name for name in BAD_SETTINGS if name in said(ended)} == set(BAD_SETTINGS)


def test_check_shows_the_address_without_what_is_secret_in_it(tmp_path: Path) -> None:
    url = f"http://kanareyka:kanareyka@127.0.0.1:{unused_port()}/{TOKEN}"
    assert "http://<password>@127.0.0.1" in said(bot(tmp_path, "check", BOT_TOKEN=TOKEN, BOT_API_URL=url))


@pytest.mark.parametrize("token", [TOKEN, "42:kanareyka-of-a-demo"])
def test_a_token_that_got_into_the_content_is_not_said(tmp_path: Path, token: str) -> None:
    file = tmp_path / "content.yaml"
    file.write_text(f"venues:\n  - slug: house\n    confirmed: {token}\n    texts: {{ru: {{name: {NAME}}}}}\n")
    ended = bot(tmp_path, "import", str(file), BOT_TOKEN=token)
    assert said(ended).startswith(complaints.IMPORT_MISTAKES)
    assert "<token>" in ended.stderr


def test_content_that_is_no_yaml(tmp_path: Path) -> None:
    file = tmp_path / "content.yaml"
    file.write_text(f"venues: [ {{ slug: '{TEXT}\n", encoding="utf-8")
    assert complaints.IMPORT_MISTAKES in said(bot(tmp_path, "import", str(file)))


def test_a_crash_is_one_line_with_its_cause(tmp_path: Path) -> None:
    """The store refuses what nobody thought of: nothing catches it but the hook of the process."""
    path = tmp_path / "druzhba.db"
    migrate.upgrade(path)
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(f"CREATE TRIGGER t BEFORE INSERT ON venues BEGIN SELECT RAISE(ABORT, '{TEXT}'); END")
    file = tmp_path / "content.yaml"
    file.write_text(f"venues:\n  - slug: house\n    confirmed: yes\n    texts: {{ru: {{name: {NAME}}}}}\n")
    arguments = [sys.executable, "-m", "bot", "import", str(file)]
    ended = subprocess.run(
        arguments, cwd=tmp_path, env=surroundings(tmp_path), capture_output=True, text=True, timeout=30, check=False
    )
    (line,) = said(ended).splitlines()
    assert ended.returncode == 1
    assert 'level=critical event="the process ends by an exception" cause="sqlalchemy.IntegrityError at ' in line
    assert "sqlite3.IntegrityError [SQLITE_CONSTRAINT_TRIGGER] at " in line
    assert "db/imports.py:" in line


async def run_until(folder: Path, words: str, **settings: str) -> str:
    """`run` as its own process until it has said that, then SIGTERM; gives all that it said."""
    log = folder / "bot.log"
    with log.open("wb") as output:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "bot", "run"),
            cwd=folder, env=surroundings(folder, **settings), stdout=output, stderr=output,
        )  # fmt: skip
    try:
        async with asyncio.timeout(30):
            while words not in log.read_text():
                await asyncio.sleep(0.05)
        process.send_signal(signal.SIGTERM)
        assert await asyncio.wait_for(process.wait(), 30) == 0
    finally:
        if process.returncode is None:
            process.kill()
    return log.read_text()


async def test_a_token_that_telegram_refuses(tmp_path: Path) -> None:
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", answering(DENIED, 401))
    async with TestServer(app) as server:
        url = str(server.make_url("")).rstrip("/")
        log = await run_until(tmp_path, "getUpdates failed", BOT_TOKEN=TOKEN, BOT_API_URL=url)
    assert canaries(log) == []
    assert "why=TelegramUnauthorizedError" in log


async def test_no_network(tmp_path: Path) -> None:
    url = f"http://kanareyka:kanareyka@127.0.0.1:{unused_port()}"
    log = await run_until(tmp_path, "getUpdates failed", BOT_TOKEN=TOKEN, BOT_API_URL=url)
    assert canaries(log) == []
    assert "why=TelegramNetworkError" in log
