"""Into the queue and out of it: each with its refusals, each pressed twice."""

import pytest
from sqlalchemy import Connection, update

from db import departures, drafts, offers, people, signups, waiting
from db import places as store_places
from db.rules.refusals import BadParty, Cancelled, Closed, Full, Gone, NoConsent, QueueOver
from db.rules.seats import NOBODY, Party
from db.tables import drafts as draft_rows
from db.tables import events
from db.tables import signups as signup_rows
from tests.db.scene import (
    DAY,
    MINUTE,
    NOW,
    STARTS,
    add_event,
    add_guest,
    full_event,
    line_up,
    offered,
    rows,
    seat,
    states,
)

LAST = STARTS - 15 * MINUTE


@pytest.fixture
def event(conn: Connection) -> int:
    """Full: four places, taken by two pairs."""
    return full_event(conn, 2, 2)


def more_places(conn: Connection, event: int, more: int) -> None:
    """So many become free, and are offered."""
    offers.resize(conn, event, rows(conn, events, id=event)[0]["capacity"] + more, NOW)


# -- getting in


def test_the_form_opens_notes_its_answer_and_ends_with_the_place_in_the_queue(conn: Connection, event: int) -> None:
    guest = add_guest(conn, 7)
    assert waiting.begin(conn, event, guest, NOW)
    assert waiting.begin(conn, event, guest, NOW, adults=2)
    (draft,) = rows(conn, draft_rows)
    assert (draft["kind"], draft["adults"]) == ("queue", 2)
    signed = waiting.enter(conn, event, guest, Party(2), "Дилноза", NOW)
    assert signed.new
    assert (signed.mine.state, signed.mine.wanted, signed.mine.party) == ("waiting", Party(2), NOBODY)
    assert signed.line is not None
    assert signed.line.position == 1
    assert rows(conn, draft_rows) == []
    person = people.find(conn, 7)
    assert person is not None
    assert person.name == "Дилноза"


def test_nobody_queues_before_consent(conn: Connection, event: int) -> None:
    guest = add_guest(conn, 7, agreed=False)
    with pytest.raises(NoConsent):
        waiting.enter(conn, event, guest, Party(1), "", NOW)
    assert waiting.agree(conn, event, guest, "uz", NOW)
    assert rows(conn, draft_rows)[0]["kind"] == "queue"
    assert waiting.enter(conn, event, guest, Party(1), "", NOW).new


def test_queueing_is_refused_with_its_reason(conn: Connection, event: int) -> None:
    guest = add_guest(conn, 7)
    with pytest.raises(Gone):
        waiting.begin(conn, event + 100, guest, NOW)
    with pytest.raises(Closed):
        waiting.begin(conn, event, guest, STARTS)
    with pytest.raises(QueueOver):
        waiting.begin(conn, event, guest, LAST)
    with pytest.raises(QueueOver):
        waiting.enter(conn, event, guest, Party(1), "", LAST)
    assert waiting.enter(conn, event, guest, Party(1), "", LAST - MINUTE).new
    conn.execute(update(events).values(state="cancelled"))
    with pytest.raises(Cancelled):
        waiting.begin(conn, event, add_guest(conn, 8), NOW)


@pytest.mark.parametrize("party", [Party(0), Party(5), Party(11), Party(1, 1)])
def test_a_party_that_could_never_come_does_not_queue(conn: Connection, event: int, party: Party) -> None:
    with pytest.raises(BadParty):
        waiting.enter(conn, event, add_guest(conn, 7), party, "", NOW)
    assert waiting.enter(conn, event, add_guest(conn, 7), Party(4), "", NOW).new


def test_pressed_twice_there_is_one_place_in_the_queue(conn: Connection, event: int) -> None:
    line_up(conn, event, 7, 2)
    line_up(conn, event, 8, 1)
    before = rows(conn, signup_rows)
    assert not line_up(conn, event, 7, 2, NOW + MINUTE).new
    assert rows(conn, signup_rows) == before


def test_fewer_keep_their_place_and_more_go_to_the_end(conn: Connection, event: int) -> None:
    line_up(conn, event, 7, 2)
    line_up(conn, event, 8, 2)
    smaller = line_up(conn, event, 7, 1)
    assert (smaller.new, smaller.mine.wanted, smaller.line and smaller.line.position) == (True, Party(1), 1)
    larger = line_up(conn, event, 7, 3)
    assert (larger.mine.wanted, larger.line and larger.line.position) == (Party(3), 2)


def test_others_of_the_same_number_keep_their_place(conn: Connection) -> None:
    event = add_event(conn, capacity=2)
    seat(conn, event, 101, Party(2))
    for number in (7, 8):
        waiting.enter(conn, event, add_guest(conn, number), Party(2), "", NOW)
    changed = waiting.enter(conn, event, add_guest(conn, 7), Party(1, 1), "", NOW)
    assert (changed.new, changed.mine.wanted, changed.line and changed.line.position) == (True, Party(1, 1), 1)


def test_those_who_come_may_wait_for_more(conn: Connection, event: int) -> None:
    signed = line_up(conn, event, 101, 4)
    assert (signed.mine.state, signed.mine.party, signed.mine.wanted) == ("active", Party(2), Party(4))
    assert len(signed.reminders) == 2
    with pytest.raises(BadParty) as refusal:
        line_up(conn, event, 102, 2)
    assert (refusal.value.least, refusal.value.largest) == (3, 4)


def test_who_has_children_coming_waits_for_no_fewer_of_them(conn: Connection) -> None:
    event = add_event(conn, capacity=3)
    seat(conn, event, 7, Party(1, 2))
    guest = add_guest(conn, 7)
    conn.execute(update(events).values(capacity=5))
    with pytest.raises(BadParty):
        waiting.enter(conn, event, guest, Party(3, 1), "", NOW)
    assert waiting.enter(conn, event, guest, Party(2, 2), "", NOW).new


def test_where_there_is_room_the_queue_offers_it_at_once_and_on_the_screen_alone(conn: Connection) -> None:
    event = add_event(conn, capacity=3, ask_children=False)
    signed = line_up(conn, event, 7, 3)
    assert signed.mine.offer(NOW) == Party(3)
    assert states(conn, kind=offers.OFFER) == []


def test_who_has_an_answer_to_give_or_places_to_take_back_does_not_queue(conn: Connection, event: int) -> None:
    guest = add_guest(conn, 101)
    signups.leave(conn, event, guest, NOW)
    assert not waiting.begin(conn, event, guest, NOW)
    assert not waiting.enter(conn, event, guest, Party(1), "", NOW).new
    line_up(conn, event, 7, 2)
    offers.serve_event(conn, event, NOW + 10 * MINUTE)
    assert not waiting.begin(conn, event, add_guest(conn, 7), NOW + 10 * MINUTE)
    assert not line_up(conn, event, 7, 1, NOW + 10 * MINUTE).new
    assert offered(conn, event, NOW + 10 * MINUTE, 7) == [2]


# -- getting out


def test_leaving_the_queue_passes_the_offer_on_and_twice_is_once(conn: Connection, event: int) -> None:
    line_up(conn, event, 7, 2)
    line_up(conn, event, 8, 2)
    more_places(conn, event, 2)
    out = waiting.leave(conn, event, add_guest(conn, 7), NOW)
    assert (out.new, out.mine.state, out.line) == (True, "left", None)
    assert offered(conn, event, NOW, 7, 8) == [0, 2]
    assert not waiting.leave(conn, event, add_guest(conn, 7), NOW).new
    assert [state for _, state in states(conn, subject_id=out.mine.id)] == ["cancelled"]


def test_leaving_the_queue_keeps_what_one_has(conn: Connection, event: int) -> None:
    line_up(conn, event, 101, 4)
    out = waiting.leave(conn, event, add_guest(conn, 101), NOW)
    assert (out.mine.state, out.mine.party, out.mine.waiting) == ("active", Party(2), False)


def test_saying_how_many_come_ends_the_wait_for_the_rest(conn: Connection, event: int) -> None:
    line_up(conn, event, 101, 4)
    line_up(conn, event, 8, 2)
    more_places(conn, event, 2)
    assert offered(conn, event, NOW, 101, 8) == [2, 0]
    changed = signups.change(conn, event, add_guest(conn, 101), Party(2), NOW)
    assert (changed.new, changed.mine.waiting, offered(conn, event, NOW, 8)) == (True, False, [2])
    assert states(conn, kind=offers.OFFER, subject_id=changed.mine.id) == [(offers.OFFER, "cancelled")]


def test_not_coming_ends_everything_for_those_who_come_and_nothing_for_those_who_only_wait(
    conn: Connection, event: int
) -> None:
    line_up(conn, event, 101, 4)
    more_places(conn, event, 1)
    gone = signups.leave(conn, event, add_guest(conn, 101), NOW)
    assert (gone.mine.state, gone.mine.held, gone.mine.waiting) == ("left", Party(2), False)
    assert states(conn, kind=offers.OFFER) == [(offers.OFFER, "cancelled")]
    line_up(conn, event, 7, 2)
    waits = signups.leave(conn, event, add_guest(conn, 7), NOW)
    assert (waits.new, waits.mine.waiting) == (False, True)


def test_who_accepted_and_left_is_offered_nothing_until_they_queue_again(conn: Connection, event: int) -> None:
    line_up(conn, event, 7, 2)
    more_places(conn, event, 2)
    guest = add_guest(conn, 7)
    waiting.take(conn, event, guest, NOW)
    signups.leave(conn, event, guest, NOW)
    later = NOW + 10 * MINUTE
    assert offers.due(conn, later) == ()
    offers.serve_event(conn, event, later)
    assert offered(conn, event, later, 7) == [0]
    assert store_places.places(conn, event, guest, later).free == 2
    assert line_up(conn, event, 7, 2, later).mine.offer(later) == Party(2)


def test_nobody_goes_past_the_queue(conn: Connection, event: int) -> None:
    line_up(conn, event, 7, 4)
    waiting.together(conn, event, add_guest(conn, 7), NOW, on=True)
    more_places(conn, event, 2)
    assert store_places.places(conn, event, 0, NOW).free == 0
    with pytest.raises(Full):
        seat(conn, event, 8, Party(1))
    with pytest.raises(Full):
        signups.change(conn, event, add_guest(conn, 101), Party(3), NOW)
    waiting.leave(conn, event, add_guest(conn, 7), NOW)
    assert seat(conn, event, 8, Party(1)).new


def test_what_is_left_when_everybody_who_waits_has_an_offer_is_free_for_all(conn: Connection, event: int) -> None:
    line_up(conn, event, 7, 2)
    more_places(conn, event, 5)
    assert offered(conn, event, NOW, 7) == [2]
    assert store_places.places(conn, event, 0, NOW).free == 3
    assert seat(conn, event, 8, Party(3)).new
    with pytest.raises(Full):
        seat(conn, event, 9, Party(1))
    assert waiting.take(conn, event, add_guest(conn, 7), NOW).new


def test_taking_the_consent_back_leaves_every_queue_and_passes_the_offer_on(conn: Connection, event: int) -> None:
    line_up(conn, event, 7, 2)
    line_up(conn, event, 8, 2)
    more_places(conn, event, 2)
    guest = add_guest(conn, 7)
    drafts.queue(conn, guest, event, 1, NOW)
    departures.withdraw_consent(conn, guest, NOW)
    assert rows(conn, signup_rows, person_id=guest) == []
    assert (offered(conn, event, NOW, 8), rows(conn, draft_rows)) == ([2], [])


def test_taking_the_consent_back_frees_places_for_the_queue_at_once(conn: Connection, event: int) -> None:
    line_up(conn, event, 7, 2)
    departures.withdraw_consent(conn, add_guest(conn, 101), NOW + DAY)
    assert offered(conn, event, NOW + DAY, 7) == [2]
