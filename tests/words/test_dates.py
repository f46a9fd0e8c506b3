"""Dates as each language says them, from our own tables."""

from datetime import UTC, date, datetime, timedelta

import pytest

from db.rules.languages import LANGUAGES
from handlers import words_data as data
from handlers.words import words

TOMSK = "Asia/Tomsk"
TODAY = date(2027, 3, 19)  # a Friday
NOON = datetime(2027, 3, 19, 5, tzinfo=UTC)  # 12:00 in Tomsk


def tomsk(text: str) -> datetime:
    """A moment by the clocks of Tomsk, seven hours ahead."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC) - timedelta(hours=7)


DAYS = {
    date(2027, 3, 18): (
        "четверг, 18 марта", "18-mart, payshanba", "рӯзи панҷшанбе, 18 март", "18-март, бейшемби"),
    date(2027, 3, 19): (
        "сегодня, пятница, 19 марта", "bugun, 19-mart, juma", "имрӯз, рӯзи ҷумъа, 19 март", "бүгүн, 19-март, жума"),
    date(2027, 3, 20): (
        "завтра, суббота, 20 марта", "ertaga, 20-mart, shanba", "фардо, рӯзи шанбе, 20 март", "эртең, 20-март, ишемби"),
    date(2027, 3, 21): (
        "воскресенье, 21 марта", "21-mart, yakshanba", "рӯзи якшанбе, 21 март", "21-март, жекшемби"),
    date(2028, 2, 29): (
        "вторник, 29 февраля 2028 года", "2028-yil 29-fevral, seshanba",
        "рӯзи сешанбе, 29 феврали соли 2028", "2028-жыл, 29-февраль, шейшемби"),
    date(2026, 5, 4): (
        "понедельник, 4 мая 2026 года", "2026-yil 4-may, dushanba",
        "рӯзи душанбе, 4 майи соли 2026", "2026-жыл, 4-май, дүйшөмбү"),
}  # fmt: skip

MOMENTS = {
    ("2027-03-19T18:00", None): (
        "сегодня, пятница, 19 марта, 18:00", "bugun, 19-mart, juma, soat 18:00",
        "имрӯз, рӯзи ҷумъа, 19 март, соати 18:00", "бүгүн, 19-март, жума, саат 18:00"),
    ("2027-03-20T09:05", "2027-03-20T20:00"): (
        "завтра, суббота, 20 марта, 09:05–20:00", "ertaga, 20-mart, shanba, soat 09:05–20:00",
        "фардо, рӯзи шанбе, 20 март, соати 09:05–20:00", "эртең, 20-март, ишемби, саат 09:05–20:00"),
    ("2027-12-31T20:00", "2028-01-01T01:30"): (
        "пятница, 31 декабря, 20:00 – суббота, 1 января 2028 года, 01:30",
        "31-dekabr, juma, soat 20:00 – 2028-yil 1-yanvar, shanba, 01:30",
        "рӯзи ҷумъа, 31 декабр, соати 20:00 – рӯзи шанбе, 1 январи соли 2028, 01:30",
        "31-декабрь, жума, саат 20:00 – 2028-жыл, 1-январь, ишемби, 01:30"),
    ("2027-03-19T23:00", "2027-03-20T00:00"): (
        "сегодня, пятница, 19 марта, 23:00 – завтра, суббота, 20 марта, 00:00",
        "bugun, 19-mart, juma, soat 23:00 – ertaga, 20-mart, shanba, 00:00",
        "имрӯз, рӯзи ҷумъа, 19 март, соати 23:00 – фардо, рӯзи шанбе, 20 март, 00:00",
        "бүгүн, 19-март, жума, саат 23:00 – эртең, 20-март, ишемби, 00:00"),
}  # fmt: skip

SHORT = {
    "ru": "1 января, 1 февраля, 1 марта, 1 апреля, 1 мая, 1 июня, 1 июля, 1 августа, 1 сентября, 1 октября, "
    "1 ноября, 1 декабря",
    "uz": "1-yanvar, 1-fevral, 1-mart, 1-aprel, 1-may, 1-iyun, 1-iyul, 1-avgust, 1-sentabr, 1-oktabr, "
    "1-noyabr, 1-dekabr",
    "tg": "1 январ, 1 феврал, 1 март, 1 апрел, 1 май, 1 июн, 1 июл, 1 август, 1 сентябр, 1 октябр, 1 ноябр, 1 декабр",
    "ky": "1-январь, 1-февраль, 1-март, 1-апрель, 1-май, 1-июнь, 1-июль, 1-август, 1-сентябрь, 1-октябрь, "
    "1-ноябрь, 1-декабрь",
}

WEEKDAYS = {
    "ru": ("понедельник", "вторник", "среда", "четверг", "пятница", "суббота", "воскресенье"),
    "uz": ("dushanba", "seshanba", "chorshanba", "payshanba", "juma", "shanba", "yakshanba"),
    "tg": ("душанбе", "сешанбе", "чоршанбе", "панҷшанбе", "ҷумъа", "шанбе", "якшанбе"),
    "ky": ("дүйшөмбү", "шейшемби", "шаршемби", "бейшемби", "жума", "ишемби", "жекшемби"),
}


@pytest.mark.parametrize("day", DAYS)
def test_a_day_is_said_with_its_weekday(day: date) -> None:
    assert tuple(words(language).day(day, TODAY) for language in LANGUAGES) == DAYS[day]


@pytest.mark.parametrize("span", MOMENTS)
def test_a_moment_is_said_by_the_clocks_of_its_place(span: tuple[str, str | None]) -> None:
    start, end = tomsk(span[0]), tomsk(span[1]) if span[1] else None
    assert tuple(words(language).moment(start, NOON, TOMSK, end) for language in LANGUAGES) == MOMENTS[span]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_month_has_its_name(language: str) -> None:
    assert ", ".join(words(language).short_day(date(2027, month, 1)) for month in range(1, 13)) == SHORT[language]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_weekday_has_its_name(language: str) -> None:
    monday = date(2027, 6, 7)
    said = [words(language).day(monday + timedelta(days=n), TODAY) for n in range(7)]
    assert all(
        name in day.split(", ")[language in ("uz", "ky")] for name, day in zip(WEEKDAYS[language], said, strict=True)
    )
    assert len(set(said)) == 7


def test_monday_in_tajik_is_never_taken_for_the_city() -> None:
    """The bare word is the capital: see the languages notes, section 3."""
    assert all("рӯзи {weekday}" in pattern for pattern in (data.DAY["tg"], data.DAY_AND_YEAR["tg"]))


@pytest.mark.parametrize(
    ("zone", "said"),
    [("Asia/Tomsk", "завтра, суббота, 20 марта, 02:30"), ("Europe/Moscow", "сегодня, пятница, 19 марта, 22:30")],
)
def test_tomorrow_is_tomorrow_there(zone: str, said: str) -> None:
    """The day turns at midnight of the event's own zone, not of Greenwich."""
    assert words("ru").moment(datetime(2027, 3, 19, 19, 30, tzinfo=UTC), NOON, zone) == said


def test_today_turns_at_local_midnight() -> None:
    at = tomsk("2027-03-21T12:00")
    assert words("ru").moment(at, tomsk("2027-03-20T23:59"), TOMSK).startswith("завтра")
    assert words("ru").moment(at, tomsk("2027-03-21T00:00"), TOMSK).startswith("сегодня")
    assert words("ru").moment(at, tomsk("2027-03-22T00:00"), TOMSK).startswith("воскресенье")


def test_the_clock_alone_is_said_in_24_hours() -> None:
    assert [words("uz").clock(tomsk(f"2027-03-20T{at}"), TOMSK) for at in ("00:05", "09:00", "23:59")] == [
        "00:05", "09:00", "23:59"]  # fmt: skip
