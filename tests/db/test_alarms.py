"""Owners are told of the machine, once a trouble."""

from datetime import timedelta

from sqlalchemy import Connection, select

from db import alarms, people
from db.tables import outbox
from tests.db.scene import DAY, HOUR, NOW

ZONE = "Asia/Tomsk"


def told(conn: Connection) -> list[tuple[str, int]]:
    return [(row.kind, row.person_id) for row in conn.execute(select(outbox).order_by(outbox.c.id))]


def test_every_owner_is_told_and_nobody_else(conn: Connection) -> None:
    people.make_owners(conn, (500, 501), ZONE, NOW)
    people.meet(conn, 7, ZONE, NOW)
    assert alarms.ring(conn, "backup", {"why": "ENOSPC"}, NOW, DAY)
    assert told(conn) == [("alarm", 1), ("alarm", 2)]
    assert alarms.find(conn, 1) == alarms.Alarm("backup", NOW, {"why": "ENOSPC"})


def test_the_same_trouble_is_told_once_until_its_time_has_passed(conn: Connection) -> None:
    people.make_owners(conn, (500,), ZONE, NOW)
    rung = [alarms.ring(conn, "wal", {}, NOW + after, DAY) for after in (0 * HOUR, HOUR, DAY - HOUR, DAY)]
    assert rung == [1, None, None, 2]
    assert alarms.ring(conn, "backup", {}, NOW, DAY), "another kind has its own time"
    assert len(told(conn)) == 3


def test_a_clock_set_back_silences_nothing(conn: Connection) -> None:
    people.make_owners(conn, (500,), ZONE, NOW)
    assert alarms.ring(conn, "clock", {}, NOW + timedelta(days=365), DAY)
    assert alarms.ring(conn, "clock", {}, NOW, DAY)


def test_old_ones_are_forgotten(conn: Connection) -> None:
    alarms.ring(conn, "wal", {}, NOW, DAY)
    assert (alarms.prune(conn, NOW), alarms.find(conn, 1) is None) == (0, False)
    assert (alarms.prune(conn, NOW + HOUR), alarms.find(conn, 1)) == (1, None)
