"""A bot whose token is a canary, and everything that is said while it fails, before the last net and after it."""

import logging
import sqlite3
import sys
import threading
import warnings
from collections.abc import AsyncIterator, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
import structlog
from structlog.typing import EventDict

from bot import handling, intake, lanes, logs
from bot.lines import as_json
from db import store as store_module
from tests.conversation import world as conversation
from tests.conversation.conftest import template
from tests.conversation.world import World
from tests.logs.canaries import NAME, TOKEN
from tests.logs.paths import Scene

__all__ = ["template"]

ERRORS = "SELECT error FROM inbox UNION ALL SELECT error FROM outbox UNION ALL SELECT unreachable_why FROM people"


class Heard:
    """All that has been said: `lines` on stderr and stdout; `bare` what was to be said, without the net; `jsons` the
    same events as the other form would have said them."""

    def __init__(self, said: pytest.CaptureFixture[str]) -> None:
        self._said, self._text = said, ""
        self.bare: list[str] = []
        self.jsons: list[str] = []

    def listen(self) -> None:
        """To be called by the test itself: before it, stderr is another file."""
        logs.begin()
        structlog.configure(cache_logger_on_first_use=False)  # a cached one would outlive this test
        processors: Any = structlog.get_config()["processors"]
        processors.insert(-1, self._keep)

    def lines(self) -> list[str]:
        out, err = self._said.readouterr()
        self._text += out + err
        return self._text.splitlines()

    def _keep(self, _: object, __: str, pairs: EventDict) -> EventDict:
        self.bare.append(str(pairs))
        self.jsons.append(as_json(pairs))
        return pairs


def old_begin() -> None:
    """As it was: the broken twin."""
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.processors.LogfmtRenderer(key_order=["timestamp", "level", "event"], bool_as_flag=False),
        ],
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
    line = "%(asctime)s %(levelname)s %(name)s %(message)s"
    logging.basicConfig(level=logging.WARNING, stream=sys.stderr, format=line, force=True)
    sys.unraisablehook, threading.excepthook = sys.__unraisablehook__, threading.__excepthook__
    warnings.showwarning = _shown_by_python


def _shown_by_python(message: Warning | str, category: Any, filename: str, lineno: int, *_: Any, **__: Any) -> None:
    sys.stderr.write(warnings.formatwarning(message, category, filename, lineno))


@pytest.fixture
def as_before() -> Iterator[None]:
    """Whatever a test does to the process's ways of speaking, the next one finds them as they were."""
    root, hooks = logging.getLogger(), (sys.excepthook, sys.unraisablehook, threading.excepthook, warnings.showwarning)
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:], root.level = handlers, level
    sys.excepthook, sys.unraisablehook, threading.excepthook, warnings.showwarning = hooks
    structlog.reset_defaults()


@pytest.fixture
def heard(as_before: None, capfd: pytest.CaptureFixture[str]) -> Heard:
    return Heard(capfd)


@pytest.fixture
async def world(template: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[World]:
    monkeypatch.setattr(handling, "BUG_STEPS", (0.0,))
    monkeypatch.setattr(handling, "CUT_STEPS", (0.0,))
    monkeypatch.setattr(intake, "STEPS", (60.0,))
    monkeypatch.setattr(lanes, "PAUSE", 60.0)
    monkeypatch.setattr(store_module, "PRAGMAS", tuple(one.replace("FULL", "OFF") for one in store_module.PRAGMAS))
    usual = conversation.settings
    token = {"bot_token": TOKEN}
    monkeypatch.setattr(conversation, "settings", lambda path: usual(path).model_copy(update=token))
    world = await World.open(template, tmp_path)
    yield world
    await world.close()


@pytest.fixture
async def scene(world: World, heard: Heard, monkeypatch: pytest.MonkeyPatch) -> Scene:
    guest = world.person(7, NAME, "ru")
    await guest.start()
    await guest.press("Русский")
    return Scene(world, guest, monkeypatch, heard.lines)


def errors(world: World) -> list[str]:
    """The store's own columns of causes."""
    with closing(sqlite3.connect(world.path)) as connection:
        return [str(row[0]) for row in connection.execute(ERRORS) if row[0]]
