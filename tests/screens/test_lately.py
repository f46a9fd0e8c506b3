"""What is remembered of the last screen: what stood on it in words of ours, how it came, and of how many people."""

import pytest

from handlers import buttons as to
from handlers import screens, settings_screens
from handlers.events import screens as event_screens
from handlers.lately import PEOPLE_MOST, TITLE, Lately, Way
from handlers.screen import Screen, button, column
from handlers.words import Safe, words
from tests.screens import things
from tests.screens.catalogue import LINK
from tests.screens.things import NOW

WAY = Way("Card", 1)


def remembered(screen: Screen, said: tuple[str, ...] = (), language: str = "uz") -> tuple[tuple[str, str], ...]:
    """The texts that count as being on the screen, of those said."""
    w = words(language).noting()
    for text in said:
        w.t(text)
    lately = Lately()
    lately.put(1, WAY, w, screen)
    about = lately.of(1)
    assert about is not None
    return about.texts


def test_each_text_of_a_screen_is_remembered_once_as_it_stands_in_the_code_and_in_the_catalog() -> None:
    w, lately = words("uz").noting(), Lately()
    lately.put(7, WAY, w, event_screens.card(w, things.event(), things.places()["many, nothing"], NOW, LINK))
    about = lately.of(7)
    assert about is not None
    assert (about.screen, about.event_id, about.language, about.title) == ("Card", 1, "uz", "111")
    assert dict(about.texts)["Записаться"] == "Yozilish"
    assert dict(about.texts)["Свободных мест: {n}"] == "Boʻsh joylar: {n}"
    assert len(set(about.texts)) == len(about.texts)


def test_a_counted_text_is_remembered_in_the_form_that_was_said() -> None:
    w, lately = words("ru").noting(), Lately()
    said = w.t.n("Сколько: {n} день после мероприятия.", "Сколько: {n} дней после мероприятия.", 21)
    lately.put(7, WAY, w, Screen(said))
    about = lately.of(7)
    assert about is not None
    assert about.texts == (("Сколько: {n} дней после мероприятия.", "Сколько: {n} день после мероприятия."),)


def test_what_was_said_and_is_not_on_the_screen_is_left_out() -> None:
    shown = words("uz").t("Вход бесплатный")
    assert remembered(Screen(shown), ("Вход бесплатный", "Меню", "Записаться")) == (("Вход бесплатный", shown),)


def test_a_label_counts_and_markup_does_not_hide_it() -> None:
    w = words("uz")
    screen = Screen(Safe("x"), column(button(w.t("<b>Настройки</b>"), to.Menu()), button(w.t("☰ Меню"), to.Menu())))
    assert [source for source, _ in remembered(screen, ("<b>Настройки</b>", "☰ Меню"))] == [
        "<b>Настройки</b>",
        "☰ Меню",
    ]


def test_words_that_were_never_asked_to_note_cost_nothing() -> None:
    w, lately = words("uz"), Lately()
    lately.put(1, WAY, w, Screen(w.t("Вход бесплатный")))
    about = lately.of(1)
    assert w.notes is None and about is not None and about.texts == ()


def test_noting_begins_anew_with_every_turn() -> None:
    words("uz").noting().t("Записаться")
    assert words("uz").noting().notes == []


@pytest.mark.parametrize(
    "screen",
    [
        screens.menu(words("ru"), owner=False, unfinished=None),
        screens.languages(None),
        settings_screens.settings(words("ru"), things.person()),
        Screen(Safe(""), photo="x.jpg"),
    ],
    ids=["menu", "languages", "settings", "a picture without words"],
)
def test_a_crossroads_is_no_last_screen(screen: Screen) -> None:
    lately = Lately()
    lately.put(1, WAY, words("ru"), Screen(Safe("x")))
    lately.put(1, Way("Menu"), words("ru"), screen)
    about = lately.of(1)
    assert about is not None and about.title == "x"


def test_the_first_words_are_the_heading_or_the_first_line_as_it_is_read() -> None:
    lately = Lately()
    for text, title in (
        ("Спасибо!\n\n<b>Чай &amp; плов</b>\nx", "Чай & плов"),
        ("Чай &amp; плов\nx", "Чай & плов"),
        ("я" * 99, "я" * (TITLE - 1) + "…"),
    ):
        lately.put(1, WAY, words("ru"), Screen(Safe(text)))
        about = lately.of(1)
        assert about is not None and about.title == title


def test_whoever_saw_nothing_for_the_longest_time_is_forgotten_first() -> None:
    lately = Lately()
    for person_id in (*range(PEOPLE_MOST), 0, PEOPLE_MOST):
        lately.put(person_id, WAY, words("ru"), Screen(Safe("x")))
    assert lately.of(0) and not lately.of(1)
    assert sum(lately.of(number) is not None for number in range(PEOPLE_MOST + 1)) == PEOPLE_MOST


def test_a_button_is_called_as_in_the_code() -> None:
    assert to.name_of(to.Card(event=5).pack()) == "Card"
    assert to.name_of("") == to.name_of("zz:1") == to.name_of("\x00") == ""
