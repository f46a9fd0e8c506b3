"""An exception as a log shows it: types, places, harmless facts; chains, circles, groups and depths of any size."""

import errno
import os
import socket
import sqlite3
import ssl
from collections.abc import Callable
from functools import partial
from types import UnionType
from typing import Any, Union, get_args, get_origin

import aiohttp
import pytest
from aiogram.exceptions import ClientDecodeError, TelegramBadRequest, TelegramForbiddenError, TelegramRetryAfter
from pydantic import BaseModel, ConfigDict, ValidationError

from bot.causes import cause, told
from bot.lazy_schemas import models
from db.rules.refusals import BadParty, Closed, Full, Gone
from tests.bot.parts import MESSAGE
from tests.db.scene import NOW
from tests.logs.canaries import NAME, TEXT, canaries


def caught(work: Callable[[], object]) -> Exception:
    try:
        work()
    except Exception as error:
        return error
    raise AssertionError


def fails() -> None:
    raise KeyError(TEXT)


def fails_from_it() -> None:
    try:
        fails()
    except KeyError as error:
        raise RuntimeError(TEXT) from error


def fails_again() -> None:
    try:
        fails()
    except KeyError:
        raise RuntimeError(TEXT)  # noqa: B904


def fails_of_nothing() -> None:
    try:
        fails()
    except KeyError:
        raise RuntimeError(TEXT) from None


def shape(error: BaseException) -> list[str]:
    """The types alone."""
    return [part.split(" ")[0] for part in cause(error).split("; from ")]


def test_the_place_of_the_fault_comes_first() -> None:
    first, second, third = cause(caught(lambda: fails_from_it())).split("; from ")[1].partition(" at ")
    assert (first, second) == ("KeyError", " at ")
    assert [place.split(" ")[1] for place in third.split(" < ")] == ["fails", "fails_from_it"]
    assert third.startswith("tests/logs/test_causes.py:")


@pytest.mark.parametrize(
    ("work", "kinds"),
    [
        (fails_from_it, ["RuntimeError", "KeyError"]),
        (fails_again, ["RuntimeError", "KeyError"]),
        (fails_of_nothing, ["RuntimeError"]),
    ],
)
def test_a_chain_is_told_as_it_was_meant(work: Callable[[], object], kinds: list[str]) -> None:
    assert shape(caught(work)) == kinds


def test_a_circle_ends() -> None:
    one, two = ValueError(TEXT), KeyError(TEXT)
    one.__context__, two.__context__ = two, one
    assert shape(one) == ["ValueError", "KeyError"]


def test_a_long_chain_is_cut() -> None:
    last = ValueError(TEXT)
    for _ in range(100):
        before, last = last, ValueError(TEXT)
        last.__cause__ = before
    assert shape(last) == ["ValueError"] * 12 + ["…"]


def test_a_deep_fall_is_cut_and_says_where_it_began() -> None:
    def deeper(n: int) -> int:
        return deeper(n + 1) + 1

    said = cause(caught(lambda: deeper(0)))
    assert len(said) < 2000
    assert said.startswith("RecursionError at tests/logs/test_causes.py:")
    assert said.endswith(" caught")
    assert " < … < " in said


def test_a_wide_group_is_cut() -> None:
    said = cause(ExceptionGroup(NAME, [ValueError(TEXT) for _ in range(9)]))
    assert said == "ExceptionGroup {ValueError | ValueError | ValueError | ValueError | ValueError | …}"


def test_a_group_is_told_with_the_causes_of_its_parts() -> None:
    inner = ExceptionGroup(TEXT, [caught(fails_of_nothing)])
    said = cause(ExceptionGroup(NAME, [inner, OSError(errno.ENOSPC, TEXT)]))
    assert said.startswith("ExceptionGroup {ExceptionGroup {RuntimeError at tests/logs/test_causes.py:")
    assert said.endswith("} | OSError [ENOSPC No space left on device]}")


def test_a_note_is_not_told() -> None:
    error = ValueError()
    error.add_note(TEXT)
    assert cause(error) == "ValueError"


# -- what is told besides


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid")

    number: int
    by_name: dict[str, int] = {}


def validated(**given: Any) -> Exception:
    return caught(lambda: Strict(**given))


def test_of_a_validation_the_places_and_the_kinds() -> None:
    assert told(validated(number=TEXT)) == "Strict: number int_parsing"
    assert told(validated()) == "Strict: number missing"


def test_of_what_was_not_asked_for_not_even_the_name() -> None:
    assert canaries(told(validated(number=1, **{TEXT: 1}))) == []
    assert told(validated(number=1, kanareyka=1)) == "Strict:  extra_forbidden"
    assert told(validated(number=1, by_name={TEXT: "x"})) == "Strict: by_name.… int_parsing"


def test_in_what_telegram_sends_a_place_is_always_a_name_of_the_bot_api() -> None:
    """A mapping's keys come from outside, and would stand in the place of a mistake: aiogram has none."""

    def mapping(kind: Any) -> bool:
        inner = get_args(kind) if get_origin(kind) in (list, Union, UnionType) else ()
        return get_origin(kind) is dict or kind is dict or any(map(mapping, inner))

    fields = [
        (model.__name__, name, field.annotation) for model in models() for name, field in model.model_fields.items()
    ]
    assert len(fields) > 1000
    assert [field for field in fields if mapping(field[2])] == []
    assert mapping(dict[str, int] | None) and mapping(list[dict[str, int]])


def test_of_the_store_its_code_and_the_names_of_columns() -> None:
    with sqlite3.connect(":memory:") as conn:
        conn.execute("CREATE TABLE t (a TEXT UNIQUE, n INTEGER, CONSTRAINT ck_t_n CHECK (n > 0))")
        conn.execute("INSERT INTO t VALUES ('kanareyka', 1)")
        statements = [
            ("INSERT INTO t VALUES ('kanareyka', 1)", "SQLITE_CONSTRAINT_UNIQUE t.a"),
            ("INSERT INTO t VALUES ('x', -1)", "SQLITE_CONSTRAINT_CHECK ck_t_n"),
            ("SELECT kanareyka FROM t", "SQLITE_ERROR"),
            ("SELECT * FROM nowhere", "SQLITE_ERROR nowhere"),
            ("kanareyka", "SQLITE_ERROR"),
        ]
        for statement, said in statements:
            assert told(caught(partial(conn.execute, statement))) == said
    conn.close()


def connector(os_error: OSError, host: str = "api.telegram.org") -> aiohttp.ClientConnectorError:
    key: Any = type("Key", (), {"host": host, "port": 443, "ssl": True})()
    return aiohttp.ClientConnectorError(key, os_error)


def refused_by_tls() -> ssl.SSLError:
    error = ssl.SSLError(1, TEXT)
    error.reason = "CERTIFICATE_VERIFY_FAILED"
    return error


KNOWN: list[tuple[Exception, str]] = [
    (OSError(errno.EACCES, TEXT, NAME), f"EACCES {os.strerror(errno.EACCES)}"),
    (OSError(TEXT), ""),
    (TimeoutError(), ""),
    (TimeoutError(TEXT), ""),
    (socket.gaierror(socket.EAI_NONAME, TEXT), "EAI_NONAME"),
    (refused_by_tls(), "CERTIFICATE_VERIFY_FAILED"),
    (
        connector(OSError(errno.ECONNREFUSED, TEXT)),
        f"api.telegram.org:443 ECONNREFUSED {os.strerror(errno.ECONNREFUSED)}",
    ),
    (connector(OSError(errno.ECONNREFUSED, TEXT), TEXT), f"ECONNREFUSED {os.strerror(errno.ECONNREFUSED)}"),
    (TelegramBadRequest(MESSAGE, f"Bad Request: can't parse entities: {TEXT}"), "SendMessage: can't parse entities"),
    (TelegramBadRequest(MESSAGE, f"Bad Request: {TEXT}"), "SendMessage"),
    (
        TelegramForbiddenError(MESSAGE, f"{TEXT} bot was blocked by the user"),
        "SendMessage: bot was blocked by the user",
    ),
    (TelegramRetryAfter(MESSAGE, f"Too Many Requests {TEXT}", 7), "SendMessage: too many requests"),
    (ClientDecodeError("cannot", ValueError(TEXT), TEXT), ""),
    (Full(free=2), "free=2"),
    (BadParty(largest=10), "largest=10"),
    (Closed(since=NOW), ""),
    (Gone(TEXT), ""),
    (ValueError(TEXT), ""),
    (KeyError(TEXT), ""),
    (UnicodeDecodeError("utf-8", TEXT.encode(), 0, 1, TEXT), ""),
]


@pytest.mark.parametrize(("error", "said"), KNOWN, ids=[f"{type(error).__name__} {said}" for error, said in KNOWN])
def test_only_facts_are_told(error: Exception, said: str) -> None:
    assert told(error) == said
    assert canaries(cause(error)) == []


def test_a_validation_error_of_a_whole_update_stays_short() -> None:
    from aiogram.types import Update

    chat = {"id": "x", "type": [1], "first_name": 5}
    wrong = {"update_id": "x", "message": {"message_id": "x", "date": "x", "chat": chat, "text": 5, "from": {}}}
    error = caught(lambda: Update.model_validate(wrong))
    assert isinstance(error, ValidationError)
    assert told(error).startswith("Update: update_id int_parsing, message.message_id int_parsing, ")
    assert len(told(error)) < 200 and told(error).endswith("…")
