"""What goes by itself: signups some days after their event, people who are silent or cannot be reached for months."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, Select, exists, func, select, update

from db import departures, destructions, inbox, outbox, sums
from db.erasure import Erased, erase
from db.reminders import Timing, timing
from db.rules.retention import NOTICE, Keep, lost_for_good, none_before, removal_due, warning_due
from db.tables import events, people, roles, signups
from db.tables import inbox as updates
from db.tables import outbox as messages

WARNING = "inactive"
WARNING_USEFUL = timedelta(days=7)  # it may wait for the morning, or for Telegram

_LAST_SEEN = func.coalesce(people.c.seen_at, people.c.created_at)
_STAFF = exists().where(roles.c.person_id == people.c.id)
_WRITING = exists().where(updates.c.chat_id == people.c.channel_user_id, inbox.OPEN)


def forget_signups(conn: Connection, keep: Keep, now: datetime) -> int:
    """Erase the signups of events long over, and the messages about them; their sums stay. Gives how many."""
    over = signups.c.event_id.in_(select(events.c.id).where(events.c.ends_at < now - keep.signups))
    sums.add_past(conn, over)
    erased = departures.erase_signups(conn, over)
    if any(erased.values()):
        destructions.record(conn, "over", erased, now)
    return erased["signups"]


def warn(conn: Connection, keep: Keep, now: datetime) -> int:
    """Plan a warning for whoever is silent long enough, and note whom it has reached. Gives how many were planned."""
    planned = 0
    for person_id, seen_at in _silent(conn, keep, now):
        warnings = messages.c.person_id == person_id, messages.c.kind == WARNING
        of_this_silence = messages.c.planned_at >= warning_due(seen_at, keep)
        told = conn.scalar(select(func.max(messages.c.ended_at)).where(*warnings, of_this_silence, _SENT))
        if told is not None:
            conn.execute(update(people).where(people.c.id == person_id).values(warned_at=told))
        elif not conn.scalar(select(exists().where(*warnings, messages.c.planned_at > now - NOTICE))):
            outbox.put(conn, "inactive", person_id, person_id, f"{now:%Y-%m-%d}", now, now + WARNING_USEFUL)
            planned += 1
    return planned


_SENT = messages.c.state == "sent"


def _silent(conn: Connection, keep: Keep, now: datetime) -> Iterator[tuple[int, datetime]]:
    """Who can be told now that they will go, and the day they were last seen."""
    found = conn.execute(_may_go(keep, now).where(people.c.reachable, people.c.warned_at.is_(None)))
    return ((row.id, row.seen) for row in found.all() if warning_due(row.seen, keep) <= now)


def _may_go(keep: Keep, now: datetime) -> Select[tuple[object, ...]]:
    """The silent ones, as far as a query can tell: nobody of the staff, nobody who is coming to something."""
    own, coming = signups.c.person_id == people.c.id, events.c.ends_at > now
    comes = exists().where(own, signups.c.event_id == events.c.id, coming, departures.takes_part(now))
    return _leavers().where(none_before(now, keep.inactive_months) > _LAST_SEEN, ~comes)


def _leavers() -> Select[tuple[object, ...]]:
    shown = (people.c.id, people.c.language, people.c.zone, people.c.warned_at, people.c.unreachable_since)
    return select(*shown, _LAST_SEEN.label("seen")).where(~_STAFF, ~_WRITING)


@dataclass(frozen=True)
class Farewell:
    """What a warning needs to be said: when they go, in which language, and whether it may ring now."""

    going_at: datetime
    language: str | None
    zone: str
    timing: Timing


def farewell(conn: Connection, row: outbox.Row, keep: Keep, now: datetime) -> Farewell | None:
    """None for somebody who is not silent any more."""
    silent = conn.execute(_may_go(keep, now).where(people.c.id == row.person_id)).one_or_none()
    if silent is None or warning_due(silent.seen, keep) > now:
        return None
    going_at = removal_due(silent.seen, now, keep)
    return Farewell(going_at, silent.language, silent.zone, timing(conn, row, now))


def due(conn: Connection, keep: Keep, now: datetime) -> dict[int, str]:
    """Who goes now, and why: told a month ago and silent still, or out of reach for months."""
    lost = _leavers().where(people.c.unreachable_since < none_before(now, keep.unreachable_months))
    silent = _may_go(keep, now).where(people.c.warned_at.is_not(None))
    going = {row.id: "unreachable" for row in conn.execute(lost) if lost_for_good(row.unreachable_since, keep) <= now}
    gone_silent = (row.id for row in conn.execute(silent) if removal_due(row.seen, row.warned_at, keep) <= now)
    return dict.fromkeys(gone_silent, "inactive") | going


def remove(conn: Connection, person_id: int, keep: Keep, now: datetime) -> Erased | None:
    """Erase a person who is still `due`; None for one who has come back meanwhile."""
    cause = due(conn, keep, now).get(person_id)
    return None if cause is None else erase(conn, person_id, cause, now)
