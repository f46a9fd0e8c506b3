"""Every text is written in the letters of its language, and no ending hangs on what is filled in."""

import ast

import pytest

from db.rules.languages import LANGUAGES
from tests.architecture.sources import product
from tests.words import spelling
from tests.words.said import TRANSLATED, by_calendar, by_catalogs, everything
from tests.words.spelling import glued, misspelt, two_alphabets


@pytest.mark.parametrize("language", LANGUAGES)
def test_words_are_written_in_the_letters_of_their_language(language: str) -> None:
    texts = [said for said in everything() if said.language == language]
    assert len(texts) > 150
    assert [(said, wrong) for said in texts if (wrong := misspelt(language, said.text))] == []


def test_no_word_anywhere_mixes_two_alphabets() -> None:
    """The command line's sentences among them, and whatever else stands in a literal or a remark of ours."""
    literals = [node.value for source in product() for node in ast.walk(source.tree) if isinstance(node, ast.Constant)]
    texts = [text for text in literals if isinstance(text, str)] + [said.text for said in everything()]
    assert [word for text in texts for word in two_alphabets(text)] == []


@pytest.mark.parametrize("language", TRANSLATED)
def test_nothing_hangs_on_what_is_filled_in(language: str) -> None:
    texts = [said for said in (*by_catalogs(), *by_calendar()) if said.language == language]
    assert [(said, wrong) for said in texts if (wrong := glued(said.text))] == []


def test_every_exception_is_still_needed() -> None:
    texts = [said.text for said in everything()]
    for exception in (*spelling.GLUED_ON_PURPOSE, *spelling.LATIN_EVERYWHERE):
        assert any(exception in text for text in texts), exception


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("uz", "Oʼzbekcha"),  # the wrong one of the two signs
        ("uz", "O'zbekcha"),
        ("uz", "O‘zbekcha"),
        ("uz", "maʻlumot"),
        ("uz", "concert"),
        ("uz", "Yozilish, Томск"),
        ("uz", "Yоzilish"),  # a Cyrillic о
        ("tg", "Лекция"),
        ("tg", "Сентябрь"),
        ("tg", "Точикӣ ва ўзбекӣ"),
        ("tg", "Cабтҳо"),  # a Latin C
        ("ky", "Жазылуу ва ҳамма"),
        ("ky", "Кyн"),  # a Latin y
        ("ru", "Мои зaписи"),  # a Latin a
        ("ru", "Навруз, Наврӯз"),
        ("ru", "START-кнопка и Start"),
    ],
)
def test_a_letter_from_elsewhere_is_seen(language: str, text: str) -> None:
    assert misspelt(language, text) != []


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("uz", "Oʻzbekcha maʼlumot: chang, {event} «20-mart» START"),
        ("tg", "<b>Ҷумъа</b>: {code}, рӯзи душанбе. START"),
        ("ky", "Өзүңүз, үй-бүлөңүз, 82а"),
        ("ru", "Подъезд ёлки, {phone}: START"),
    ],
)
def test_right_letters_are_left_alone(language: str, text: str) -> None:
    assert misspelt(language, text) + two_alphabets(text) == []


@pytest.mark.parametrize("word", ["Бoт", "Botлар", "Cабт", "мaршрут"])
def test_a_look_alike_is_seen(word: str) -> None:
    assert two_alphabets(f"Это {word}, START t.me") == [word]


@pytest.mark.parametrize(
    "text",
    [
        "{event}ga yozildingiz",
        "{place}да",
        "{event}-ро",
        "«{event}»-ро",
        "“{event}”ga",
        "{n}ʼ",
        "{n}'chi",
        "ба{place}",
        "no-{n}",
        "{month}и соли",
        "{hour}-{day}",
    ],
)
def test_an_ending_on_a_placeholder_is_seen(text: str) -> None:
    assert glued(text) != []


@pytest.mark.parametrize(
    "text", ["{event} tadbiriga", "чорабинии «{event}».", "{n} киши, {m}", "({n})", "{day}-{month}"]
)
def test_a_placeholder_that_stands_alone_is_left_alone(text: str) -> None:
    assert glued(text) == []
