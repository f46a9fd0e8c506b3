"""LOG_FORMAT=json: one object a line, for programs; the same events, the same silence about people."""

import json
import logging
import sys
from pathlib import Path
from typing import Any

import pytest
import structlog
from aiohttp.test_utils import unused_port

from bot import logs
from tests.logs.canaries import NAME, PHONE, TEXT, TOKEN, canaries
from tests.logs.conftest import Heard
from tests.logs.test_lines import Odd
from tests.logs.test_processes import run_until


def said(heard: Heard, **pairs: object) -> dict[str, Any]:
    """What a program reads of a line with these pairs."""
    heard.listen()
    logs.write_as("json")
    structlog.get_logger().error("here", **pairs)
    (line,) = heard.lines()
    shown: dict[str, Any] = json.loads(line)
    assert list(shown)[:3] == ["timestamp", "level", "event"]
    assert (shown.pop("event"), shown.pop("level")) == ("here", "error")
    assert shown.pop("timestamp").endswith("Z")
    return shown


VALUES: list[tuple[object, object]] = [
    *((value, value) for value in (7_123_456_789, 2.5, True, None, "delivery", "Навруз, ўзбекча", 'a "quoted"\nword')),
    (Odd(), "Odd"),
    ({"text": TEXT}, "dict"),
    ([NAME], "list"),
    (TEXT.encode(), "bytes"),
    (ValueError(TEXT), "ValueError"),
    (PHONE, "<phone>"),
    (79135550123, "<phone>"),
    (f"bot{TOKEN}/getMe", "bot<token>/getMe"),
    ("socks5://user:word@10.0.0.1:1080", "socks5://<password>@10.0.0.1:1080"),
]


@pytest.mark.parametrize(("value", "shown"), VALUES, ids=[repr(shown)[:30] for _, shown in VALUES])
def test_a_value_is_what_it_is_or_what_the_net_leaves_of_it(heard: Heard, value: object, shown: object) -> None:
    assert said(heard, key=value) == {"key": shown}


def test_a_number_of_ours_is_no_telephone(heard: Heard) -> None:
    assert said(heard, update_id=79135550123) == {"update_id": 79135550123}


def test_letters_stand_as_they_are(heard: Heard) -> None:
    said(heard, key="Навруз")
    assert "Навруз" in "\n".join(heard.lines())


def test_the_cause_and_its_place(heard: Heard) -> None:
    try:
        raise KeyError(TEXT)
    except KeyError as error:
        shown = said(heard, exc_info=error)
    assert shown["cause"].startswith("KeyError at tests/logs/test_json.py:")


def test_a_librarys_line_names_its_place_and_a_log_in_use_follows(heard: Heard) -> None:
    heard.listen()
    logging.getLogger("aiohttp.server").warning("something is odd")
    logs.write_as("json")
    logging.getLogger("aiohttp.server").warning("something is odd")
    plain, other = heard.lines()
    assert plain.startswith("timestamp=")
    shown = json.loads(other)
    assert (shown["event"], shown["logger"]) == ("something is odd", "aiohttp.server")
    assert shown["at"].startswith("tests/logs/test_json.py:")


def test_a_hook_writes_json_too(heard: Heard) -> None:
    heard.listen()
    logs.write_as("json")
    sys.excepthook(SystemError, SystemError(TEXT), None)
    (line,) = heard.lines()
    assert json.loads(line)["cause"] == "SystemError"
    assert canaries(line) == []


async def test_the_process_writes_nothing_else(tmp_path: Path) -> None:
    url = f"http://kanareyka:kanareyka@127.0.0.1:{unused_port()}"
    log = await run_until(tmp_path, "getUpdates failed", BOT_TOKEN=TOKEN, BOT_API_URL=url, LOG_FORMAT="json")
    shown = [json.loads(line) for line in log.splitlines()]
    assert {"running", "getUpdates failed", "stopped"} <= {one["event"] for one in shown}
    assert canaries(log) == []
