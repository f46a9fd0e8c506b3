"""Data that goes: at once when consent is withdrawn, by itself 60 days after the event."""

from sqlalchemy import Connection

from db import departures, drafts
from db import places as store_places
from db.outbox import put
from db.rules.seats import Party
from db.tables import consents, outbox, people, signups
from db.tables import drafts as draft_rows
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
    gone = rows(conn, signups, person_id=guest)
    assert {(row["state"], row["adults"], row["held_adults"], row["held_until"]) for row in gone} == {
        ("left", 0, 0, None)
    }
    assert store_places.places(conn, event, guest, NOW + MINUTE).free == 4
    assert rows(conn, people, id=guest)[0]["name"] is None
    assert rows(conn, draft_rows) == []
    assert rows(conn, consents, person_id=guest)[0]["withdrawn_at"] == NOW + MINUTE


def test_withdrawing_touches_nobody_else(conn: Connection) -> None:
    event = add_event(conn)
    mine, other = seat(conn, event, 7, Party(1)).mine, seat(conn, event, 8, Party(1)).mine
    departures.withdraw_consent(conn, add_guest(conn, 7), NOW)
    assert {state for _, state in states(conn, subject_id=mine.id)} == {"cancelled"}
    assert {state for _, state in states(conn, subject_id=other.id)} == {"pending"}
    assert rows(conn, people, channel_user_id=8)[0]["name"] == "Гость 8"


def test_sixty_days_after_the_event_signups_and_what_was_sent_of_them_are_forgotten(conn: Connection) -> None:
    event, later = (
        add_event(conn),
        add_event(conn, "may", starts_local="2027-05-01T12:00", ends_local=None, closes_local=None),
    )
    seat(conn, event, 7, Party(1))
    kept = seat(conn, later, 7, Party(1)).mine
    assert departures.forget(conn, ENDS + 60 * DAY) == 0
    assert departures.forget(conn, ENDS + 60 * DAY + MINUTE) == 1
    assert [row["id"] for row in rows(conn, signups)] == [kept.id]
    assert {row["subject_id"] for row in rows(conn, outbox)} == {kept.id}


def test_forgetting_leaves_messages_of_other_kinds_alone(conn: Connection) -> None:
    """Their subject is not a signup, though its number may be the same."""
    event = add_event(conn)
    mine = seat(conn, event, 7, Party(1)).mine
    put(conn, "apology", mine.id, add_guest(conn, 7), "once", NOW, NOW)
    departures.forget(conn, ENDS + 61 * DAY)
    assert states(conn) == [("apology", "pending")]
