"""Stores of every earlier schema, in use: rows in every table it had, and what its way to the newest must make of them.

A new schema asks for one more: the store of the schema before it, with rows in whatever that one brought.
"""

import sqlite3
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from db import migrate

Rows = dict[str, list[dict[str, Any]]]


@dataclass(frozen=True)
class Before:
    """`added`: columns that are new in the newest schema, and their values; `since`: counted from the update on;
    `new`: tables that are new; `last`: the highest numbers, which are never given again."""

    rows: Rows
    added: Mapping[str, Mapping[str, Any]]
    since: frozenset[str]
    new: frozenset[str]
    last: Mapping[str, int]

    def make(self, path: Path, schema: str) -> None:
        migrate._run(path, schema)
        with closing(sqlite3.connect(path)) as connection, connection:
            connection.execute("PRAGMA foreign_keys=ON")
            for table, rows in self.rows.items():
                for row in rows:
                    marks = ", ".join("?" * len(row))
                    connection.execute(f"INSERT INTO {table} ({', '.join(row)}) VALUES ({marks})", tuple(row.values()))


T = "2026-11-23 05:00:00.000000"
FIRST_HOUSE: Rows = {
    "people": [
        {"id": 1, "channel_user_id": 500, "language": "ru", "name": "Мария", "zone": "Asia/Tomsk", "created_at": T},
        {"id": 2, "channel_user_id": 7, "language": "uz", "name": "Дилноза", "zone": "Asia/Tomsk", "started_at": T,
         "created_at": T, "quiet_from": 540, "quiet_to": 1020, "remind_hours": 0, "arrived_by": "e_navruz"},
        {"id": 9, "channel_user_id": 8, "zone": "Asia/Tomsk", "reachable": 0, "unreachable_why": "blocked",
         "started_at": T, "created_at": T},
    ],
    "roles": [{"id": 1, "person_id": 1, "role": "owner", "given_at": T}],
    "consents": [
        {"id": 1, "person_id": 2, "purpose": "service", "version": "2026-11", "language": "uz", "given_at": T,
         "withdrawn_at": T},
        {"id": 2, "person_id": 2, "purpose": "service", "version": "2026-11", "language": "uz", "given_at": T},
        {"id": 3, "person_id": 9, "purpose": "service", "version": "2026-11", "language": "ru", "given_at": T},
    ],
    "venues": [{"id": 1, "slug": "house", "confirmed": 1, "latitude": 56.48, "longitude": 84.95, "imported": "{}"}],
    "venue_texts": [{"venue_id": 1, "language": "ru", "name": "Дом", "address": "пр. Ленина"}],
    "events": [
        {"id": number, "slug": slug, "venue_id": 1, "kind": "holiday", "state": state, "confirmed": 1,
         "zone": "Asia/Tomsk", "starts_local": "2027-03-21T12:00", "starts_at": T, "ends_at": T, "closes_at": T,
         "capacity": 50, "spoken": '["ru"]', "imported": "{}"}
        for number, slug, state in ((1, "navruz", "published"), (4, "chess", "cancelled"))
    ],
    "event_texts": [{"event_id": 1, "language": "uz", "title": "Navroʻz", "description": "Palov"}],
    "signups": [
        {"id": 1, "event_id": 1, "person_id": 2, "state": "active", "adults": 2, "children": 1, "code": 4827,
         "confirmed_at": T, "created_at": T, "changed_at": T},
        {"id": 2, "event_id": 4, "person_id": 2, "state": "active", "adults": 1, "children": 0, "held_adults": 2,
         "held_until": T, "code": 1000, "created_at": T, "changed_at": T},
        {"id": 7, "event_id": 1, "person_id": 9, "state": "left", "adults": 0, "children": 0, "held_adults": 3,
         "held_children": 1, "held_until": T, "code": 9999, "created_at": T, "changed_at": T},
    ],
    "drafts": [
        {"person_id": 2, "kind": "signup", "event_id": 1, "adults": 2, "updated_at": T},
        {"person_id": 9, "kind": "name", "updated_at": T},
    ],
    "outbox": [
        {"id": number, "kind": kind, "subject_id": 1, "person_id": 2, "slot": "2027-03-21T05:00Z", "planned_at": T,
         "due_at": T, "deadline": T, "state": state, "message_id": 5}
        for number, kind, state in ((1, "evening", "sent"), (2, "hours", "pending"), (30, "apology", "sending"))
    ],
    "inbox": [
        {"update_id": 10, "chat_id": 7, "state": "done", "received_at": T},
        {"update_id": 11, "chat_id": 7, "state": "new", "body": '{"update_id":11}', "received_at": T},
        {"update_id": 12, "chat_id": 7, "state": "effect", "body": '{"update_id":12}', "received_at": T},
        {"update_id": 13, "chat_id": 8, "state": "aside", "error": "KeyError", "attempts": 3, "received_at": T},
    ],
    "facts": [{"key": "contacts", "value": '{"phone": "+7"}'}],
}  # fmt: skip

QUEUE: Rows = FIRST_HOUSE | {
    "people": [
        *({**row, "seen_at": T} for row in FIRST_HOUSE["people"]),
        {"id": 12, "channel_user_id": 9, "language": "tg", "zone": "Asia/Tomsk", "started_at": T, "created_at": T,
         "seen_at": T, "warned_at": T, "visited_year": 2026},
        {"id": 13, "channel_user_id": 10, "language": "ky", "zone": "Asia/Tomsk", "reachable": 0,
         "unreachable_why": "blocked", "unreachable_since": T, "created_at": T},
    ],
    "signups": [
        *FIRST_HOUSE["signups"],
        {"id": 8, "event_id": 1, "person_id": 12, "state": "waiting", "adults": 0, "queue_number": 3,
         "wanted_adults": 2, "wanted_children": 1, "offered_adults": 1, "offered_until": T, "offers": 2, "passed": 1,
         "together": 0, "code": 2000, "created_at": T, "changed_at": T},
        {"id": 20, "event_id": 1, "person_id": 13, "state": "active", "adults": 1, "queue_number": 4,
         "wanted_adults": 3, "together": 1, "given_up": 2, "code": 2001, "created_at": T, "changed_at": T},
    ],
    "drafts": [
        *FIRST_HOUSE["drafts"],
        {"person_id": 12, "kind": "queue", "event_id": 1, "adults": 2, "updated_at": T},
    ],
    "outbox": [
        *FIRST_HOUSE["outbox"],
        {"id": 41, "kind": "offer", "subject_id": 8, "person_id": 12, "slot": "2", "planned_at": T, "due_at": T,
         "deadline": T, "state": "unknown", "unknowns": 1, "error": "TimeoutError"},
    ],
    "event_sums": [{"event_id": 4, "signups": 12, "adults": 20, "children": 7, "given_up": 3, "first_visits": 5}],
    "destructions": [
        {"id": 1, "number": "0a1b2c", "at": T, "cause": "asked", "erased": '{"profiles": 1}'},
        {"id": 2, "number": "3d4e5f", "at": T, "cause": "over", "erased": '{"signups": 40}'},
    ],
}  # fmt: skip

YEARS: Mapping[str, Mapping[str, Any]] = {
    "signups": {"calendar": 0},
    "drafts": {"about": None},
}  # what 0003 adds to every store
NEW_IN_YEARS = frozenset({"alarms", "mistakes", "media"})

STORES: Mapping[str, Before] = {
    "0001": Before(
        FIRST_HOUSE,
        {
            "people": {"warned_at": None, "visited_year": None},
            "signups": {
                **dict.fromkeys(("queue_number", "offered_until")),
                **dict.fromkeys(("wanted_adults", "wanted_children", "offered_adults", "offered_children"), 0),
                **dict.fromkeys(("offers", "together", "passed", "given_up"), 0),
                **YEARS["signups"],
            },
            "drafts": YEARS["drafts"],
        },
        frozenset({"seen_at", "unreachable_since"}),
        NEW_IN_YEARS | {"event_sums", "destructions"},
        {"people": 9, "signups": 7, "outbox": 30},
    ),
    "0002": Before(QUEUE, YEARS, frozenset(), NEW_IN_YEARS, {"people": 13, "signups": 20, "outbox": 41}),
}
