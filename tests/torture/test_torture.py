"""A short torture, and the same run with faults put into it afterwards: each of them has to be found.

`make torture` runs it for as long as one has time for.
"""

import asyncio
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from copy import copy
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from tests.torture.books import Books
from tests.torture.case import Case
from tests.torture.ledger import Reader, rows_of
from tests.torture.run import Plan, opened
from tests.torture.verdict import faults_at_rest

SEED = 2027
PLAN = Plan(kills=8, people=16, days=4, rest_every=8, floods=False)


@dataclass
class Ran:
    found: list[str]
    case: Case
    database: Path


async def _run(folder: Path) -> Ran:
    async with opened(folder, PLAN, SEED) as torture:
        found = await torture.go()
        assert await torture.bot.stop() == 0
        return Ran(found, torture.case(), torture.bot.database)


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> Ran:
    return asyncio.run(_run(tmp_path_factory.mktemp("torture")))


def test_eight_kills_in_bad_weather_break_no_promise(ran: Ran) -> None:
    books = ran.case.books
    assert ran.found == []
    assert sum(books.effects.values()) > 2 * PLAN.people, "hardly anything happened"
    assert len(ran.case.ends) >= PLAN.kills
    assert books.seats and any(turns[0]["kind"] == "apology" for turns in books.messages.values())


def judged(case: Case, database: Path) -> list[str]:
    """The whole ledger read again, by somebody who has seen nothing of it."""
    books = Books(case.acts, case.books.latest)
    books.enter(Reader(rows_of(database)).new())
    books.by_clock()
    return faults_at_rest(replace(case, books=books, rows=rows_of(database)))


def test_the_same_run_read_again_is_found_to_be_sound(ran: Ran) -> None:
    assert judged(ran.case, ran.database) == []


Plant = Callable[[Case, sqlite3.Connection], Case | None]


def an_update_is_lost(case: Case, store: sqlite3.Connection) -> None:
    store.execute("DELETE FROM ledger WHERE n = (SELECT max(n) FROM ledger WHERE about = 'inbox')")


def an_update_has_its_effect_again(case: Case, store: sqlite3.Connection) -> None:
    store.execute("UPDATE inbox SET state = 'effect' WHERE update_id = ?", [min(case.books.effects)])


def a_party_leaves_by_itself(case: Case, store: sqlite3.Connection) -> None:
    store.execute(
        """UPDATE signups SET state = 'left', adults = 0, queue_number = NULL, wanted_adults = 0, offered_adults = 0,
        offered_until = NULL WHERE id = (SELECT min(id) FROM signups WHERE adults > 0)"""
    )


def a_sum_is_wrong(case: Case, store: sqlite3.Connection) -> None:
    store.execute("UPDATE signups SET given_up = given_up + 1 WHERE id = (SELECT min(id) FROM signups)")


def the_store_is_changed_behind_its_ledger(case: Case, store: sqlite3.Connection) -> None:
    store.execute("DROP TRIGGER ledger_signups_delete")
    store.execute("DELETE FROM signups WHERE id = (SELECT min(id) FROM signups)")


def an_event_is_oversold(case: Case, store: sqlite3.Connection) -> None:
    store.execute(
        """UPDATE events SET capacity = taken - 1 FROM (
            SELECT event_id, sum(adults) AS taken FROM signups GROUP BY event_id HAVING taken > 1 LIMIT 1
        ) WHERE id = event_id"""
    )


def the_sums_of_the_erased_are_wrong(case: Case, store: sqlite3.Connection) -> None:
    store.execute(
        """INSERT INTO event_sums (event_id, given_up) SELECT min(event_id), 1 FROM signups
        WHERE true ON CONFLICT (event_id) DO UPDATE SET given_up = event_sums.given_up + 1"""
    )


def a_language_is_chosen_twice(case: Case, store: sqlite3.Connection) -> None:
    store.execute(
        """INSERT INTO outbox (kind, subject_id, person_id, slot, planned_at, due_at, deadline, state)
        SELECT kind, subject_id, person_id, 'again', planned_at, due_at, deadline, 'sent' FROM outbox
        WHERE kind = 'commands' LIMIT 1"""
    )


def a_reminder_is_forgotten(case: Case, store: sqlite3.Connection) -> None:
    assert store.execute("DELETE FROM outbox WHERE kind = 'hours' AND state = 'pending'").rowcount


def a_message_is_marked_sent_that_was_not(case: Case, store: sqlite3.Connection) -> None:
    store.execute(
        """UPDATE outbox SET state = 'sent', message_id = 999999
        WHERE id = (SELECT max(id) FROM outbox WHERE kind = 'hours')"""
    )


def an_apology_comes_twice(case: Case, store: sqlite3.Connection) -> Case:
    phones = copy(case.phones)
    key = next(key for key in phones.copies if key[1] == "apology")
    phones.copies = phones.copies + type(phones.copies)({key: 1})
    return replace(case, phones=phones)


def a_screen_is_shown_too_often(case: Case, store: sqlite3.Connection) -> Case:
    phones = copy(case.phones)
    user_id = next(iter(phones.screens))
    phones.screens = phones.screens + type(phones.screens)({user_id: 10_000})
    return replace(case, phones=phones)


def a_press_is_answered_with_silence(case: Case, store: sqlite3.Connection) -> Case:
    phones = copy(case.phones)
    phones.screens = phones.screens.copy()
    user_id = next(user_id for user_id in phones.screens if user_id not in case.left)
    phones.screens[user_id] //= 3
    return replace(case, phones=phones)


def the_log_says_a_name(case: Case, store: sqlite3.Connection) -> Case:
    return replace(case, log=f"{case.log}\nlevel=info event=running who=Канарейка")


def an_update_fails(case: Case, store: sqlite3.Connection) -> Case:
    return replace(case, log=f'{case.log}\nlevel=error event="an update failed" update_id=1')


PLANTS: dict[Plant, str] = {
    an_update_is_lost: "is lost",
    an_update_has_its_effect_again: "had its effect 2 times",
    a_party_leaves_by_itself: "nobody asked for it",
    a_sum_is_wrong: "nobody asked for it",
    the_store_is_changed_behind_its_ledger: "the signups are not what they came to",
    an_event_is_oversold: "is oversold",
    the_sums_of_the_erased_are_wrong: "are counted",
    a_language_is_chosen_twice: "chose a language",
    a_reminder_is_forgotten: "is reminded 0 + 0 times",
    a_message_is_marked_sent_that_was_not: "is marked sent",
    an_apology_comes_twice: "and at most",
    a_screen_is_shown_too_often: "screens were shown twice",
    a_press_is_answered_with_silence: "was answered",
    the_log_says_a_name: "the log says",
    an_update_fails: "the log says",
}


@pytest.mark.parametrize("plant", PLANTS, ids=[plant.__name__ for plant in PLANTS])
def test_a_fault_put_in_on_purpose_is_found(ran: Ran, tmp_path: Path, plant: Plant) -> None:
    database = tmp_path / ran.database.name
    for part in ran.database.parent.glob(f"{ran.database.name}*"):
        shutil.copy(part, tmp_path)
    with closing(sqlite3.connect(database)) as store:
        case = plant(ran.case, store) or ran.case
        store.commit()
    found = judged(case, database)
    assert any(PLANTS[plant] in fault for fault in found), found
