"""A jump of the machine's clock that is not settled yet: which alarm tells of it, and whether an owner has answered."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection

from db import alarms, facts
from db.lists import require_owner

FACT = "clock_jump"
AGAIN = timedelta(minutes=10)  # a clock that jumps to and fro is not told of more often


@dataclass(frozen=True)
class Jump:
    """`by` is negative where the clock was set back; `right`: an owner says that it is right now."""

    alarm: int
    by: timedelta
    right: bool


def going_on(conn: Connection) -> Jump | None:
    kept = facts.get(conn, FACT)
    return Jump(kept["alarm"], timedelta(seconds=kept["seconds"]), kept["right"]) if kept else None


def tell(conn: Connection, by: timedelta, now: datetime) -> bool:
    """Tell the owners of a jump: from now on it is this one that they can answer for. False where it is too early."""
    seconds = round(by.total_seconds())
    number = alarms.ring(conn, "clock", {"minutes": int(seconds / 60)}, now, AGAIN)
    if number is None:
        return False
    _keep(conn, Jump(number, timedelta(seconds=seconds), right=False))
    return True


def say_right(conn: Connection, actor_id: int, alarm: int) -> bool:
    """The clock is right where it stands now. False where that alarm is of no jump that goes on. Raises Gone for
    anyone but an owner."""
    require_owner(conn, actor_id)
    jump = going_on(conn)
    if jump is None or jump.alarm != alarm:
        return False
    _keep(conn, Jump(jump.alarm, jump.by, right=True))
    return True


def _keep(conn: Connection, jump: Jump) -> None:
    facts.put(conn, FACT, {"alarm": jump.alarm, "seconds": jump.by.total_seconds(), "right": jump.right})


def settle(conn: Connection) -> None:
    """The clock is as it should be."""
    facts.put(conn, FACT, None)
