"""The command line: what it does, what it says when it cannot, and one process a database."""

import socket
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from bot import complaints, lock
from bot.__main__ import main
from bot.lock import Busy, Unopened
from db import migrate
from tests.bot.command import ROOT, bot, database_url, one_sentence

CONTENT = """\
venues:
  - slug: house
    confirmed: yes
    texts: {ru: {name: Дом}}
events:
  - slug: spring
    kind: holiday
    venue: house
    confirmed: yes
    starts: 2027-03-21 12:00
    capacity: CAPACITY
    texts: {ru: {title: Весна, description: Плов, for_whom: Всем}}
"""


def content(folder: Path, capacity: object = 60) -> str:
    path = folder / "content.yaml"
    path.write_text(CONTENT.replace("CAPACITY", str(capacity)), encoding="utf-8")
    return str(path)


def slugs(folder: Path) -> list[tuple[str, int]]:
    with closing(sqlite3.connect(folder / "druzhba.db")) as connection:
        return connection.execute("SELECT slug, capacity FROM events").fetchall()


@pytest.mark.parametrize("arguments", [(), ("fly",), ("run", "now"), ("import",), ("import", "a", "b"), ("--help",)])
def test_anything_else_gets_the_usage(arguments: tuple[str, ...], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(arguments) == 2
    assert capsys.readouterr() == ("", complaints.USAGE)


def test_the_usage_comes_with_an_exit_status(tmp_path: Path) -> None:
    ended = bot(tmp_path)
    assert (ended.returncode, ended.stderr) == (2, complaints.USAGE)


def test_migrate_makes_the_file_and_may_be_repeated(tmp_path: Path) -> None:
    for _ in range(2):
        ended = bot(tmp_path, "migrate")
        assert (ended.returncode, ended.stderr) == (0, "")
        assert migrate.head() in ended.stdout
    assert migrate.current(tmp_path / "druzhba.db") == migrate.head()


def test_import_brings_the_file_in_again_and_again(tmp_path: Path) -> None:
    assert "Новых: 2, изменённых: 0" in bot(tmp_path, "import", content(tmp_path)).stdout
    assert "Новых: 0, изменённых: 0" in bot(tmp_path, "import", content(tmp_path)).stdout
    assert slugs(tmp_path) == [("spring", 60)]
    with closing(sqlite3.connect(tmp_path / "druzhba.db")) as connection, connection:
        connection.execute("UPDATE events SET capacity = 30")
    assert "spring, поле capacity" in bot(tmp_path, "import", content(tmp_path, 90)).stdout
    assert slugs(tmp_path) == [("spring", 30)]


def test_a_bad_file_is_refused_whole_with_lines_and_reasons(tmp_path: Path) -> None:
    ended = bot(tmp_path, "import", content(tmp_path, "много"))
    first, *mistakes = ended.stderr.splitlines()
    assert (ended.returncode, first) == (1, complaints.IMPORT_MISTAKES)
    assert len(mistakes) == 1
    assert mistakes[0].startswith("строка 11")
    assert "много" in mistakes[0]
    assert slugs(tmp_path) == []


def test_no_file_to_import(tmp_path: Path) -> None:
    assert "такого файла нет" in bot(tmp_path, "import", "no.yaml").stderr


def test_check_finds_an_unreachable_telegram_and_owners_missing(tmp_path: Path) -> None:
    with socket.socket() as closed:  # bound, not listening: nobody else gets this port
        closed.bind(("127.0.0.1", 0))
        ended = bot(tmp_path, "check", BOT_API_URL=f"http://127.0.0.1:{closed.getsockname()[1]}")
    assert ended.returncode == 1
    assert "не отвечает (TelegramNetworkError)" in ended.stdout
    assert complaints.OWNERS_NONE in ended.stdout
    assert complaints.STORE_NONE in ended.stdout
    assert "SQLite" in ended.stdout
    assert not (tmp_path / "druzhba.db").exists()


@pytest.mark.parametrize("arguments", [("import", "x.yaml"), ("migrate",), ("run",)])
def test_beside_a_holder_of_the_lock_it_is_refused_in_one_sentence(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    path = tmp_path / "druzhba.db"
    with lock.hold(path):
        assert one_sentence(bot(tmp_path, *arguments)) == complaints.BUSY.format(path=path)
    assert not path.exists()


def test_the_lock_is_free_again_after_its_holder(tmp_path: Path) -> None:
    path = tmp_path / "druzhba.db"
    for _ in range(2):
        with lock.hold(path), pytest.raises(Busy), lock.hold(path):
            raise AssertionError("two holders")
    with lock.hold(tmp_path / "another.db"), lock.hold(path):
        pass


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    sentence = one_sentence(bot(tmp_path, "migrate", DATABASE_URL=database_url(tmp_path / "nowhere")))
    assert sentence.startswith("База ")
    assert "nowhere" in sentence
    with pytest.raises(Unopened), lock.hold(tmp_path / "nowhere" / "x.db"):
        pass


def test_a_file_that_is_no_database(tmp_path: Path) -> None:
    (tmp_path / "druzhba.db").write_text("это не база, а письмо\n" * 100, encoding="utf-8")
    assert "не открывается" in one_sentence(bot(tmp_path, "migrate"))
    assert complaints.CHECK_STORE.split("{", maxsplit=1)[0] in bot(tmp_path, "check").stdout


def test_a_database_of_newer_code_is_refused(tmp_path: Path) -> None:
    migrate.upgrade(tmp_path / "druzhba.db")
    with closing(sqlite3.connect(tmp_path / "druzhba.db")) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    for arguments in (("migrate",), ("run",), ("import", content(tmp_path))):
        assert one_sentence(bot(tmp_path, *arguments)) == complaints.TOO_NEW.format(schema="9999")


def test_the_shipped_content_can_be_imported(tmp_path: Path) -> None:
    ended = bot(tmp_path, "import", str(ROOT / "data" / "assembly.yaml"))
    assert ended.returncode == 0, ended.stderr
    assert "navruz" in " ".join(slug for slug, _ in slugs(tmp_path))


def test_a_demo_without_its_telegram_names_the_command_that_brings_one(tmp_path: Path) -> None:
    assert "make demo" in one_sentence(bot(tmp_path, "demo", BOT_TOKEN=None))
