"""More of one chat at once than may wait: the surplus keeps its numbers alone, and the person is told once a flood."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, func, select, update
from sqlalchemy.dialects.sqlite import insert

from db import inbox as updates
from db import outbox
from db.inbox import APOLOGY_USEFUL, Received
from db.people import find
from db.tables import inbox

FLOOD = "flood"  # the cause that stands in the rows
MOMENT = timedelta(seconds=10)  # before they are told, so that the number is true


@dataclass(frozen=True)
class Surplus:
    """Updates of one chat that are too much, and the number with which its flood began."""

    chat_id: int
    first: int
    numbers: tuple[int, ...]
    told: bool


def known(conn: Connection, numbers: Iterable[int]) -> frozenset[int]:
    """Those of the numbers that have been seen before."""
    return frozenset(conn.scalars(select(inbox.c.update_id).where(inbox.c.update_id.in_(list(numbers)))))


_ASIDE = insert(inbox).values(state="aside", error=FLOOD).on_conflict_do_nothing()
_GIVE_UP = update(inbox).where(updates.ONE_OPEN).values(state="aside", body=None, error=FLOOD)


def take(
    conn: Connection, kept: Iterable[Received], surplus: Iterable[Surplus], now: datetime
) -> tuple[frozenset[int], frozenset[int]]:
    """Keep a batch, its surplus without a body; gives the kept numbers that are new, and the chats to be told."""
    new = updates.store(conn, kept, now)
    told = set()
    for one in surplus:
        rows = [{"update_id": number, "chat_id": one.chat_id, "received_at": now} for number in one.numbers]
        conn.execute(_ASIDE, rows)
        if _tell(conn, one, now):
            told.add(one.chat_id)
    return new, frozenset(told)


def give_up(conn: Connection, surplus: Iterable[Surplus], now: datetime) -> frozenset[int]:
    """The same for what an earlier run had stored; gives the chats to be told."""
    told = set()
    for one in surplus:
        conn.execute(_GIVE_UP, [{"number": number} for number in one.numbers])
        if _tell(conn, one, now):
            told.add(one.chat_id)
    return frozenset(told)


def _tell(conn: Connection, one: Surplus, now: datetime) -> bool:
    """Once a flood; nobody in a group, and nobody whom we have not met yet."""
    person = None if one.told or one.chat_id < 0 else find(conn, one.chat_id)
    if person is not None:
        outbox.put(conn, "flood", one.first, person.id, "once", now + MOMENT, now + APOLOGY_USEFUL)
    return one.told or person is not None


def unread(conn: Connection, first: int) -> int:
    """How many updates have been set aside by now in the flood that began with this number."""
    begin = inbox.alias()
    query = (
        select(func.count())
        .select_from(inbox.join(begin, inbox.c.chat_id == begin.c.chat_id))
        .where(begin.c.update_id == first, inbox.c.received_at >= begin.c.received_at, inbox.c.error == FLOOD)
    )
    return conn.scalar(query) or 0


def going_on(conn: Connection) -> dict[int, int]:
    """Chats in a flood that an earlier run has told of, each with a number of it: they have never had an end since."""
    waiting = select(inbox.c.chat_id, func.min(inbox.c.received_at)).where(updates.OPEN).group_by(inbox.c.chat_id)
    since = {row[0]: row[1] for row in conn.execute(waiting)}
    if not since:
        return {}
    aside = (
        select(inbox.c.chat_id, func.min(inbox.c.update_id), func.max(inbox.c.received_at))
        .where(inbox.c.received_at >= min(since.values()), inbox.c.error == FLOOD)
        .group_by(inbox.c.chat_id)
    )
    return {row[0]: row[1] for row in conn.execute(aside) if row[0] in since and row[2] >= since[row[0]]}
