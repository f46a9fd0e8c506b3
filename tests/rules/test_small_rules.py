"""Wall time, failures of delivery, and the language of a text."""

from datetime import UTC, datetime, timedelta

import pytest

from db.rules.failures import Next, after_unknown, after_unsent
from db.rules.languages import LANGUAGES, chain, pick
from db.rules.refusals import Full, Refusal
from db.rules.walltime import moment

NOW = datetime(2027, 3, 19, 5, tzinfo=UTC)


def test_wall_time_of_tomsk() -> None:
    assert moment("2027-03-21T12:00", "Asia/Tomsk") == datetime(2027, 3, 21, 5, tzinfo=UTC)


def test_a_time_that_clocks_skip_goes_forward() -> None:
    skipped = moment("2027-03-28T02:30", "Europe/Berlin")
    assert skipped == datetime(2027, 3, 28, 1, 30, tzinfo=UTC)  # clocks show 03:30
    assert skipped == moment("2027-03-28T03:30", "Europe/Berlin")


def test_a_time_shown_twice_is_the_first() -> None:
    assert moment("2027-10-31T02:30", "Europe/Berlin") == datetime(2027, 10, 31, 0, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("attempts", "seconds"), [(1, 2), (2, 5), (3, 15), (4, 60), (5, 300), (6, 300), (1000, 300)]
)  # fmt: skip
def test_what_was_not_sent_is_tried_ever_slower(attempts: int, seconds: int) -> None:
    assert after_unsent(attempts, NOW) == Next("pending", NOW + timedelta(seconds=seconds))


def test_an_unknown_outcome_is_repeated_once_after_a_minute_where_that_does_no_harm() -> None:
    assert after_unknown(1, True, NOW) == Next("pending", NOW + timedelta(minutes=1))
    assert after_unknown(2, True, NOW) == Next("unknown", NOW)
    assert after_unknown(1, False, NOW) == Next("unknown", NOW)


def test_chains() -> None:
    assert {language: chain(language) for language in LANGUAGES} == {
        "ru": ("ru",), "uz": ("uz", "ru"), "tg": ("tg", "ru"), "ky": ("ky", "ru"),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("texts", "shown"),
    [
        ({"ru": "Весна", "uz": "Bahor"}, ("Bahor", "uz")),
        ({"ru": "Весна"}, ("Весна", "ru")),
        ({"ru": "Весна", "uz": ""}, ("Весна", "ru")),
        ({"ru": "Весна", "uz": " \n"}, ("Весна", "ru")),
        ({"tg": "Баҳор"}, ("", "uz")),
        ({}, ("", "uz")),
    ],
)
def test_an_empty_text_is_a_missing_text(texts: dict[str, str], shown: tuple[str, str]) -> None:
    assert pick(texts, "uz") == shown


def test_russian_readers_never_get_another_language() -> None:
    assert pick({"uz": "Bahor"}, "ru") == ("", "ru")


def test_refusals_carry_data() -> None:
    refusal = Full(free=2)
    assert isinstance(refusal, Refusal)
    assert refusal.free == 2
