"""What a person reads stands in a call of t, as a plain literal, so that it can be extracted and translated."""

import ast
from collections.abc import Iterator

import pytest

from tests.architecture.sources import Found, Source, is_t, on_floors, snippet, texts_of

FLOORS = ("bot", "handlers", "db", "db.rules")
WORDS_ELSEWHERE = {
    "handlers/words_data.py": "calendar words and autonyms, which no catalog could hold better",
    "handlers/staff/act.py": "a Russian legal document for the authority, which must not be translated",
    "bot/complaints.py": "the operator's command line, Russian by the house's rule",
    "bot/content_reasons.py": "the operator's command line, Russian by the house's rule",
}


def bare_words(source: Source) -> Found:
    """Literals with letters beyond ASCII that are neither said by t nor a docstring."""
    exempt = {id(text) for call in source.calls() for text in texts_of(call) or ()}
    exempt |= {id(node.value) for node in ast.walk(source.tree) if isinstance(node, ast.Expr)}
    return [
        source.at(node, repr(node.value))
        for node in ast.walk(source.tree)
        if isinstance(node, ast.Constant) and id(node) not in exempt and _foreign(node.value)
    ]


def _foreign(value: object) -> bool:
    return isinstance(value, str) and any(char.isalpha() and not char.isascii() for char in value)


def unreadable_texts(source: Source) -> Found:
    """Calls of t whose text is no plain literal, and t under another name: the extractor would not see them."""
    found = [
        source.at(call, ast.unparse(call))
        for call in source.calls()
        if (texts := texts_of(call)) is not None and not (texts and all(map(_is_plain, texts)))
    ]
    return found + [source.at(node, "t under another name") for node in _renamed(source.tree)]


def _is_plain(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str) and bool(node.value.strip())


def _renamed(tree: ast.AST) -> Iterator[ast.AST]:
    for node in ast.walk(tree):
        if not isinstance(node, ast.Assign):
            continue
        for target in node.targets:
            pairs = [(target, node.value)]
            if isinstance(target, ast.Tuple) and isinstance(node.value, ast.Tuple):
                pairs = list(zip(target.elts, node.value.elts, strict=False))
            if any(is_t(value) and isinstance(to, ast.Name) and to.id != "t" for to, value in pairs):
                yield node


def test_no_words_stand_outside_a_call_of_t() -> None:
    sources = [source for source in on_floors(*FLOORS) if source.path not in WORDS_ELSEWHERE]
    assert [line for source in sources for line in bare_words(source)] == []


def test_each_exception_is_still_needed() -> None:
    needed = {source.path for source in on_floors(*FLOORS) if bare_words(source)}
    assert needed == set(WORDS_ELSEWHERE)


def test_every_text_is_a_plain_literal() -> None:
    assert [line for source in on_floors(*FLOORS) for line in unreadable_texts(source)] == []


def test_texts_are_said_where_the_extractor_looks_for_them() -> None:
    """bot.catalogs reads handlers/ alone."""
    said = [source.at(call, "t") for source in on_floors(*FLOORS) for call in source.calls() if texts_of(call)]
    assert said and [line for line in said if not line.startswith("handlers/")] == []


@pytest.mark.parametrize(
    "code",
    [
        "x = 'Привет'",
        "x = f'Привет, {name}'",
        "x = t('Привет, {name}', name='Гость')",
        "x = t.n('{n} место', '{n} мест', 1, where='Томск')",
        "x = 'Oʻzbekcha'",
        "x = {'tg': 'Тоҷикӣ'}",
        "def f(x='нет'): ...",
        "x = w.translate('Привет')",
    ],
)
def test_a_word_outside_t_is_seen(code: str) -> None:
    assert len(bare_words(snippet(code))) == 1


@pytest.mark.parametrize(
    "code",
    [
        '"""Докстрока."""\nx = 1  # замечание',
        'def f():\n    """Докстрока."""',
        "x = t('Привет') + w.t('Привет') + turn.words.t.p('гость', 'Привет')",
        "x = t.n('{n} место', '{n} мест', 5)",
        "x = '→ · … – 🔔 ✅'",
    ],
)
def test_words_in_their_place_are_left_alone(code: str) -> None:
    assert bare_words(snippet(code)) + unreadable_texts(snippet(code)) == []


@pytest.mark.parametrize(
    "code",
    [
        "t(text)",
        "t(f'Привет, {name}')",
        "w.t('Привет, ' + name)",
        "t('Привет' if new else 'Снова вы')",
        "t()",
        "t('')",
        "t(*texts)",
        "t.n('{n} место', many, 5)",
        "turn.words.t.p(context, 'Привет')",
        "say = w.t",
        "say, mine = w.t, places.mine",
    ],
)
def test_a_text_that_cannot_be_extracted_is_seen(code: str) -> None:
    assert len(unreadable_texts(snippet(code))) == 1
