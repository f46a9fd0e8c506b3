"""The shipped content is whole, honest about what was never checked, and spelt with the letters of each language."""

import re
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest

from bot.content import CONTACTS_TEXTS, EVENT_TEXTS, VENUE_TEXTS, Content, read

ROOT = Path(__file__).parents[2]
ZONE = "Asia/Tomsk"
LANGUAGES = ("ru", "uz", "tg", "ky")
LETTERS = {
    "ru": "абвгдеёжзийклмнопрстуфхцчшщъыьэюя",
    "uz": "abcdefghijklmnopqrstuvwxyzʻʼ",
    "tg": "абвгғдеёжзиӣйкқлмнопрстуӯфхҳчҷшъэюя",
    "ky": "абвгдеёжзийклмнңоөпрстуүфхцчшщъыьэюя",
}
EVENTS = {
    "maslenitsa-2027": ("2027-03-13", "Масленица"),
    "navruz-2027": ("2027-03-21", "Навруз"),
    "babushki-2027": ("2027-04-17", "Что готовили наши бабушки"),
    "lektsiya-2027": ("2027-04-24", "Лекция"),
    "druzhba-narodov-2027": ("2027-05-01", "«Дружба народов»"),
    "futbol-2027": ("2027-06-05", "Футбольный турнир"),
    "shahmaty-2027": ("2027-10-16", "Шахматный турнир"),
    "kontsert-2027": ("2027-10-24", "Концерт"),
    "den-edinstva-2027": ("2027-11-04", "День народного единства"),
    "krugly-stol-2027": ("2027-11-13", "Круглый стол"),
}


@pytest.fixture(scope="module")
def shipped() -> Content:
    return read(ROOT / "data" / "assembly.yaml", ZONE)


def test_every_event_of_the_assembly_is_there_on_its_day(shipped: Content) -> None:
    assert {event.slug: event.starts.date().isoformat() for event in shipped.events} == {
        slug: day for slug, (day, _) in EVENTS.items()
    }
    for event in shipped.events:
        assert EVENTS[event.slug][1] in event.texts["ru"]["title"]
        assert event.ends is not None and not event.confirmed and event.zone == ZONE


def test_navruz_is_as_promised(shipped: Content) -> None:
    navruz = next(event for event in shipped.events if event.slug == "navruz-2027")
    assert (navruz.starts.isoformat(" "), navruz.ends) == (
        "2027-03-21 12:00:00",
        datetime.fromisoformat("2027-03-21 16:00"),
    )
    assert (navruz.capacity, navruz.largest_party, navruz.venue) == (60, 10, "dom-druzhby")
    assert navruz.ask_children and navruz.for_children and navruz.free


def test_what_was_never_checked_says_so(shipped: Content) -> None:
    assert [venue.slug for venue in shipped.venues if venue.confirmed] == ["avangard"]
    assert {venue.phone for venue in shipped.venues} == {None, "+73822644479"}
    assert all(venue.latitude is None for venue in shipped.venues)
    assert shipped.contacts is not None and not shipped.contacts.confirmed
    assert shipped.contacts.phone == "+73822517757"


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_texts_are_complete_in_every_language(shipped: Content, language: str) -> None:
    for event in shipped.events:
        said = event.texts[language]
        assert set(said) == set(EVENT_TEXTS)
        assert len(said["title"]) <= 60
        assert len(said["description"]) <= (400 if language == "ru" else 560)
    for venue in shipped.venues:
        assert set(venue.texts[language]) == set(venue.texts["ru"]) >= {"name"}
    assert shipped.contacts is not None and set(shipped.contacts.texts[language]) == set(CONTACTS_TEXTS)


def shipped_texts(content: Content, language: str) -> Iterator[str]:
    assert content.contacts is not None
    for texts in (
        [content.contacts.texts] + [venue.texts for venue in content.venues] + [event.texts for event in content.events]
    ):
        yield from texts[language].values()


@pytest.mark.parametrize("language", LANGUAGES)
def test_words_are_spelt_with_the_letters_of_their_language_alone(shipped: Content, language: str) -> None:
    """No Latin look-alike in a Cyrillic word, no foreign apostrophe in an Uzbek one, no ц щ ы ь in a Tajik one."""
    allowed = set(LETTERS[language])
    for text in shipped_texts(shipped, language):
        foreign = {char for char in text.lower() if char.isalpha() and char not in allowed}
        assert not foreign, (foreign, text)
        assert not re.search(r"['`´‘’]", text), text


@pytest.mark.parametrize("language", LANGUAGES)
def test_dates_and_hours_stand_in_fields_not_in_texts(shipped: Content, language: str) -> None:
    for event in shipped.events:
        assert not any(char.isdigit() for text in event.texts[language].values() for char in text)


def test_the_example_of_the_guide_can_be_loaded(tmp_path: Path) -> None:
    guide = (ROOT / "docs" / "content.md").read_text(encoding="utf-8")
    found = re.search(r"```yaml\n(.*?)```", guide, re.DOTALL)
    assert found is not None
    example = tmp_path / "example.yaml"
    example.write_text(found[1], encoding="utf-8")
    content = read(example, ZONE)
    assert content.events[0].languages == ("ru", "uz")
    assert set(content.events[0].texts) == {"ru", "uz"}
    for name in (*EVENT_TEXTS, *VENUE_TEXTS, *type(content.events[0]).__slots__, *type(content.venues[0]).__slots__):
        assert f"`{name}`" in guide
