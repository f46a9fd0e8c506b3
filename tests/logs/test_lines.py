"""What a line looks like: one an event, on stderr, with the cause; of a library's words only its constants."""

import subprocess
import sys
from collections.abc import Callable

import pytest
import structlog

from tests.bot.command import ROOT
from tests.logs.canaries import NAME, PHONE, TEXT, canaries
from tests.logs.conftest import Heard

SCRIPT = """
import logging, structlog
from bot import logs
logs.begin()
log = structlog.get_logger()
log.info("running", jobs=4)
try:
    raise KeyError("причина")
except KeyError as error:
    log.error("a job failed", job="delivery", exc_info=error)
logging.getLogger("aiogram.event").warning("тайное слово")
logging.getLogger("apscheduler.scheduler").warning("тайное слово")
logging.getLogger("aiohttp.server").warning("something is odd")
logging.getLogger("aiohttp.server").info("тайное слово")
raise SystemError("тайное слово")
"""


def test_logs_are_one_line_an_event_on_stderr_with_causes_and_without_the_libraries_chatter() -> None:
    ended = subprocess.run(
        [sys.executable, "-c", SCRIPT], cwd=ROOT, capture_output=True, text=True, timeout=30, check=False
    )
    assert (ended.returncode, ended.stdout) == (1, "")
    assert all(line.startswith("timestamp=") for line in ended.stderr.splitlines())
    assert [line.split(" ", 1)[1] for line in ended.stderr.splitlines()] == [
        "level=info event=running jobs=4",
        'level=error event="a job failed" job=delivery cause="KeyError at <string>:8 <module>"',
        'level=warning event="something is odd" logger=aiohttp.server at=<string>:13',
        'level=critical event="the process ends by an exception" cause="SystemError at <string>:15 <module>"',
    ]


class Odd:
    def __repr__(self) -> str:
        return TEXT


VALUES = [
    (7_123_456_789, "key=7123456789"),
    (2.5, "key=2.5"),
    (True, "key=true"),
    (None, "key="),
    ("delivery", "key=delivery"),
    (Odd(), "key=Odd"),
    ({"text": TEXT}, "key=dict"),
    ([NAME], "key=list"),
    (TEXT.encode(), "key=bytes"),
    (ValueError(TEXT), "key=ValueError"),
    (PHONE, 'key="<phone>"'),
]


@pytest.mark.parametrize(("value", "shown"), VALUES, ids=[shown for _, shown in VALUES])
def test_only_plain_values_are_written(heard: Heard, value: object, shown: str) -> None:
    heard.listen()
    structlog.get_logger().info("here", key=value)
    (line,) = heard.lines()
    assert line.endswith(f"level=info event=here {shown}")


def raised() -> ValueError:
    try:
        raise ValueError(TEXT)
    except ValueError as error:
        return error


def by_exception() -> None:
    try:
        raise raised()
    except ValueError:
        structlog.get_logger().exception("here")


WAYS: list[Callable[[], object]] = [
    by_exception,
    lambda: structlog.get_logger().error("here", exc_info=raised()),
    lambda: structlog.get_logger().error("here", exc_info=(ValueError, raised(), None)),
]


@pytest.mark.parametrize("way", WAYS, ids=["exception", "the exception itself", "a triple"])
def test_an_exception_is_handed_over_in_any_way(heard: Heard, way: Callable[[], object]) -> None:
    heard.listen()
    way()
    (line,) = heard.lines()
    assert 'event=here cause="ValueError at tests/logs/test_lines.py:' in line
    assert canaries(line) == []


@pytest.mark.parametrize("info", [None, False, True, (None, None, None)])
def test_where_there_is_no_exception_none_is_shown(heard: Heard, info: object) -> None:
    heard.listen()
    structlog.get_logger().error("here", exc_info=info)
    (line,) = heard.lines()
    assert line.endswith("level=error event=here")
