"""What was to be said and what the phones show: reminders, offers, copies, answers."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from emulator.clock import TOMSK
from emulator.people import BOT
from handlers.notices import REPEATABLE
from tests.torture.case import Case
from tests.torture.ledger import moment
from tests.torture.phones import FAMILIES, ONCE, SAID, Key

OFFER = "offer"  # said by the answer to a press as well


@dataclass(frozen=True)
class Copies:
    """Of the planned messages: seen on phones beyond one each, and how many that may be."""

    seen: int
    allowed: int


# -- messages against the store


def reminders(case: Case) -> Iterator[str]:
    """Who comes is reminded, and nobody else; of the wishes, those that nobody has changed are looked at."""
    usual = {row[0] for row in case.rows(USUAL_WISHES)}
    planned = Counter(
        (subject, kind, state == "pending")
        for subject, kind, state in case.rows(
            "SELECT subject_id, kind, state FROM outbox WHERE kind IN ('evening', 'hours')"
        )
    )
    created = {row[0]: moment(row[1]) for row in case.rows("SELECT id, created_at FROM signups")}
    for number, seat in case.books.seats.items():
        event = case.books.events[seat.event_id]
        comes = seat.state == "active" and event["state"] == "published" and event["starts_at"] > case.now
        for kind, due in _moments(event["starts_at"]):
            pending, ended = planned[number, kind, True], planned[number, kind, False]
            wanted = comes and seat.person_id in usual and created.get(number, due) < due
            if not comes and pending:
                yield f"{kind}: signup {number} is to be reminded of nothing"
            elif wanted and ((due > case.latest and pending != 1) or pending + ended < 1):
                yield f"{kind}: signup {number} is reminded {pending} + {ended} times at {due}"


USUAL_WISHES = """SELECT id FROM people
    WHERE remind_evening AND remind_hours AND quiet_from = 1260 AND quiet_to = 540 AND reachable"""


def _moments(starts_at: datetime) -> Iterator[tuple[str, datetime]]:
    day_before = starts_at.astimezone(TOMSK).date() - timedelta(days=1)
    yield "evening", datetime.combine(day_before, time(18), TOMSK)
    yield "hours", starts_at - timedelta(hours=2)


def offers(case: Case) -> Iterator[str]:
    """No message is planned for an offer that is none."""
    for number, slot in case.rows("SELECT subject_id, slot FROM outbox WHERE kind = ? AND state = 'pending'", OFFER):
        seat = case.books.seats.get(number)
        if seat is None or not seat.offered(case.now) or int(slot) != seat.offers:
            yield f"offer {slot} of signup {number} is planned, and there is {seat}"


# -- messages on the phones


def copies(case: Case) -> Iterator[str]:
    """Each on its phone once, and more often only where nobody could know."""
    for key, rows in _by_key(case).items():
        seen, sent = case.phones.copies[key], sum(row["state"] == "sent" for row in rows)
        most = sum(_most(row) for row in rows)
        if seen < sent:
            yield f"{sent} messages to {key} are marked sent, and {seen} came"
        if seen > most:
            yield f"{seen} messages to {key} came, and at most {most} may have"
    for key in case.phones.copies.keys() - _by_key(case).keys():
        yield f"a message to {key} was never planned"


def counted(case: Case) -> Copies:
    """Of the classes of which a second copy is allowed."""
    found = _by_key(case)
    seen = sum(max(0, case.phones.copies[key] - sum(_most(row) > 0 for row in rows)) for key, rows in found.items())
    allowed = sum(max(0, _most(row) - 1) for rows in found.values() for row in rows)
    return Copies(seen, allowed)


def _most(row: Mapping[str, Any]) -> int:
    """How many copies of a message may have come: one that is known of, one for each time that nobody knows, one that
    was on its way when its row was erased."""
    most = int(row["unknowns"]) + (row["state"] in ("sent", "sending"))
    return most if row["kind"] in REPEATABLE else min(1, most)


def _by_key(case: Case) -> dict[Key, list[dict[str, Any]]]:
    found: dict[Key, list[dict[str, Any]]] = {}
    for turns in case.books.messages.values():
        row = turns[-1]
        family = FAMILIES.get(row["kind"], row["kind"])
        if family in SAID:
            event = case.books.events.get(case.books.events_of.get(row["subject_id"], 0))
            slug = "" if family in ONCE or event is None else event["slug"]
            found.setdefault((case.user(row), family, slug), []).append(row)
    return found


def phones(case: Case) -> Iterator[str]:
    """What is marked sent stands on the phone; its words may have given way to those of a press since."""
    sent = case.rows(
        "SELECT kind, channel_user_id, message_id FROM outbox JOIN people ON people.id = person_id "
        "WHERE state = 'sent' AND kind <> 'commands'"
    )
    for kind, user_id, message_id in sent:
        message = case.tg.chat(user_id).messages.get(message_id)
        if message is None or message.author != BOT:
            yield f"{kind} {message_id} to {user_id} is marked sent, and the phone shows {message}"


# -- answers


def screens(case: Case) -> Iterator[str]:
    """Every press is answered; answered twice only if it was in hand at an end, or Telegram's answer was cut off."""
    found = twice(case)
    if found.seen > found.allowed:
        yield f"{found.seen} screens were shown twice, and at most {found.allowed} may have been"
    for user_id, (shown, asked) in _answers(case).items():
        if shown < asked and user_id not in case.left:
            yield f"{user_id} asked {asked} times and was answered {shown} times"


def twice(case: Case) -> Copies:
    seen = sum(max(0, shown - asked) for shown, asked in _answers(case).values())
    in_hand = sum(end.in_hand for end in case.ends)
    return Copies(seen, in_hand + case.phones.unconfirmed + case.phones.broken + _offers_unknown(case))


def _answers(case: Case) -> dict[int, tuple[int, int]]:
    """By chat: how many screens there were, and how many updates and offers asked for one."""
    done = (act for number, act in case.acts.items() if case.books.ends.get(number) == "done")
    asked = Counter(act.user_id for act in done if act.kind not in ("reach", "poison"))
    for turns in case.books.messages.values():
        if turns[-1]["kind"] == OFFER and turns[-1]["state"] == "sent":
            asked[case.user(turns[-1])] += 1
    return {user_id: (case.phones.screens[user_id], count) for user_id, count in asked.items()}


def _offers_unknown(case: Case) -> int:
    return sum(int(turns[-1]["unknowns"]) for turns in case.books.messages.values() if turns[-1]["kind"] == OFFER)


CHECKS = (reminders, offers, copies, phones, screens)
