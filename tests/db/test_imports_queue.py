"""What the content file does to people: more places are offered, promised ones stay, a cancelled event is told."""

from typing import Any

import pytest
from sqlalchemy import Connection

from db import cancelling, imports, offers, signups
from db.imports import Report
from db.rules.seats import Party
from db.tables import events, outbox
from tests.db.scene import MINUTE, NOW, add_guest, event_record, full_event, line_up, offered, own, rows, venue_record


@pytest.fixture
def event(conn: Connection) -> int:
    """Four places, all taken; a family of three waits."""
    event = full_event(conn, 2, 2)
    line_up(conn, event, 7, 3)
    return event


def bring(conn: Connection, **changes: Any) -> Report:
    record = event_record(ask_children=False, **{"capacity": 4, **changes})
    return imports.bring(conn, [venue_record()], [record], None, NOW + MINUTE)


def capacity(conn: Connection) -> Any:
    return rows(conn, events)[0]["capacity"]


def told(conn: Connection) -> list[int]:
    return [row["person_id"] for row in rows(conn, outbox, kind=cancelling.OFF, state="pending")]


def test_more_places_in_the_file_are_offered(conn: Connection, event: int) -> None:
    assert bring(conn, capacity=6) == Report(changed=["navruz"])
    assert offered(conn, event, NOW + MINUTE, 7) == [2]
    assert bring(conn, capacity=6) == Report()


def test_no_limit_in_the_file_serves_everybody(conn: Connection, event: int) -> None:
    bring(conn, capacity=None)
    assert offered(conn, event, NOW + MINUTE, 7) == [3]


def test_fewer_places_than_promised_are_refused_and_said_each_time(conn: Connection, event: int) -> None:
    bring(conn, capacity=6)
    for _ in range(2):
        assert bring(conn, capacity=5).crowded == [("navruz", 6)]
        assert (capacity(conn), offered(conn, event, NOW + MINUTE, 7)) == (6, [2])


def test_fewer_places_than_promised_keep_the_rest_of_the_file(conn: Connection, event: int) -> None:
    report = bring(conn, capacity=3, phone="112")
    assert (report.crowded, report.kept) == ([("navruz", 4)], [])
    assert (capacity(conn), rows(conn, events)[0]["phone"]) == (4, "112")


def test_fewer_places_come_true_once_they_are_free(conn: Connection, event: int) -> None:
    bring(conn, capacity=3)
    signups.change(conn, event, add_guest(conn, 101), Party(1), NOW - 10 * MINUTE)
    assert bring(conn, capacity=3) == Report(changed=["navruz"])
    assert capacity(conn) == 3


def test_a_number_changed_in_the_bot_is_kept_before_anybody_is_served(conn: Connection, event: int) -> None:
    offers.resize(conn, event, 5, NOW)
    report = bring(conn, capacity=9)
    assert (report.kept, capacity(conn), offered(conn, event, NOW + MINUTE, 7)) == ([("navruz", "capacity")], 5, [1])


def test_cancelled_in_the_file_is_told_once_and_taken_back(conn: Connection, event: int) -> None:
    for _ in range(2):
        bring(conn, cancelled=True)
        assert sorted(told(conn)) == sorted(add_guest(conn, number) for number in (101, 102, 7))
    assert rows(conn, events)[0]["state"] == "cancelled"
    assert not own(conn, event, 7).waiting
    bring(conn, cancelled=False)
    assert rows(conn, events)[0]["state"] == "published"
    assert line_up(conn, event, 7, 3, NOW + MINUTE).new


def test_more_places_and_cancelled_at_once_offer_nothing(conn: Connection, event: int) -> None:
    bring(conn, cancelled=True, capacity=9)
    assert [row["state"] for row in rows(conn, outbox, kind=offers.OFFER)] == ["cancelled"]
    assert len(told(conn)) == 3
