"""Updates on disk: stored before Telegram is told that we have them, marked in the transaction of their effect."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar

from sqlalchemy import Connection, and_, bindparam, func, or_, select, update
from sqlalchemy.dialects.sqlite import insert

from db import outbox
from db.people import Person, find
from db.tables import inbox

KEPT = timedelta(days=8)  # Telegram chooses new numbers after a week of silence; until then a number tells a repeat
APOLOGY_USEFUL = timedelta(hours=12)

T = TypeVar("T")


@dataclass(frozen=True)
class Received:
    update_id: int
    chat_id: int
    body: str


OPEN = inbox.c.state.in_(("new", "effect"))  # not handled to their end yet
ONE_OPEN = and_(  # the same for one number; no in_(): executemany does not take it
    inbox.c.update_id == bindparam("number"), or_(inbox.c.state == "new", inbox.c.state == "effect")
)
_KEEP = insert(inbox).on_conflict_do_nothing().returning(inbox.c.update_id)


def store(conn: Connection, batch: Iterable[Received], now: datetime) -> frozenset[int]:
    """Keep a batch; gives the numbers that are new. A number seen before is left out, whatever its order."""
    rows = [{"update_id": one.update_id, "chat_id": one.chat_id, "body": one.body, "received_at": now} for one in batch]
    return frozenset(conn.scalars(_KEEP, rows)) if rows else frozenset()


def unfinished(conn: Connection) -> tuple[Received, ...]:
    rows = conn.execute(
        select(inbox.c.update_id, inbox.c.chat_id, inbox.c.body).where(OPEN).order_by(inbox.c.update_id)
    )
    return tuple(Received(*row) for row in rows)


_STATE = select(inbox.c.state).where(inbox.c.update_id == bindparam("number"))
_MARK = update(inbox).where(inbox.c.update_id == bindparam("number")).values(state="effect")


def effect(conn: Connection, update_id: int, use_case: Callable[[Connection], T]) -> T:
    """Run `use_case` and mark the update in the same transaction.

    Where it is marked already (the process died before the answer was shown) the use case is run for its result alone
    and taken back whole: handling an update again changes nothing and shows the true state.
    """
    if conn.scalar(_STATE, {"number": update_id}) != "effect":
        result = use_case(conn)
        conn.execute(_MARK, {"number": update_id})  # last: who reads the changes in their order knows whose they are
        return result
    with conn.begin_nested() as nothing:
        result = use_case(conn)
        nothing.rollback()
    return result


def change(
    conn: Connection, update_id: int, user_id: int, use_case: Callable[[Connection], T]
) -> tuple[T, Person | None]:
    """The effect, and the person as it leaves them."""
    return effect(conn, update_id, use_case), find(conn, user_id)


_FINISH = update(inbox).where(ONE_OPEN).values(state="done", body=None)


def finish(conn: Connection, update_ids: Iterable[int]) -> None:
    """Handled and shown: only the number stays."""
    conn.execute(_FINISH, [{"number": number} for number in update_ids])


def set_aside(conn: Connection, one: Received, why: str, attempts: int, now: datetime) -> None:
    """Give up on an update, keep the cause without its content, and plan one apology to the person."""
    values = {"state": "aside", "body": None, "error": why[:200], "attempts": attempts}
    given_up = conn.execute(update(inbox).where(inbox.c.update_id == one.update_id, OPEN).values(values)).rowcount
    person = find(conn, one.chat_id)
    if given_up and person is not None:
        outbox.put(conn, "apology", one.update_id, person.id, "once", now, now + APOLOGY_USEFUL)


NOBODY = 0  # the chat of updates whose person is erased


def forget_chat(conn: Connection, chat_id: int) -> tuple[frozenset[int], int]:
    """Leave nothing of a chat but the numbers that tell a repeat. What waits in it ends unread.

    Gives the numbers of those, and how many rows there were.
    """
    waiting = conn.scalars(select(inbox.c.update_id).where(OPEN, inbox.c.chat_id == chat_id)).all()
    conn.execute(update(inbox).where(inbox.c.update_id.in_(waiting)).values(state="done", body=None))
    forgotten = conn.execute(update(inbox).where(inbox.c.chat_id == chat_id).values(chat_id=NOBODY)).rowcount
    return frozenset(waiting), forgotten


def prune(conn: Connection, now: datetime) -> int:
    """Forget the numbers of updates older than eight days; gives how many."""
    return conn.execute(
        inbox.delete().where(inbox.c.received_at < now - KEPT, inbox.c.state.in_(("done", "aside")))
    ).rowcount


def oldest(conn: Connection, now: datetime, apart: frozenset[int] = frozenset()) -> timedelta | None:
    """How long the oldest unhandled update has been waiting, those of the chats `apart` left out."""
    unhandled = select(inbox.c.chat_id, func.min(inbox.c.received_at)).where(OPEN)
    since = [at for chat_id, at in conn.execute(unhandled.group_by(inbox.c.chat_id)) if chat_id not in apart]
    return now - min(since) if since else None
