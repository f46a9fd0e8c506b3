"""A chat's own pace, on a clock that moves as the tests say: few go free, more wait evenly, guesses ever longer."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from structlog.typing import EventDict

from bot import pace as module
from bot.pace import BURST, FORGIVEN, FREE_MISSES, SLOWEST, STEP, Pace, Paces
from tests.bot.parts import FakeTime

WINDOW = 10.0


class Person:
    """Sends at given moments; each update is handled when the one before it is, and the pace lets it."""

    def __init__(self) -> None:
        self.pace, self.free_at = Pace(0.0), 0.0

    def sends(self, at: float) -> float:
        """Gives how long the pace alone held it."""
        turn = max(at, self.free_at)
        wait = self.pace.reserve(turn)
        self.free_at = turn + wait
        return wait

    def guesses(self, at: float) -> float:
        """The same for a link that names nothing."""
        wait = self.sends(at)
        self.pace.miss(self.free_at)
        return wait


def test_twenty_in_ten_seconds_are_free_and_the_rest_are_two_a_second() -> None:
    person = Person()
    assert [person.sends(0.0) for _ in range(24)] == [0.0] * BURST + [STEP] * 4


def test_a_hundred_at_once_take_forty_seconds() -> None:
    person = Person()
    for _ in range(100):
        person.sends(0.0)
    assert person.free_at == 40.0


def test_a_rest_gives_the_burst_back_and_never_more() -> None:
    person = Person()
    for _ in range(BURST):
        person.sends(0.0)
    person.free_at = 1000.0
    assert [person.sends(1000.0) for _ in range(BURST + 1)] == [0.0] * BURST + [STEP]


@given(st.lists(st.floats(0, 300), min_size=1, max_size=200))
def test_whoever_sends_at_most_twenty_in_any_ten_seconds_never_waits(moments: list[float]) -> None:
    person, allowed = Person(), list[float]()
    for at in sorted(moments):
        if len(allowed) < BURST or at - allowed[-BURST] > WINDOW:
            allowed.append(at)
            assert person.sends(at) == pytest.approx(0, abs=1e-6)


@given(st.lists(st.floats(0, 60), min_size=100, max_size=300))
def test_whatever_is_sent_no_more_than_the_burst_and_two_a_second_is_handled(moments: list[float]) -> None:
    person, handled = Person(), list[float]()
    for at in sorted(moments):
        person.sends(at)
        handled.append(person.free_at)
    for number, at in enumerate(handled):
        before = sum(1 for other in handled[: number + 1] if at - other < WINDOW)
        assert before <= BURST + WINDOW / STEP + 1


def test_the_sixth_miss_and_those_after_it_hold_the_next_update_ever_longer() -> None:
    person = Person()
    waits = [person.guesses(0.0) for _ in range(14)]
    assert waits == [0, 0, 0, 0, 0, 0, 2, 4, 8, 16, 32, 60, 60, 60]


def test_a_thousand_guesses_take_sixteen_hours() -> None:
    person = Person()
    for _ in range(1000):
        person.guesses(0.0)
    assert person.free_at == 2 + 4 + 8 + 16 + 32 + 60 * (1000 - 1 - 10)
    assert 16 < person.free_at / 3600 < 17


def test_without_the_steps_a_thousand_guesses_would_take_eight_minutes(monkeypatch: pytest.MonkeyPatch) -> None:
    """The broken twin of the test above."""
    monkeypatch.setattr(module, "STEPS", 0)
    monkeypatch.setattr(module, "SLOWEST", 0.0)
    person = Person()
    for _ in range(1000):
        person.guesses(0.0)
    assert person.free_at == (1000 - BURST) * STEP


def test_after_its_wait_a_true_link_costs_nothing_more() -> None:
    person = Person()
    for _ in range(FREE_MISSES + 3):
        person.guesses(0.0)
    assert [person.sends(person.free_at) for _ in range(3)] == [8, 0, 0]


def test_misses_far_apart_are_free_for_ever() -> None:
    person = Person()
    assert [person.guesses(number * FORGIVEN / (FREE_MISSES - 1)) for number in range(100)] == [0.0] * 100


def test_ten_minutes_without_a_miss_forgive_everything() -> None:
    person = Person()
    for _ in range(20):
        person.guesses(0.0)
    person.free_at += FORGIVEN
    assert [person.guesses(person.free_at) for _ in range(8)] == [0, 0, 0, 0, 0, 0, 2, 4]


def test_nine_minutes_without_a_miss_forgive_nothing() -> None:
    person = Person()
    for _ in range(20):
        person.guesses(0.0)
    person.free_at += FORGIVEN - 60
    assert [person.guesses(person.free_at) for _ in range(2)] == [0, SLOWEST]


def test_only_the_guesser_is_slowed_and_one_line_says_so(logged: list[EventDict]) -> None:
    time = FakeTime()
    paces = Paces(time)
    for number in range(50):
        time.now += 0.6
        paces.missed(7, number)
    assert paces.reserve(7) == SLOWEST
    assert [paces.reserve(chat_id) for chat_id in range(8, 100)] == [0.0] * 92
    assert [(entry["log_level"], entry["update_id"], set(entry)) for entry in logged] == [
        ("warning", FREE_MISSES, {"event", "log_level", "update_id"})
    ]


def test_what_is_kept_of_chats_is_bounded_and_the_latest_stay(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "CHATS_KEPT", 100)
    paces = Paces(FakeTime())
    for chat_id in range(1000):
        paces.reserve(chat_id)
        paces.reserve(-1)
    assert len(paces._paces) == 100
    for _ in range(20):
        paces.reserve(-1)
    assert paces.reserve(-1) > 0
    assert paces.reserve(0) == 0.0
