"""What becomes free is offered in turn, held, told once, and passed on: by whichever way it became free."""

from collections.abc import Callable
from datetime import datetime

import pytest
from sqlalchemy import Connection, update

from db import departures, offers, people, reminders, signups, waiting
from db.rules.refusals import TooFew
from db.rules.seats import Party
from db.tables import events, outbox
from db.tables import signups as signup_rows
from tests.db.scene import (
    DAY,
    HOUR,
    MINUTE,
    NOW,
    STARTS,
    add_guest,
    as_claimed,
    full_event,
    line_up,
    offered,
    own,
    rows,
    states,
)

HELD = 10 * MINUTE
NIGHT = NOW + 10 * HOUR  # Friday, 22:00
MORNING = NOW + 21 * HOUR  # Saturday, 09:00
LAST = STARTS - 15 * MINUTE
FAR = "2027-04-21T12:00"


@pytest.fixture
def event(conn: Connection) -> int:
    """Full: four places, taken by two pairs; three in the queue."""
    event = full_event(conn, 2, 2)
    for number, size in ((7, 2), (8, 1), (9, 1)):
        line_up(conn, event, number, size)
    return event


def more_places(conn: Connection, event: int, more: int, now: datetime = NOW) -> None:
    offers.resize(conn, event, rows(conn, events, id=event)[0]["capacity"] + more, now)


def messages(conn: Connection, kind: str, number: int) -> list[str]:
    """The states of what is said to them, in order."""
    return [row["state"] for row in rows(conn, outbox, kind=kind, person_id=add_guest(conn, number))]


def told(conn: Connection) -> None:
    """Delivery has been by."""
    conn.execute(update(outbox).where(outbox.c.state == "pending").values(state="sent"))


# -- every way to a free place


def leaves(conn: Connection, event: int) -> None:
    signups.leave(conn, event, add_guest(conn, 101), NOW - HELD)


def comes_with_fewer(conn: Connection, event: int) -> None:
    signups.change(conn, event, add_guest(conn, 101), Party(1), NOW - HELD)
    signups.change(conn, event, add_guest(conn, 102), Party(1), NOW - HELD)


def deletes_their_data(conn: Connection, event: int) -> None:
    departures.withdraw_consent(conn, add_guest(conn, 101), NOW)


def there_are_more_places(conn: Connection, event: int) -> None:
    more_places(conn, event, 2)


WAYS = [leaves, comes_with_fewer, deletes_their_data, there_are_more_places]


@pytest.mark.parametrize("way", WAYS, ids=[way.__name__ for way in WAYS])
def test_whatever_becomes_free_is_offered_to_the_first_in_line(
    conn: Connection, event: int, way: Callable[[Connection, int], None]
) -> None:
    way(conn, event)
    for one in offers.due(conn, NOW):
        offers.serve_event(conn, one, NOW)
    assert offered(conn, event, NOW, 7, 8, 9) == [2, 0, 0]
    (row,) = rows(conn, outbox, kind=offers.OFFER)
    assert (row["state"], row["due_at"], row["deadline"]) == ("pending", NOW, NOW + 3 * HOUR)


def test_places_to_take_back_are_offered_only_when_their_time_is_over(conn: Connection, event: int) -> None:
    signups.leave(conn, event, add_guest(conn, 101), NOW)
    assert offers.due(conn, NOW + HELD - MINUTE) == ()
    assert offers.due(conn, NOW + HELD) == (event,)
    offers.serve_event(conn, event, NOW + HELD)
    assert offered(conn, event, NOW + HELD, 7) == [2]


def test_with_nothing_free_nothing_is_due_and_serving_changes_nothing(conn: Connection, event: int) -> None:
    more_places(conn, event, 2)
    before = rows(conn, signup_rows), rows(conn, outbox)
    assert offers.due(conn, NOW + MINUTE) == ()
    offers.serve_event(conn, event, NOW + MINUTE)
    assert (rows(conn, signup_rows), rows(conn, outbox)) == before


def test_what_is_offered_is_held(conn: Connection, event: int) -> None:
    more_places(conn, event, 2)
    with pytest.raises(TooFew) as refusal:
        offers.resize(conn, event, 5, NOW)
    assert refusal.value.promised == 6
    offers.resize(conn, event, 6, NOW)


def test_an_offer_grows_keeps_its_time_and_is_told_anew(conn: Connection, event: int) -> None:
    more_places(conn, event, 1)
    told(conn)
    first = own(conn, event, 7).offered_until
    more_places(conn, event, 1, NOW + HOUR)
    assert (own(conn, event, 7).offered, own(conn, event, 7).offered_until) == (Party(2), first)
    assert messages(conn, offers.OFFER, 7) == ["sent", "pending"]


def test_an_offer_that_grows_before_it_was_told_is_told_once(conn: Connection, event: int) -> None:
    more_places(conn, event, 1, NIGHT)
    more_places(conn, event, 1, NIGHT + HOUR)
    assert messages(conn, offers.OFFER, 7) == ["cancelled", "pending"]


# -- when it is told


def test_at_night_it_waits_for_the_morning(conn: Connection, event: int) -> None:
    more_places(conn, event, 2, NIGHT)
    (row,) = rows(conn, outbox, kind=offers.OFFER)
    assert (row["due_at"], row["deadline"]) == (MORNING, MORNING + 3 * HOUR)
    claimed = as_claimed(conn, offers.OFFER, own(conn, event, 7).id)
    assert offers.timing(conn, claimed, NIGHT) == reminders.Timing(MORNING, silent=True)
    assert offers.timing(conn, claimed, MORNING) == reminders.Timing(None, silent=False)


def test_within_twelve_hours_of_the_start_it_comes_at_night_without_a_sound(conn: Connection, event: int) -> None:
    night = STARTS - 12 * HOUR  # Sunday, 00:00
    more_places(conn, event, 2, night)
    (row,) = rows(conn, outbox, kind=offers.OFFER)
    assert row["due_at"] == night
    claimed = as_claimed(conn, offers.OFFER, own(conn, event, 7).id)
    assert offers.timing(conn, claimed, night) == reminders.Timing(None, silent=True)


# -- no answer


def test_no_answer_and_it_is_the_next_ones_turn_said_kindly(conn: Connection, event: int) -> None:
    more_places(conn, event, 2)
    told(conn)
    until = NOW + 3 * HOUR
    assert offers.due(conn, until - MINUTE) == ()
    assert offers.due(conn, until) == (event,)
    offers.serve_event(conn, event, until)
    assert own(conn, event, 7).state == "left"
    assert messages(conn, offers.TOO_LATE, 7) == ["pending"]
    assert offered(conn, event, until, 8, 9) == [1, 1]
    assert offers.due(conn, until) == ()


def test_no_answer_for_the_rest_leaves_what_was_taken(conn: Connection) -> None:
    event = full_event(conn, 2, 2)
    line_up(conn, event, 101, 4)
    more_places(conn, event, 1)
    told(conn)
    offers.serve_event(conn, event, NOW + 3 * HOUR)
    mine = own(conn, event, 101)
    assert (mine.state, mine.party, mine.waiting) == ("active", Party(2), False)


def test_who_queues_again_is_told_of_the_next_offer_and_of_its_end(conn: Connection, event: int) -> None:
    more_places(conn, event, 1)
    now = NOW
    for _ in range(2):
        told(conn)
        now = own(conn, event, 7).offered_until or now
        offers.serve_event(conn, event, now)
        told(conn)
        for number in (8, 9):
            waiting.leave(conn, event, add_guest(conn, number), now)
        line_up(conn, event, 9, 1, now)
        line_up(conn, event, 7, 2, now)
        waiting.leave(conn, event, add_guest(conn, 9), now)
        assert offered(conn, event, now, 7) == [1]
    assert messages(conn, offers.OFFER, 7) == ["sent", "sent", "pending"]
    assert messages(conn, offers.TOO_LATE, 7) == ["sent", "sent"]


def test_what_was_said_of_an_earlier_wait_is_not_said_to_one_who_waits_or_comes_again(
    conn: Connection, event: int
) -> None:
    more_places(conn, event, 2)
    told(conn)
    until = NOW + 3 * HOUR
    offers.serve_event(conn, event, until)
    line_up(conn, event, 7, 2, until)
    assert messages(conn, offers.TOO_LATE, 7) == ["cancelled"]
    for number in (7, 8, 9):
        waiting.leave(conn, event, add_guest(conn, number), until)
    line_up(conn, event, 8, 1, until)
    told(conn)
    over = own(conn, event, 8).offered_until or until
    offers.serve_event(conn, event, over)
    signups.join(conn, event, add_guest(conn, 8), Party(1), "", over)
    assert messages(conn, offers.TOO_LATE, 8)[-1] == "cancelled"


@pytest.mark.parametrize("state", ["pending", "dropped"])
def test_who_could_not_be_asked_has_not_let_the_time_pass(conn: Connection, event: int, state: str) -> None:
    """The bot stood still, or Telegram did: the place in the queue stays, and they are asked again."""
    more_places(conn, event, 2)
    conn.execute(update(outbox).where(outbox.c.kind == offers.OFFER).values(state=state))
    later = NOW + 5 * HOUR
    assert offers.due(conn, later) == (event,)
    offers.serve_event(conn, event, later)
    assert offered(conn, event, later, 7, 8, 9) == [2, 0, 0]
    assert messages(conn, offers.OFFER, 7)[-1] == "pending"
    assert messages(conn, offers.TOO_LATE, 7) == []


# -- who cannot be reached


def test_who_blocks_the_bot_passes_the_offer_on_at_once_and_keeps_the_place(conn: Connection, event: int) -> None:
    more_places(conn, event, 2)
    told(conn)
    departures.lose(conn, 7, "blocked the bot", NOW + MINUTE)
    assert offered(conn, event, NOW + MINUTE, 7, 8, 9) == [0, 1, 1]
    assert own(conn, event, 7).waiting
    people.find_again(conn, 7)
    more_places(conn, event, 1, NOW + 2 * MINUTE)
    assert offered(conn, event, NOW + 2 * MINUTE, 7, 8, 9) == [1, 1, 1]
    assert messages(conn, offers.OFFER, 7) == ["sent", "pending"]


def test_who_cannot_be_reached_is_offered_nothing_until_they_are_back(conn: Connection, event: int) -> None:
    people.lose(conn, 7, "blocked the bot", NOW)
    more_places(conn, event, 4)
    assert offered(conn, event, NOW, 7, 8, 9) == [0, 1, 1]
    assert offers.due(conn, NOW) == ()
    people.find_again(conn, 7)
    assert offers.due(conn, NOW) == (event,)


def test_losing_someone_who_waits_for_nothing_changes_nothing(conn: Connection, event: int) -> None:
    before = rows(conn, signup_rows)
    departures.lose(conn, 101, "blocked the bot", NOW)
    departures.lose(conn, 999, "never met", NOW)
    assert rows(conn, signup_rows) == before


# -- the end of the queue


def test_a_quarter_of_an_hour_before_the_start_the_queue_is_over_and_everybody_told(
    conn: Connection, event: int
) -> None:
    line_up(conn, event, 101, 4)
    more_places(conn, event, 1, LAST - 10 * MINUTE)
    told(conn)
    assert own(conn, event, 7).offered_until == LAST
    assert offers.due(conn, LAST) == (event,)
    offers.serve_event(conn, event, LAST)
    assert offers.due(conn, LAST) == ()
    ended = {row["person_id"]: row["kind"] for row in rows(conn, outbox, state="pending")}
    kinds = [ended[add_guest(conn, number)] for number in (7, 8, 9, 101)]
    assert kinds == [offers.TOO_LATE, offers.NO_MORE, offers.NO_MORE, offers.NO_MORE]
    assert own(conn, event, 101).party == Party(2)
    assert not own(conn, event, 101).waiting


def test_a_queue_that_opens_again_and_ends_again_is_told_of_again(conn: Connection, event: int) -> None:
    """The event was put off a day at the last moment."""
    offers.serve_event(conn, event, LAST)
    told(conn)
    conn.execute(update(events).values(starts_at=STARTS + DAY, ends_at=STARTS + 2 * DAY, closes_at=STARTS + DAY))
    for number in (7, 8):
        line_up(conn, event, number, 1, LAST + HOUR)
    offers.serve_event(conn, event, LAST + DAY)
    assert messages(conn, offers.NO_MORE, 7) == ["sent", "pending"]


def test_a_queue_ends_with_the_signing_up(conn: Connection) -> None:
    event = full_event(conn, 2, starts_local=FAR, ends_local=None, closes_local="2027-03-20T12:00")
    line_up(conn, event, 7, 2)
    assert offers.due(conn, NOW + DAY - MINUTE) == ()
    assert offers.due(conn, NOW + DAY) == (event,)
    offers.serve_event(conn, event, NOW + DAY)
    assert messages(conn, offers.NO_MORE, 7) == ["pending"]


def test_nothing_is_offered_for_an_event_that_does_not_take_place(conn: Connection, event: int) -> None:
    conn.execute(update(events).values(state="cancelled"))
    more_places(conn, event, 5)
    assert offers.due(conn, NOW) == ()
    assert offered(conn, event, NOW, 7, 8, 9) == [0, 0, 0]


def test_without_a_limit_everybody_is_offered_a_place(conn: Connection, event: int) -> None:
    offers.resize(conn, event, None, NOW)
    assert offered(conn, event, NOW, 7, 8, 9) == [2, 1, 1]


def test_of_two_events_each_has_its_own_queue(conn: Connection, event: int) -> None:
    other = full_event(conn, 2, slug="chess", starts_local=FAR, ends_local=None, closes_local=None)
    line_up(conn, other, 8, 2)
    more_places(conn, other, 2)
    assert offered(conn, event, NOW, 7, 8, 9) == [0, 0, 0]
    assert offered(conn, other, NOW, 8) == [2]
    assert rows(conn, outbox, kind=offers.OFFER)[0]["deadline"] == NOW + 2 * DAY  # 24 waking hours
    assert states(conn, kind=offers.OFFER) == [(offers.OFFER, "pending")]
