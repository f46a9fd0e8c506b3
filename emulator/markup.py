import re
from dataclasses import dataclass
from typing import NoReturn
from urllib.parse import urlsplit

from emulator.errors import Wire, bad

SIMPLE = {
    "b": "bold", "strong": "bold", "i": "italic", "em": "italic", "u": "underline", "ins": "underline",
    "s": "strikethrough", "strike": "strikethrough", "del": "strikethrough", "code": "code", "pre": "pre",
    "tg-spoiler": "spoiler", "blockquote": "blockquote", "a": "text_link", "span": "spoiler",
    "tg-emoji": "custom_emoji", "tg-time": "date_time",
}  # fmt: skip
NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}
TAG = re.compile(r"""<(/?)([^\s>]*)((?:"[^"]*"|'[^']*'|[^>"'])*)>""")
ATTRIBUTE = re.compile(r"""([^\s=]+)(?:\s*=\s*("[^"]*"|'[^']*'|[A-Za-z0-9.-]+))?""")
CHARACTER = re.compile(r"&(?:#x([0-9a-fA-F]+)|#([0-9]+)|(lt|gt|amp|quot));?")


@dataclass(slots=True)
class Open:
    tag: str
    start: int
    attributes: dict[str, str]


def units(text: str) -> int:
    """Length as Telegram counts it: in UTF-16 code units."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le")) // 2


def parse_html(source: str) -> tuple[str, list[Wire]]:
    if "<" not in source and "&" not in source:
        return source, []
    return Parser(source).parse()


def _refuse(words: str) -> NoReturn:
    raise bad(f"can't parse entities: {words}")


def unescape(text: str) -> str:
    return CHARACTER.sub(_character, text) if "&" in text else text


def _character(match: re.Match[str]) -> str:
    hexadecimal, decimal, name = match.groups()
    if name:
        return NAMED[name]
    code = int(hexadecimal, 16) if hexadecimal else int(decimal)
    return chr(code) if 0 < code < 0x10FFFF and not 0xD800 <= code < 0xE000 else match.group(0)


class Parser:
    """Reads Telegram's HTML the way its server does, down to the words of its errors."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.parts: list[str] = []
        self.offset = 0
        self.stack: list[Open] = []
        self.entities: list[Wire] = []

    def parse(self) -> tuple[str, list[Wire]]:
        position = 0
        while (at := self.source.find("<", position)) >= 0:
            self._add(self.source[position:at])
            position = self._tag(at)
        self._add(self.source[position:])
        if self.stack:
            _refuse(f'Can\'t find end tag corresponding to start tag "{self.stack[-1].tag}"')
        self.entities.sort(key=lambda entity: (entity["offset"], -entity["length"]))
        return "".join(self.parts), self.entities

    def _add(self, raw: str) -> None:
        text = unescape(raw)
        self.parts.append(text)
        self.offset += units(text)

    def _byte(self, at: int) -> int:
        return len(self.source[:at].encode())

    def _tag(self, at: int) -> int:
        match = TAG.match(self.source, at)
        if match is None:
            if self.source.startswith("</", at):
                self._check_end(at)
                _refuse(f"Unclosed end tag at byte offset {self._byte(at)}")
            _refuse(f"Unclosed start tag at byte offset {self._byte(at)}")
        slash, name, rest = match.groups()
        if slash:
            self._check_end(at)
            self._close(name.lower(), at)
        else:
            self._open(name.lower(), rest, at)
        return match.end()

    def _check_end(self, at: int) -> None:
        if not self.stack:
            _refuse(f"Unexpected end tag at byte offset {self._byte(at)}")

    def _open(self, tag: str, rest: str, at: int) -> None:
        if tag not in SIMPLE:
            _refuse(f'Unsupported start tag "{tag}" at byte offset {self._byte(at)}')
        attributes: dict[str, str] = {}
        for name, value in ATTRIBUTE.findall(rest) if rest.strip() else ():
            quoted = value[:1] in ("'", '"')
            attributes[name.lower()] = unescape(value[1:-1] if quoted else value)
        if tag == "span" and attributes.get("class") != "tg-spoiler":
            _refuse(f'Tag "span" must have class "tg-spoiler" at byte offset {self._byte(at)}')
        self.stack.append(Open(tag, self.offset, attributes))

    def _close(self, tag: str, at: int) -> None:
        opened = self.stack.pop()
        if tag and tag != opened.tag:
            _refuse(f'Unmatched end tag at byte offset {self._byte(at)}, expected "</{opened.tag}>", found "</{tag}>"')
        if self.offset > opened.start:
            self._entity(opened, self.offset - opened.start)

    def _entity(self, opened: Open, length: int) -> None:
        entity: Wire = {"type": SIMPLE[opened.tag], "offset": opened.start, "length": length}
        given = opened.attributes
        if opened.tag == "a" and not _link(entity, given.get("href", "")):
            return
        if opened.tag == "blockquote" and "expandable" in given:
            entity["type"] = "expandable_blockquote"
        if opened.tag == "tg-emoji":
            entity["custom_emoji_id"] = given.get("emoji-id", "")
        if opened.tag == "tg-time":
            entity["unix_time"] = int(given.get("unix", "0"))
        if opened.tag == "code" and given.get("class", "").startswith("language-"):
            entity["language"] = given["class"].removeprefix("language-")
        if opened.tag == "pre" and self._same_code(entity):
            entity["language"] = self.entities.pop().get("language", "")
        self.entities.append(entity)

    def _same_code(self, entity: Wire) -> bool:
        last = self.entities[-1] if self.entities else {}
        return last.get("type") == "code" and all(last[key] == entity[key] for key in ("offset", "length"))


def _link(entity: Wire, href: str) -> bool:
    """A link Telegram does not understand (tel:, no host) is silently dropped: only its text stays."""
    if href.startswith("tg://user?id=") and href[13:].isdigit():
        entity["type"] = "text_mention"
        entity["user"] = {"id": int(href[13:]), "is_bot": False, "first_name": ""}
        return True
    if not good_url(href):
        return False
    entity["url"] = href
    return True


def good_url(url: str) -> bool:
    if any(character.isspace() for character in url):
        return False
    try:
        parts = urlsplit(url if "://" in url or ":" in url.split("/")[0] else f"http://{url}")
    except ValueError:
        return False
    if parts.scheme in ("tg", "ton", "tonsite"):
        return True
    return parts.scheme in ("http", "https") and ("." in parts.netloc or parts.netloc.startswith("localhost"))


def trimmed(text: str, entities: list[Wire]) -> tuple[str, list[Wire]]:
    """Telegram cuts the blanks around a text and moves the entities with it."""
    body = text.strip()
    if body == text:
        return text, entities
    shift, length = units(text) - units(text.lstrip()), units(body)
    kept = []
    for entity in entities:
        start = max(0, entity["offset"] - shift)
        end = min(length, entity["offset"] + entity["length"] - shift)
        if end > start:
            kept.append({**entity, "offset": start, "length": end - start})
    return body, kept
