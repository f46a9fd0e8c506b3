"""Backups as files: whole or not there, nobody else's to read, nothing left of a run that failed or was killed."""

import os
import sqlite3
import stat
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from pyrage import x25519

from bot import backup, packing
from bot.backup import expire, found, make, usual_name
from bot.lock import Busy, Unopened, hold
from db import copies
from db.store import Store
from tests.db.scene import DAY, MINUTE, NOW, add_guest

KEY = x25519.Identity.generate()
PUBLIC = str(KEY.to_public())
NAME = usual_name(NOW)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "copies"
    folder.mkdir()
    return folder


def opened(copy: Path, key: x25519.Identity | None = None) -> list[tuple[int]]:
    """Whom a copy holds."""
    plain = copy.with_name("opened.db")
    with copy.open("rb") as source, plain.open("wb") as to:
        packing.unpack(source, to, key)
    assert copies.recognise(plain) == NOW
    with closing(sqlite3.connect(plain)) as connection:
        people = connection.execute("SELECT channel_user_id FROM people").fetchall()
    plain.unlink()
    return people


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


@pytest.mark.parametrize("key", ["", PUBLIC])
async def test_a_copy_made_beside_a_store_in_use(store: Store, database: Path, folder: Path, key: str) -> None:
    await store.write(add_guest, 7)
    made = make(database, folder / NAME, key, NOW)
    assert made.name == NAME + (".age" if key else "")
    assert stat.S_IMODE(made.stat().st_mode) == 0o600
    assert opened(made, KEY if key else None) == [(7,)]
    assert names(folder) == {made.name}
    assert not any("-half" in name and not name.endswith(".lock") for name in names(database.parent))
    assert found(folder) == [backup.Copy(NOW, made)]
    assert found(folder)[0].encrypted is bool(key)
    await store.write(add_guest, 8)


def test_from_its_first_byte_on_nobody_else_may_read_any_of_it(
    database: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: dict[str, int] = {}
    plain = os.open

    def watched(path: Path, flags: int, mode: int = 0o777) -> int:
        number = plain(path, flags, mode)
        seen[path.name] = stat.S_IMODE(os.fstat(number).st_mode)
        return number

    old = os.umask(0)
    try:
        with monkeypatch.context() as patch:
            patch.setattr(os, "open", watched)
            make(database, folder / NAME, "", NOW)
    finally:
        os.umask(old)
    assert {seen["druzhba.db-half"], seen[NAME.replace(".db.gz", ".half")]} == {0o600}


def test_what_is_there_already_is_not_written_over(database: Path, folder: Path) -> None:
    make(database, folder / NAME, "", NOW)
    with pytest.raises(FileExistsError):
        make(database, folder / NAME, "", NOW)
    assert names(folder) == {NAME}


def test_one_at_a_time(database: Path, folder: Path) -> None:
    with hold(backup.beside(database, "-half")), pytest.raises(Busy):
        make(database, folder / NAME, "", NOW)
    make(database, folder / NAME, "", NOW)


def test_no_database_no_folder_a_broken_database(database: Path, folder: Path, tmp_path: Path) -> None:
    with pytest.raises(Unopened):
        make(tmp_path / "none.db", folder / NAME, "", NOW)
    with pytest.raises(FileNotFoundError):
        make(database, folder / "deeper" / NAME, "", NOW)
    whole = database.read_bytes()
    database.write_bytes(whole[: len(whole) // 2] + bytes(len(whole) // 2))
    with pytest.raises((sqlite3.DatabaseError, copies.Broken)):
        make(database, folder / NAME, "", NOW)
    assert names(folder) == set()
    assert not (tmp_path / "druzhba.db-half").exists()


SETTING = """
import os, resource, sys
from datetime import datetime, timezone
from pathlib import Path
from bot import backup
from db import copies
database, target, where = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3]
now = datetime(2027, 3, 19, 5, tzinfo=timezone.utc)

def die(*_):
    os.kill(os.getpid(), 9)

def half_written(source, to, key):
    to.write(b"kanareyka" * 1000)
    to.flush()
    die()
"""
KILLED = (
    SETTING
    + """
if where == "copying":
    plain = copies.sqlite3.connect
    def connect(path, **given):
        connection = plain(path, **given)
        if given:
            connection.set_progress_handler(die, 50)
        return connection
    copies.sqlite3.connect = connect
elif where == "copied":
    copies._check = die
elif where == "packing":
    backup.pack = half_written
elif where == "packed":
    backup.flush = die
backup.make(database, target, "", now)
"""
)
CARELESS = (
    SETTING
    + """
with target.open("wb") as to:
    half_written(None, to, "")
"""
)


def run(script: str, *arguments: object) -> int:
    command = [sys.executable, "-c", script, *map(str, arguments)]
    return subprocess.run(command, check=False, timeout=30, stderr=subprocess.DEVNULL).returncode


@pytest.mark.parametrize("where", ["copying", "copied", "packing", "packed"])
def test_killed_anywhere_it_leaves_no_copy_and_the_next_run_clears_up(database: Path, folder: Path, where: str) -> None:
    before = names(database.parent)
    assert run(KILLED, database, folder / NAME, where) == -9
    assert found(folder) == []
    assert "druzhba.db-half" in names(database.parent)
    later = NOW + MINUTE
    made = make(database, folder / usual_name(later), "", later)
    assert names(folder) == {made.name}
    assert names(database.parent) - before <= {"druzhba.db-half.lock", "druzhba.db-wal", "druzhba.db-shm"}


def test_written_straight_under_its_name_a_killed_one_would_pass_for_a_copy(database: Path, folder: Path) -> None:
    """The broken twin."""
    assert run(CARELESS, database, folder / NAME, "packing") == -9
    assert [copy.path.name for copy in found(folder)] == [NAME]


FULL = (
    SETTING
    + """
resource.setrlimit(resource.RLIMIT_FSIZE, (int(where), int(where)))
try:
    backup.make(database, target, "", now)
except Exception as error:
    sys.exit(7)
"""
)


@pytest.mark.parametrize("room", [0, 5_000, 100_000])
def test_a_full_disk_leaves_the_old_copies_and_nothing_new(database: Path, folder: Path, room: int) -> None:
    old = make(database, folder / usual_name(NOW - DAY), "", NOW - DAY)
    before = old.read_bytes()
    assert run(FULL, database, folder / NAME, room) == 7
    assert names(folder) == {old.name}
    assert old.read_bytes() == before
    assert not (database.parent / "druzhba.db-half").exists()


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[bytes]]:
    """What the files held at the moment they were removed."""
    last: list[bytes] = []
    unlink = Path.unlink

    def remove(path: Path, missing_ok: bool = False) -> None:
        last.append(path.read_bytes())
        unlink(path, missing_ok)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "unlink", remove)
        yield last


def test_when_its_time_is_over_nothing_of_it_stays_on_the_disk(
    database: Path, folder: Path, tmp_path: Path, written: list[bytes]
) -> None:
    for days in (29, 30, 31):
        make(database, folder / usual_name(NOW - days * DAY), "" if days % 2 else PUBLIC, NOW - days * DAY)
    old, young = backup.put_aside(database, NOW - 30 * DAY), backup.put_aside(database, NOW - 29 * DAY)
    strange, undated = folder / "druzhba-2020-01-01.db.gz", folder / "druzhba-2020-13-32T000000Z.db.gz"
    for path in (old, backup.beside(old, "-wal"), young, strange, undated, tmp_path / "druzhba.db-restoring"):
        path.write_bytes(b"kanareyka" * 20_000)
    written.clear()
    assert expire(folder, database, 30, NOW) == 5
    assert len(written) == 5
    assert not any(any(last) for last in written), "removed, and its bytes left in free blocks"
    assert names(folder) == {usual_name(NOW - 29 * DAY), strange.name, undated.name}
    assert young.exists()
    assert not old.exists()
    assert expire(folder, database, 30, NOW + timedelta(hours=23)) == 0
    assert expire(None, database, 30, NOW + DAY) == 1
    assert expire(folder / "none", database, 30, NOW) == 0


def test_the_half_of_an_encrypted_one_is_never_plain_in_the_folder_of_the_copies(
    database: Path, folder: Path, written: list[bytes]
) -> None:
    make(database, folder / NAME, PUBLIC, NOW)
    assert len(written) == 1, "the plain half, beside the database"
    assert not any(written[0])
