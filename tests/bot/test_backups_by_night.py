"""The nightly copies: one a night, made up for when missed, tried again after an hour, and the owners are told."""

import sqlite3
import subprocess
import sys
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from structlog.typing import EventDict

from bot import backup, demo
from bot.jobs.backups import AGAIN, Backups
from bot.lock import hold
from bot.settings import Settings, load
from db import alarms, copies, people
from db.store import Store
from tests.db.scene import DAY, HOUR, MINUTE, NOW, ZONE

URL = "sqlite+aiosqlite:///nowhere.db"
NIGHT = datetime.fromisoformat("2027-03-19T20:30Z")  # the 20th in Tomsk, 03:30


class House:
    """A store with its nightly copies, a clock to turn, and a monotonic one that goes with it."""

    def __init__(self, store: Store, database: Path, folder: Path | None, key: str = "") -> None:
        self.store, self.database, self.time, self.settings = store, database, NOW, settings(database, folder, key)
        self.start()

    def start(self) -> None:
        self.backups = Backups(self.settings, self.store, lambda: self.time, self.monotonic)

    def monotonic(self) -> float:
        return self.time.timestamp()

    async def at(self, moment: datetime) -> list[datetime]:
        """The job is woken at that moment; gives when the copies that are there were made."""
        self.time = moment
        await self.backups.run()
        assert self.settings.backup_folder is not None
        return [copy.made_at for copy in backup.found(self.settings.backup_folder)]

    async def rung(self) -> list[alarms.Alarm]:
        numbers = range(1, 9)
        found = [await self.store.read(alarms.find, number) for number in numbers]
        return [alarm for alarm in found if alarm is not None]


def settings(database: Path, folder: Path | None, key: str = "") -> Settings:
    url = f"sqlite+aiosqlite:///{database}"
    given = {"bot_token": "42:nobody", "database_url": url, "backup_folder": folder, "backup_key": key}
    return load(_env_file=None, **given)


@pytest.fixture
def house(store: Store, database: Path, tmp_path: Path) -> House:
    return House(store, database, tmp_path / "deep" / "copies")


async def test_at_once_after_the_first_start_then_every_night(house: House, logged: list[EventDict]) -> None:
    assert await house.at(NOW) == [NOW]
    assert await house.at(NOW + 5 * MINUTE) == [NOW]
    assert await house.at(NIGHT - MINUTE) == [NOW]
    assert await house.at(NIGHT + 3 * MINUTE) == [NOW, NIGHT + 3 * MINUTE]
    assert await house.at(NIGHT + 8 * MINUTE) == [NOW, NIGHT + 3 * MINUTE]
    assert (house.backups.last, house.backups.failing) == (NIGHT + 3 * MINUTE, False)
    assert [line["event"] for line in logged] == ["a backup was made"] * 2
    assert (house.settings.backup_folder or Path()).stat().st_mode & 0o777 == 0o700


async def test_a_restart_makes_none_beside_tonights_and_makes_up_for_one_that_was_missed(house: House) -> None:
    await house.at(NIGHT)
    house.start()
    assert await house.at(NIGHT + 9 * HOUR) == [NIGHT]
    assert house.backups.last == NIGHT
    house.start()
    assert await house.at(NIGHT + DAY + 9 * HOUR) == [NIGHT, NIGHT + DAY + 9 * HOUR]


async def test_after_thirty_days_they_go(house: House) -> None:
    for day in range(33):
        made = await house.at(NIGHT + day * DAY)
    assert len(made) == 30
    assert made[0] == NIGHT + 3 * DAY


async def test_promised_is_promised_old_ones_go_even_while_no_new_one_can_be_made(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    await house.at(NIGHT)
    monkeypatch.setattr(copies, "take", raising(sqlite3.OperationalError("disk I/O error")))
    assert await house.at(NIGHT + 29 * DAY) == [NIGHT]
    assert await house.at(NIGHT + 30 * DAY) == []


async def test_one_that_fails_is_told_to_the_owners_and_tried_again_after_an_hour(
    house: House, logged: list[EventDict], monkeypatch: pytest.MonkeyPatch
) -> None:
    await house.store.write(people.make_owners, (1, 2), ZONE, NOW)
    with monkeypatch.context() as patch:
        patch.setattr(copies, "take", raising(OSError(28, "kanareyka", "/kanareyka")))
        assert await house.at(NIGHT) == []
        assert await house.rung() == [alarms.Alarm("backup", NIGHT, {"why": "ENOSPC"})]
        assert house.backups.failing
        assert await house.at(NIGHT + 2 * HOUR) == []
        assert len(await house.rung()) == 1, "once a day is enough"
    assert await house.at(NIGHT + 2 * HOUR + timedelta(seconds=AGAIN) - MINUTE) == []
    again = NIGHT + 2 * HOUR + timedelta(seconds=AGAIN)
    assert await house.at(again) == [again]
    assert not house.backups.failing
    assert [line["event"] for line in logged] == ["a backup failed", "a backup failed", "a backup was made"]


def raising(error: Exception) -> object:
    def fail(*_: object) -> None:
        raise error

    return fail


@pytest.mark.parametrize(
    ("error", "why"),
    [
        (sqlite3.OperationalError("database or disk is full"), "OperationalError"),
        (copies.Broken(), "Broken"),
        (PermissionError(13, "x", "/kanareyka"), "EACCES"),
    ],
)
async def test_the_cause_is_a_short_name_without_a_path(
    house: House, error: Exception, why: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(copies, "take", raising(error))
    await house.at(NIGHT)
    assert [alarm.facts for alarm in await house.rung()] == [{"why": why}]


async def test_one_made_by_hand_at_that_moment_is_no_failure(house: House) -> None:
    with hold(backup.beside(house.database, "-half")):
        assert await house.at(NIGHT) == []
    assert not house.backups.failing
    assert await house.rung() == []
    assert await house.at(NIGHT + 5 * MINUTE) == [NIGHT + 5 * MINUTE]


async def test_without_a_folder_none_is_made_and_what_a_restore_put_aside_goes_all_the_same(
    store: Store, database: Path
) -> None:
    house = House(store, database, None)
    aside = backup.put_aside(database, NOW - 30 * DAY)
    aside.write_bytes(b"x")
    await house.backups.run()
    assert not aside.exists()
    assert sorted(path.name for path in database.parent.iterdir() if path.is_dir()) == []


def test_the_demo_makes_none(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name, value in (("BOT_TOKEN", "42:nobody"), ("BACKUP_FOLDER", str(tmp_path)), ("DATABASE_URL", URL)):
        monkeypatch.setenv(name, value)
    assert demo.settings().backup_folder is None


FULL = """
import asyncio, os, resource, sys
from pathlib import Path
from bot.jobs.backups import Backups
from db import alarms, people
from db.store import Store
from tests.bot.test_backups_by_night import settings
from tests.db.scene import NOW
database, folder = Path(sys.argv[1]), Path(sys.argv[2])

async def main():
    store = await Store.open(database)
    await store.write(people.make_owners, (1,), "Asia/Tomsk", NOW)
    resource.setrlimit(resource.RLIMIT_FSIZE, (150_000, 150_000))
    backups = Backups(settings(database, folder), store, lambda: NOW)
    await backups.run()
    sys.stdout.write(str(await store.read(alarms.find, 1)))
    sys.stdout.flush()
    os._exit(0 if backups.failing else 1)

asyncio.run(main())
"""


def test_a_disk_that_is_really_full_leaves_the_old_copies_and_rings(database: Path, tmp_path: Path) -> None:
    folder = tmp_path / "copies"
    folder.mkdir()
    old = backup.make(database, folder / backup.usual_name(NOW - DAY), "", NOW - DAY)
    before = old.read_bytes()
    command = [sys.executable, "-c", FULL, str(database), str(folder)]
    ended = subprocess.run(command, check=False, timeout=30, capture_output=True, text=True)
    assert ended.returncode == 0, ended.stderr
    assert "kind='backup'" in ended.stdout
    assert "SQLITE_" in ended.stdout or "EFBIG" in ended.stdout
    assert [path.name for path in folder.iterdir()] == [old.name]
    assert old.read_bytes() == before
    with closing(sqlite3.connect(database)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert connection.execute("SELECT kind FROM outbox").fetchall() == [("alarm",)]
