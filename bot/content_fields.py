"""The fields of the content file: its maps walked with their lines, and one small parser for each kind of value.

The tree is taken before YAML gives the values types: `no`, `18:30` and `+7…` arrive as they were written.
"""

import re
import unicodedata
from collections.abc import Callable, Collection, Mapping
from datetime import date, datetime
from functools import partial
from pathlib import Path
from typing import TypeVar
from zoneinfo import ZoneInfo

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode
from ruamel.yaml.reader import ReaderError

from bot.content_reasons import NO, YES, ContentError, Mistake, Spot, Wrong, line_of, nearest

LANGUAGES = ("ru", "uz", "tg", "ky")
KINDS = ("holiday", "festival", "concert", "exhibition", "tournament", "lecture", "round_table")
MANY_LINES = frozenset({"description", "way"})
ZERO_WIDTH_JOINER = "\u200d"  # inside many emoji
T = TypeVar("T")
Texts = Mapping[str, Mapping[str, str]]


def tree(path: Path) -> Node:
    yaml = YAML(typ="safe", pure=True)  # "rt" would leave its fold marks in the texts
    yaml.composer.warn_double_anchors = False
    written = decoded(path)
    try:
        node = yaml.compose(written)
    except ReaderError as error:
        char, line = str(error.character), written.count("\n", 0, error.position) + 1
        raise refusal(line, "odd_character", char=f"U+{ord(char):04X}") from error
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise refusal(mark.line + 1 if mark else 0, "broken_yaml", why=error.problem) from error
    except (YAMLError, ValueError) as error:
        raise refusal(0, "broken_yaml", why=type(error).__name__) from error
    except RecursionError as error:
        raise refusal(0, "too_deep") from error
    if not isinstance(node, Node):
        raise refusal(0, "empty")
    return node


def decoded(path: Path) -> str:
    try:
        raw = path.read_bytes()
        return raw.decode("utf-8-sig")
    except OSError as error:
        raise refusal(0, "no_file" if isinstance(error, FileNotFoundError) else "unreadable") from error
    except UnicodeDecodeError as error:
        raise refusal(raw.count(b"\n", 0, error.start) + 1, "not_utf8") from error


def refusal(line: int, code: str, **values: object) -> ContentError:
    return ContentError((Mistake(line, "", code, values),))


class Section:
    """A map of known fields. An empty value counts as an absent one; whatever is noted, reading goes on."""

    def __init__(self, spot: Spot, known: Collection[str], stranger: str = "unknown_key") -> None:
        self.spot, self.known, self.stranger = spot, known, stranger
        self.fields: dict[str, Spot] = {}
        self.guessed: set[str] = set()
        self.is_map = isinstance(spot.node, MappingNode)
        if not self.is_map:
            spot.wrong("not_a_map")
            return
        for key, node in spot.node.value:
            name = str(key.value) if isinstance(key, ScalarNode) else "?"
            self.note(name, spot.below(f".{name}", node, line_of(key)))

    def note(self, key: str, spot: Spot) -> None:
        if key in self.fields:
            spot.wrong("repeated_key", given=key)
        elif key in self.known:
            self.fields[key] = spot
        else:
            near = nearest(key, self.known)
            self.guessed.update(near.values())
            spot.wrong(self.stranger, given=key, **near)

    def at(self, key: str) -> Spot | None:
        spot = self.fields.get(key)
        return None if spot is None or spot.blank() else spot

    def read(self, key: str, parse: Callable[[str], T], default: T) -> T:
        spot = self.at(key)
        return spot.read(parse, default) if spot else default

    def need(self, key: str, parse: Callable[[str], T], blank: T) -> T:
        """As `read`, but absence is a mistake; `blank` only lets the reading go on and never leaves it."""
        self.require(key)
        return self.read(key, parse, blank)

    def require(self, key: str) -> None:
        if self.is_map and self.at(key) is None and key not in self.guessed:
            self.wrong(key, "missing")

    def wrong(self, key: str, code: str, **values: object) -> None:
        (self.fields.get(key) or self.spot.below(f".{key}", self.spot.node, self.spot.line)).wrong(code, **values)

    def items(self, key: str) -> list[Spot]:
        spot = self.at(key)
        return spot.items() if spot else []


def text(key: str, limit: int, given: str) -> str:
    if len(given) > limit:
        raise Wrong("too_long", length=len(given), limit=limit)
    if "\n" in given and key not in MANY_LINES:
        raise Wrong("line_break")
    for char in given:
        if is_odd(char):
            raise Wrong("odd_character", char=f"U+{ord(char):04X}")
    return given


def is_odd(char: str) -> bool:
    """Control, direction-turning, invisible and unassigned characters: they break a message or hide in it."""
    return unicodedata.category(char) in {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"} and char not in {"\n", ZERO_WIDTH_JOINER}


def match(pattern: str, code: str, given: str) -> str:
    if not re.fullmatch(pattern, given):
        raise Wrong(code, given=given)
    return given


def iso(read: Callable[[str], T], pattern: str, code: str, given: str) -> T:
    try:
        return read(match(pattern, code, given))
    except ValueError as error:
        raise Wrong(code, given=given) from error


DAY = "[0-9]{4}-[0-9]{2}-[0-9]{2}"
slug = partial(match, "[a-z0-9-]{1,60}", "bad_slug")
phone = partial(match, r"\+7[0-9]{10}", "bad_phone")
email = partial(match, r"[^@\s<>]{1,64}@[a-zA-Z0-9.-]{1,190}\.[a-zA-Z]{2,}", "bad_email")
day = partial(iso, date.fromisoformat, DAY, "bad_day")
moment = partial(iso, datetime.fromisoformat, DAY + "[ T][0-9]{2}:[0-9]{2}(:00)?", "bad_moment")


def flag(given: str) -> bool:
    if given.lower() not in YES | NO:
        raise Wrong("bad_flag", given=given)
    return given.lower() in YES


def number(low: int, high: int, given: str) -> float:
    value = float(match(r"-?[0-9]{1,9}(\.[0-9]{1,15})?", "not_a_number", given))
    if not low <= value <= high:
        raise Wrong("out_of_range", given=given, low=low, high=high)
    return value


def whole(low: int, high: int, given: str) -> int:
    return int(number(low, high, match("-?[0-9]{1,9}", "not_a_number", given)))


def zone(given: str) -> str:
    try:
        return ZoneInfo(given).key
    except (ValueError, OSError, KeyError) as error:
        raise Wrong("bad_zone", given=given, **nearest(given, ("Asia/Tomsk",))) from error


def one_of(known: Collection[str], code: str, given: str) -> str:
    if given not in known:
        raise Wrong(code, given=given, known=", ".join(known), **nearest(given, known))
    return given


def photo(folder: Path, given: str) -> Path:
    place = (folder / match(r"[^\x00-\x1f]{1,200}\.(?i:jpe?g|png)", "bad_photo", given)).resolve()
    if not place.is_relative_to(folder.resolve()):
        raise Wrong("bad_photo", given=given)
    if not place.is_file():
        raise Wrong("no_photo", given=given)
    return place
