"""Logs: one line an event, for people and for journald; what went wrong and where, and no word of anybody's.

A line of ours holds a constant, and values whose keys we chose: numbers, names of kinds and of types. Of a library's
line only what stands as a constant in its code is let through: its arguments, or a text made on the way, may quote
anything. Whatever fails, its exception is shown by bot/causes.py; over every line lies the net of bot/masks.py.
The form of a line, for people or for programs, is the writer's alone (bot/lines.py).
"""

import asyncio
import logging
import sys
import threading
import warnings
from contextlib import suppress
from types import FrameType
from typing import Any, TextIO

import structlog
from structlog.typing import EventDict

from bot.causes import cause, place
from bot.lines import Writer

NEAR = 12  # frames up from the handler, among which a library's constant is looked for
QUIET = ("aiogram", "apscheduler")  # of these, errors only
_LOOP_SAYS = (
    *("Task exception was never retrieved", "Future exception was never retrieved", "Exception in callback"),
    *("Task was destroyed but it is pending!", "Unhandled exception in client_connected_cb"),
    *(
        "unhandled exception during asyncio.run() shutdown",
        "an error occurred during closing of asynchronous generator",
    ),
    *("Fatal error", "Unclosed client session", "Unclosed connection", "Unclosed connector", "socket.accept()"),
)

log = structlog.get_logger()
_writer = Writer()


def begin() -> None:
    """From here on everything that this process says of itself goes through `_harmless` and the writer, in plain
    lines until `write_as` says otherwise."""
    write_as("plain")
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _harmless,
            _writer,
        ],
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
    root = logging.getLogger()
    root.handlers[:] = [Libraries()]
    root.setLevel(logging.WARNING)
    for name in QUIET:
        logging.getLogger(name).setLevel(logging.ERROR)
    sys.excepthook = _process_ends
    sys.unraisablehook = _unraisable
    threading.excepthook = _thread_ends
    warnings.showwarning = _warning


def write_as(form: str) -> None:
    """What LOG_FORMAT says, once it is known: one of bot/lines.py FORMS. Logs in use already follow it."""
    _writer.form = form


def of_loop(_: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    """The event loop's exception handler: its messages hold the reprs of callbacks, tasks and results."""
    said = str(context.get("message", ""))
    event = next((known for known in _LOOP_SAYS if said.startswith(known)), "the event loop complains")
    task = context.get("task") or context.get("future")
    names = {"task": task.get_name()} if isinstance(task, asyncio.Task) else {}
    with suppress(Exception):
        log.error(event, **names, exc_info=context.get("exception"))


class Libraries(logging.Handler):
    """The root logger's only handler."""

    def emit(self, record: logging.LogRecord) -> None:
        level = min(max(record.levelno // 10 * 10, logging.DEBUG), logging.CRITICAL)
        at = place(record.pathname, record.lineno)
        with suppress(Exception):
            log.log(
                level,
                _constant(record.msg) or "a library complains",
                logger=record.name,
                at=at,
                exc_info=record.exc_info,
            )


def _constant(text: object) -> str | None:
    """The text, if it stands as it is in the code that is running: an f-string or a variable may hold anything."""
    frame: FrameType | None = sys._getframe(1)
    for _ in range(NEAR):
        if frame is None or type(text) is not str:
            return None
        if text in frame.f_code.co_consts:
            return text
        frame = frame.f_back
    return None


def _harmless(_: object, __: str, pairs: EventDict) -> EventDict:
    """Exceptions by their causes; of other values what is plain, and of the rest its type."""
    error = _raised(pairs.pop("exc_info", None))
    shown = {key: _plain(value) for key, value in pairs.items()}
    return shown if error is None else {**shown, "cause": cause(error)}


def _raised(info: object) -> BaseException | None:
    if isinstance(info, tuple):
        return info[1] if isinstance(info[1], BaseException) else None
    if isinstance(info, BaseException):
        return info
    return sys.exc_info()[1] if info else None


def _plain(value: object) -> object:
    if isinstance(value, BaseException):
        return cause(value)
    return value if value is None or type(value) in (str, int, float, bool) else type(value).__qualname__


# Hooks: one that raised would be followed by Python's own words, with the text of the exception.


def _process_ends(_: object, error: BaseException, __: object) -> None:
    with suppress(Exception):
        log.critical("the process ends by an exception", exc_info=error)


def _thread_ends(args: threading.ExceptHookArgs) -> None:
    if issubclass(args.exc_type, SystemExit):
        return
    with suppress(Exception):
        log.error("a thread ends by an exception", exc_info=args.exc_value)


def _unraisable(args: "sys.UnraisableHookArgs") -> None:
    of = getattr(args.object, "__qualname__", None) or type(args.object).__qualname__
    with suppress(Exception):
        log.error("an exception that nobody could catch", of=of, exc_info=args.exc_value)


def _warning(
    message: Warning | str,
    category: type[Warning],
    filename: str,
    lineno: int,
    file: TextIO | None = None,
    line: str | None = None,
) -> None:
    with suppress(Exception):
        log.warning("a warning", kind=category.__name__, at=place(filename, lineno))
