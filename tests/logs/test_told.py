"""What is told of an exception besides its type and places: facts that come from code or from constants."""

import errno
import os
import socket
import sqlite3
import ssl
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
from tests.logs.paths import caught


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
    (BadParty(largest=10), "largest=10 least=1"),
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
