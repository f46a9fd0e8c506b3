"""The database our bot is measured on: the shipped content, a fuller programme, thousands of people who use it."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, func, select
from sqlalchemy.dialects.sqlite import insert

from bot.content import read
from bot.importing import records
from db import consents, imports, migrate
from db.rules.languages import LANGUAGES
from db.store import Store
from db.tables import consents as consents_table
from db.tables import events, people, signups

CONTENT = Path(__file__).parent.parent / "data" / "assembly.yaml"
ZONE = "Asia/Tomsk"
PEOPLE = 4_000  # with a language, and consent given
TWINS = 40  # events beside the shipped ones: as many as come may come, children are not asked for
SIGNUPS_EACH = 125  # per twin, before anything is measured
FIRST = 5_000_000_000


def numbers() -> list[int]:
    """Everybody's number on Telegram."""
    return list(range(FIRST, FIRST + PEOPLE))


async def build(path: Path, now: datetime) -> tuple[list[int], list[int]]:
    """Make the database; gives the events of the poster's first pages, and those that one signs up for."""
    migrate.upgrade(path)
    store = await Store.open(path)
    try:
        return await store.write(_fill, now)
    finally:
        await store.close()


def _fill(conn: Connection, now: datetime) -> tuple[list[int], list[int]]:
    venues, programme, contacts = records(read(CONTENT, ZONE))
    plain = [one for one in programme if not one["ask_children"]]
    twins = [_twin(plain[n % len(plain)], n, now) for n in range(TWINS)]
    imports.bring(conn, venues, [*programme, *twins], contacts, now)
    coming = select(events.c.id).where(events.c.ends_at > now).order_by(events.c.starts_at, events.c.id)
    joinable = list(conn.scalars(select(events.c.id).where(events.c.slug.like("twin-%"))))
    _meet(conn, now)
    _seat(conn, joinable, now)
    return list(conn.scalars(coming.limit(10))), joinable


def _twin(record: Any, number: int, now: datetime) -> dict[str, Any]:
    """The same event on another day: always to come, so that the benchmark outlives the shipped dates."""
    starts = (now.astimezone(ZoneInfo(ZONE)) + timedelta(days=30 + number)).replace(hour=15, minute=0)
    moments = {"starts_local": starts, "ends_local": starts + timedelta(hours=2), "closes_local": starts}
    return {**record, "slug": f"twin-{number}", **{name: f"{at:%Y-%m-%dT%H:%M}" for name, at in moments.items()}}


def _meet(conn: Connection, now: datetime) -> None:
    """Rows as people.meet, people.choose_language and consents.give leave them; languages by turns."""
    moments = {"zone": ZONE, "created_at": now, "started_at": now}
    spoken = {number: LANGUAGES[number % len(LANGUAGES)] for number in numbers()}
    rows = [{"channel_user_id": number, "language": language, **moments} for number, language in spoken.items()]
    conn.execute(insert(people), rows)
    agreed = {"purpose": consents.SERVICE, "version": consents.VERSION, "given_at": now}
    known = conn.execute(select(people.c.id, people.c.language))
    conn.execute(insert(consents_table), [{"person_id": id_, "language": code, **agreed} for id_, code in known])


def _seat(conn: Connection, joinable: list[int], now: datetime) -> None:
    """The last of the people are signed up already; the first of them never are, they press."""
    guests = list(conn.scalars(select(people.c.id).order_by(people.c.id.desc()).limit(SIGNUPS_EACH)))
    party = {"state": "active", "adults": 2, "created_at": now, "changed_at": now}
    rows = [
        {"event_id": event, "person_id": guest, "code": 1000 + 67 * n % 9000, **party}
        for event in joinable
        for n, guest in enumerate(guests)
    ]
    conn.execute(insert(signups), rows)


async def signed_up(path: Path) -> int:
    """How many signups there are now."""
    store = await Store.open(path)
    try:
        return await store.read(_count)
    finally:
        await store.close()


def _count(conn: Connection) -> int:
    return conn.scalar(select(func.count()).select_from(signups)) or 0
