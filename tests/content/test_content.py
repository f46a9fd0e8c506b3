"""Reading a content file: a good one with its defaults, and every kind of mistake told with its line and reason."""

import re
from datetime import date, datetime
from pathlib import Path

import pytest

from bot.content import ContentError, Mistake, read
from bot.content_reasons import REASONS

ZONE = "Asia/Tomsk"

GOOD = """\
venues:
  - slug: house
    confirmed: да
    texts:
      ru: {name: Дом}
events:
  - slug: spring
    kind: holiday
    venue: house
    starts: 2027-03-21 12:00
    ends: 2027-03-21T16:00:00
    capacity: 60
    free: no
    texts:
      ru:
        title: Весна
        description: >-
          Первая строка.
          Вторая строка.
        for_whom: Всем
      uz: {title: "", description: ""}
      ky:
contacts:
  checked: 2026-11-23
  phone: +73822517757
  email: a@b.ru
"""


def written(folder: Path, text: str) -> Path:
    path = folder / "content.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def mistakes(path: Path) -> tuple[Mistake, ...]:
    with pytest.raises(ContentError) as caught:
        read(path, ZONE)
    return caught.value.mistakes


def told(path: Path) -> list[tuple[int, str, str]]:
    return [(mistake.line, mistake.path, mistake.code) for mistake in mistakes(path)]


def test_a_small_file_is_read_with_its_defaults(tmp_path: Path) -> None:
    content = read(written(tmp_path, GOOD), "Asia/Omsk")
    event = content.events[0]
    assert event.starts == event.signup_closes == datetime.fromisoformat("2027-03-21 12:00")
    assert (event.zone, event.largest_party, event.capacity, event.free) == ("Asia/Omsk", 10, 60, False)
    assert event.texts == {"ru": {"title": "Весна", "description": "Первая строка. Вторая строка.", "for_whom": "Всем"}}
    assert content.venues[0].confirmed
    assert content.contacts is not None
    assert (content.contacts.checked, content.contacts.phone) == (date(2026, 11, 23), "+73822517757")


def test_a_byte_order_mark_and_windows_line_ends_do_no_harm(tmp_path: Path) -> None:
    path = tmp_path / "content.yaml"
    path.write_bytes(b"\xef\xbb\xbf" + GOOD.replace("\n", "\r\n").encode())
    assert read(path, ZONE).events[0].slug == "spring"


def test_a_photo_is_found_beside_the_file(tmp_path: Path) -> None:
    (tmp_path / "spring.jpg").write_bytes(b"")
    content = read(written(tmp_path, GOOD.replace("free: no", "photo: spring.jpg")), ZONE)
    assert content.events[0].photo == tmp_path / "spring.jpg"


# --- mistakes: what is replaced in GOOD, by what, and the line, path and code told

WRONG: list[tuple[str, str, int, str, str]] = [
    ("capacity:", "capcity:", 12, "events[0].capcity", "unknown_key"),
    ("contacts:", "contact:", 23, "contact", "unknown_key"),
    ("{name: Дом}", "{name: Дом, title: Дом}", 5, "venues[0].texts.ru.title", "unknown_key"),
    ("    kind: holiday\n", "", 7, "events[0].kind", "missing"),
    ("kind: holiday", "kind:", 8, "events[0].kind", "missing"),
    ("        title: Весна\n", "", 15, "events[0].texts.ru.title", "missing"),
    ("title: Весна", "title: '  '", 16, "events[0].texts.ru.title", "missing"),
    ("ru: {name: Дом}", "ky: {name: Дом}", 4, "venues[0].texts.ru", "missing"),
    ("slug: spring", "slug: Весна", 7, "events[0].slug", "bad_slug"),
    ("slug: spring", "slug: " + "a" * 61, 7, "events[0].slug", "bad_slug"),
    ("venue: house", "venue: hose", 9, "events[0].venue", "unknown_venue"),
    ("kind: holiday", "kind: holyday", 8, "events[0].kind", "unknown_kind"),
    ("2027-03-21 12:00", "21.03.2027 12:00", 10, "events[0].starts", "bad_moment"),
    ("2027-03-21 12:00", "2027-03-21", 10, "events[0].starts", "bad_moment"),
    ("2027-03-21 12:00", "2027-02-30 12:00", 10, "events[0].starts", "bad_moment"),
    ("2027-03-21 12:00", "2027-03-21 12:00:00+07:00", 10, "events[0].starts", "bad_moment"),
    ("2027-03-21 12:00", "18:30", 10, "events[0].starts", "bad_moment"),
    ("2027-03-21T16:00:00", "2027-03-21 11:00", 11, "events[0].ends", "ends_before_start"),
    ("2027-03-21T16:00:00", "2027-03-21 12:00", 11, "events[0].ends", "ends_before_start"),
    ("free: no", "signup_closes: 2027-03-21 16:01", 13, "events[0].signup_closes", "closes_late"),
    ("free: no", "zone: Asia/Tomks", 13, "events[0].zone", "bad_zone"),
    ("free: no", "zone: ../etc", 13, "events[0].zone", "bad_zone"),
    ("free: no", "free: maybe", 13, "events[0].free", "bad_flag"),
    ("capacity: 60", "capacity: 0", 12, "events[0].capacity", "out_of_range"),
    ("capacity: 60", "capacity: 5001", 12, "events[0].capacity", "out_of_range"),
    ("capacity: 60", "capacity: много", 12, "events[0].capacity", "not_a_number"),
    ("capacity: 60", "capacity: 6.5", 12, "events[0].capacity", "not_a_number"),
    ("capacity: 60", "capacity: [60]", 12, "events[0].capacity", "not_a_value"),
    ("free: no", "largest_party: 11", 13, "events[0].largest_party", "out_of_range"),
    ("free: no", "languages: ru", 13, "events[0].languages", "not_a_list"),
    ("free: no", "languages: [ru, de]", 13, "events[0].languages[1]", "unknown_language"),
    ("free: no", "photo: ../spring.jpg", 13, "events[0].photo", "bad_photo"),
    ("free: no", "photo: spring.gif", 13, "events[0].photo", "bad_photo"),
    ("free: no", "photo: spring.jpg", 13, "events[0].photo", "no_photo"),
    ("confirmed: да", "latitude: 56.5", 3, "venues[0].latitude", "half_a_point"),
    ("confirmed: да", "longitude: 85", 3, "venues[0].longitude", "half_a_point"),
    ("confirmed: да", "phone: 8 (3822) 64-44-79", 3, "venues[0].phone", "bad_phone"),
    ("+73822517757", "+7382251775", 25, "contacts.phone", "bad_phone"),
    ("2026-11-23", "2012", 24, "contacts.checked", "bad_day"),
    ("a@b.ru", "a b.ru", 26, "contacts.email", "bad_email"),
    ("      uz:", "      xx:", 21, "events[0].texts.xx", "unknown_language"),
    ("ru: {name: Дом}", "ru: Дом", 5, "venues[0].texts.ru", "not_a_map"),
    ("title: Весна", f"title: {'я' * 101}", 16, "events[0].texts.ru.title", "too_long"),
    ("Вторая строка.", "я" * 900, 17, "events[0].texts.ru.description", "too_long"),
    ("for_whom: Всем", f"for_whom: {'я' * 201}", 20, "events[0].texts.ru.for_whom", "too_long"),
    ("{name: Дом}", f"{{name: {'я' * 101}}}", 5, "venues[0].texts.ru.name", "too_long"),
    ("title: Весна", 'title: "Вес\\nна"', 16, "events[0].texts.ru.title", "line_break"),
    ("title: Весна", 'title: "Вес\\u0007на"', 16, "events[0].texts.ru.title", "odd_character"),
    ("title: Весна", "title: Вес\u202eна", 16, "events[0].texts.ru.title", "odd_character"),
    ("title: Весна", "title: Вес\x01на", 16, "", "odd_character"),
    ("free: no", "capacity: 70", 13, "events[0].capacity", "repeated_key"),
    ("free: no", "free: [", 15, "", "broken_yaml"),
    ("free: no", "\tfree: no", 13, "", "broken_yaml"),
]


@pytest.mark.parametrize(("old", "new", "line", "place", "code"), WRONG)
def test_a_mistake_is_told_with_its_line(tmp_path: Path, old: str, new: str, line: int, place: str, code: str) -> None:
    assert old in GOOD
    assert told(written(tmp_path, GOOD.replace(old, new, 1))) == [(line, place, code)]


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        (b"", (0, "", "empty")),
        (b"# nothing\n", (0, "", "empty")),
        (b"- a\n", (1, "", "not_a_map")),
        (b"events: {}\n", (1, "events", "not_a_list")),
        (b"events:\n- a\n", (2, "events[0]", "not_a_map")),
        ("a: 1\nb: Дом\n".encode("cp1251"), (2, "", "not_utf8")),
        (b"[" * 5000, (0, "", "too_deep")),
        (b"a: &x [*x]\n", (1, "a", "unknown_key")),
    ],
)
def test_a_file_of_the_wrong_shape_is_told_without_a_traceback(
    tmp_path: Path, raw: bytes, expected: tuple[int, str, str]
) -> None:
    path = tmp_path / "content.yaml"
    path.write_bytes(raw)
    assert told(path) == [expected]


def test_a_file_that_cannot_be_opened_is_told(tmp_path: Path) -> None:
    assert told(tmp_path / "none.yaml") == [(0, "", "no_file")]
    assert told(tmp_path) == [(0, "", "unreadable")]


def test_a_slug_is_used_once(tmp_path: Path) -> None:
    twice = GOOD.replace("events:", "  - {slug: house, texts: {ru: {name: Дом}}}\nevents:")
    (mistake,) = mistakes(written(tmp_path, twice))
    assert mistake.sentence() == "строка 6, venues[1].slug: имя «house» уже занято в строке 2"


def test_all_mistakes_are_told_at_once_in_the_order_of_lines(tmp_path: Path) -> None:
    path = written(tmp_path, GOOD.replace("slug: house", "slug: Дом").replace("capacity: 60", "capcity: 60"))
    with pytest.raises(ContentError) as caught:
        read(path, ZONE)
    assert str(caught.value).splitlines() == [
        "строка 2, venues[0].slug: только строчные латинские буквы, цифры и дефис, от 1 до 60 знаков",
        "строка 9, events[0].venue: в этом файле нет площадки «house»",
        "строка 12, events[0].capcity: неизвестное поле «capcity»; может быть, «capacity»?",
    ]


def test_what_was_written_cannot_steer_the_terminal(tmp_path: Path) -> None:
    (mistake,) = mistakes(written(tmp_path, GOOD.replace("free: no", 'free: "\\e[2J\\ud800"')))
    assert mistake.reason == "нужно yes или no, а стоит «?[2J?»"


def test_a_misspelt_required_field_is_one_mistake_not_two(tmp_path: Path) -> None:
    assert told(written(tmp_path, GOOD.replace("starts:", "start:"))) == [(10, "events[0].start", "unknown_key")]


def test_every_reason_is_met_by_a_test_and_reads_as_plain_russian() -> None:
    met = {code for *_, code in WRONG} | {"empty", "not_utf8", "too_deep", "no_file", "unreadable", "repeated_slug"}
    assert set(REASONS) == met
    assert all(re.match(r"[а-яё]", reason) for reason in REASONS.values())
