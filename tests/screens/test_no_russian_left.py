"""A reader of Uzbek, Tajik or Kyrgyz meets no line that was left in Russian."""

from collections.abc import Iterator

import pytest

from db.rules.languages import LANGUAGES, SOURCE
from handlers.words import Words, words
from handlers.words_data import AUTONYMS, FIRST_WORDS
from tests.screens.catalogue import CATALOGUE, rendered
from tests.screens.reading import Reader, keys

# Shown in Russian because they are asked for, or for somebody else's eyes.
IN_RUSSIAN_ON_PURPOSE = {
    "handlers.events.screens.in_russian",
    "handlers.events.place_screens.place_in_russian",
}
RUSSIAN_FIRST = {"handlers.events.place_screens.show_this"}  # the first block is held out to a stranger
# The same word in both languages, as a dictionary has it.
SAME = {"☰ Меню", "📞 Телефон: +", "Телефон: +", "Почта:", "Код: -", "Экран:"}
SAME_IN_BOTH = {"uz": set[str](), "tg": SAME, "ky": SAME | {"Полиция:", "Google Календарь"}}


def ours(line: str) -> str:
    """A line without what is content: figures and the letters of the catalogue's hostile texts."""
    return "".join(sign for sign in line if sign not in "<>&😀" and not sign.isdecimal()).replace("b", "").strip()


def lines(w: Words, name: str) -> Iterator[str]:
    for _, screen in rendered(name, w.language):
        text = Reader(screen.text).text
        yield from (text.partition("\n\n")[2] if name in RUSSIAN_FIRST else text).split("\n")
        yield from (key.label for key in keys(screen))


def letters(lines: Iterator[str]) -> set[str]:
    found = {ours(line) for line in lines}
    known = {ours(one) for one in (*AUTONYMS.values(), *FIRST_WORDS.values(), words(SOURCE).t("По-русски"))}
    return {line for line in found if any(sign.isalpha() for sign in line)} - known


@pytest.mark.parametrize("language", [code for code in LANGUAGES if code != SOURCE])
@pytest.mark.parametrize("name", sorted(set(CATALOGUE) - IN_RUSSIAN_ON_PURPOSE))
def test_no_line_is_the_russian_one(name: str, language: str) -> None:
    left = letters(lines(words(SOURCE), name)) & letters(lines(words(language), name))
    assert left <= SAME_IN_BOTH[language]


def test_a_line_left_in_russian_would_be_seen() -> None:
    russian = words(SOURCE)
    assert letters(lines(russian, "handlers.screens.menu")) & letters(lines(russian, "handlers.screens.menu"))
