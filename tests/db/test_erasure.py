"""A person erased: every row of theirs, at once, whole or not at all; what stays is a line without them."""

from datetime import datetime

import pytest
from sqlalchemy import Connection

from db import departures, drafts, erasure, inbox, mistakes, outbox, people
from db import destructions as journal
from db import places as store_places
from db.inbox import Received
from db.outbox import Ended
from db.rules.refusals import Gone, LastOwner
from db.rules.seats import Party
from db.store import Store
from db.tables import consents, destructions, event_sums, metadata, roles, signups
from db.tables import drafts as draft_rows
from db.tables import inbox as inbox_rows
from db.tables import mistakes as mistake_rows
from db.tables import outbox as outbox_rows
from db.tables import people as people_rows
from tests.db.scene import DAY, EVENING_DUE, MINUTE, NOW, STARTS, ZONE, add_event, add_guest, rows, seat, states

OWN = (people_rows, consents, roles, signups, outbox_rows, draft_rows, mistake_rows)


def update(number: int, chat_id: int = 7) -> Received:
    return Received(number, chat_id, f'{{"update_id":{number},"text":"тайна"}}')


def fill(conn: Connection) -> int:
    """A person with a row in every table there is for them, and a neighbour."""
    event = add_event(conn, capacity=5)
    guest = add_guest(conn, 7)
    mistakes.begin(conn, guest, None, NOW)
    mistakes.report(conn, guest, "uz", "xato", False, 1, NOW)
    people.make_owners(conn, (1, 7), ZONE, NOW)
    seat(conn, event, 7, Party(2, 1))
    seat(conn, event, 8, Party(1))
    people.choose_language(conn, guest, "uz", NOW)
    drafts.name(conn, guest, NOW)
    inbox.store(conn, [update(1), update(2), update(3), update(4, chat_id=8)], NOW)
    inbox.finish(conn, [1])
    return guest


def everything(conn: Connection) -> dict[str, list[dict[str, object]]]:
    return {table.name: rows(conn, table) for table in metadata.sorted_tables}


def test_the_scene_has_a_row_in_every_table_that_points_at_a_person(conn: Connection) -> None:
    """A table that is added later and points at people has to be thought of here, and in erase."""
    guest = fill(conn)
    pointing = {key.parent.table for table in metadata.sorted_tables for key in table.foreign_keys
                if key.column.table is people_rows}  # fmt: skip
    assert {people_rows, *pointing} == set(OWN)
    assert all(rows(conn, table, person_id=guest) for table in pointing)


def test_nothing_of_the_person_stays_and_nobody_else_is_touched(conn: Connection) -> None:
    guest = fill(conn)
    others = [rows(conn, table, person_id=add_guest(conn, 8)) for table in (signups, consents, outbox_rows)]
    gone = erasure.erase(conn, guest, "asked", NOW)
    assert (gone.user_id, gone.updates) == (7, frozenset((2, 3)))
    assert people.find(conn, 7) is None
    for table in OWN[1:]:
        assert rows(conn, table, person_id=guest) == []
    assert [(row["update_id"], row["chat_id"], row["state"], row["body"]) for row in rows(conn, inbox_rows)] == [
        (1, 0, "done", None), (2, 0, "done", None), (3, 0, "done", None), (4, 8, "new", update(4, 8).body),
    ]  # fmt: skip
    assert [rows(conn, table, person_id=add_guest(conn, 8)) for table in (signups, consents, outbox_rows)] == others


def test_the_journal_keeps_kinds_and_counts_and_a_number_that_leads_to_nobody(conn: Connection) -> None:
    gone = erasure.erase(conn, fill(conn), "asked", NOW)
    (line,) = rows(conn, destructions)
    assert (line["cause"], line["at"], line["number"]) == ("asked", NOW, gone.number)
    assert line["erased"] == {
        **{
            "signups": 1,
            "messages": 3,
            "forms": 1,
            "consents": 1,
            "roles": 1,
            "profiles": 1,
            "updates": 3,
            "mistakes": 1,
        }
    }
    again = erasure.erase(conn, add_guest(conn, 7), "asked", NOW)
    assert again.number != gone.number


def test_the_places_are_free_at_once(conn: Connection) -> None:
    guest = fill(conn)
    assert store_places.places(conn, 1, add_guest(conn, 8), NOW).free == 1
    erasure.erase(conn, guest, "asked", NOW)
    assert store_places.places(conn, 1, add_guest(conn, 8), NOW).free == 4
    (sums,) = rows(conn, event_sums)
    assert (sums["signups"], sums["given_up"]) == (0, 3)


def test_a_visit_that_was_counts_without_the_visitor(conn: Connection) -> None:
    guest = fill(conn)
    erasure.erase(conn, guest, "asked", STARTS + DAY)
    (sums,) = rows(conn, event_sums)
    assert {name: sums[name] for name in ("signups", "adults", "children", "first_visits")} == {
        **{"signups": 1, "adults": 2, "children": 1, "first_visits": 1}
    }


def test_the_last_owner_stays_whole(conn: Connection) -> None:
    guest = fill(conn)
    erasure.erase(conn, add_guest(conn, 1), "asked", NOW)
    before = everything(conn)
    for refused in (erasure.check, lambda conn, one: erasure.erase(conn, one, "asked", NOW)):
        with pytest.raises(LastOwner):
            refused(conn, guest)
    assert everything(conn) == before
    erasure.check(conn, add_guest(conn, 8))


def test_whom_there_is_not_cannot_be_erased(conn: Connection) -> None:
    with pytest.raises(Gone):
        erasure.erase(conn, 404, "asked", NOW)


def test_what_they_send_later_is_a_new_persons(conn: Connection) -> None:
    guest = fill(conn)
    erasure.erase(conn, guest, "asked", NOW)
    inbox.store(conn, [update(5)], NOW + MINUTE)
    new = people.meet(conn, 7, ZONE, NOW + MINUTE)
    assert (new.language, new.name, new.consented, new.owner) == (None, None, False, False)
    assert new.id != guest
    assert [row["update_id"] for row in rows(conn, inbox_rows, chat_id=7)] == [5]
    assert inbox.store(conn, [update(2)], NOW) == frozenset(), "an old number still tells a repeat"


def test_an_erased_update_is_not_taken_up_after_a_crash(conn: Connection) -> None:
    guest = fill(conn)
    inbox.effect(conn, 2, lambda conn: None)
    erasure.erase(conn, guest, "asked", NOW)
    assert [one.update_id for one in inbox.unfinished(conn)] == [4]
    inbox.finish(conn, [2, 3])
    inbox.set_aside(conn, update(3), "late", 3, NOW)
    assert rows(conn, outbox_rows, kind="apology") == []


# -- numbers that are still under way when their row is gone


def test_how_an_attempt_ended_is_never_noted_at_somebody_elses_message(conn: Connection) -> None:
    guest = fill(conn)
    claimed = outbox.claim(conn, EVENING_DUE, 10)
    assert {row.user_id for row in claimed} == {7, 8}
    erasure.erase(conn, guest, "asked", EVENING_DUE)
    erasure.erase(conn, add_guest(conn, 8), "asked", EVENING_DUE)
    seat(conn, add_event(conn, "chess"), 9, Party(1), NOW)
    before = states(conn)
    outbox.settle(conn, tuple(Ended(row.id, "sent", EVENING_DUE) for row in claimed))
    assert states(conn) == before
    assert {state for _, state in before} == {"pending"}


def test_no_number_of_an_erased_row_is_given_again(conn: Connection) -> None:
    guest = fill(conn)
    last = {table.name: max(row["id"] for row in rows(conn, table)) for table in (people_rows, signups, outbox_rows)}
    for user_id in (8, 7):
        erasure.erase(conn, add_guest(conn, user_id), "asked", NOW)
    assert guest <= last["people"]
    seat(conn, 1, 9, Party(1))
    for table in (people_rows, signups, outbox_rows):
        assert max(row["id"] for row in rows(conn, table)) > last[table.name], table.name


# -- whole or not at all


class Killed(Exception):
    """Stands for the end of the process."""


@pytest.mark.parametrize("at", ["freed", "record"])
async def test_broken_off_in_the_middle_it_leaves_everything(
    store: Store, monkeypatch: pytest.MonkeyPatch, at: str
) -> None:
    guest = await store.write(fill)
    before = await store.read(everything)

    def die(*_: object) -> None:
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(departures if at == "freed" else journal, at, die)
        with pytest.raises(Killed):
            await store.write(erasure.erase, guest, "asked", NOW)
    assert await store.read(everything) == before
    await store.write(erasure.erase, guest, "asked", NOW)
    assert await store.read(people.find, 7) is None


async def test_the_broken_twin_that_commits_on_the_way_leaves_a_half(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    guest = await store.write(fill)
    before = await store.read(everything)

    def commit_and_die(conn: Connection, event_ids: object, now: datetime) -> None:
        conn.exec_driver_sql("COMMIT")
        conn.exec_driver_sql("BEGIN IMMEDIATE")
        raise Killed

    monkeypatch.setattr(departures, "freed", commit_and_die)
    with pytest.raises(Killed):
        await store.write(erasure.erase, guest, "asked", NOW)
    assert await store.read(everything) != before
