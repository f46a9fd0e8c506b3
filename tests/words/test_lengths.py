"""What has to fit: labels on an old phone's buttons, alerts, and what Telegram shows of us before START."""

import ast
import re
from collections.abc import Iterator

import pytest

from bot.content import EVENT_TEXTS
from db.rules.languages import LANGUAGES
from handlers import profile
from handlers.events import poster_screens as event_screens
from handlers.screen import LABEL, button
from handlers.turn import ALERT
from handlers.words import plain, words
from tests.architecture.sources import Source, name_of, on_floors, snippet, texts_of
from tests.words.said import entries

LABELLED = {"button": 0, "_span": 0}  # functions that make a button, and which argument is its label
NAMES = {"when_names", "what_names"}  # functions whose texts become labels by way of a table
OTHER_LABELS = {  # what is no text of the catalogs
    "text": "inside button() itself",
    "label": "handed through by _span, whose own calls are read",
    "names[when]": "the table of when_names",
    "names[what]": "the table of what_names",
    "str(n)": "a number",
    "AUTONYMS[code]": "the names of languages in themselves",
    "read.title(w, event)": "a title, cut where it is too long",
    "f'{day} · {read.title(w, event)}'": "a title, cut where it is too long",
    "f'{mark} {read.title(w, event)}'": "a title, cut where it is too long",
}
ALERTS = {  # functions whose texts come as alerts
    *("handlers/events/refusals.py::why", "handlers/events/refusals.py::_how_many", "handlers/screens.py::stale"),
    "handlers/forgetting_screens.py::gone_already",
}
ALERT_CALLS = {  # and every place where one is shown
    "turn.show_after(text, menu)": "handlers/stale.py: screens.stale",
    "turn.answer(text)": "handlers/stale.py: refusals.why",
    "turn.answer(said)": "handlers/own_data.py: forgetting_screens.gone_already",
    "self.answer(alert)": "handlers/turn.py: show_after itself",
}
LONGEST = {"event": "Ж" * EVENT_TEXTS["title"], "least": 10, "largest": 10, "n": 999, "command": "/start"}


def labels(source: Source) -> tuple[set[str], set[str]]:
    """Texts that become labels of buttons, and labels that are something else, as they are written."""
    found, others = set[str](), set[str]()
    for call in source.calls():
        if name_of(call) in LABELLED and call.args:
            label = call.args[LABELLED[name_of(call)]]
            texts = set(said_within(label))
            found |= texts
            others |= set() if texts else {ast.unparse(label)}
    tables = [node for node in functions(source) if node.name in NAMES]
    return found | {text for node in tables for text in said_within(node)}, others


def functions(source: Source) -> Iterator[ast.FunctionDef]:
    return (node for node in ast.walk(source.tree) if isinstance(node, ast.FunctionDef))


def said_within(node: ast.AST) -> Iterator[str]:
    for call in ast.walk(node):
        if isinstance(call, ast.Call):
            yield from (str(ast.literal_eval(text)) for text in texts_of(call) or ())


def label_values(language: str) -> dict[str, str]:
    """The longest that is ever filled into a label."""
    w = words(language)
    return {
        "hours": "21:00–09:00",
        "n": "10",
        "when": max(event_screens.when_names(w).values(), key=len),
        "what": max(event_screens.what_names(w).values(), key=len),
    }


def filled(language: str, text: str, values: dict[str, str] | dict[str, object]) -> list[str]:
    """The text as it is said in a language, in each of its forms, with the longest values."""
    [entry] = [one for one in entries(language) if text in one.texts]
    return [plain(form.format(**values)) for form in (entry.forms if any(entry.forms) else entry.texts)]


def all_labels() -> set[str]:
    return set().union(*(labels(source)[0] for source in on_floors("handlers")))


def alert_texts() -> set[str]:
    return {
        text
        for source in on_floors("handlers")
        for node in functions(source)
        if f"{source.path}::{node.name}" in ALERTS
        for text in said_within(node)
    }


@pytest.mark.parametrize("language", LANGUAGES)
def test_labels_fit_on_a_button(language: str) -> None:
    texts = all_labels()
    assert len(texts) > 40
    said = [label for text in texts for label in filled(language, text, label_values(language))]
    assert [label for label in said if len(label) > LABEL] == []


def test_every_button_has_a_label_that_is_read_here() -> None:
    others = set().union(*(labels(source)[1] for source in on_floors("handlers")))
    assert others <= set(OTHER_LABELS)


@pytest.mark.parametrize("language", LANGUAGES)
def test_alerts_are_shown_whole(language: str) -> None:
    texts = alert_texts()
    assert len(texts) > 8
    said = [alert for text in texts for alert in filled(language, text, LONGEST)]
    assert [alert for alert in said if len(alert) > ALERT] == []


def test_every_alert_comes_from_a_text_that_is_read_here() -> None:
    calls = [
        call for source in on_floors("handlers") for call in source.calls() if name_of(call) in ("answer", "show_after")
    ]
    assert {ast.unparse(call) for call in calls if call.args} == set(ALERT_CALLS)


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_stands_above_start_fits(language: str) -> None:
    w = words(language)
    assert 1 <= len(profile.description(w)) <= 512
    assert 1 <= len(profile.short_description(w)) <= 120
    commands = profile.commands(w)
    assert all(re.fullmatch(r"[a-z0-9_]{1,32}", name) and 1 <= len(text) <= 256 for name, text in commands)
    assert len({name for name, _ in commands}) == len(commands) <= 100
    assert not any(re.search(r"[<>{}&]", text) for _, text in commands)


def test_above_start_it_says_who_we_are_and_who_we_are_not() -> None:
    for language, (police, free) in {
        "ru": ("не полиция и не миграционная", "бесплатно"),
        "uz": ("politsiya ham, migratsiya xizmati ham emasmiz", "bepul"),
        "tg": ("политсия нестем ва хадамоти муҳоҷират ҳам нестем", "ройгон"),
        "ky": ("полиция да, миграция кызматы да эмеспиз", "акысыз"),
    }.items():
        said = profile.description(words(language)).lower()
        assert police in said and free in said and "start" in said


def test_a_long_label_is_cut_and_not_refused() -> None:
    assert button("я" * LABEL, "https://t.me").label == "я" * LABEL
    assert button("я" * (LABEL + 1), "https://t.me").label == "я" * (LABEL - 1) + "…"
    assert button("Чай &amp; <b>плов</b>", "https://t.me").label == "Чай & плов"


def test_labels_are_found_wherever_they_are_made() -> None:
    code = """
def when_names(w):
    return {1: w.t("Неделя")}
x = button(t("Да") if new else w.t("Нет"), to.Menu()), _span(t("Ночь"), NIGHT), button(mine, to.Menu())
"""
    assert labels(snippet(code)) == ({"Неделя", "Да", "Нет", "Ночь"}, {"mine"})


def test_a_label_that_does_not_fit_is_seen() -> None:
    values = {**label_values("ky"), "hours": "с девяти вечера до девяти утра"}
    assert max(map(len, filled("ky", "Ночь: {hours}", values))) > LABEL
    with pytest.raises(KeyError):
        filled("uz", "Вас придёт: {n}", {})
