"""The queue under hypothesis: what always holds, and bugs put in on purpose, each of which has to be found."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test
from sqlalchemy import Connection

from db import inbox, offers, outbox
from db.places import Mine
from db.rules import seats
from db.rules import waiting as rules
from tests.db.queue_machine import Queue

CHECKS = [HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large]
LONG = settings(
    max_examples=200,
    stateful_step_count=40,
    deadline=None,
    suppress_health_check=CHECKS,
    phases=[Phase.generate],  # a failure is told as it was met: shrinking thirty presses takes minutes
)
HUNT = settings(LONG, max_examples=1500)


def test_what_always_holds() -> None:
    run_state_machine_as_test(Queue, settings=LONG)


Twin = Callable[[pytest.MonkeyPatch], None]


def a_repeated_update_is_done_again(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(inbox, "effect", lambda conn, update_id, use_case: use_case(conn))


def one_place_too_many(patch: pytest.MonkeyPatch) -> None:
    real = seats.free
    patch.setattr(offers, "free", lambda capacity, taken: real(capacity, taken - 1))


def the_last_is_asked_first(patch: pytest.MonkeyPatch) -> None:
    real = rules.allot

    def backwards(line: Any, *args: Any, **given: Any) -> Any:
        return real(tuple(reversed(line)), *args, **given)

    patch.setattr(rules, "allot", backwards)


def what_was_held_is_never_offered(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(offers, "_needs_serving", lambda conn, known, now: False)


def a_late_answer_counts(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Mine, "offer", lambda self, now: self.offered)


def a_party_that_wants_all_is_offered_a_part(patch: pytest.MonkeyPatch) -> None:
    real = rules.allot

    def deaf(line: Any, *args: Any, **given: Any) -> Any:
        return real([replace(entry, together=False) for entry in line], *args, **given)

    patch.setattr(rules, "allot", deaf)


def who_cannot_be_reached_keeps_the_offer(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(offers, "pass_on", lambda conn, user_id, now: None)


def a_message_outlives_its_offer(patch: pytest.MonkeyPatch) -> None:
    def cancel(conn: Connection, kind: str, *whom: int) -> None:
        if kind != offers.OFFER:
            real(conn, kind, *whom)

    real = outbox.cancel
    patch.setattr(outbox, "cancel", cancel)


def people_are_woken(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(rules, "tell_at", lambda now, starts_at, until, quiet: now)


def offers_last_into_the_event(patch: pytest.MonkeyPatch) -> None:
    def late(now: datetime, starts_at: datetime, last: datetime, quiet: object) -> datetime:
        return starts_at + timedelta(minutes=1)

    patch.setattr(rules, "answer_until", late)


TWINS: list[Twin] = [
    a_repeated_update_is_done_again,
    one_place_too_many,
    the_last_is_asked_first,
    what_was_held_is_never_offered,
    a_late_answer_counts,
    a_party_that_wants_all_is_offered_a_part,
    who_cannot_be_reached_keeps_the_offer,
    a_message_outlives_its_offer,
    people_are_woken,
    offers_last_into_the_event,
]


@pytest.mark.parametrize("twin", TWINS, ids=[twin.__name__ for twin in TWINS])
def test_a_bug_put_in_on_purpose_is_found(twin: Twin, monkeypatch: pytest.MonkeyPatch) -> None:
    twin(monkeypatch)
    with pytest.raises(AssertionError):
        run_state_machine_as_test(Queue, settings=HUNT)
