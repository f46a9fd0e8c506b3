"""Refusals and other words that stand in an alert: at most 200 letters, in every language, with no markup left."""

from datetime import UTC, datetime

import pytest

from db.rules.languages import LANGUAGES
from db.rules.refusals import (
    BadParty,
    Cancelled,
    Closed,
    Enough,
    Full,
    Gone,
    LastOwner,
    NoConsent,
    NothingHeld,
    OfferOver,
    QueueOver,
    Refusal,
    TooFew,
)
from handlers import screens
from handlers.events.refusals import why
from handlers.words import Safe, plain, words
from tests.screens import things
from tests.screens.reading import Reader

REFUSALS: list[Refusal] = [
    *(Full(free) for free in (0, 1, 2, 5, 21, 5000)),
    *(BadParty(largest) for largest in (1, 10)),
    BadParty(10, 10),
    *(Closed(datetime(2027, 3, 19, tzinfo=UTC)), Cancelled(), NothingHeld(), Gone(), NoConsent(), Refusal()),
    *(OfferOver(), QueueOver(), TooFew(5000), LastOwner(), Enough()),
]


def every_refusal() -> set[type[Refusal]]:
    found, waiting = set(), [Refusal]
    while waiting:
        one = waiting.pop()
        found.add(one)
        waiting += one.__subclasses__()
    return {one for one in found if one.__module__ == Refusal.__module__}  # other tests make their own


def test_every_kind_of_refusal_is_tried() -> None:
    assert {type(one) for one in REFUSALS} == every_refusal()


def alerts(language: str) -> list[Safe]:
    w = words(language)
    events = (None, things.event(), things.longest(), things.longest("\u202e"))
    return [screens.stale(w), *(why(w, refusal, event) for refusal in REFUSALS for event in events)]


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_alert_fits_and_reads_well(language: str) -> None:
    for alert in alerts(language):
        read = Reader(alert)
        assert not read.faults
        assert read.text == plain(alert)
        assert 1 <= len(plain(alert)) <= 200, alert
        assert "{" not in alert


@pytest.mark.parametrize("language", [code for code in LANGUAGES if code != "ru"])
def test_no_refusal_is_left_in_russian(language: str) -> None:
    russian = set(map(str, alerts("ru")))
    assert not russian & set(map(str, alerts(language)))
