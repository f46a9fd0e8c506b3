"""The oracle on stories written by hand: what it lets pass, and what it does not."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from handlers import buttons as to
from handlers.buttons import Purpose
from tests.torture.acts import Act
from tests.torture.books import Books
from tests.torture.ledger import Entry

NOW = datetime(2027, 3, 19, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
EVENT, ANNA, BORIS, VERA = 7, 101, 102, 103
EMPTY: dict[str, Any] = {
    **{"event_id": EVENT, "state": "left", "adults": 0, "held_adults": 0, "held_until": None, "queue_number": None},
    **{"wanted_adults": 0, "offered_adults": 0, "offered_until": None, "offers": 0, "together": 0, "given_up": 0},
    "changed_at": NOW,
}
JOIN_2 = to.Adults(event=EVENT, purpose=Purpose.JOIN, adults=2)
LEAVE = to.Leave(event=EVENT, all=True)


class Story:
    """Rows as the ledger would have them: an event with three places, and three people with the rows 1, 2, 3."""

    def __init__(self) -> None:
        self.acts: dict[int, Act] = {}
        self.books = Books(self.acts, lambda at: at)
        self._n = 0
        event = {"state": "published", "capacity": 3, "starts_at": NOW + timedelta(days=1)}
        self.note("events", EVENT, slug="t", closes_at=NOW + timedelta(days=1), **event)
        for row, user_id in enumerate((ANNA, BORIS, VERA), 1):
            self.note("people", row, channel_user_id=user_id, language="ru", reachable=1)

    def note(self, table: str, row: int, **facts: Any) -> None:
        self._n += 1
        self.books.enter([Entry(self._n, NOW, table, row, facts or None)])

    def seat(self, row: int, **facts: Any) -> None:
        """The signup of the person with that row."""
        self.note("signups", row, **{**EMPTY, "person_id": row, **facts})

    def marks(self, number: int, user_id: int, button: Any) -> None:
        self.acts[number] = Act(user_id, "press", button.pack())
        self.note("inbox", number, state="effect", error=None)

    def ends(self, number: int, user_id: int, button: Any) -> None:
        """Without an effect."""
        self.acts[number] = Act(user_id, "press", button.pack())
        self.note("inbox", number, state="done", error=None)

    def signed_up(self, row: int, user_id: int, adults: int) -> None:
        self.seat(row, state="active", adults=adults)
        self.marks(row, user_id, to.Adults(event=EVENT, purpose=Purpose.JOIN, adults=adults))

    def waits(self, row: int, user_id: int, wanted: int) -> None:
        self.seat(row, state="waiting", wanted_adults=wanted, queue_number=row)
        self.marks(row, user_id, to.Adults(event=EVENT, purpose=Purpose.QUEUE, adults=wanted))

    def found(self, words: str) -> None:
        self.books.by_clock()
        assert [words in fault for fault in self.books.faults] == [True], self.books.faults


@pytest.fixture
def story() -> Story:
    return Story()


def full(story: Story) -> None:
    """Anna has taken all there is, Boris and Vera wait."""
    story.signed_up(1, ANNA, 3)
    story.waits(2, BORIS, 1)
    story.waits(3, VERA, 1)


def test_a_story_in_which_all_is_well(story: Story) -> None:
    full(story)
    story.seat(1, held_adults=3, held_until=NOW + 10 * MINUTE, given_up=3)
    story.marks(10, ANNA, LEAVE)
    story.seat(1, state="active", adults=3)
    story.marks(11, ANNA, to.GiveBack(event=EVENT))
    story.seat(1, state="active", adults=2, held_adults=1, held_until=NOW, given_up=1)
    story.marks(12, ANNA, to.Adults(event=EVENT, purpose=Purpose.CHANGE, adults=2))
    offered = {"wanted_adults": 1, "queue_number": 2, "offered_adults": 1, "offered_until": NOW + MINUTE, "offers": 1}
    story.seat(2, state="waiting", **offered)
    story.seat(2, state="active", adults=1, offers=1)
    story.marks(13, BORIS, to.TakeOffer(event=EVENT))
    story.seat(3)
    story.marks(14, VERA, to.LeaveQueue(event=EVENT, sure=True))
    story.books.by_clock()
    assert story.books.faults == []


def test_more_places_than_there_are(story: Story) -> None:
    story.signed_up(1, ANNA, 2)
    story.signed_up(2, BORIS, 2)
    story.found("3 places, and 4 are promised")


def test_places_held_for_somebody_are_not_free(story: Story) -> None:
    story.signed_up(1, ANNA, 3)
    story.seat(1, held_adults=3, held_until=NOW + MINUTE, given_up=3)
    story.marks(10, ANNA, LEAVE)
    story.signed_up(2, BORIS, 1)
    story.found("3 places, and 4 are promised")


def test_the_second_is_asked_before_the_first(story: Story) -> None:
    full(story)
    story.note(
        *("events", EVENT), slug="t", state="published", capacity=4, starts_at=NOW + timedelta(days=1), closes_at=NOW
    )
    until = NOW + MINUTE
    story.seat(3, state="waiting", wanted_adults=1, queue_number=3, offered_adults=1, offered_until=until, offers=1)
    story.found("is offered places before signup 2")


def test_who_cannot_be_reached_is_passed_over(story: Story) -> None:
    full(story)
    story.note("people", 2, channel_user_id=BORIS, language="ru", reachable=0)
    story.seat(1, state="active", adults=2, held_adults=1, held_until=NOW, given_up=1)
    story.marks(10, ANNA, to.Adults(event=EVENT, purpose=Purpose.CHANGE, adults=2))
    until = NOW + MINUTE
    story.seat(3, state="waiting", wanted_adults=1, queue_number=3, offered_adults=1, offered_until=until, offers=1)
    story.books.by_clock()
    assert story.books.faults == []


def test_an_effect_that_is_another(story: Story) -> None:
    story.seat(1, state="active", adults=1)
    story.marks(10, ANNA, JOIN_2)
    story.found("has another effect than it says")


def test_an_effect_at_another_event(story: Story) -> None:
    story.note("events", 8, slug="u", state="published", capacity=3, starts_at=NOW, closes_at=NOW)
    story.seat(1, event_id=8, state="active", adults=2)
    story.marks(10, ANNA, JOIN_2)
    story.found("has another effect than it says")


def test_two_effects_of_one_press(story: Story) -> None:
    story.seat(1, state="active", adults=2)
    story.seat(1, state="active", adults=3)
    story.marks(10, ANNA, JOIN_2)
    story.found("has 2 effects")


def test_a_mark_without_an_effect(story: Story) -> None:
    story.signed_up(1, ANNA, 2)
    story.marks(10, ANNA, LEAVE)
    story.found("should have had an effect")


def test_an_effect_without_a_mark(story: Story) -> None:
    story.seat(1, state="active", adults=2)
    story.ends(10, ANNA, JOIN_2)
    story.found("nobody asked for it")


def test_a_press_that_nobody_can_be_refused(story: Story) -> None:
    story.signed_up(1, ANNA, 2)
    story.ends(10, ANNA, LEAVE)
    story.found("is done and had no effect")


def test_the_seat_of_another(story: Story) -> None:
    story.signed_up(1, ANNA, 2)
    story.seat(1, held_adults=2, held_until=NOW, given_up=2)
    story.marks(10, BORIS, LEAVE)
    story.books.by_clock()
    assert any("changed the seat of another" in fault for fault in story.books.faults)


def test_out_of_the_queue_for_no_reason(story: Story) -> None:
    full(story)
    story.seat(2)
    story.found("fell out of the queue")


def test_a_wish_of_one_puts_nobody_else_out_of_the_queue(story: Story) -> None:
    full(story)
    story.seat(2)
    story.seat(3)
    story.marks(10, VERA, to.LeaveQueue(event=EVENT, sure=True))
    story.found("fell out of the queue")


def test_a_sum_of_places_given_up(story: Story) -> None:
    story.signed_up(1, ANNA, 2)
    story.seat(1, held_adults=2, held_until=NOW, given_up=3)
    story.marks(10, ANNA, LEAVE)
    story.found("has another effect than it says")
