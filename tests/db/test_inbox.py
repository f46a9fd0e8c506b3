"""Updates on disk: kept once, marked with their effect, erased when handled, set aside with one apology."""

import random

import pytest
from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError

from db import facts, inbox
from db.inbox import Received
from db.rules.refusals import Gone
from db.store import Store
from db.tables import inbox as inbox_rows
from db.tables import outbox as outbox_rows
from tests.db.scene import DAY, MINUTE, NOW, add_guest, rows


def batch(*numbers: int) -> list[Received]:
    return [Received(number, 7, f'{{"update_id":{number}}}') for number in numbers]


def states(conn: Connection) -> dict[int, str]:
    return {row["update_id"]: row["state"] for row in rows(conn, inbox_rows)}


def count(conn: Connection) -> int:
    facts.put(conn, "effects", (facts.get(conn, "effects") or 0) + 1)
    return int(facts.get(conn, "effects"))


def test_a_number_is_kept_once_whatever_its_order(conn: Connection) -> None:
    assert inbox.store(conn, batch(10, 11, 12), NOW) == {10, 11, 12}
    assert inbox.store(conn, batch(12, 5, 11, 13, 5), NOW + MINUTE) == {5, 13}
    assert [one.update_id for one in inbox.unfinished(conn)] == [5, 10, 11, 12, 13]


def test_repeats_in_any_order_leave_the_same_rows(conn: Connection) -> None:
    numbers, chance = list(range(100)), random.Random(3)
    new = 0
    for _ in range(5):
        chance.shuffle(numbers)
        new += len(inbox.store(conn, batch(*numbers[:60]), NOW))
    assert new == len(rows(conn, inbox_rows))


def test_a_deduplication_by_the_last_number_would_lose_updates(conn: Connection) -> None:
    """The broken twin: Telegram chooses a new, smaller number after a week of silence."""
    last, kept = 0, 0
    for number in (900_000, 900_001, 17, 18):
        if number > last:
            last, kept = number, kept + 1
    assert kept == 2
    assert len(inbox.store(conn, batch(900_000, 900_001, 17, 18), NOW)) == 4


def test_the_effect_and_its_mark_are_one_transaction(conn: Connection) -> None:
    inbox.store(conn, batch(1), NOW)
    assert inbox.effect(conn, 1, count) == 1
    assert states(conn) == {1: "effect"}
    assert [one.update_id for one in inbox.unfinished(conn)] == [1]


def test_run_again_it_is_taken_back_whole_and_shows_the_result(conn: Connection) -> None:
    inbox.store(conn, batch(1), NOW)
    inbox.effect(conn, 1, count)
    assert [inbox.effect(conn, 1, count) for _ in range(3)] == [2, 2, 2]
    assert facts.get(conn, "effects") == 1


def test_without_the_mark_an_effect_would_be_doubled(conn: Connection) -> None:
    """The broken twin of the test above."""
    inbox.store(conn, batch(1), NOW)
    count(conn)
    count(conn)
    assert facts.get(conn, "effects") == 2


async def test_a_refused_effect_leaves_no_mark_and_no_half(store: Store) -> None:
    def refused(conn: Connection) -> None:
        count(conn)
        raise Gone

    await store.write(inbox.store, batch(1), NOW)
    for _ in range(2):
        with pytest.raises(Gone):
            await store.write(inbox.effect, 1, refused)
    assert await store.read(states) == {1: "new"}
    await store.write(inbox.effect, 1, count)
    with pytest.raises(Gone):
        await store.write(inbox.effect, 1, refused)
    assert await store.read(states) == {1: "effect"}
    assert await store.read(facts.get, "effects") == 1


def test_finished_updates_keep_their_number_alone(conn: Connection) -> None:
    inbox.store(conn, batch(1, 2, 3), NOW)
    inbox.effect(conn, 1, count)
    inbox.finish(conn, [1, 2])
    assert states(conn) == {1: "done", 2: "done", 3: "new"}
    assert [row["body"] for row in rows(conn, inbox_rows, state="done")] == [None, None]
    assert inbox.store(conn, batch(1, 2, 3), NOW + DAY) == frozenset()


def test_the_store_itself_refuses_to_keep_the_text_of_a_handled_update(conn: Connection) -> None:
    inbox.store(conn, batch(1), NOW)
    with pytest.raises(IntegrityError):
        conn.execute(inbox_rows.update().values(state="done"))


def test_set_aside_with_the_cause_without_the_text_and_one_apology(conn: Connection) -> None:
    guest = add_guest(conn, 7)
    (one,) = batch(1)
    inbox.store(conn, [one], NOW)
    for _ in range(2):
        inbox.set_aside(conn, one, "KeyError" * 100, 3, NOW)
    (row,) = rows(conn, inbox_rows)
    assert (row["state"], row["body"], len(row["error"]), row["attempts"]) == ("aside", None, 200, 3)
    (apology,) = rows(conn, outbox_rows)
    assert (apology["kind"], apology["subject_id"], apology["person_id"]) == ("apology", 1, guest)
    assert inbox.unfinished(conn) == ()


def test_no_apology_for_a_stranger_or_for_what_was_finished(conn: Connection) -> None:
    add_guest(conn, 7)
    stranger, done = Received(1, -100200, "{}"), Received(2, 7, "{}")
    inbox.store(conn, [stranger, done], NOW)
    inbox.finish(conn, [2])
    inbox.set_aside(conn, stranger, "why", 3, NOW)
    inbox.set_aside(conn, done, "why", 3, NOW)
    assert states(conn) == {1: "aside", 2: "done"}
    assert rows(conn, outbox_rows) == []


def test_numbers_are_forgotten_after_eight_days_and_the_unhandled_never(conn: Connection) -> None:
    inbox.store(conn, batch(1, 2, 3), NOW)
    inbox.finish(conn, [1])
    inbox.set_aside(conn, batch(2)[0], "why", 3, NOW)
    assert inbox.prune(conn, NOW + 8 * DAY) == 0
    assert inbox.prune(conn, NOW + 8 * DAY + MINUTE) == 2
    assert states(conn) == {3: "new"}


def test_the_age_of_the_oldest_unhandled_update(conn: Connection) -> None:
    assert inbox.oldest(conn, NOW) is None
    inbox.store(conn, batch(1), NOW)
    inbox.store(conn, batch(2), NOW + MINUTE)
    assert inbox.oldest(conn, NOW + 2 * MINUTE) == 2 * MINUTE
    inbox.finish(conn, [1])
    assert inbox.oldest(conn, NOW + 2 * MINUTE) == MINUTE
