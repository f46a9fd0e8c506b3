"""The catalogs are whole: every text of the code is there, translated, with the same placeholders, tags and signs."""

import ast
import re
import shutil
import unicodedata
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from string import Formatter

import pytest
from babel.messages.pofile import read_po

from bot.catalogs import LOCALES, TEMPLATE, source, update
from db.rules.languages import LANGUAGES, SOURCE
from handlers.words import words
from tests.architecture.sources import on_floors, texts_of
from tests.words.said import TRANSLATED, Entry, entries

FORMS = {"ru": 3, "uz": 2, "tg": 2, "ky": 2}
TAG = re.compile(r"</?[a-z][^>]*>")


def faults(entry: Entry) -> list[str]:
    """What is wrong with one translation."""
    if entry.language == SOURCE and not entry.counted:
        return ["Russian singular: it stands in the code"] if any(entry.forms) else []
    found = ["not sure (fuzzy)"] if entry.fuzzy else []
    if len(entry.forms) != (FORMS[entry.language] if entry.counted else 1):
        found.append(f"{len(entry.forms)} forms")
    for form in entry.forms:
        found += _unlike(entry.text, form) if form.strip() else ["not translated"]
    if entry.counted and entry.language != SOURCE and len(set(entry.forms)) > 1:
        found.append("after a number the noun does not change in this language")
    return found


def _unlike(text: str, form: str) -> list[str]:
    """What has to be the same in a text and its translation, and is not."""
    same: dict[str, Callable[[str], object]] = {
        "placeholders": _placeholders,
        "tags": TAG.findall,
        "signs": lambda one: sorted(char for char in one if _is_sign(char)),
        "sign at the start": _leading_signs,
        "line breaks": lambda one: one.count("\n"),
        "space around": lambda one: one != one.strip(),
    }
    return [f"other {what}: {form!r}" for what, of in same.items() if of(text) != of(form)]


def _placeholders(text: str) -> Counter[str]:
    """Names in braces; anything but a bare name counts as another one."""
    try:
        parts = list(Formatter().parse(text))
    except ValueError:
        return Counter([text])
    return Counter(f"{name}{spec}{kind or ''}" for _, name, spec, kind in parts if name is not None)


def _is_sign(char: str) -> bool:
    """Pictures, and the marks that choose how they are drawn."""
    return unicodedata.category(char) in ("So", "Mn", "Sk") or char in "▶◀\u200d"


def _leading_signs(text: str) -> str:
    match = re.match(r"[^\w<{]*", text)
    return match[0] if match else ""


def stale(folder: Path, fresh: Path) -> list[str]:
    """The files of `folder` that `make words` would change."""
    shutil.copytree(folder, fresh, ignore=shutil.ignore_patterns("*.mo*"))
    update(fresh)
    files = [fresh / TEMPLATE, *(source(language, fresh) for language in LANGUAGES)]
    return [path.name for path in files if path.read_bytes() != (folder / path.relative_to(fresh)).read_bytes()]


def texts_in_the_code() -> set[tuple[str, ...]]:
    calls = [texts for one in on_floors("handlers") for call in one.calls() if (texts := texts_of(call))]
    return {tuple(str(ast.literal_eval(text)) for text in texts) for texts in calls}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_is_translated_whole(language: str) -> None:
    assert len(entries(language)) > 100
    assert [(entry.text, fault) for entry in entries(language) for fault in faults(entry)] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_catalog_knows_how_its_language_counts(language: str) -> None:
    with source(language).open("rb") as file:
        catalog = read_po(file, locale=language)
    assert (catalog.num_plurals, str(catalog.locale)) == (FORMS[language], language)


def test_the_catalogs_are_what_make_words_would_make(tmp_path: Path) -> None:
    assert stale(LOCALES, tmp_path / "fresh") == [], "run make words"


def test_the_catalogs_hold_every_text_of_the_code_and_no_other() -> None:
    for language in LANGUAGES:
        assert {entry.texts for entry in entries(language)} == texts_in_the_code()


@pytest.mark.parametrize(
    ("n", "said"), [(1, "1 место"), (2, "2 места"), (5, "5 мест"), (11, "11 мест"), (21, "21 место"), (112, "112 мест")]
)
def test_russian_counts_rightly(n: int, said: str) -> None:
    text = "Осталось только {n} место. Выберите меньше.", "Осталось только {n} мест. Выберите меньше."
    assert words(SOURCE).t.n(*text, n) == f"Осталось только {said}. Выберите меньше."


RIGHT = Entry("uz", ("🗓 <b>Когда</b>: {when}",), ("🗓 <b>Vaqti</b>: {when}",))
COUNTED = Entry("ky", ("{n} место", "{n} мест"), ("{n} орун", "{n} орун"))


@pytest.mark.parametrize(
    "form",
    [
        "",
        " ",
        "🗓 <b>Vaqti</b>:",
        "🗓 <b>Vaqti</b>: {time}",
        "🗓 <b>Vaqti</b>: {when} {when}",
        "🗓 <b>Vaqti</b>: {when!r}",
        "🗓 <b>Vaqti</b>: {when",
        "🗓 <b>Vaqti: {when}",
        "🗓 <i>Vaqti</i>: {when}",
        "📅 <b>Vaqti</b>: {when}",
        "<b>Vaqti</b>: {when} 🗓",
        "🗓 <b>Vaqti</b>: {when}\n",
    ],
)
def test_an_unlike_translation_is_seen(form: str) -> None:
    assert faults(RIGHT) == faults(COUNTED) == []
    assert faults(replace(RIGHT, forms=(form,))) != []


@pytest.mark.parametrize(
    "wrong",
    [
        replace(RIGHT, fuzzy=True),
        replace(COUNTED, forms=("{n} орун",)),
        replace(COUNTED, forms=("{n} орун", "{n} орундар")),
        replace(COUNTED, forms=("бир орун", "{n} орун")),
        replace(COUNTED, language=SOURCE, forms=("{n} место", "{n} места")),
        replace(RIGHT, language=SOURCE, forms=RIGHT.texts),
    ],
)
def test_other_faults_of_a_catalog_are_seen(wrong: Entry) -> None:
    assert faults(wrong) != []


def test_a_catalog_behind_the_code_is_seen(tmp_path: Path) -> None:
    shutil.copytree(LOCALES, tmp_path / "old")
    for path in (tmp_path / "old" / TEMPLATE, source("tg", tmp_path / "old")):
        text = path.read_text(encoding="utf-8")
        path.write_text(text.replace('msgid "Запись закрыта."', 'msgid "Запись окончена."'), encoding="utf-8")
    assert stale(tmp_path / "old", tmp_path / "fresh") == [TEMPLATE, "messages.po"]


def test_no_text_is_said_to_be_translated_before_anyone_has() -> None:
    assert set(TRANSLATED) == {"uz", "tg", "ky"}
