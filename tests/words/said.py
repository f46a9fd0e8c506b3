"""Everything a person can read, with its language: the catalogs, the calendar words, the shipped content."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from babel.messages.catalog import Message
from babel.messages.pofile import read_po

from bot.catalogs import LOCALES, source
from bot.content import read
from db.rules.languages import LANGUAGES, SOURCE
from handlers import words_data

ROOT = Path(__file__).parents[2]
TRANSLATED = tuple(language for language in LANGUAGES if language != SOURCE)


@dataclass(frozen=True)
class Entry:
    """One text of a catalog: what stands in the code, and what is said instead of it (a form for each number)."""

    language: str
    texts: tuple[str, ...]
    forms: tuple[str, ...]
    fuzzy: bool = False

    @property
    def counted(self) -> bool:
        return len(self.texts) > 1

    @property
    def text(self) -> str:
        """The Russian text; the one for many where it is counted."""
        return self.texts[-1]


@cache
def entries(language: str, folder: Path = LOCALES) -> tuple[Entry, ...]:
    with source(language, folder).open("rb") as file:
        return tuple(_entry(language, one) for one in read_po(file, locale=language) if one.id)


def _entry(language: str, message: Message) -> Entry:
    return Entry(language, _several(message.id), _several(message.string), message.fuzzy)


def _several(text: object) -> tuple[str, ...]:
    return tuple(map(str, text)) if isinstance(text, (tuple, list)) else (str(text),)


@dataclass(frozen=True)
class Said:
    """A piece of text and where it stands."""

    language: str
    text: str
    where: str


def by_catalogs() -> Iterator[Said]:
    """The Russian texts of the code, and their translations."""
    for entry in entries(SOURCE):
        yield from (Said(SOURCE, text, "the code") for text in (*entry.texts, *entry.forms) if text)
    for language in TRANSLATED:
        for entry in entries(language):
            yield from (Said(language, form, f"the catalog, {entry.text!r}") for form in entry.forms)


def by_calendar() -> Iterator[Said]:
    for name, table in vars(words_data).items():
        if isinstance(table, dict) and set(table) == set(LANGUAGES):
            for language, value in table.items():
                yield from (Said(language, text, name) for text in ([value] if isinstance(value, str) else value))


def by_content() -> Iterator[Said]:
    for texts, where in _content():
        for language, fields in texts.items():
            yield from (Said(language, text, f"{where}.{field}") for field, text in fields.items())


def content_pairs() -> Iterator[tuple[str, Said]]:
    """Each Russian text of the content with each of its translations."""
    for texts, where in _content():
        for language in TRANSLATED:
            for field, text in texts.get(language, {}).items():
                yield texts[SOURCE].get(field, ""), Said(language, text, f"{where}.{field}")


@cache
def _content() -> tuple[tuple[Mapping[str, Mapping[str, str]], str], ...]:
    content = read(ROOT / "data" / "assembly.yaml", "Asia/Tomsk")
    assert content.contacts is not None
    venues = [(one.texts, one.slug) for one in content.venues]
    return (*venues, *((one.texts, one.slug) for one in content.events), (content.contacts.texts, "contacts"))


def everything() -> Iterator[Said]:
    yield from by_catalogs()
    yield from by_calendar()
    yield from by_content()
