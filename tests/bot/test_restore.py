"""A restore: what is refused changes nothing, what was there is put aside, what comes back is what was copied."""

import os
import sqlite3
import subprocess
import sys
import zlib
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from pyrage import x25519

from bot import backup, complaints, packing
from bot.backup_commands import put_back
from bot.lock import Busy, Unopened, hold
from bot.restore import restore
from bot.settings import load
from db import copies, migrate
from db.migrate import SchemaTooNew
from db.store import Store
from tests.bot.command import bot, database_url, one_sentence
from tests.db.scene import DAY, NOW, add_guest
from tests.db.test_migrate import contents

KEY, ANOTHER = x25519.Identity.generate(), x25519.Identity.generate()
LATER = NOW + DAY


@pytest.fixture
async def copy(store: Store, database: Path, tmp_path: Path) -> Path:
    """Of a store with one guest."""
    await store.write(add_guest, 7)
    return backup.make(database, tmp_path / "copy.gz", "", NOW)


@pytest.fixture
def sealed(copy: Path, database: Path, tmp_path: Path) -> Path:
    return backup.make(database, tmp_path / "sealed.gz", str(KEY.to_public()), NOW)


def key_file(folder: Path, key: x25519.Identity) -> Path:
    file = folder / "key.txt"
    file.write_text(f"# public key: {key.to_public()}\n{key}\n", encoding="utf-8")
    return file


def people(database: Path) -> list[int]:
    with closing(sqlite3.connect(database)) as connection:
        return [row[0] for row in connection.execute("SELECT channel_user_id FROM people")]


def new_place(tmp_path: Path) -> Path:
    (tmp_path / "new").mkdir()
    return tmp_path / "new" / "druzhba.db"


def test_into_an_empty_folder(copy: Path, tmp_path: Path) -> None:
    database = new_place(tmp_path)
    done = restore(database, copy, None, LATER)
    assert (done.copied_at, done.replaced) == (NOW, None)
    assert people(database) == [7]
    assert database.stat().st_mode & 0o777 == 0o600
    assert {path.name for path in database.parent.iterdir()} == {"druzhba.db", "druzhba.db.lock"}
    assert migrate.upgrade(database) == migrate.head()


def test_what_is_there_is_put_aside_with_its_log(copy: Path, tmp_path: Path) -> None:
    database = new_place(tmp_path)
    migrate.upgrade(database)
    with closing(sqlite3.connect(database)) as connection:
        connection.execute("INSERT INTO people (id, channel_user_id, zone, created_at) VALUES (1, 8, 'x', 'x')")
        connection.commit()
        kept = {side: backup.beside(database, side).read_bytes() for side in ("", "-wal")}
    for side, content in kept.items():  # as after a kill: closing has put the log into the file
        backup.beside(database, side).write_bytes(content)
    done = restore(database, copy, None, LATER)
    assert people(database) == [7]
    assert done.replaced is not None
    assert people(done.replaced) == [8], "with what stood in its log only"
    assert not backup.beside(database, "-wal").exists()


def test_a_log_left_beside_the_restored_database_would_be_played_into_it(copy: Path, tmp_path: Path) -> None:
    """The broken twin of moving all the files."""
    database = new_place(tmp_path)
    restore(database, copy, None, LATER)
    with closing(sqlite3.connect(database)) as connection:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("UPDATE people SET channel_user_id = 8")
        connection.commit()
        log = backup.beside(database, "-wal").read_bytes()
    database.unlink()
    restore(database, copy, None, LATER + DAY)
    backup.beside(database, "-wal").write_bytes(log)
    assert people(database) == [8]


def test_an_encrypted_one_with_its_key(sealed: Path, tmp_path: Path) -> None:
    database = new_place(tmp_path)
    assert restore(database, sealed, key_file(tmp_path, KEY), LATER).copied_at == NOW
    assert people(database) == [7]


def newer(copy: Path) -> None:
    plain = copy.with_name("plain.db")
    with copy.open("rb") as source, plain.open("wb") as to:
        packing.unpack(source, to, None)
    with closing(sqlite3.connect(plain)) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    with plain.open("rb") as source, copy.open("wb") as to:
        packing.pack(source, to, "")


def cut(copy: Path) -> None:
    copy.write_bytes(copy.read_bytes()[:-100])


def flipped(copy: Path) -> None:
    whole = bytearray(copy.read_bytes())
    whole[len(whole) // 2] ^= 1
    copy.write_bytes(bytes(whole))


def stranger(copy: Path) -> None:
    copy.write_text("Это письмо, а не копия.\n" * 100, encoding="utf-8")


def nobodys(copy: Path) -> None:
    """Packed well, and no database of ours."""
    plain = copy.with_name("plain.db")
    with closing(sqlite3.connect(plain)) as connection, connection:
        connection.execute("CREATE TABLE people (id INTEGER)")
    with plain.open("rb") as source, copy.open("wb") as to:
        packing.pack(source, to, "")


REFUSED = [
    *((cut, packing.Damaged, "повреждена или оборвана"), (flipped, packing.Damaged, "повреждена или оборвана")),
    *((stranger, packing.Strange, "не похож"), (nobodys, copies.NotACopy, "не похож")),
    *((newer, SchemaTooNew, "схема 9999"), (Path.unlink, FileNotFoundError, "нет такого файла")),
]


@pytest.mark.parametrize(("spoil", "kind", "words"), REFUSED)
def test_what_is_no_whole_copy_is_refused_in_one_sentence_and_nothing_changes(
    copy: Path, database: Path, tmp_path: Path, spoil: Callable[[Path], None], kind: type[Exception], words: str
) -> None:
    spoil(copy)
    (tmp_path / "plain.db").unlink(missing_ok=True)
    before, files = contents(database), {path.name for path in tmp_path.iterdir()} | {"druzhba.db.lock"}
    with pytest.raises(kind):
        restore(database, copy, None, LATER)
    sentence = one_sentence(bot(tmp_path, "restore", str(copy)))
    assert sentence.startswith("Ничего не изменено: ")
    assert words in sentence
    assert contents(database) == before
    assert {path.name for path in tmp_path.iterdir()} == files


def test_an_encrypted_one_without_its_key(sealed: Path, database: Path, tmp_path: Path) -> None:
    before, wrong = contents(database), key_file(tmp_path, ANOTHER)
    with pytest.raises(packing.NoKey):
        restore(database, sealed, None, LATER)
    with pytest.raises(packing.WrongKey):
        restore(database, sealed, wrong, LATER)
    assert "добавьте --key" in one_sentence(bot(tmp_path, "restore", str(sealed)))
    assert "не открывает" in one_sentence(bot(tmp_path, "restore", str(sealed), "--key", str(wrong)))
    wrong.write_text("пароль", encoding="utf-8")
    assert "нет закрытого ключа" in one_sentence(bot(tmp_path, "restore", str(sealed), "--key", str(wrong)))
    assert contents(database) == before


def test_beside_a_running_bot_it_is_refused(copy: Path, database: Path, tmp_path: Path) -> None:
    with hold(database):
        with pytest.raises(Busy):
            restore(database, copy, None, LATER)
        assert one_sentence(bot(tmp_path, "restore", str(copy))) == complaints.BUSY.format(path=database)
    with pytest.raises(Unopened):
        restore(tmp_path / "nowhere" / "druzhba.db", copy, None, LATER)


def test_a_disk_that_is_full_changes_nothing(
    copy: Path, database: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    before = contents(database)
    settings = load(_env_file=None, bot_token="42:nobody", database_url=database_url(tmp_path))
    for step in ((zlib, "decompressobj"), (copies, "go_on"), (os, "fsync")):
        with monkeypatch.context() as patch:
            patch.setattr(*step, full)
            with pytest.raises(complaints.Refused, match=r"^Ничего не изменено: на диске не осталось места\.$"):
                put_back(settings, copy, None)
        assert contents(database) == before
        assert not backup.beside(database, "-restoring").exists()


def test_two_within_a_second_do_not_lose_the_first_one_put_aside(copy: Path, database: Path) -> None:
    first = restore(database, copy, None, LATER).replaced
    assert first is not None
    kept = contents(first)
    with pytest.raises(FileExistsError):
        restore(database, copy, None, LATER)
    assert contents(first) == kept
    assert people(database) == [7]


KILLED = """
import os, sys
from datetime import datetime, timezone
from pathlib import Path
from bot import restore

def die(*_):
    os.kill(os.getpid(), 9)

if sys.argv[3] == "unpacked":
    restore.copies.go_on = die
else:
    rename, there = Path.rename, []
    def counted(path, to):
        if path.name.endswith("-restoring"):
            die()
        return rename(path, to)
    Path.rename = counted
restore.restore(Path(sys.argv[1]), Path(sys.argv[2]), None, datetime(2027, 3, 20, 5, tzinfo=timezone.utc))
"""


@pytest.mark.parametrize("where", ["unpacked", "put aside"])
def test_killed_in_the_middle_nothing_is_lost_and_the_next_one_does_it(
    copy: Path, database: Path, tmp_path: Path, where: str
) -> None:
    before = contents(database)
    command = [sys.executable, "-c", KILLED, str(database), str(copy), where]
    assert subprocess.run(command, check=False, timeout=30).returncode == -9
    there = database if where == "unpacked" else backup.put_aside(database, LATER)
    assert contents(there) == before
    assert backup.beside(database, "-restoring").exists()
    restore(database, copy, None, LATER + DAY)
    assert people(database) == [7]
    assert not backup.beside(database, "-restoring").exists()


def test_the_commands_say_what_they_did(database: Path, tmp_path: Path) -> None:
    public = str(KEY.to_public())
    made = bot(tmp_path, "backup", str(tmp_path / "copy"), BACKUP_KEY=public)
    assert made.stdout.splitlines() == [
        complaints.BACKED_UP.format(path=tmp_path / "copy.age"),
        complaints.KEPT_BY_HAND.format(days=30),
    ]
    again = one_sentence(bot(tmp_path, "backup", str(tmp_path / "copy"), BACKUP_KEY=public))
    assert again == complaints.BACKUP_EXISTS.format(path=tmp_path / "copy.age")
    (tmp_path / "backups").mkdir()
    assert len(bot(tmp_path, "backup", "backups").stdout.splitlines()) == 1, "the bot wipes what lies there"
    back = bot(tmp_path, "restore", str(tmp_path / "copy.age"), "--key", str(key_file(tmp_path, KEY)))
    said = back.stdout.splitlines()
    assert [line.split()[0] for line in said] == ["База", "Прежняя", "Запустите"]
    assert any(path.name.startswith("druzhba.db-replaced-") for path in tmp_path.iterdir())
    for missing in ("nowhere/copy", "/proc/copy"):
        assert one_sentence(bot(tmp_path, "backup", missing)).startswith("Копия не сделана: ")


def test_check_says_when_the_last_copy_was_made(database: Path, tmp_path: Path) -> None:
    def line(**given: str) -> str:
        (found,) = (one for one in bot(tmp_path, "check", **given).stdout.splitlines() if one.startswith("Копии: "))
        return found

    assert complaints.COPIES_NONE in line()
    assert complaints.COPIES_OFF in line(BACKUP_FOLDER="")
    (tmp_path / "backups").mkdir()
    backup.make(database, tmp_path / "backups" / backup.usual_name(NOW - 400 * DAY), "", NOW - 400 * DAY)
    assert line().startswith("Копии: последняя от 12.02.2026 12:00, не зашифрована, это давно")
    bot(tmp_path, "backup", "backups", BACKUP_KEY=str(KEY.to_public()))
    assert line().endswith(", зашифрована")
    (tmp_path / "file").touch()
    assert "не читается" in line(BACKUP_FOLDER="file")


def test_a_key_with_a_slip_in_it_stops_the_start(tmp_path: Path) -> None:
    public = str(KEY.to_public())
    slip = public[:-1] + ("q" if public[-1] != "q" else "p")
    assert "BACKUP_KEY" in one_sentence(bot(tmp_path, "run", BACKUP_KEY=slip))
