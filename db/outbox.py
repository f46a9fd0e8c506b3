"""What is to be sent to someone who did not just press something: rows, written in the transaction of their cause."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Connection, RowMapping, and_, bindparam, func, or_, select, update
from sqlalchemy.dialects.sqlite import insert

from db.rules.failures import UNKNOWN_PAUSE
from db.tables import outbox, people


@dataclass(frozen=True)
class Row:
    """One message to come, already claimed: its attempt is counted before the call is made."""

    id: int
    kind: str
    subject_id: int
    person_id: int
    user_id: int
    planned_at: datetime
    deadline: datetime
    attempts: int
    unknowns: int


@dataclass(frozen=True)
class Ended:
    """How an attempt ended, to be written for many rows at once."""

    id: int
    state: str
    at: datetime
    due_at: datetime | None = None
    error: str | None = None
    message_id: int | None = None
    unknown: bool = False


_ROW = insert(outbox)
_PUT = _ROW.on_conflict_do_update(
    index_elements=["kind", "subject_id", "person_id", "slot"],
    set_={"state": "pending", "error": None}
    | {name: _ROW.excluded[name] for name in ("planned_at", "due_at", "deadline")},
    where=or_(outbox.c.state == "cancelled", outbox.c.state == "pending"),  # in_() is expanded at every execution
)


def put(
    conn: Connection, kind: str, subject_id: int, person_id: int, slot: str, due_at: datetime, deadline: datetime
) -> None:
    """Plan a message; one that is planned or sent already stays as it is, one that was cancelled comes back."""
    put_all(conn, [message(kind, subject_id, person_id, slot, due_at, deadline)])


def put_all(conn: Connection, messages: Sequence[Mapping[str, object]]) -> None:
    """The same for several, made by `message`."""
    if messages:
        conn.execute(_PUT, messages)


def message(
    kind: str, subject_id: int, person_id: int, slot: str, due_at: datetime, deadline: datetime
) -> Mapping[str, object]:
    who = {"kind": kind, "subject_id": subject_id, "person_id": person_id, "slot": slot}
    return {**who, "planned_at": due_at, "due_at": due_at, "deadline": deadline}


_CANCEL = (
    update(outbox)
    .where(
        outbox.c.kind == bindparam("of"),
        outbox.c.subject_id == bindparam("subject"),
        outbox.c.person_id == bindparam("person"),
        outbox.c.state == "pending",
    )
    .values(state="cancelled")
)


def cancel(conn: Connection, kind: str, subject_id: int, person_id: int) -> None:
    """Withdraw what is not being sent at this moment."""
    conn.execute(_CANCEL, {"of": kind, "subject": subject_id, "person": person_id})


_UNSENT = select(outbox.c.id).where(
    outbox.c.kind == bindparam("of"),
    outbox.c.subject_id == bindparam("subject"),
    outbox.c.person_id == bindparam("person"),
    outbox.c.slot == bindparam("slot"),
    or_(outbox.c.state == "pending", outbox.c.state == "dropped"),
)


def unsent(conn: Connection, kind: str, subject_id: int, person_id: int, slot: str) -> bool:
    """Whether a planned message has not gone out, and will not if its time is over."""
    found = {"of": kind, "subject": subject_id, "person": person_id, "slot": slot}
    return conn.execute(_UNSENT, found).first() is not None


def drop_expired(conn: Connection, now: datetime) -> int:
    """End what is past its deadline, with the reason kept; gives how many."""
    return conn.execute(
        update(outbox)
        .where(outbox.c.state == "pending", outbox.c.due_at <= now, outbox.c.deadline <= now)
        .values(state="dropped", error="past its deadline", ended_at=now)
    ).rowcount


Kinds = frozenset[str] | None  # None: all of them


def _waiting(now: datetime, kinds: Kinds = None) -> ColumnElement[bool]:
    """Due, to someone who can be reached: rows of the others wait for their return or their deadline."""
    waiting = and_(outbox.c.state == "pending", outbox.c.due_at <= now, people.c.reachable)
    return waiting if kinds is None else and_(waiting, outbox.c.kind.in_(sorted(kinds)))


def claim(conn: Connection, now: datetime, most: int, kinds: Kinds = None) -> tuple[Row, ...]:
    """Take up to `most` due rows, earliest first; their attempt is counted and committed before anything is sent."""
    drop_expired(conn, now)
    due = conn.execute(
        select(outbox, people.c.channel_user_id.label("user_id"))
        .join(people)
        .where(_waiting(now, kinds))
        .order_by(outbox.c.due_at, outbox.c.id)
        .limit(most)
    ).all()
    if due:
        conn.execute(
            update(outbox)
            .where(outbox.c.id.in_([row.id for row in due]))
            .values(state="sending", attempts=outbox.c.attempts + 1)
        )
    return tuple(_row(row._mapping) for row in due)


def _row(known: RowMapping) -> Row:
    read = {field.name: known[field.name] for field in fields(Row)}
    return Row(**{**read, "attempts": known["attempts"] + 1})


def settle(conn: Connection, endings: tuple[Ended, ...]) -> None:
    """Write how attempts ended."""
    for end in endings:
        values: dict[str, object] = {"state": end.state, "error": end.error, "message_id": end.message_id}
        if end.unknown:
            values["unknowns"] = outbox.c.unknowns + 1
        if end.state == "pending":
            values["due_at"] = end.due_at
        else:
            values["ended_at"] = end.at
        conn.execute(update(outbox).where(outbox.c.id == end.id).values(values))


def recover(conn: Connection, repeatable: frozenset[str], now: datetime) -> int:
    """After a crash: what was being sent has an unknown outcome. Gives how many there were."""
    caught = outbox.c.state == "sending"
    again = outbox.c.kind.in_(sorted(repeatable)) & (outbox.c.unknowns == 0)
    note = "the process ended while it was being sent"
    repeated = conn.execute(
        update(outbox)
        .where(caught, again)
        .values(state="pending", due_at=now + UNKNOWN_PAUSE, unknowns=outbox.c.unknowns + 1, error=note)
    ).rowcount
    final = conn.execute(
        update(outbox).where(caught).values(state="unknown", unknowns=outbox.c.unknowns + 1, error=note, ended_at=now)
    ).rowcount
    return repeated + final


def doubt(conn: Connection, now: datetime) -> int:
    """After the store has been restored: what has come due since the copy may have been sent by the bot that was lost.
    Its outcome is unknown, and `recover` deals with it at the start. Gives how many there are."""
    due = update(outbox).where(outbox.c.state == "pending", outbox.c.due_at <= now)
    return conn.execute(due.values(state="sending")).rowcount


def oldest_overdue(conn: Connection, now: datetime) -> timedelta | None:
    """How long the oldest due row has been waiting."""
    since = conn.scalar(select(func.min(outbox.c.due_at)).join(people).where(_waiting(now)))
    return None if since is None else now - since


def due(conn: Connection, now: datetime, kinds: Kinds = None) -> bool:
    """Whether anything is waiting to be sent or being sent at this moment of the Clock."""
    waiting = select(outbox.c.id).join(people).where(_waiting(now, kinds)).limit(1)
    sending = select(outbox.c.id).where(outbox.c.state == "sending").limit(1)
    return conn.execute(waiting).first() is not None or conn.execute(sending).first() is not None


def prune(conn: Connection, before: datetime) -> int:
    """Forget the rows whose deadline passed before that moment; gives how many."""
    return conn.execute(outbox.delete().where(outbox.c.deadline < before, outbox.c.state != "sending")).rowcount
