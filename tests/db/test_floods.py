"""What is too much of one chat: numbers kept, nothing else; told once a flood, with a count that is true."""

import json

from sqlalchemy import Connection

from db import floods, inbox
from db.floods import Surplus
from db.inbox import Received
from db.tables import inbox as inbox_rows
from db.tables import outbox as outbox_rows
from tests.db.scene import DAY, HOUR, MINUTE, NOW, add_guest, rows

SECOND = MINUTE / 60


def batch(*numbers: int, chat_id: int = 7) -> list[Received]:
    return [Received(number, chat_id, json.dumps({"update_id": number})) for number in numbers]


def surplus(*numbers: int, chat_id: int = 7, first: int | None = None, told: bool = False) -> Surplus:
    return Surplus(chat_id, first or numbers[0], numbers, told)


def notices(conn: Connection) -> list[tuple[int, int]]:
    """Of each notice the person and the number with which the flood began."""
    return [(row["person_id"], row["subject_id"]) for row in rows(conn, outbox_rows, kind="flood")]


def test_a_batch_and_its_surplus_are_kept_in_one_go(conn: Connection) -> None:
    guest = add_guest(conn, 7)
    new, told = floods.take(conn, batch(1, 2), [surplus(3, 4)], NOW)
    assert new == {1, 2}
    assert told == {7}
    kept = [(row["update_id"], row["state"], row["error"]) for row in rows(conn, inbox_rows)]
    assert kept == [(1, "new", None), (2, "new", None), (3, "aside", "flood"), (4, "aside", "flood")]
    assert [row["body"] for row in rows(conn, inbox_rows, state="aside")] == [None, None]
    assert [one.update_id for one in inbox.unfinished(conn)] == [1, 2]
    assert inbox.store(conn, batch(3, 4), NOW) == frozenset()
    assert notices(conn) == [(guest, 3)]


def test_the_notice_comes_a_moment_later_and_is_useful_for_half_a_day(conn: Connection) -> None:
    add_guest(conn, 7)
    floods.take(conn, [], [surplus(3)], NOW)
    [row] = rows(conn, outbox_rows)
    assert (row["due_at"], row["deadline"]) == (NOW + 10 * SECOND, NOW + 12 * HOUR)


def test_a_flood_is_told_once_and_the_next_one_again(conn: Connection) -> None:
    guest = add_guest(conn, 7)
    floods.take(conn, [], [surplus(3)], NOW)
    floods.take(conn, [], [surplus(4, first=3, told=True)], NOW)
    floods.take(conn, [], [surplus(5, first=3)], NOW)  # nobody remembered that they were told: the row itself is one
    assert notices(conn) == [(guest, 3)]
    floods.take(conn, [], [surplus(900)], NOW + HOUR)
    assert notices(conn) == [(guest, 3), (guest, 900)]


def test_nobody_is_told_in_a_group_nor_before_we_have_met(conn: Connection) -> None:
    new, told = floods.take(conn, [], [surplus(1, chat_id=-100), surplus(2, chat_id=7)], NOW)
    assert (new, told, notices(conn)) == (frozenset(), frozenset(), [])
    guest = add_guest(conn, 7)
    _, told = floods.take(conn, [], [surplus(3, first=2)], NOW)
    assert told == {7}
    assert notices(conn) == [(guest, 2)]


def test_the_count_is_of_this_chat_and_this_flood(conn: Connection) -> None:
    floods.take(conn, batch(1, 2), [surplus(3), surplus(4, chat_id=8)], NOW - HOUR)
    inbox.set_aside(conn, batch(2)[0], "KeyError", 3, NOW)
    floods.take(conn, batch(10), [surplus(11, 12), surplus(13, chat_id=8)], NOW)
    floods.take(conn, [], [surplus(*range(20, 120), first=11)], NOW + SECOND)
    assert [floods.unread(conn, first) for first in (11, 13, 3)] == [102, 1, 103]
    assert floods.unread(conn, 999) == 0


def test_what_an_earlier_run_had_stored_is_given_up_without_its_text(conn: Connection) -> None:
    guest = add_guest(conn, 7)
    inbox.store(conn, batch(*range(10)), NOW)
    inbox.finish(conn, [9])
    assert floods.give_up(conn, [surplus(5, 6, 7, 8, 9)], NOW + MINUTE) == {7}
    assert [one.update_id for one in inbox.unfinished(conn)] == [0, 1, 2, 3, 4]
    assert [row["update_id"] for row in rows(conn, inbox_rows, state="aside")] == [5, 6, 7, 8]
    assert (floods.unread(conn, 5), notices(conn)) == (4, [(guest, 5)])


def test_a_flood_goes_on_over_a_restart_as_long_as_its_lane_had_no_end(conn: Connection) -> None:
    floods.take(conn, batch(1), [surplus(2, 3)], NOW)
    floods.take(conn, batch(4, chat_id=8), [], NOW)
    floods.take(conn, batch(5, chat_id=9), [surplus(6, chat_id=9)], NOW - HOUR)
    assert floods.going_on(conn) == {7: 2, 9: 6}
    inbox.finish(conn, [5])
    floods.take(conn, batch(7, chat_id=9), [], NOW + SECOND)  # later, after an end
    assert floods.going_on(conn) == {7: 2}
    inbox.finish(conn, [1, 4, 7])
    assert floods.going_on(conn) == {}


def test_numbers_seen_before_are_known_whatever_became_of_them(conn: Connection) -> None:
    floods.take(conn, batch(1, 2), [surplus(3)], NOW)
    inbox.finish(conn, [1])
    assert floods.known(conn, range(100)) == {1, 2, 3}


def test_what_was_set_aside_is_forgotten_with_the_other_numbers(conn: Connection) -> None:
    floods.take(conn, [], [surplus(1, 2, 3)], NOW)
    assert inbox.prune(conn, NOW + 9 * DAY) == 3
