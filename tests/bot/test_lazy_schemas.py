"""Schemas built at their first use: every one of them can be built, and the hot ones are ready at the start."""

import json
import subprocess
import sys
from typing import Any

import pytest

from tests.bot.command import ROOT

MEASURE = """
import json, time
began = time.process_time()
from bot import lazy_schemas
LAZY
import aiogram
imported = time.process_time() - began
models = lazy_schemas.models()
left = [model for model in models if not model.__pydantic_complete__]
lazy_schemas.warm()
from aiogram import types, methods
hot = (types.Update, methods.SendMessage, methods.EditMessageText, types.InlineKeyboardMarkup)
ready = all(model.__pydantic_complete__ for model in hot)
for model in left:
    model.model_rebuild()
incomplete = [model.__name__ for model in models if not model.__pydantic_complete__]
sent = methods.SendMessage(chat_id=1, text="x", reply_markup=types.InlineKeyboardMarkup(inline_keyboard=[]))
answer = {"poll_id": "1", "option_ids": [], "option_persistent_ids": []}
update = types.Update.model_validate({"update_id": 1, "poll_answer": answer})
print(json.dumps({
    "imported": imported, "models": len(models), "left": len(left), "ready": ready, "incomplete": incomplete,
    "kind": update.event_type, "whole": time.process_time() - began,
}))
"""


def measured(lazy: str) -> dict[str, Any]:
    code = MEASURE.replace("LAZY", lazy)
    ended = subprocess.run(
        [sys.executable, "-W", "error", "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=60, check=False
    )
    assert ended.returncode == 0, ended.stderr
    found: dict[str, Any] = json.loads(ended.stdout)
    print(f"import aiogram {lazy or 'plainly'}: {found['imported']:.2f} s of {found['whole']:.2f} s CPU")
    return found


@pytest.fixture(scope="module")
def lazy() -> dict[str, Any]:
    return measured("lazy_schemas.import_aiogram()")


def test_every_schema_can_be_built_later(lazy: dict[str, Any]) -> None:
    assert lazy["incomplete"] == []
    assert lazy["models"] > 500
    assert lazy["kind"] == "poll_answer"


def test_most_are_left_by_the_import_and_the_hot_ones_built_by_warming(lazy: dict[str, Any]) -> None:
    assert lazy["left"] > 0.6 * lazy["models"]
    assert lazy["ready"]
    assert lazy["imported"] < 0.75 * lazy["whole"]


def test_the_plain_import_builds_them_all(lazy: dict[str, Any]) -> None:
    """The twin: what `left` counts is what the lazy import really leaves out."""
    plain = measured("")
    assert plain["left"] < 0.1 * plain["models"]
    assert plain["models"] == lazy["models"]
    assert lazy["imported"] < plain["imported"]


def test_imported_already_it_is_left_alone() -> None:
    """This very process imported aiogram long ago."""
    from aiogram.types import Update

    from bot.lazy_schemas import import_aiogram, warm

    import_aiogram()
    warm()
    assert Update.model_validate({"update_id": 1}).update_id == 1


START = """
import sys
from bot.lazy_schemas import import_aiogram
import_aiogram()
import bot.app
from handlers import routers
routers()
print(sorted({"icalendar", "aiogram", "sqlalchemy"} & set(sys.modules)))
"""


def test_what_few_ask_for_is_not_imported_at_the_start() -> None:
    ended = subprocess.run(
        [sys.executable, "-c", START], cwd=ROOT, capture_output=True, text=True, check=True, timeout=60
    )
    assert ended.stdout.strip() == "['aiogram', 'sqlalchemy']"
