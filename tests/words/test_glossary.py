"""One word a thing: the terms of the screens are said in each language as the glossary has them.

The stems come from the glossary of the project, corrected; a volunteer who knows better changes glossary.csv here.
"""

import csv
import re
from functools import cache
from pathlib import Path

import pytest

from tests.words.said import TRANSLATED, content_pairs, entries, everything

HERE = Path(__file__).parent


@cache
def rows(name: str) -> tuple[dict[str, str], ...]:
    with (HERE / name).open(encoding="utf-8", newline="") as file:
        return tuple(csv.DictReader(file))


def says(stems: str, text: str) -> bool:
    """Whether a word of the text begins with one of the stems."""
    return re.search(rf"(?<![\w])({stems})", text, re.IGNORECASE) is not None


def missing_terms(language: str, russian: str, translation: str) -> list[str]:
    """Terms that the Russian text uses and the translation says in another word, or not at all."""
    used = [row for row in rows("glossary.csv") if says(row["ru"], russian)]
    return [row["term"] for row in used if not says(row[language], translation)]


def avoided(language: str, text: str) -> list[str]:
    return [row["stem"] for row in rows("avoided.csv") if row["language"] == language and says(row["stem"], text)]


@pytest.mark.parametrize("language", TRANSLATED)
def test_the_catalogs_use_the_terms_of_the_glossary(language: str) -> None:
    pairs = [(entry.text, form) for entry in entries(language) for form in entry.forms]
    assert [(pair, terms) for pair in pairs if (terms := missing_terms(language, *pair))] == []


def test_the_content_uses_the_terms_of_the_glossary() -> None:
    found = [(said, missing_terms(said.language, russian, said.text)) for russian, said in content_pairs()]
    assert len(found) > 100 and [(said, terms) for said, terms in found if terms] == []


def test_words_that_frighten_or_mislead_are_not_used() -> None:
    assert [(said, stems) for said in everything() if (stems := avoided(said.language, said.text))] == []


def test_every_term_of_the_glossary_is_in_use() -> None:
    russian = [said.text for said in everything() if said.language == "ru"]
    unused = [row["term"] for row in rows("glossary.csv") if not any(says(row["ru"], text) for text in russian)]
    assert unused == []
    assert len({row["term"] for row in rows("glossary.csv")}) == len(rows("glossary.csv")) > 40


@pytest.mark.parametrize(
    ("language", "russian", "wrong", "term"),
    [
        ("uz", "Пока мероприятий нет", "Hozircha voqealar yoʻq", "event"),
        ("uz", "Мои записи", "Yozilganlarim", "my_signups"),
        ("uz", "Отозвать согласие", "Ruxsatni qaytarib olish", "consent"),
        ("tg", "Записаться", "Сабти ном", "sign_up_verb"),
        ("tg", "🆘 Помощь", "🆘 Ёрӣ", "help"),
        ("tg", "Полиция: {phone}", "Полис: {phone}", "police"),
        ("ky", "Напоминания", "Эскертүүлөр", "reminder"),
        ("ky", "Вход бесплатный", "Кирүү бекер", "free_of_charge"),
        ("ky", "Свободных мест: {n}", "Бош отургуч: {n}", "seat"),
        ("ky", "Концерты", "Сконцерттер", "concert"),
    ],
)
def test_another_word_for_a_term_is_seen(language: str, russian: str, wrong: str, term: str) -> None:
    assert missing_terms(language, russian, wrong) == [term]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("uz", "Arizangiz qabul qilindi"),
        ("tg", "Огоҳӣ"),
        ("tg", "Саҳифаи навбатӣ"),
        ("ky", "Бул эскертүү"),
        ("ky", "Сен"),
    ],
)
def test_a_word_to_avoid_is_seen(language: str, text: str) -> None:
    assert len(avoided(language, text)) == 1
    assert avoided(language, "сентябрь, Туман, sentabr") == []
