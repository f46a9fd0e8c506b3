"""Consent taken back: what rested on it is erased at once, its places are free, the journal has a line."""

from collections.abc import Collection
from datetime import datetime

import pytest
from sqlalchemy import Connection

from db import consents, departures, drafts, people, signups
from db import places as store_places
from db.departures import ABOUT_OTHERS, ABOUT_SIGNUPS
from db.outbox import put
from db.rules.seats import Party
from db.tables import consents as consent_rows
from db.tables import destructions, event_sums
from db.tables import drafts as draft_rows
from db.tables import people as people_rows
from db.tables import signups as signup_rows
from handlers.notices import NOTICES
from tests.db.scene import DAY, HOUR, MINUTE, NOW, STARTS, add_event, add_guest, rows, seat, states

ENDS = STARTS + 3 * HOUR


def test_withdrawing_gives_everything_up_and_holds_nothing(conn: Connection) -> None:
    event, other = add_event(conn, capacity=5), add_event(conn, "chess")
    seat(conn, event, 7, Party(2, 1))
    seat(conn, other, 7, Party(1))
    seat(conn, event, 8, Party(1))
    guest = add_guest(conn, 7)
    drafts.name(conn, guest, NOW)
    departures.withdraw_consent(conn, guest, NOW + MINUTE)
    assert rows(conn, signup_rows, person_id=guest) == []
    assert store_places.places(conn, event, guest, NOW + MINUTE).free == 4
    assert rows(conn, people_rows, id=guest)[0]["name"] is None
    assert rows(conn, draft_rows) == []
    assert rows(conn, consent_rows, person_id=guest)[0]["withdrawn_at"] == NOW + MINUTE


def test_the_journal_has_kinds_and_counts_and_no_second_line_for_a_second_press(conn: Connection) -> None:
    seat(conn, add_event(conn), 7, Party(2, 1))
    guest = add_guest(conn, 7)
    drafts.name(conn, guest, NOW)
    departures.withdraw_consent(conn, guest, NOW + MINUTE)
    departures.withdraw_consent(conn, guest, NOW + 2 * MINUTE)
    (line,) = rows(conn, destructions)
    assert (line["cause"], line["at"]) == ("withdrawn", NOW + MINUTE)
    assert line["erased"] == {"signups": 1, "messages": 2, "forms": 1, "names": 1}
    assert len(bytes.fromhex(line["number"])) == 8


def test_withdrawing_touches_nobody_else_and_no_other_message(conn: Connection) -> None:
    event = add_event(conn)
    mine, other = seat(conn, event, 7, Party(1)).mine, seat(conn, event, 8, Party(1)).mine
    guest = add_guest(conn, 7)
    put(conn, "apology", mine.id, guest, "once", NOW, NOW)
    departures.withdraw_consent(conn, guest, NOW)
    assert states(conn, person_id=guest) == [("apology", "pending")]
    assert {state for _, state in states(conn, subject_id=other.id)} == {"pending"}
    assert rows(conn, people_rows, channel_user_id=8)[0]["name"] == "Гость 8"


def test_places_given_up_stay_as_a_sum_and_past_visits_too(conn: Connection) -> None:
    past = add_event(conn)
    coming = add_event(
        conn, "may", starts_local="2027-05-01T12:00", ends_local="2027-05-01T14:00", closes_local="2027-05-01T12:00"
    )
    for event in (past, coming):
        seat(conn, event, 7, Party(2, 1))
    departures.withdraw_consent(conn, add_guest(conn, 7), ENDS)
    sums = {row.pop("event_id"): row for row in rows(conn, event_sums)}
    assert sums[past] == {"signups": 1, "adults": 2, "children": 1, "given_up": 0, "first_visits": 1}
    assert sums[coming] == {"signups": 0, "adults": 0, "children": 0, "given_up": 3, "first_visits": 0}


def test_after_agreeing_anew_one_signs_up_as_before(conn: Connection) -> None:
    event = add_event(conn, capacity=1)
    seat(conn, event, 7, Party(1))
    guest = add_guest(conn, 7)
    departures.withdraw_consent(conn, guest, NOW)
    consents.give(conn, guest, "uz", NOW + MINUTE)
    again = signups.join(conn, event, guest, Party(1), "Дилноза", NOW + MINUTE)
    assert again.new
    assert len(again.reminders) == 2
    found = people.find(conn, 7)
    assert found is not None
    assert found.name == "Дилноза"


def test_the_queue_is_served_once_with_the_events_that_have_room_now(
    conn: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    served: list[tuple[list[int], datetime]] = []

    def freed(conn: Connection, event_ids: Collection[int], now: datetime) -> None:
        assert rows(conn, signup_rows, person_id=guest) == [], "served before the places were free"
        served.append((sorted(event_ids), now))

    monkeypatch.setattr(departures, "freed", freed)
    coming, left, over = add_event(conn), add_event(conn, "chess"), add_event(conn, "talk", **PAST)
    guest = add_guest(conn, 7)
    for event in (coming, left, over):
        seat(conn, event, 7, Party(1), NOW - 9 * DAY)
    signups.leave(conn, left, guest, NOW)  # held for ten minutes: nobody else can have them yet
    departures.withdraw_consent(conn, guest, NOW)
    assert served == [(sorted([coming, left]), NOW)]


PAST = {"starts_local": "2027-03-12T12:00", "ends_local": "2027-03-12T13:00", "closes_local": "2027-03-12T12:00"}


def test_every_kind_of_message_is_known_to_go_with_a_signup_or_not() -> None:
    assert {*ABOUT_SIGNUPS, *ABOUT_OTHERS} == set(NOTICES)
    assert set(ABOUT_SIGNUPS).isdisjoint(ABOUT_OTHERS)
