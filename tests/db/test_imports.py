"""The content file, again and again: no doubles, all or nothing, nothing over what was changed in the bot."""

from dataclasses import asdict
from typing import Any

import pytest
from sqlalchemy import Connection, Table, update

from db import events as store_events
from db import imports
from db.imports import Report
from db.rules.seats import Party
from db.store import Store
from db.tables import event_texts, events, outbox, venue_texts, venues
from tests.db.scene import DAY, EVENING_DUE, NOW, STARTS, event_record, rows, seat, venue_record

TABLES = (venues, venue_texts, events, event_texts)


def bring(conn: Connection, *records: dict[str, Any], contacts: dict[str, Any] | None = None) -> Report:
    return imports.bring(conn, [venue_record()], records or [event_record()], contacts, NOW)


def everything(conn: Connection) -> dict[str, list[dict[str, Any]]]:
    return {table.name: rows(conn, table) for table in TABLES}


def only(conn: Connection, table: Table) -> dict[str, Any]:
    (row,) = rows(conn, table)
    return row


def test_brought_once_and_again_without_doubles(conn: Connection) -> None:
    assert bring(conn) == Report(added=["house", "navruz"])
    first = everything(conn)
    for _ in range(3):
        assert bring(conn) == Report()
    assert everything(conn) == first


def test_moments_follow_from_the_wall_times(conn: Connection) -> None:
    bring(conn, event_record(), event_record("open", ends_local=None, closes_local=None))
    first, second = store_events.published(conn)
    assert (first.starts_at, first.ends_at, first.closes_at) == (STARTS, STARTS + DAY / 8, STARTS)
    assert (second.ends_at - second.starts_at, second.closes_at, second.has_end) == (DAY / 8, STARTS, False)


def test_readers_get_every_language_the_venue_and_the_contacts(conn: Connection) -> None:
    known = store_events.Contacts(True, "+73822000000", "a@b.ru", {"ru": "Томск"})
    bring(conn, contacts=asdict(known))
    (event,) = store_events.published(conn)
    assert (event.title, event.spoken) == ({"ru": "Навруз", "uz": "Navroʻz"}, ("ru", "uz"))
    assert event.venue is not None
    assert event.venue.name == {"ru": "Дом дружбы", "uz": "Doʻstlik uyi"}
    assert store_events.contacts(conn) == known


def test_a_changed_file_changes_the_store(conn: Connection) -> None:
    bring(conn)
    texts = {"ru": {"title": "Навруз-байрам"}}
    assert bring(conn, event_record(capacity=70, texts=texts)) == Report(changed=["navruz"])
    assert only(conn, events)["capacity"] == 70
    assert [(row["language"], row["title"], row["description"]) for row in rows(conn, event_texts)] == [
        ("ru", "Навруз-байрам", "")
    ]


def test_fields_changed_in_the_bot_are_kept_and_told(conn: Connection) -> None:
    bring(conn)
    conn.execute(update(events).values(capacity=30))
    conn.execute(update(event_texts).where(event_texts.c.language == "uz").values(title="Navroʻz bayrami"))
    for _ in range(2):
        report = bring(conn, event_record(capacity=70, phone="112"))
        assert report.kept == [("navruz", "capacity"), ("navruz", "uz.title")]
        assert (only(conn, events)["capacity"], only(conn, events)["phone"]) == (30, "112")
        assert rows(conn, event_texts, language="uz")[0]["title"] == "Navroʻz bayrami"


def test_a_text_emptied_or_added_in_the_bot_is_kept_too(conn: Connection) -> None:
    bring(conn)
    conn.execute(update(event_texts).where(event_texts.c.language == "ru").values(description=""))
    conn.execute(event_texts.insert().values(event_id=1, language="ky", title="Нооруз"))
    report = bring(conn)
    assert set(report.kept) == {("navruz", "ru.description"), ("navruz", "ky.title")}
    assert {row["language"]: row["title"] for row in rows(conn, event_texts)}["ky"] == "Нооруз"
    assert rows(conn, event_texts, language="ru")[0]["description"] == ""


def test_an_empty_text_in_the_file_is_no_text_and_no_change(conn: Connection) -> None:
    record = event_record(texts={"ru": {"title": "Навруз", "description": ""}})
    bring(conn, record)
    assert bring(conn, record) == Report()
    assert bring(conn, event_record(texts={"ru": {"title": "Навруз"}})) == Report()


def test_once_file_and_store_agree_the_file_leads_again(conn: Connection) -> None:
    bring(conn)
    conn.execute(update(events).values(capacity=30))
    assert bring(conn, event_record(capacity=30)) == Report()
    assert bring(conn, event_record(capacity=90)) == Report(changed=["navruz"])
    assert only(conn, events)["capacity"] == 90


async def test_all_or_nothing(store: Store) -> None:
    await store.write(bring)
    before = await store.read(everything)
    with pytest.raises(Exception, match="capacity"):
        await store.write(bring, event_record(capacity=70), event_record("chess", capacity=0))
    assert await store.read(everything) == before


def test_a_moved_event_moves_its_reminders(conn: Connection) -> None:
    bring(conn)
    seat(conn, 1, 7, Party(1))
    later = event_record(starts_local="2027-03-22T12:00", ends_local=None, closes_local=None)
    bring(conn, later)
    due = {row["state"]: row["due_at"] for row in rows(conn, outbox, kind="evening")}
    assert due == {"cancelled": EVENING_DUE, "pending": EVENING_DUE + DAY}
    bring(conn)  # and back again
    due = {row["state"]: row["due_at"] for row in rows(conn, outbox, kind="evening")}
    assert due == {"pending": EVENING_DUE, "cancelled": EVENING_DUE + DAY}


def test_an_event_moved_by_its_zone_alone_moves_its_reminders(conn: Connection) -> None:
    bring(conn)
    seat(conn, 1, 7, Party(1))
    bring(conn, event_record(zone="Asia/Omsk"))  # an hour behind Tomsk
    (planned,) = rows(conn, outbox, kind="evening", state="pending")
    assert planned["due_at"] == EVENING_DUE + DAY / 24


def test_an_event_that_did_not_move_leaves_its_reminders_alone(conn: Connection) -> None:
    bring(conn)
    seat(conn, 1, 7, Party(1))
    before = rows(conn, outbox)
    bring(conn, event_record(capacity=70))
    assert rows(conn, outbox) == before
