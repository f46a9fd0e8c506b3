"""What people type can neither break a message nor turn it round, and reads the same in an alert."""

import html
from typing import Any, cast

import pytest
from aiogram import Bot
from aiogram.methods import AnswerCallbackQuery
from aiogram.types import CallbackQuery, User
from hypothesis import given, settings
from hypothesis import strategies as st

from db.people import Person
from db.rules.quiet import Quiet
from db.rules.reminders import Wishes
from handlers.lately import Way
from handlers.screen import Screen
from handlers.turn import ALERT, House, Turn
from handlers.words import Safe, clean, plain, safe, words

MARKS = "\u200e\u200f\u061c\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff\x00\x1b\x7f\x85"
PIECES = [*"aя<>&\"'; \n\t#xb/", *MARKS, "😀", "ʻ", "&lt;", "&#60;", "<b>", "</b>"]
ODD = st.lists(st.sampled_from(PIECES), max_size=30).map("".join)


@pytest.mark.parametrize("mark", MARKS)
def test_unseen_marks_are_taken_out(mark: str) -> None:
    assert clean(f"Ди{mark}льноза") == safe(f"Ди{mark}льноза") == "Дильноза"


def test_a_name_with_html_and_a_turning_mark_is_shown_as_it_is() -> None:
    assert words("ru").t("Сейчас: {name}", name="<b>&\u202eаха") == "Сейчас: &lt;b&gt;&amp;аха"
    assert safe('"Авангард" & Ко') == '"Авангард" &amp; Ко'


def test_what_is_typed_comes_in_one_line() -> None:
    assert clean("  Али \n\n Вали\r\nАка\tука \u00a0x ") == "Али Вали Ака ука x"
    assert clean(" \n\u200e\u2066 ") == ""


@pytest.mark.parametrize("nothing", ["\u200b", "\u2060", "\u00ad", "\u3164", "\u2800", "\u115f\u1160"])
def test_a_name_that_nobody_could_see_is_no_name(nothing: str) -> None:
    assert clean(f" {nothing} ") == ""


def test_what_is_safe_is_not_made_safe_twice() -> None:
    text = safe("a & b")
    assert safe(text) is text and words("ru").t("Сейчас: {name}", name=text) == "Сейчас: a &amp; b"


def test_braces_in_what_people_type_mean_nothing() -> None:
    assert words("uz").t("Сейчас: {name}", name="{name} {0} %s") == "Hozir: {name} {0} %s"


def test_joined_emoji_stay_one() -> None:
    family = "👩\u200d👩\u200d👧"
    assert clean(family) == safe(family) == family


@settings(deadline=None)
@given(ODD)
def test_anything_typed_is_plain_text_to_telegram(text: str) -> None:
    made = safe(text)
    assert "<" not in made and ">" not in made and not set(MARKS) & set(made)
    assert html.unescape(made) == without_marks(text)
    assert clean(clean(text)) == clean(text) and "\n" not in clean(text)


@settings(deadline=None)
@given(ODD)
def test_a_button_and_an_alert_show_what_was_typed(text: str) -> None:
    assert plain(Safe(f"<b>{safe(text)}</b>")) == without_marks(text)


def without_marks(text: str) -> str:
    return "".join(char for char in text if char not in MARKS)


def stranger() -> Person:
    wishes = Wishes(evening=True, hours=True, quiet=Quiet(0, 0, "Asia/Tomsk"))
    return Person(1, 1, "ru", None, wishes, None, True, True, False, False, None, None, None)


class Telegram:
    """Takes down the calls."""

    def __init__(self) -> None:
        self.calls: list[Any] = []

    async def __call__(self, call: Any) -> Any:
        self.calls.append(call)


async def test_an_alert_reads_as_it_was_written_and_never_runs_over() -> None:
    telegram = Telegram()
    house = House(cast(Bot, telegram), cast(Any, None), cast(Any, None), cast(Any, None), lambda: None, lambda *_: None)
    press = CallbackQuery(id="1", from_user=User(id=1, is_bot=False, first_name="A"), chat_instance="1", data="x")
    for text in (safe("Чай & <плов>"), Safe("ж" * 300)):
        turn = Turn(house, stranger(), cast(Any, None), 1, "A", press, lambda _: None, cast(Any, None), Way(""))
        await turn.show_after(text, Screen(text))
    shown = [call.text for call in telegram.calls if isinstance(call, AnswerCallbackQuery)]
    assert shown == ["Чай & <плов>", "ж" * ALERT]
