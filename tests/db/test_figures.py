"""The store in figures: what there is of each, noughts among them."""

from sqlalchemy import CheckConstraint, Connection

from db import figures, inbox, outbox, people
from db.figures import MESSAGE_STATES
from db.inbox import Received
from db.outbox import Ended
from db.rules.languages import LANGUAGES
from db.tables import outbox as outbox_table
from tests.db.scene import HOUR, NOW, add_guest, full_event, line_up


def test_an_empty_store_has_a_nought_for_each(conn: Connection) -> None:
    found = figures.look(conn)
    assert found.messages == dict.fromkeys(MESSAGE_STATES, 0)
    assert found.people == {(who, there): 0 for who in (*LANGUAGES, "none") for there in (True, False)}
    assert (found.updates, found.queued) == (0, 0)


def test_messages_by_their_state(conn: Connection) -> None:
    guest = add_guest(conn, 7)
    for subject in range(1, 5):
        outbox.put(conn, "evening", subject, guest, "once", NOW, NOW + HOUR)
    outbox.settle(conn, (Ended(1, "sent", NOW), Ended(2, "sent", NOW), Ended(3, "dead", NOW)))
    found = {state: count for state, count in figures.look(conn).messages.items() if count}
    assert found == {"pending": 1, "sent": 2, "dead": 1}


def test_every_state_of_a_message_is_known() -> None:
    (states,) = [
        str(one.sqltext)
        for one in outbox_table.constraints
        if isinstance(one, CheckConstraint) and str(one.name).endswith("state")
    ]
    assert set(states.partition("IN (")[2].strip(")").replace("'", "").split(",")) == set(MESSAGE_STATES)


def test_people_by_language_and_whether_they_can_be_reached(conn: Connection) -> None:
    for user_id, language in ((7, "uz"), (8, "uz"), (9, None)):
        person_id = add_guest(conn, user_id)
        if language is not None:
            people.choose_language(conn, person_id, language, NOW)
    people.lose(conn, 8, "blocked", NOW)
    found = {who: count for who, count in figures.look(conn).people.items() if count}
    assert found == {("uz", True): 1, ("uz", False): 1, ("none", True): 1}


def test_updates_until_they_are_handled(conn: Connection) -> None:
    inbox.store(conn, [Received(number, 7, "{}") for number in (1, 2, 3, 4)], NOW)
    inbox.finish(conn, [1])
    inbox.set_aside(conn, Received(2, 7, "{}"), "why", 1, NOW)
    inbox.effect(conn, 3, lambda _: None)
    assert figures.look(conn).updates == 2


def test_parties_that_wait_for_places(conn: Connection) -> None:
    event = full_event(conn, 10)
    for user_id in (21, 22):
        line_up(conn, event, user_id, 2)
    assert figures.look(conn).queued == 2
