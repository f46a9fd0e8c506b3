"""Every screen, in every language, at its edges."""

import pytest

from bot.catalogs import compile_stale
from db.rules.languages import LANGUAGES
from emulator.markup import good_url, parse_html, units
from handlers.screen import LABEL, Screen
from handlers.show import file_method, keyboard, method, pin_method
from handlers.words import words
from tests.screens.catalogue import CATALOGUE, rendered
from tests.screens.reading import Reader, button_classes, keys, readers_of, screen_functions

TEXT, CAPTION, DATA, KEYS_MOST = 4096, 1024, 64, 100
NUMBERS = {"handlers.events.signup_screens.how_many", "handlers.events.signup_screens.how_many_children"}
TWO_FIELDS = NUMBERS | {"handlers.screens.menu"}  # numbers, and "go on" beside "not needed"
WITHOUT_BUTTONS = {"handlers.screens.in_group", "handlers.forgetting_screens.forgotten"}  # nobody is there to press

compile_stale()
EVERY = pytest.mark.parametrize("name", CATALOGUE)
SPOKEN = pytest.mark.parametrize("language", LANGUAGES)


def test_every_function_that_gives_a_screen_is_in_the_catalogue() -> None:
    assert screen_functions() == set(CATALOGUE)


@EVERY
def test_every_entry_has_its_edges(name: str) -> None:
    assert rendered(name, "ru")


@SPOKEN
@EVERY
def test_the_text_fits_and_only_our_tags_are_in_it(name: str, language: str) -> None:
    for case, screen in rendered(name, language):
        read = Reader(screen.text)
        assert not read.faults, (case, read.faults)
        assert parse_html(screen.text)[0] == read.text, case
        assert 1 <= units(read.text.strip()) <= TEXT, (case, units(read.text))
        assert "{" not in read.text, case
        assert "\u202e" not in read.text, case
        assert "\n\n\n" not in read.text, case


@SPOKEN
def test_what_owners_read_below_a_copy_fits_below_it(language: str) -> None:
    cases = rendered("handlers.staff.mistake_screens.mistake", language)
    below = [Reader(screen.text).text for case, screen in cases if case.startswith(f"{CAPTION} ")]
    assert len(below) > 20
    assert max(map(units, below)) <= CAPTION


@SPOKEN
@EVERY
def test_the_buttons_are_legible_and_at_most_two_a_row(name: str, language: str) -> None:
    for case, screen in rendered(name, language):
        for key in keys(screen):
            assert 1 <= len(key.label.strip()) <= len(key.label) <= LABEL, (case, key)
            assert "{" not in key.label, (case, key)
            assert "\u202e" not in key.label, (case, key)
        assert sum(map(len, screen.rows)) <= KEYS_MOST, case
        assert all(1 <= len(row) <= 2 for row in screen.rows), case


@SPOKEN
@EVERY
def test_main_choices_stand_one_a_row(name: str, language: str) -> None:
    """Only numbers, turning pages and the two ways out of an interrupted form stand side by side."""
    for case, screen in rendered(name, language):
        for row in screen.rows:
            if len(row) == 2:
                small = all(key.label.isdecimal() for key in row)
                turning = [words(language).t("⬅️ Раньше"), words(language).t("Дальше ➡️")] == [k.label for k in row]
                assert small or turning or name in TWO_FIELDS, (case, row)


@EVERY
def test_each_button_is_taken_by_exactly_one_class(name: str) -> None:
    seen = set()
    for case, screen in rendered(name, "uz"):
        for key in keys(screen):
            if isinstance(key.press, str):
                assert good_url(key.press), (case, key)
                continue
            data = key.press.pack()
            assert len(data.encode()) <= DATA, (case, data)
            if data not in seen:
                assert readers_of(data) == [type(key.press)], (case, data)
                seen.add(data)


@EVERY
def test_telegram_gets_the_call_it_would_take(name: str) -> None:
    for case, screen in rendered(name, "tg"):
        method(1, screen)
        assert keyboard(screen).inline_keyboard or name in WITHOUT_BUTTONS, case
        if screen.pin is not None:
            call = pin_method(1, screen, screen.pin)
            assert call.title.strip() and call.address.strip(), case
            assert "&amp;" not in call.title + call.address, case
        if screen.file is not None:
            assert file_method(1, screen, screen.file).document, case


def test_the_main_menu_has_at_most_seven_choices() -> None:
    for language in LANGUAGES:
        for case, screen in rendered("handlers.screens.menu", language):
            assert sum(map(len, screen.rows)) <= 7, case


def test_prefixes_are_unique() -> None:
    prefixes = [one.__prefix__ for one in button_classes()]
    assert len(prefixes) == len(set(prefixes))


def test_the_checks_can_fail() -> None:
    assert Reader("<b>x").faults
    assert Reader("x</b>").faults
    assert Reader("<script>x</script>").faults
    assert Reader('<b onclick="x">x</b>').faults
    assert readers_of("ev:0") == [] == readers_of("nobody")
    assert not list(keys(Screen(words("ru").t("x"))))
