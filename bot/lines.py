"""An event as a line, for people (logfmt) or for programs (JSON), with the net of bot/masks.py over it."""

import json

from structlog.processors import LogfmtRenderer
from structlog.typing import EventDict

from bot.masks import masked

FIRST = ("timestamp", "level", "event")

_logfmt = LogfmtRenderer(key_order=FIRST, bool_as_flag=False)


def plain(pairs: EventDict) -> str:
    return masked(_logfmt(None, "", pairs))


def as_json(pairs: EventDict) -> str:
    """Letters as they are. The net lies over each pair: over the whole it would tear the JSON."""
    ordered = {**{key: pairs[key] for key in FIRST if key in pairs}, **pairs}
    return json.dumps({key: _netted(key, value) for key, value in ordered.items()}, ensure_ascii=False)


def _netted(key: str, value: object) -> object:
    """The value itself, or the text that is left of it; seen as `key=value`, so that one net serves both forms."""
    pair = f"{key}={value}"
    net = masked(pair)
    return value if net == pair else net.removeprefix(f"{key}=")


FORMS = {"plain": plain, "json": as_json}


class Writer:
    """The last of the processors."""

    form = "plain"

    def __call__(self, _: object, __: str, pairs: EventDict) -> str:
        return FORMS[self.form](pairs)
