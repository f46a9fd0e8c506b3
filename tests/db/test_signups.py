"""Signing up, changing, leaving and coming back, with every refusal; held places are taken until their time."""

from datetime import datetime

import pytest
from sqlalchemy import Connection, update
from sqlalchemy.exc import IntegrityError

from db import people, signups
from db import places as store_places
from db.rules import codes
from db.rules.refusals import BadParty, Cancelled, Closed, Full, Gone, NoConsent, NothingHeld
from db.rules.seats import NOBODY, Party
from db.tables import drafts, events
from db.tables import signups as signup_rows
from tests.db.scene import DAY, HOUR, MINUTE, NOW, STARTS, add_event, add_guest, rows, seat

ENDS = STARTS + 3 * HOUR


def free(conn: Connection, event_id: int, now: datetime = NOW) -> int | None:
    return store_places.places(conn, event_id, 0, now).free


def test_signing_up_takes_places_gives_a_code_and_ends_the_form(conn: Connection) -> None:
    event, guest = add_event(conn), add_guest(conn, 7)
    assert signups.begin(conn, event, guest, NOW)
    assert len(rows(conn, drafts)) == 1
    signed = signups.join(conn, event, guest, Party(2, 1), "Дилноза", NOW)
    assert signed.new
    assert codes.FIRST <= signed.mine.code <= codes.LAST
    assert (signed.mine.party, signed.mine.confirmed, signed.mine.held) == (Party(2, 1), False, NOBODY)
    assert free(conn, event) == 47
    assert rows(conn, drafts) == []
    person = people.find(conn, 7)
    assert person is not None
    assert person.name == "Дилноза"


def test_pressed_twice_there_is_one_signup_unchanged(conn: Connection) -> None:
    event = add_event(conn)
    first = seat(conn, event, 7, Party(2))
    again = seat(conn, event, 7, Party(5), NOW + MINUTE)
    assert (again.mine, again.new) == (first.mine, False)
    assert len(rows(conn, signup_rows)) == 1


def test_the_store_itself_refuses_a_second_signup_and_a_second_code(conn: Connection) -> None:
    event = add_event(conn)
    first = seat(conn, event, 7, Party(1)).mine
    other = add_guest(conn, 8)
    row = rows(conn, signup_rows, id=first.id)[0] | {"id": None}
    for twin in (row | {"code": first.code % 9000 + 1000}, row | {"person_id": other}):
        with conn.begin_nested(), pytest.raises(IntegrityError):
            conn.execute(signup_rows.insert().values(twin))


def test_codes_are_unique_within_the_event(conn: Connection) -> None:
    event = add_event(conn, capacity=None)
    given = {seat(conn, event, number, Party(1)).mine.code for number in range(1, 301)}
    assert len(given) == 300


def test_a_code_is_never_drawn_twice_even_when_chance_repeats(
    conn: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("secrets.randbelow", lambda room: 42)
    event = add_event(conn)
    assert [seat(conn, event, number, Party(1)).mine.code for number in (1, 2, 3)] == [1042, 1043, 1044]


def test_nothing_is_kept_before_consent(conn: Connection) -> None:
    event, guest = add_event(conn), add_guest(conn, 7, agreed=False)
    with pytest.raises(NoConsent):
        signups.join(conn, event, guest, Party(1), "Дилноза", NOW)
    assert rows(conn, signup_rows) == []
    signups.agree(conn, event, guest, "uz", NOW)
    assert signups.join(conn, event, guest, Party(1), "Дилноза", NOW).new


def test_joining_is_refused_with_its_reason(conn: Connection) -> None:
    event, guest = add_event(conn, capacity=3), add_guest(conn, 7)
    with pytest.raises(Gone):
        signups.join(conn, event + 100, guest, Party(1), "", NOW)
    with pytest.raises(BadParty):
        signups.join(conn, event, guest, Party(0, 1), "", NOW)
    with pytest.raises(Closed) as closed:
        signups.join(conn, event, guest, Party(1), "", STARTS)
    with pytest.raises(Full) as full:
        signups.join(conn, event, guest, Party(4), "", NOW)
    assert (closed.value.since, full.value.free) == (STARTS, 3)
    conn.execute(update(events).values(state="cancelled"))
    with pytest.raises(Cancelled):
        signups.join(conn, event, guest, Party(1), "", NOW)
    assert rows(conn, signup_rows) == []


def test_the_form_is_refused_where_joining_would_be(conn: Connection) -> None:
    event, guest = add_event(conn, capacity=3), add_guest(conn, 7)
    with pytest.raises(Gone):
        signups.begin(conn, event + 100, guest, NOW)
    with pytest.raises(Closed):
        signups.begin(conn, event, guest, STARTS)
    with pytest.raises(Full):
        signups.begin(conn, event, guest, NOW, adults=4)
    assert signups.begin(conn, event, guest, NOW, adults=3)
    conn.execute(update(events).values(state="cancelled"))
    with pytest.raises(Cancelled):
        signups.begin(conn, event, guest, NOW)


def test_no_form_for_someone_already_signed_up(conn: Connection) -> None:
    event = add_event(conn)
    seat(conn, event, 7, Party(1))
    assert not signups.begin(conn, event, add_guest(conn, 7), STARTS + HOUR)
    assert rows(conn, drafts) == []


def test_signing_up_closes_at_the_events_own_time(conn: Connection) -> None:
    event, guest = add_event(conn, closes_local="2027-03-20T12:00"), add_guest(conn, 7)
    with pytest.raises(Closed):
        signups.join(conn, event, guest, Party(1), "", STARTS - DAY)
    assert signups.join(conn, event, guest, Party(1), "", STARTS - DAY - MINUTE).new


def test_more_of_the_party_only_as_far_as_there_is_room(conn: Connection) -> None:
    event = add_event(conn, capacity=5)
    seat(conn, event, 7, Party(2))
    seat(conn, event, 8, Party(1))
    guest = add_guest(conn, 7)
    assert signups.change(conn, event, guest, Party(3, 1), NOW).mine.party == Party(3, 1)
    with pytest.raises(Full) as full:
        signups.change(conn, event, guest, Party(3, 2), NOW)
    assert full.value.free == 4  # the party's own places are its own
    with pytest.raises(Closed):
        signups.change(conn, event, guest, Party(4, 1), STARTS)
    with pytest.raises(BadParty):
        signups.change(conn, event, guest, Party(11), NOW)


def test_fewer_of_the_party_even_after_the_start_and_never_none(conn: Connection) -> None:
    event = add_event(conn)
    seat(conn, event, 7, Party(3, 2))
    guest = add_guest(conn, 7)
    assert signups.change(conn, event, guest, Party(3, 1), STARTS + HOUR).mine.party == Party(3, 1)
    assert not signups.change(conn, event, guest, Party(3, 1), NOW).new
    with pytest.raises(BadParty):
        signups.change(conn, event, guest, NOBODY, NOW)
    with pytest.raises(Gone):
        signups.change(conn, event, add_guest(conn, 9), Party(1), NOW)


def test_what_is_given_back_stays_taken_until_its_time_and_is_free_then(conn: Connection) -> None:
    event = add_event(conn, capacity=3)
    seat(conn, event, 7, Party(3))
    left = signups.leave(conn, event, add_guest(conn, 7), NOW)
    assert (left.mine.active, left.mine.held, left.mine.held_until) == (False, Party(3), NOW + 10 * MINUTE)
    assert free(conn, event, NOW + 10 * MINUTE - MINUTE) == 0
    with pytest.raises(Full):
        seat(conn, event, 8, Party(1), NOW + 9 * MINUTE)
    assert free(conn, event, NOW + 10 * MINUTE) == 3
    assert seat(conn, event, 8, Party(3), NOW + 10 * MINUTE).new
    with pytest.raises(NothingHeld):
        signups.give_back(conn, event, add_guest(conn, 7), NOW + 10 * MINUTE)


def test_near_the_start_places_are_held_two_minutes(conn: Connection) -> None:
    event = add_event(conn)
    seat(conn, event, 7, Party(2))
    now = STARTS - 3 * HOUR
    assert signups.leave(conn, event, add_guest(conn, 7), now).mine.held_until == now + 2 * MINUTE


def test_taking_back_all_and_some(conn: Connection) -> None:
    event = add_event(conn, capacity=5)
    first = seat(conn, event, 7, Party(3, 2)).mine
    guest = add_guest(conn, 7)
    signups.change(conn, event, guest, Party(2, 1), NOW)
    signups.change(conn, event, guest, Party(1), NOW + MINUTE)
    held = store_places.mine(conn, event, guest)
    assert held is not None
    assert held.returnable(NOW + MINUTE) == Party(2, 2)
    assert free(conn, event, NOW + MINUTE) == 0
    signups.leave(conn, event, guest, NOW + 2 * MINUTE)
    back = signups.give_back(conn, event, guest, NOW + 3 * MINUTE)
    assert (back.mine.party, back.mine.held, back.mine.code) == (Party(3, 2), NOBODY, first.code)
    assert not signups.give_back(conn, event, guest, NOW + 4 * MINUTE).new


def test_leaving_and_taking_back_are_refused_where_there_is_nothing(conn: Connection) -> None:
    event, guest = add_event(conn), add_guest(conn, 7)
    for use_case in (signups.leave, signups.give_back, signups.confirm):
        with pytest.raises(Gone):
            use_case(conn, event, guest, NOW)
        with pytest.raises(Gone):
            use_case(conn, event + 100, guest, NOW)
    with pytest.raises(Gone):
        signups.signed(conn, event, guest, NOW)


def test_leaving_twice_is_leaving_once(conn: Connection) -> None:
    event = add_event(conn)
    seat(conn, event, 7, Party(2))
    guest = add_guest(conn, 7)
    first = signups.leave(conn, event, guest, NOW)
    again = signups.leave(conn, event, guest, NOW + MINUTE)
    assert (again.new, again.mine) == (False, first.mine)


def test_nothing_is_taken_back_from_a_cancelled_or_ended_event(conn: Connection) -> None:
    event = add_event(conn)
    seat(conn, event, 7, Party(2))
    guest = add_guest(conn, 7)
    signups.leave(conn, event, guest, ENDS - MINUTE)
    with pytest.raises(Closed):
        signups.give_back(conn, event, guest, ENDS)
    conn.execute(update(events).values(state="cancelled"))
    with pytest.raises(Cancelled):
        signups.give_back(conn, event, guest, ENDS - MINUTE)


def test_signing_up_anew_after_leaving_keeps_the_code_and_drops_what_was_held(conn: Connection) -> None:
    event = add_event(conn, capacity=3)
    first = seat(conn, event, 7, Party(3)).mine
    guest = add_guest(conn, 7)
    signups.confirm(conn, event, guest, NOW)
    signups.leave(conn, event, guest, NOW)
    again = seat(conn, event, 7, Party(1), NOW + MINUTE)
    assert (again.new, again.mine.code, again.mine.confirmed) == (True, first.code, False)
    assert free(conn, event, NOW + MINUTE) == 2


def test_confirming_stays_until_the_party_changes(conn: Connection) -> None:
    event = add_event(conn)
    seat(conn, event, 7, Party(2))
    guest = add_guest(conn, 7)
    assert signups.confirm(conn, event, guest, NOW).mine.confirmed
    assert not signups.change(conn, event, guest, Party(1), NOW).mine.confirmed
    signups.leave(conn, event, guest, NOW)
    with pytest.raises(Gone):
        signups.confirm(conn, event, guest, NOW)


def test_overlaps_are_told_and_touching_ends_are_none(conn: Connection) -> None:
    event = add_event(conn)
    beside = add_event(conn, "chess", starts_local="2027-03-21T14:00", ends_local=None, closes_local=None)
    after = add_event(conn, "talk", starts_local="2027-03-21T15:00", ends_local="2027-03-21T16:00", closes_local=None)
    seat(conn, beside, 7, Party(1))
    seat(conn, after, 7, Party(1))
    assert seat(conn, event, 7, Party(1)).clashes == (beside,)
    signups.leave(conn, beside, add_guest(conn, 7), NOW)
    assert signups.signed(conn, event, add_guest(conn, 7), NOW).clashes == ()


def test_coming_lists_ones_own_active_and_returnable_signups_by_their_start(conn: Connection) -> None:
    event, later = add_event(conn), add_event(conn, "chess", starts_local="2027-03-22T12:00", ends_local=None)
    seat(conn, later, 7, Party(1))
    seat(conn, event, 7, Party(1))
    seat(conn, event, 8, Party(1))
    guest = add_guest(conn, 7)
    assert [one.event_id for one in signups.coming(conn, guest, NOW)] == [event, later]
    signups.leave(conn, later, guest, NOW)
    assert [one.event_id for one in signups.coming(conn, guest, NOW + MINUTE)] == [event, later]
    assert [one.event_id for one in signups.coming(conn, guest, NOW + 10 * MINUTE)] == [event]
    assert signups.coming(conn, guest, ENDS) == ()


def test_a_card_of_no_event_and_of_one_without_a_limit(conn: Connection) -> None:
    assert store_places.places(conn, 99, 1, NOW) == store_places.Places(None, None)
    assert free(conn, add_event(conn, capacity=None)) is None
