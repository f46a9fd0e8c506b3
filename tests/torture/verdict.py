"""What has to be true when everything is at rest: nothing lost, nothing twice, no place promised twice, no message that
disagrees with the store, none on a phone more often than is promised.

The rule for what may be set aside, fixed before any run: what Telegram promises never to send; the surplus of a flood;
and an update for which Telegram failed as often as it is tried.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from bot.handling import CUT_STEPS
from emulator import Emulator
from emulator.clock import TOMSK
from emulator.people import BOT
from handlers import buttons as to
from handlers.notices import REPEATABLE
from tests.torture.books import Act, Books
from tests.torture.kills import End
from tests.torture.ledger import Rows, moment
from tests.torture.phones import FAMILIES, ONCE, SAID, Key, Phones
from tests.torture.seats import Seat
from tests.torture.town import SECRETS, SLUG

OFFER = "offer"  # said by the answer to a press as well
LASTS = timedelta(hours=2)  # every event of the town
PAGE = 5  # of one's own list


@dataclass(frozen=True)
class Case:
    """All that is known of a run. `now` is the bot's moment at rest, `left` whose phones cannot tell: they have
    blocked the bot, or were erased."""

    tg: Emulator
    acts: Mapping[int, Act]
    books: Books
    phones: Phones
    rows: Rows
    ends: tuple[End, ...]
    left: frozenset[int]
    now: datetime
    log: str


@dataclass(frozen=True)
class Copies:
    """Of the planned messages: seen on phones beyond one each, and how many that may be."""

    seen: int
    allowed: int


def faults_at_rest(case: Case) -> list[str]:
    checks = (updates, effects, seats, queues, reminders, offers, copies, phones, screens, store, log)
    return [*case.books.faults, *(fault for check in checks for fault in check(case))]


# -- updates


def updates(case: Case) -> Iterator[str]:
    """Each has come to its end, and to no other than it may."""
    if len(case.acts) != case.tg.updates.made:
        yield f"{case.tg.updates.made} updates were made, and {len(case.acts)} are known"
    spent = len(CUT_STEPS) + 1
    for number, act in case.acts.items():
        end = case.books.ends.get(number)
        if end is None:
            yield f"update {number} by {act} is lost"
        elif end.startswith("unreadable update:") != (act.kind == "poison"):
            yield f"update {number} by {act} ended as {end}"
        elif end == "flood" and act.kind != "flood" and not _floods(case, act.user_id):
            yield f"update {number} by {act} was set aside, and there was no flood"
        elif end not in ("done", "flood") and act.kind != "poison" and case.phones.spoiled[act.user_id] < spent:
            yield f"update {number} by {act} was set aside ({end}) before Telegram had failed {spent} times"


def _floods(case: Case, user_id: int) -> bool:
    return any(act.kind == "flood" and act.user_id == user_id for act in case.acts.values())


def effects(case: Case) -> Iterator[str]:
    """Each choice of a language plans a new message: it was made as often as it was pressed."""
    chosen = Counter(act.user_id for number, act in _marked(case) if isinstance(act.button, to.ChooseLanguage))
    planned = Counter(_user(case, turns[0]) for turns in case.books.messages.values() if turns[0]["kind"] == "commands")
    for user_id in chosen.keys() | planned.keys():
        if chosen[user_id] != planned[user_id]:
            yield f"{user_id} chose a language {chosen[user_id]} times, and it was done {planned[user_id]} times"


def _marked(case: Case) -> Iterator[tuple[int, Act]]:
    return ((number, act) for number, act in case.acts.items() if case.books.effects[number])


def _user(case: Case, facts: Mapping[str, Any]) -> int:
    return case.books.users[facts["person_id"]]


# -- seats


def seats(case: Case) -> Iterator[str]:
    """The store holds what the ledger says, sums and all, and no event has given more than it has."""
    columns = ", ".join(("signups.id", *Seat.__dataclass_fields__))
    kept = {row[0]: row[1:] for row in case.rows(f"SELECT {columns} FROM signups")}
    noted = {number: seat.kept() for number, seat in case.books.seats.items()}
    if kept != noted:
        yield f"the signups are not what they came to: {set(kept.items()) ^ set(noted.items())}"
    for event_id, event in case.books.events.items():
        taken = sum(seat.taken(case.now) for seat in case.books.seats.values() if seat.event_id == event_id)
        if event["capacity"] is not None and taken > event["capacity"]:
            yield f"event {event_id} is oversold: {taken} of {event['capacity']}"


def queues(case: Case) -> Iterator[str]:
    """Nothing that is free stands idle while somebody waits who could have it."""
    for event_id, event in case.books.events.items():
        line = [seat for seat in case.books.seats.values() if seat.event_id == event_id and seat.waits]
        over = min(event["closes_at"], event["starts_at"] - timedelta(minutes=15)) <= case.now
        if over or event["state"] != "published":
            if line:
                yield f"somebody waits for event {event_id}, whose queue is over"
            continue
        taken = sum(seat.taken(case.now) for seat in case.books.seats.values() if seat.event_id == event_id)
        free = event["capacity"] - taken if event["capacity"] is not None else 1
        first = min((seat for seat in line if _can_be_asked(case, seat)), key=_place, default=None)
        if free > 0 and first is not None and not first.together:
            yield f"{free} places at event {event_id} stand idle, and {first} waits"


def _can_be_asked(case: Case, seat: Seat) -> bool:
    return case.books.people[seat.person_id].reachable and seat.missing > 0


def _place(seat: Seat) -> int:
    return seat.queue_number or 0


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
            elif wanted and ((due > case.now and pending != 1) or pending + ended < 1):
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
            found.setdefault((_user(case, row), family, slug), []).append(row)
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
            asked[_user(case, turns[-1])] += 1
    return {user_id: (case.phones.screens[user_id], count) for user_id, count in asked.items()}


def _offers_unknown(case: Case) -> int:
    return sum(int(turns[-1]["unknowns"]) for turns in case.books.messages.values() if turns[-1]["kind"] == OFFER)


# -- the store and the log


def store(case: Case) -> Iterator[str]:
    for (said,) in case.rows("PRAGMA integrity_check"):
        if said != "ok":
            yield f"the store is damaged: {said}"
    yield from (f"a broken reference: {row}" for row in case.rows("PRAGMA foreign_key_check"))


ERRORS_EXPECTED = (
    'event="an update is set aside"',  # each of them is asked for its reason: `updates`
    'event="another process polls for this bot: only one may run"',  # the weather says so now and then
    'event="a job failed" job=identity why=Telegram',
    'event="a job failed" job=profile why=Telegram',
)


def log(case: Case) -> Iterator[str]:
    """No failure of ours, no traceback, and no word that is nobody's business."""
    for line in case.log.splitlines():
        wrong = " cause=" in line or "Traceback" in line or any(word in line for word in SECRETS)
        failed = "level=error" in line or "level=critical" in line
        if wrong or (failed and not any(known in line for known in ERRORS_EXPECTED)):
            yield f"the log says: {line}"


def listed(case: Case) -> Iterator[str]:
    """Everybody has just asked for their own list: it shows what the store holds, in order."""
    for person in case.books.people.values():
        if person.language is None or not person.reachable:
            continue
        message = case.tg.last(person.user_id)
        shown = SLUG.findall(message.text) if message else []
        if shown != (due := _own_list(case, person.user_id)):
            yield f"{person.user_id} is shown {shown}, and has {due}"


def _own_list(case: Case, user_id: int) -> list[str]:
    events = case.books.events
    own = [seat for seat in case.books.seats_of(user_id) if events[seat.event_id]["starts_at"] + LASTS > case.now]
    kept = [seat for seat in own if seat.state == "active" or seat.waits or seat.held(case.now)]
    return [
        events[seat.event_id]["slug"] for seat in sorted(kept, key=lambda seat: events[seat.event_id]["starts_at"])
    ][:PAGE]
