"""Which floor may know of which: bot -> handlers -> db -> db/rules, never back; the emulator knows of nobody."""

import ast
import re
import sys
from collections.abc import Iterator

import pytest

from tests.architecture.sources import OURS, Found, Source, name_of, on_floors, product, snippet

MAY_IMPORT = {
    "bot": ("bot", "handlers", "db"),
    "handlers": ("handlers", "db"),
    "db": ("db",),
    "db.rules": ("db.rules",),
    "emulator": ("emulator",),
}
STRANGERS = {  # libraries that a floor must not know of, and why
    "handlers": {"sqlalchemy", "aiosqlite", "sqlite3", "alembic"},  # the store is db's alone
    "db": {"aiogram", "babel", "gettext", "aiohttp"},  # no words and no network inside a transaction
}
SQL = re.compile(
    r"\b(SELECT\s.+\sFROM|INSERT\s+(OR\s+\w+\s+)?INTO|DELETE\s+FROM|UPDATE\s+\w+\s+SET|PRAGMA\s)", re.I | re.S
)
SQL_CALLS = {"execute", "executemany", "exec_driver_sql"}


def imports(source: Source) -> Iterator[tuple[ast.stmt, str]]:
    """Each import of a file, wherever it stands, as the full name of what is imported."""
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Import):
            yield from ((node, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            package = source.path.split("/")[: -node.level] if node.level else []
            module = ".".join([*package, *(node.module or "").split(".")]).strip(".")
            yield from ((node, f"{module}.{alias.name}") for alias in node.names)


def within(name: str, floors: tuple[str, ...]) -> bool:
    return any(name == floor or name.startswith(f"{floor}.") for floor in floors)


def arrows_back(source: Source) -> Found:
    allowed = MAY_IMPORT[source.floor]
    ours = [(node, name) for node, name in imports(source) if within(name, OURS)]
    return [source.at(node, f"imports {name}") for node, name in ours if not within(name, allowed)]


def strangers(source: Source) -> Found:
    """Libraries that this floor must not know of."""
    found = [(node, name, name.split(".")[0]) for node, name in imports(source)]
    banned = STRANGERS.get(source.floor, set())
    wrong = [(node, name) for node, name, top in found if top in banned]
    if source.floor == "db.rules":
        wrong = [(node, name) for node, name, top in found if top not in OURS and top not in sys.stdlib_module_names]
    return [source.at(node, f"imports {name}") for node, name in wrong]


def hidden_imports(source: Source) -> Found:
    """Imports by a string, which the rules above would not see."""
    return [
        source.at(call, name_of(call)) for call in source.calls() if name_of(call) in ("import_module", "__import__")
    ]


def sql(source: Source) -> Found:
    texts = [node for node in ast.walk(source.tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)]
    written = [source.at(node, "SQL text") for node in texts if SQL.search(str(node.value))]
    return written + [source.at(call, name_of(call)) for call in source.calls() if name_of(call) in SQL_CALLS]


def test_no_arrow_runs_back() -> None:
    assert [line for source in product() for line in arrows_back(source)] == []


def test_each_floor_knows_only_its_own_libraries() -> None:
    assert [line for source in product() for line in strangers(source)] == []


def test_nothing_is_imported_behind_the_back_of_these_rules() -> None:
    assert [line for source in product() for line in hidden_imports(source)] == []


def test_the_conversation_writes_no_sql() -> None:
    assert [line for source in on_floors("handlers") for line in sql(source)] == []


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("handlers/bad.py", "from bot.clock import Clock"),
        ("handlers/events/bad.py", "import bot"),
        ("db/bad.py", "from handlers import words"),
        ("db/bad.py", "def late() -> None:\n    from handlers.words import safe"),
        ("db/rules/bad.py", "from db import tables"),
        ("db/rules/bad.py", "from ..tables import people"),
        ("db/rules/bad.py", "import db"),
        ("emulator/bad.py", "from db.store import Store"),
        ("bot/bad.py", "from emulator import Emulator"),
        ("bot/bad.py", "import tests.architecture"),
        ("handlers/bad.py", "if TYPE_CHECKING:\n    from benchmarks import bench"),
    ],
)
def test_an_arrow_that_runs_back_is_seen(path: str, code: str) -> None:
    assert len(arrows_back(snippet(code, path))) == 1


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("handlers/bad.py", "from sqlalchemy import Connection"),
        ("handlers/bad.py", "import aiosqlite"),
        ("db/bad.py", "from aiogram import Bot"),
        ("db/bad.py", "import babel.messages"),
        ("db/rules/bad.py", "import sqlalchemy"),
        ("db/rules/bad.py", "from pydantic import BaseModel"),
    ],
)
def test_a_library_on_the_wrong_floor_is_seen(path: str, code: str) -> None:
    assert len(strangers(snippet(code, path))) == 1


@pytest.mark.parametrize("code", ["import_module('bot.app')", "importlib.import_module(name)", "__import__('bot')"])
def test_an_import_by_a_string_is_seen(code: str) -> None:
    assert len(hidden_imports(snippet(code))) == 1


@pytest.mark.parametrize(
    "code",
    [
        "q = 'select id from people'",
        "q = f'DELETE FROM {table}'",
        "q = 'insert or ignore into facts values (1)'",
        "conn.execute(q)",
    ],
)
def test_sql_in_the_conversation_is_seen(code: str) -> None:
    assert len(sql(snippet(code))) == 1


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("bot/good.py", "from handlers import words\nfrom db.rules import seats\nimport aiogram"),
        ("handlers/good.py", "from db.rules.seats import Party\nfrom . import pages"),
        ("db/good.py", "from sqlalchemy import select\nfrom db.rules import seats"),
        ("db/rules/good.py", "from datetime import UTC\nfrom .quiet import Quiet"),
        ("emulator/good.py", "from aiohttp import web\nfrom emulator import clock"),
    ],
)
def test_an_arrow_that_runs_down_is_left_alone(path: str, code: str) -> None:
    source = snippet(code, path)
    assert arrows_back(source) + strangers(source) + hidden_imports(source) == []
