"""From the content file into the store: plain data on the way."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

from bot.clock import Clock
from bot.content import Contacts, Content, Event, Venue, read
from bot.settings import Settings
from db import imports
from db.store import Store


async def import_now(settings: Settings, path: Path) -> imports.Report:
    """The whole command: open the store, bring the file in, close it."""
    store = await Store.open(settings.database)
    try:
        return await import_file(store, path, settings.timezone, Clock().now())
    finally:
        await store.close()


async def import_file(store: Store, path: Path, zone: str, now: datetime) -> imports.Report:
    """Read the file whole, then bring it in, in one transaction. Raises ContentError with every mistake."""
    content = read(path, zone)
    return await store.write(imports.bring, *records(content), now)


def records(
    content: Content,
) -> tuple[list[Mapping[str, Any]], list[Mapping[str, Any]], Mapping[str, Any] | None]:
    contacts = None if content.contacts is None else _contacts(content.contacts)
    return [_venue(one) for one in content.venues], [_event(one) for one in content.events], contacts


def _venue(venue: Venue) -> Mapping[str, Any]:
    return asdict(venue)


def _event(event: Event) -> Mapping[str, Any]:
    fields = asdict(event)
    return fields | {
        "starts_local": _local(event.starts),
        "ends_local": _local(event.ends) if event.ends else None,
        "closes_local": _local(event.signup_closes),
        "spoken": list(event.languages),
        "photo": str(event.photo) if event.photo else None,
    }


def _local(at: datetime) -> str:
    return f"{at:%Y-%m-%dT%H:%M}"


def _contacts(contacts: Contacts) -> Mapping[str, Any]:
    return {
        "confirmed": contacts.confirmed,
        "phone": contacts.phone or "",
        "email": contacts.email or "",
        "address": {language: part.get("address", "") for language, part in contacts.texts.items()},
    }
