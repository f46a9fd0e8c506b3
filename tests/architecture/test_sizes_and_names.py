"""The budgets: functions of at most 25 lines, files of at most 200; and no drawer for odds and ends."""

import ast

import pytest

from tests.architecture.sources import Found, Source, product, snippet

FILE_LINES, FUNCTION_LINES = 200, 25
NUMBERED = "db/migrations/versions/"  # a migration is written once and never read as a whole
LONG = {  # a file by its path, a function as path::name, with the reason
    "handlers/buttons.py": "every button we ever sent: one protocol, whose prefixes have to be seen together",
    "handlers/__init__.py::routers": "the map of the conversation: the order is seen at a glance or not at all",
    "bot/app.py::build": "the one place where everything is made, each from what stands above it",
    "db/tables.py": "the whole schema, each table with what it refuses, is read in one piece",
}
DRAWERS = {"utils", "common", "helpers", "base", "manager", "util", "helper", "misc", "managers"}


def too_long(source: Source) -> dict[str, int]:
    """What is longer than its budget: the file by its path, functions as path::name."""
    found = {source.path: len(source.text.splitlines())} if len(source.text.splitlines()) > FILE_LINES else {}
    for node in ast.walk(source.tree):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            lines = (node.end_lineno or node.lineno) - node.lineno + 1
            if lines > FUNCTION_LINES:
                found[f"{source.path}::{node.name}"] = lines
    return found


def drawers(source: Source) -> Found:
    parts = source.path.removesuffix(".py").split("/")
    return [source.path] if DRAWERS & set(parts) else []


def test_files_and_functions_keep_their_budgets() -> None:
    measured = {k: n for source in product() if NUMBERED not in source.path for k, n in too_long(source).items()}
    assert {name: lines for name, lines in measured.items() if name not in LONG} == {}
    assert set(LONG) <= set(measured), "an exception that nobody needs any more"


def test_no_module_is_a_drawer_for_odds_and_ends() -> None:
    assert [line for source in product() for line in drawers(source)] == []


def function_of(lines: int) -> str:
    return "\n".join(["async def long():", *["    pass"] * (lines - 1)])


def test_what_is_one_line_too_long_is_seen() -> None:
    assert too_long(snippet("\n" * (FILE_LINES + 1))) == {"handlers/events/bad.py": FILE_LINES + 1}
    assert too_long(snippet(function_of(FUNCTION_LINES + 1))) == {"handlers/events/bad.py::long": FUNCTION_LINES + 1}


def test_what_just_fits_is_left_alone() -> None:
    assert too_long(snippet("\n" * FILE_LINES)) == too_long(snippet(function_of(FUNCTION_LINES))) == {}


@pytest.mark.parametrize("path", ["bot/utils.py", "handlers/common/text.py", "db/base.py", "emulator/helpers.py"])
def test_a_drawer_is_seen(path: str) -> None:
    assert drawers(snippet("", path)) == [path]
