"""An exception as a log may show it: its type, the places it came through, and no word of its own text.

That text may quote anything: int() and pydantic quote their input, aiohttp the address with the token in it, Telegram
the message that it refuses. What is told here is put together from names in code, numbers, and phrases we know.
"""

import errno
import os
import re
import socket
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Any

from pydantic import ValidationError

from db.rules.refusals import Refusal

NEAR, OURS = 3, 12  # frames nearest to the fault; of ours beyond them
LONGEST, WIDEST = 12, 5  # exceptions in a chain; in a group, or mistakes of one validation

_ROOT = f"{Path(__file__).parent.parent}/"
_CONSTRAINT = re.compile(
    r"(?:UNIQUE|NOT NULL|CHECK|FOREIGN KEY) constraint failed: ([\w., ']+)|no such table: (\w+)", re.A
)
_CODE_NAME = re.compile(r"[A-Za-z][\w.-]*", re.ASCII)
_UNFOUND = {getattr(socket, name): name for name in dir(socket) if name.startswith("EAI_")}
_PHRASES = (  # of Telegram's descriptions; the rest of one may quote the message
    *("chat not found", "user not found", "peer_id_invalid", "user is deactivated", "bot was blocked by the user"),
    *("bot was kicked", "not enough rights", "message is not modified", "message to edit not found"),
    *("message can't be edited", "message is too long", "message text is empty", "can't parse entities"),
    *("query is too old", "button_data_invalid", "terminated by other getupdates", "unauthorized", "too many requests"),
    *("unreadable answer", "timeout", "bad gateway", "internal server error"),
)


def cause(error: BaseException) -> str:
    """The whole chain in one line, the last exception first; each with its places, the place of the fault first."""
    return "; from ".join(_chain(error, set()))


def told(error: BaseException) -> str:
    """What else is known of an exception and harmless; "" where nothing is."""
    try:
        return _told(error)
    except Exception:  # an exception of a stranger may do anything when it is looked at
        return ""


def _chain(error: BaseException | None, seen: set[int]) -> Iterator[str]:
    while error is not None and id(error) not in seen:
        if len(seen) >= LONGEST:
            yield "…"
            return
        seen.add(id(error))
        yield _one(error, seen)
        before = None if error.__suppress_context__ else error.__context__
        error = before if error.__cause__ is None else error.__cause__


def _one(error: BaseException, seen: set[int]) -> str:
    words, places = told(error), " < ".join(_places(error.__traceback__))
    line = _name(type(error)) + (f" [{words}]" if words else "") + (f" at {places}" if places else "")
    if isinstance(error, BaseExceptionGroup):
        inner = ["; from ".join(_chain(one, seen)) for one in error.exceptions[:WIDEST]]
        line += f" {{{' | '.join([*inner, '…'][: len(error.exceptions)])}}}"
    return line


def _name(kind: type[BaseException]) -> str:
    package = kind.__module__.partition(".")[0]
    return kind.__qualname__ if package == "builtins" else f"{package}.{kind.__qualname__}"


def _places(trace: TracebackType | None) -> list[str]:
    """Each as file:line function: the nearest to the fault, then only those in our own files."""
    found: list[tuple[bool, str]] = []
    while trace is not None:
        code = trace.tb_frame.f_code
        file, ours = _file(code.co_filename)
        found.insert(0, (ours, f"{file}:{trace.tb_lineno} {code.co_qualname}"))
        trace = trace.tb_next
    near, far = [place for _, place in found[:NEAR]], [place for ours, place in found[NEAR:] if ours]
    return near + (far if len(far) <= OURS else [*far[: OURS - 3], "…", *far[-3:]])


def _file(name: str) -> tuple[str, bool]:
    """A short name, and whether the file is ours."""
    _, installed, inside = name.rpartition("/site-packages/")
    if not installed and name.startswith(_ROOT):
        return name.removeprefix(_ROOT), True
    return inside if installed else "/".join(name.split("/")[-2:]), False


def place(name: str, line: int) -> str:
    return f"{_file(name)[0]}:{line}"


def _told(error: Any) -> str:
    package = type(error).__module__.partition(".")[0]
    if isinstance(error, ValidationError):
        return _mistakes(error)
    if isinstance(error, sqlite3.Error):
        return _of_store(error)
    if isinstance(error, Refusal):
        known = {name: value for name, value in vars(error).items() if isinstance(value, int)}
        return " ".join(f"{name}={value}" for name, value in known.items())
    if package == "aiogram":
        return _of_telegram(error)
    return " ".join(filter(None, (_of_network(error) if package == "aiohttp" else "", _of_system(error))))


def _mistakes(error: ValidationError) -> str:
    """Where and of what kind; never what stood there. An unknown field's own name came from outside too."""
    found = error.errors(include_url=False, include_context=False, include_input=False)
    shown = [f"{'.'.join(_steps(one['loc'], one['type']))} {one['type']}" for one in found[:WIDEST]]
    return f"{error.title}: " + ", ".join([*shown, "…"][: len(found)])


def _steps(location: tuple[int | str, ...], kind: str) -> Iterator[str]:
    known = location[:-1] if kind in ("extra_forbidden", "invalid_key") else location
    return (str(step) if isinstance(step, int) or _CODE_NAME.fullmatch(step) else "…" for step in known)


def _of_store(error: sqlite3.Error) -> str:
    found = _CONSTRAINT.fullmatch(str(error))
    of = next(filter(None, found.groups()), "") if found else ""
    return " ".join(filter(None, (getattr(error, "sqlite_errorname", ""), of)))


def _of_telegram(error: Any) -> str:
    method = getattr(error, "method", None)
    said = str(getattr(error, "message", "")).lower()
    phrase = next((phrase for phrase in _PHRASES if phrase in said), "")
    return ": ".join(filter(None, (type(method).__name__ if method is not None else "", phrase)))


def _of_network(error: Any) -> str:
    status, host = getattr(error, "status", None), getattr(error, "host", None)
    shown = f"status {status}" if isinstance(status, int) else ""
    if isinstance(host, str) and _CODE_NAME.fullmatch(f"h{host}"):
        shown = f"{host}:{error.port}" if isinstance(error.port, int) else host
    return shown


def _of_system(error: Any) -> str:
    """The system's own words for its number: those in the exception may be a file's name."""
    number, reason = getattr(error, "errno", None), getattr(error, "reason", None)
    if not isinstance(error, OSError) or not isinstance(number, int):
        return ""
    if isinstance(reason, str) and _CODE_NAME.fullmatch(reason):
        return reason  # TLS
    name = errno.errorcode.get(number) or _UNFOUND.get(number, str(number))
    return f"{name} {os.strerror(number)}" if number in errno.errorcode else name
