"""A report of a bad translation: taken once, told to every owner, kept for a while."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import Connection

from db import drafts, erasure, inbox, mistakes, people
from db.mistakes import A_DAY, LONGEST, PATIENCE, About
from db.rules.refusals import Enough, Gone
from db.rules.retention import MISTAKES
from db.tables import destructions, outbox
from db.tables import drafts as draft_rows
from db.tables import mistakes as mistake_rows
from tests.db.scene import DAY, MINUTE, NOW, ZONE, add_guest, rows

ABOUT = About("Card", "Navroʻz", 1, "tg", (("Записаться", "Номнавис шудан"), ("Свободных мест: {n}", "Ҷойҳо: {n}")))


@pytest.fixture
def reader(conn: Connection) -> int:
    """Somebody who reads Uzbek by now; two owners are there to be told."""
    people.make_owners(conn, (500, 501), ZONE, NOW)
    return add_guest(conn, 7)


def send(conn: Connection, reader: int, said: str | None = "xato", now: datetime = NOW, number: int = 1) -> bool:
    return mistakes.report(conn, reader, "uz", said, False, number, now)


def test_it_is_kept_with_its_screen_and_told_to_every_owner_and_the_form_ends(conn: Connection, reader: int) -> None:
    mistakes.begin(conn, reader, ABOUT, NOW)
    assert mistakes.asked(conn, reader) == ABOUT
    assert send(conn, reader)
    (kept,) = rows(conn, mistake_rows)
    found = mistakes.find(conn, int(kept["id"]))
    assert found == mistakes.Report("tg", ABOUT, "xato", False, chat_id=7, message_id=1, reachable=True)
    assert [(row["kind"], row["person_id"]) for row in rows(conn, outbox)] == [("mistake", 1), ("mistake", 2)]
    assert rows(conn, draft_rows) == []
    assert mistakes.taken(conn, reader, 1) and not mistakes.taken(conn, reader, 2)
    assert not mistakes.taken(conn, add_guest(conn, 8), 1), "a number of a message means nothing in another chat"


def test_without_a_screen_the_language_is_the_readers_own(conn: Connection, reader: int) -> None:
    mistakes.begin(conn, reader, None, NOW)
    assert mistakes.asked(conn, reader) is None
    send(conn, reader)
    (kept,) = rows(conn, mistake_rows)
    assert (kept["language"], kept["about"]) == ("uz", None)


def test_without_a_form_of_this_kind_nothing_is_taken(conn: Connection, reader: int) -> None:
    drafts.name(conn, reader, NOW)
    for use_case in (mistakes.asked, send, lambda conn, reader: mistakes.reopen(conn, reader, NOW)):
        with pytest.raises(Gone):
            use_case(conn, reader)
    assert rows(conn, mistake_rows) == rows(conn, outbox) == []


def test_a_form_of_another_kind_keeps_nothing_of_the_screen(conn: Connection, reader: int) -> None:
    mistakes.begin(conn, reader, ABOUT, NOW)
    drafts.name(conn, reader, NOW)
    (form,) = rows(conn, draft_rows)
    assert (form["kind"], form["about"]) == ("name", None)


def test_what_comes_long_after_the_question_goes_to_nobody_and_is_asked_for_again(
    conn: Connection, reader: int
) -> None:
    mistakes.begin(conn, reader, ABOUT, NOW)
    late = NOW + PATIENCE + MINUTE
    assert not send(conn, reader, "не для вас", now=late)
    assert rows(conn, mistake_rows) == rows(conn, outbox) == []
    assert mistakes.asked(conn, reader) == ABOUT
    assert send(conn, reader, now=late + PATIENCE)


def test_who_goes_on_with_the_form_has_time_again(conn: Connection, reader: int) -> None:
    mistakes.begin(conn, reader, ABOUT, NOW)
    assert mistakes.reopen(conn, reader, NOW + DAY) == ABOUT
    assert send(conn, reader, now=NOW + DAY + PATIENCE)


def test_so_many_a_day_and_no_more(conn: Connection, reader: int) -> None:
    for number in range(A_DAY):
        mistakes.begin(conn, reader, None, NOW + number * MINUTE)
        assert send(conn, reader, now=NOW + number * MINUTE, number=number)
    with pytest.raises(Enough):
        mistakes.begin(conn, reader, None, NOW + DAY - MINUTE)
    mistakes.begin(conn, add_guest(conn, 8), None, NOW + DAY - MINUTE)
    mistakes.begin(conn, reader, None, NOW + DAY)


def test_a_long_one_is_kept_as_far_as_it_is_bearable(conn: Connection, reader: int) -> None:
    mistakes.begin(conn, reader, None, NOW)
    send(conn, reader, "я" * 4096)
    (kept,) = rows(conn, mistake_rows)
    assert kept["said"] == "я" * LONGEST


def test_handled_again_after_a_crash_it_changes_nothing(conn: Connection, reader: int) -> None:
    mistakes.begin(conn, reader, ABOUT, NOW)
    inbox.store(conn, [inbox.Received(1, 7, "{}")], NOW)
    inbox.effect(conn, 1, lambda conn: send(conn, reader))
    before = (rows(conn, mistake_rows), rows(conn, outbox))
    with pytest.raises(Gone):
        inbox.effect(conn, 1, lambda conn: send(conn, reader))
    assert (rows(conn, mistake_rows), rows(conn, outbox)) == before


def test_it_goes_after_its_time_and_the_journal_says_so(conn: Connection, reader: int) -> None:
    for at in (NOW, NOW + DAY):
        mistakes.begin(conn, reader, None, at)
        send(conn, reader, now=at)
    assert mistakes.prune(conn, NOW + MISTAKES) == 0
    assert rows(conn, destructions) == []
    assert mistakes.prune(conn, NOW + MISTAKES + timedelta(seconds=1)) == 1
    (line,) = rows(conn, destructions)
    assert (line["cause"], line["erased"]) == ("over", {"mistakes": 1})
    assert len(rows(conn, mistake_rows)) == 1


def test_what_an_erased_person_reported_is_told_to_nobody_any_more(conn: Connection, reader: int) -> None:
    mistakes.begin(conn, reader, ABOUT, NOW)
    send(conn, reader)
    erasure.erase(conn, reader, "asked", NOW)
    assert [mistakes.find(conn, int(str(row["subject_id"]))) for row in rows(conn, outbox)] == [None, None]
