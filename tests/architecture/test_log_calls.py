"""What we write into the log ourselves: a constant, and values under keys that hold no word of anybody's."""

import ast

import pytest

from tests.architecture.sources import Found, Source, dotted, product, snippet

LEVELS = {"debug", "info", "warning", "error", "critical", "exception", "log"}
KEYS = {  # what each holds
    **dict.fromkeys(("update_id", "outbox_id", "event_id"), "a number of ours"),
    **dict.fromkeys(
        ("attempt", "count", "seconds", "updates", "signups", "messages", "mistakes", "warned", "people"), "a quantity"
    ),
    **dict.fromkeys(("way", "instead_of"), "the place of a proxy in TELEGRAM_PROXY; never its address"),
    **dict.fromkeys(("kind", "job", "task", "outcome"), "a name that stands in our code"),
    "why": "the name of an exception's type, or facts of bot/causes.py",
    "exc_info": "an exception, shown by bot/causes.py",
    **dict.fromkeys(("logger", "at", "of"), "names in a library's code"),
}
THE_LOG = "bot/logs.py"  # passes on what others wrote, each through a rule of its own


def loose(source: Source) -> Found:
    """Calls of a log with a text made on the way, with arguments to be put into it, or with a key nobody knows."""
    calls = [call for call in source.calls() if isinstance(call.func, ast.Attribute) and call.func.attr in LEVELS]
    return [source.at(call, why) for call in calls if dotted(call.func).startswith("log.") and (why := _loose(call))]


def _loose(call: ast.Call) -> str:
    if len(call.args) != 1 or not isinstance(call.args[0], ast.Constant):
        return "says what is no constant"
    unknown = [str(word.arg) for word in call.keywords if word.arg not in KEYS]
    return f"writes under {', '.join(unknown)}" if unknown else ""


def other_ways(source: Source) -> Found:
    """A second log: the standard one, or one under another name."""
    found: Found = []
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Import) and any(alias.name == "logging" for alias in node.names):
            found.append(source.at(node, "imports logging"))
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Call):
            made = dotted(node.value.func) == "structlog.get_logger"
            found += [source.at(node, "another log") for target in node.targets if made and dotted(target) != "log"]
    return found


def test_we_write_constants_and_known_keys() -> None:
    ours = [source for source in product() if source.floor != "emulator" and source.path != THE_LOG]
    assert [line for source in ours for line in loose(source) + other_ways(source)] == []
    assert sum("log." in source.text for source in ours) > 5


@pytest.mark.parametrize(
    "code",
    [
        "log.info(f'{name} came')",
        "log.info(text)",
        "log.error('failed: ' + text)",
        "log.warning('%s came', name)",
        "log.info('came', name=name)",
        "log.info('came', **person)",
        "log.exception(error)",
        "log.log(20, 'came')",
    ],
)
def test_a_loose_line_is_seen(code: str) -> None:
    assert len(loose(snippet(code))) == 1


@pytest.mark.parametrize("code", ["import logging", "logger = structlog.get_logger()"])
def test_a_second_log_is_seen(code: str) -> None:
    assert len(other_ways(snippet(code))) == 1


def test_a_plain_line_is_left_alone() -> None:
    plain = "log = structlog.get_logger()\nlog.error('a job failed', job=name, exc_info=error)\nmath.log(x)"
    assert loose(snippet(plain)) + other_ways(snippet(plain)) == []
