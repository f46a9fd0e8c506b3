"""What has to be true when everything is at rest: nothing lost, nothing twice, no place promised twice, no message that
disagrees with the store, none on a phone more often than is promised.

The rule for what may be set aside, fixed before any run: what Telegram promises never to send; the surplus of a flood;
and an update for which Telegram failed as often as it is tried.
"""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta

from bot.handling import CUT_STEPS
from handlers import buttons as to
from tests.torture import messages
from tests.torture.acts import Act
from tests.torture.case import Case
from tests.torture.seats import Seat
from tests.torture.town import SECRETS, SLUG

LASTS = timedelta(hours=2)  # every event of the town
PAGE = 5  # of one's own list
TRIES = len(CUT_STEPS) + 1
TRIED_FOR = timedelta(seconds=sum(CUT_STEPS) + 20 * TRIES)  # a call is given up after 20 s


def faults_at_rest(case: Case) -> list[str]:
    return [*case.books.faults, *(fault for check in (*CHECKS, *messages.CHECKS) for fault in check(case))]


# -- updates


def updates(case: Case) -> Iterator[str]:
    """Each has come to its end, and to no other than it may."""
    if len(case.acts) != case.tg.updates.made:
        yield f"{case.tg.updates.made} updates were made, and {len(case.acts)} are known"
    flooders = {act.user_id for act in case.acts.values() if act.kind == "flood"}
    for number, act in case.acts.items():
        end, unread = case.books.ends.get(number), act.user_id in case.left
        poison = end is not None and end.startswith("unreadable update:")
        if end is None:
            yield f"update {number} by {act} is lost"
        elif poison != (act.kind == "poison") and not (end == "done" and unread) and end != "flood":
            yield f"update {number} by {act} ended as {end}"
        elif end == "flood" and act.user_id not in flooders:
            yield f"update {number} by {act} was set aside, and there was no flood"
        elif end not in ("done", "flood") and not poison and not _failed_each_time(case, number, act):
            yield f"update {number} by {act} was set aside as {end} before Telegram had failed {TRIES} times"


def _failed_each_time(case: Case, number: int, act: Act) -> bool:
    aside = case.books.ended_at[number]
    return sum(aside - TRIED_FOR < at <= aside for at in case.phones.spoiled[act.user_id]) >= TRIES


def effects(case: Case) -> Iterator[str]:
    """Each choice of a language plans a new message: it was made as often as it was pressed."""
    chosen = Counter(act.user_id for number, act in _marked(case) if isinstance(act.button, to.ChooseLanguage))
    planned = Counter(case.user(turns[0]) for turns in case.books.messages.values() if turns[0]["kind"] == "commands")
    for user_id in chosen.keys() | planned.keys():
        if chosen[user_id] != planned[user_id]:
            yield f"{user_id} chose a language {chosen[user_id]} times, and it was done {planned[user_id]} times"


def _marked(case: Case) -> Iterator[tuple[int, Act]]:
    return ((number, act) for number, act in case.acts.items() if case.books.effects[number])


# -- seats


def seats(case: Case) -> Iterator[str]:
    """The store holds what the ledger says, sums and all, and no event has given more than it has."""
    columns = ", ".join(("signups.id", *Seat.__dataclass_fields__))
    kept = {row[0]: row[1:] for row in case.rows(f"SELECT {columns} FROM signups")}
    noted = {number: seat.kept() for number, seat in case.books.seats.items()}
    if kept != noted:
        yield f"the signups are not what they came to: {set(kept.items()) ^ set(noted.items())}"
    for event_id, event in case.books.events.items():
        taken = sum(seat.taken(case.latest) for seat in case.books.seats.values() if seat.event_id == event_id)
        if event["capacity"] is not None and taken > event["capacity"]:
            yield f"event {event_id} is oversold: {taken} of {event['capacity']}"


def sums(case: Case) -> Iterator[str]:
    """What stays of those who were erased is their number."""
    kept = dict(case.rows("SELECT event_id, adults + given_up FROM event_sums"))
    for event_id, places in case.books.given_away.items():
        if kept.get(event_id, 0) != places:
            yield f"{places} places at event {event_id} were given away with their people, and {kept} are counted"
    for event_id in kept.keys() - case.books.given_away.keys():
        yield f"{kept[event_id]} places at event {event_id} are counted, and nobody is gone"


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
        due = [_own_list(case, person.user_id, moment) for moment in (case.now, case.latest)]
        if shown not in due:
            yield f"{person.user_id} is shown {shown}, and has {due}"


def _own_list(case: Case, user_id: int, now: datetime) -> list[str]:
    own = [(case.books.events[seat.event_id], seat) for seat in case.books.seats_of(user_id)]
    kept = [
        (event["starts_at"], event["slug"])
        for event, seat in own
        if event["starts_at"] + LASTS > now and (seat.state == "active" or seat.waits or seat.held(now))
    ]
    return [slug for _, slug in sorted(kept)[:PAGE]]


CHECKS = (updates, effects, seats, sums, queues, store, log)
