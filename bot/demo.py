"""What is peculiar to the demo: its settings, and a store filled so that a few places are left (data/demo.json)."""

import asyncio
import json
import os
from datetime import datetime
from pathlib import Path
from typing import Any

import aiohttp
from sqlalchemy import Connection, insert

from bot.importing import import_file
from bot.lock import hold
from bot.settings import Settings, load
from db import consents, imports, migrate, outbox, people, signups
from db import events as store_events
from db.imports import EVENT_FIELDS
from db.rules.seats import Party
from db.store import Store
from db.tables import event_sums

ROOT = Path(__file__).parent.parent
CONTENT, SCENE = ROOT / "data" / "assembly.yaml", ROOT / "data" / "demo.json"
FOLDER = ROOT / ".demo"
FIRST_GUEST = 7_100_000_000


def _scene() -> dict[str, Any]:
    scene: dict[str, Any] = json.loads(SCENE.read_text(encoding="utf-8"))
    return scene


def settings() -> Settings:
    """The emulator names itself in the environment; the rest is the demo's own, and .env is not read."""
    FOLDER.mkdir(exist_ok=True)
    scene = _scene()
    given: dict[str, Any] = {
        "_env_file": None,
        "owner_ids": (scene["coordinator"]["user_id"],),
        "show_unconfirmed": True,
        "backup_folder": None,
        "operator_name": scene["operator_name"],
        "operator_contact": scene["operator_contact"],
    }
    if "DATABASE_URL" not in os.environ:
        given["database_url"] = f"sqlite+aiosqlite:///{FOLDER / 'druzhba.db'}"
    return load(**given)


def prepare(settings: Settings) -> None:
    """Fill an empty store; one that an earlier run filled is left as it is. Raises Busy."""
    with hold(settings.database):
        if migrate.current(settings.database) is None:
            migrate.upgrade(settings.database)
            asyncio.run(_fill(settings, _scene()))


async def _fill(settings: Settings, scene: dict[str, Any]) -> None:
    now = await _demo_time(settings)
    store = await Store.open(settings.database)
    try:
        await import_file(store, CONTENT, settings.timezone, now)
        for part in ("member", "coordinator"):  # these two have been here before
            person = await store.write(people.meet, scene[part]["user_id"], settings.timezone, now)
            await store.write(people.choose_language, person.id, scene[part]["language"], now)
            await store.write(outbox.cancel, "commands", person.id, person.id)  # Telegram has no such chat yet
        await store.write(_seat_guests, scene, settings.timezone, now)
        await store.write(_remember_past, scene, settings.timezone, now)
    finally:
        await store.close()


async def _demo_time(settings: Settings) -> datetime:
    assert settings.demo_clock_url is not None
    async with aiohttp.ClientSession() as session, session.get(settings.demo_clock_url) as answer:
        return datetime.fromisoformat((await answer.json())["now"])


def _remember_past(conn: Connection, scene: dict[str, Any], zone: str, now: datetime) -> None:
    """Earlier events, whose guests are forgotten: sums, from which the queue knows what is usual."""
    for past in scene["past"]:
        imports.bring(conn, [], [_record(past, zone)], None, now)
        event = next(one for one in store_events.published(conn) if one.slug == past["slug"])
        counted = {name: past[name] for name in ("adults", "children", "given_up")}
        conn.execute(insert(event_sums).values(event_id=event.id, signups=past["adults"], **counted))


def _record(past: dict[str, Any], zone: str) -> dict[str, Any]:
    return {
        **dict.fromkeys(EVENT_FIELDS),
        **{"slug": past["slug"], "kind": "festival", "confirmed": True, "zone": zone, "starts_local": past["starts"]},
        **{"capacity": past["adults"] + past["children"], "largest_party": 10, "spoken": []},
        **{"ask_children": True, "for_children": True, "free": True, "cancelled": False},
        "texts": {"ru": {"title": past["title"]}},
    }


def _seat_guests(conn: Connection, scene: dict[str, Any], zone: str, now: datetime) -> None:
    """The scene's families, over and over, until the wanted number of places is left."""
    event = next(one for one in store_events.published(conn) if one.slug == scene["event"])
    left = (event.capacity or 0) - scene["places_left"]
    number = 0
    while left > 0:
        guest = scene["guests"][number % len(scene["guests"])]
        party = Party(guest["adults"], guest["children"])
        if party.size > left:
            party = Party(left)
        person = people.meet(conn, FIRST_GUEST + number, zone, now)
        consents.give(conn, person.id, "ru", now)
        signups.join(conn, event.id, person.id, party, guest["name"], now)
        people.lose(conn, person.user_id, "a guest of the demo's scene, without a phone", now)
        left -= party.size
        number += 1
