"""People and their consents: met once, lost and found again, owners made once."""

import pytest
from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError

from db import consents, drafts, facts, lists, people
from db.rules.refusals import Gone, NoConsent
from db.rules.seats import Party
from db.tables import consents as consent_rows
from db.tables import drafts as draft_rows
from db.tables import outbox as outbox_rows
from db.tables import people as people_rows
from tests.db.scene import DAY, MINUTE, NOW, ZONE, add_event, add_guest, rows, seat


def test_a_person_is_met_once_however_often_they_write(conn: Connection) -> None:
    first = people.meet(conn, 7, ZONE, NOW)
    again = people.meet(conn, 7, "Europe/Moscow", NOW + DAY)
    assert first == again
    assert (first.language, first.name, first.reachable, first.started, first.owner) == (None, None, True, True, False)
    assert len(rows(conn, people_rows)) == 1


def test_the_usual_quiet_hours_are_the_night(conn: Connection) -> None:
    quiet = people.meet(conn, 7, ZONE, NOW).wishes.quiet
    assert (quiet.start, quiet.end, quiet.zone) == (21 * 60, 9 * 60, ZONE)


def test_nobody_is_found_who_was_not_met(conn: Connection) -> None:
    assert people.find(conn, 8) is None


def test_the_language_is_a_persons_own_choice_and_only_known_ones_are_kept(conn: Connection) -> None:
    person = people.meet(conn, 7, ZONE, NOW)
    people.arrive(conn, person.id, "e_navruz")
    assert people.meet(conn, 7, ZONE, NOW).arrived_by == "e_navruz"
    people.choose_language(conn, person.id, "uz", NOW)
    chosen = people.meet(conn, 7, ZONE, NOW + DAY)
    assert chosen.language == "uz"
    with pytest.raises(IntegrityError):
        people.choose_language(conn, person.id, "en", NOW)


def test_the_link_they_came_by_outlives_the_first_choice_and_not_the_second(conn: Connection) -> None:
    person = people.meet(conn, 7, ZONE, NOW)
    people.arrive(conn, person.id, "e_navruz")
    people.choose_language(conn, person.id, "uz", NOW)
    assert people.meet(conn, 7, ZONE, NOW).arrived_by == "e_navruz"
    people.choose_language(conn, person.id, "tg", NOW + DAY)
    assert people.meet(conn, 7, ZONE, NOW).arrived_by is None


def test_each_choice_of_language_plans_the_commands_once_and_the_older_plan_is_withdrawn(conn: Connection) -> None:
    person = people.meet(conn, 7, ZONE, NOW)
    people.choose_language(conn, person.id, "uz", NOW)
    people.choose_language(conn, person.id, "tg", NOW + MINUTE)
    planned = [row["state"] for row in rows(conn, outbox_rows, kind="commands")]
    assert planned == ["cancelled", "pending"]


def test_lost_with_a_reason_and_found_when_they_write(conn: Connection) -> None:
    person = people.meet(conn, 7, ZONE, NOW)
    people.lose(conn, 7, "bot was blocked by the user" * 20, NOW)
    (row,) = rows(conn, people_rows)
    assert (row["reachable"], len(row["unreachable_why"])) == (False, 200)
    assert people.meet(conn, 7, ZONE, NOW) == person
    assert rows(conn, people_rows)[0]["unreachable_why"] is None


def test_find_again_makes_nobody(conn: Connection) -> None:
    people.find_again(conn, 404)
    assert rows(conn, people_rows) == []
    people.meet(conn, 7, ZONE, NOW)
    people.lose(conn, 7, "kicked", NOW)
    people.find_again(conn, 7)
    assert people.find(conn, 7) == people.meet(conn, 7, ZONE, NOW)


def test_owners_are_made_once_and_not_started_until_they_write(conn: Connection) -> None:
    assert people.make_owners(conn, (1, 2), ZONE, NOW)
    people.meet(conn, 1, ZONE, NOW)
    assert set(people.owners(conn)) == {(1, True), (2, False)}
    assert not people.make_owners(conn, (3,), ZONE, NOW)
    assert {user_id for user_id, _ in people.owners(conn)} == {1, 2}
    found = people.find(conn, 1)
    assert found is not None
    assert found.owner


def test_the_name_told_is_not_overwritten_by_the_one_telegram_shows(conn: Connection) -> None:
    person = people.meet(conn, 7, ZONE, NOW)
    people.name_if_none(conn, person.id, "Dilnoza" * 20)
    assert len(rows(conn, people_rows)[0]["name"]) == people.NAME_LENGTH
    drafts.name(conn, person.id, NOW)
    people.rename(conn, person.id, "Дилноза")
    people.name_if_none(conn, person.id, "D.")
    assert rows(conn, people_rows)[0]["name"] == "Дилноза"
    assert rows(conn, draft_rows) == []


def test_consent_is_given_once_withdrawn_and_given_anew(conn: Connection) -> None:
    guest = add_guest(conn, 7, agreed=False)
    with pytest.raises(NoConsent):
        people.agreed(conn, guest)
    consents.give(conn, guest, "uz", NOW)
    consents.give(conn, guest, "ru", NOW + MINUTE)
    people.agreed(conn, guest)
    (given,) = rows(conn, consent_rows)
    assert (given["version"], given["language"], given["given_at"]) == (consents.VERSION, "uz", NOW)
    consents.withdraw(conn, guest, NOW + DAY)
    with pytest.raises(NoConsent):
        people.agreed(conn, guest)
    consents.give(conn, guest, "tg", NOW + 2 * DAY)
    people.agreed(conn, guest)
    assert [row["withdrawn_at"] for row in rows(conn, consent_rows)] == [NOW + DAY, None]


def test_a_form_is_one_a_person_and_the_last_one_stays(conn: Connection) -> None:
    event, guest = add_event(conn), add_guest(conn, 7)
    drafts.sign_up(conn, guest, event, None, NOW)
    drafts.sign_up(conn, guest, event, 2, NOW + MINUTE)
    found = people.find(conn, 7)
    assert found is not None
    assert (found.form, found.form_event_id, found.form_adults) == ("signup", event, 2)
    drafts.name(conn, guest, NOW)
    (draft,) = rows(conn, draft_rows)
    assert (draft["kind"], draft["event_id"], draft["adults"]) == ("name", None, None)
    drafts.drop(conn, guest)
    drafts.drop(conn, guest)
    assert rows(conn, draft_rows) == []


def test_a_name_told_while_signing_up_does_not_end_that_form(conn: Connection) -> None:
    event, guest = add_event(conn), add_guest(conn, 7)
    drafts.sign_up(conn, guest, event, 1, NOW)
    people.rename(conn, guest, "Дилноза")
    assert [row["kind"] for row in rows(conn, draft_rows)] == ["signup"]


def test_facts_are_put_over(conn: Connection) -> None:
    assert facts.get(conn, "k") is None
    facts.put(conn, "k", {"a": 1})
    facts.put(conn, "k", [2])
    assert facts.get(conn, "k") == [2]


def test_lists_are_for_owners_alone(conn: Connection) -> None:
    event, other = add_event(conn), add_event(conn, "chess")
    people.make_owners(conn, (1,), ZONE, NOW)
    owner, stranger = add_guest(conn, 1), add_guest(conn, 2)
    first, second = seat(conn, event, 3, Party(2, 1)), seat(conn, event, 4, Party(1))
    counts = {count.event_id: (count.signups, count.people) for count in lists.counts(conn, owner, NOW)}
    assert counts == {event: (2, 4), other: (0, 0)}
    assert [(guest.name, guest.party, guest.code) for guest in lists.guests(conn, owner, event)] == [
        ("Гость 3", Party(2, 1), first.mine.code), ("Гость 4", Party(1, 0), second.mine.code),
    ]  # fmt: skip
    for asker in (stranger, first.mine.id + 1000, 0, -1):
        with pytest.raises(Gone):
            lists.guests(conn, asker, event)
        with pytest.raises(Gone):
            lists.counts(conn, asker, NOW)


def test_moments_without_a_zone_are_refused(conn: Connection) -> None:
    with pytest.raises(Exception, match="time zone"):
        people.meet(conn, 7, ZONE, NOW.replace(tzinfo=None))
