"""The real bot in this process, without a network: updates go in the way polling brings them, people look and press."""

import asyncio
import json
import shutil
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from functools import cache, partial
from pathlib import Path
from typing import Any
from unittest.mock import patch
from zoneinfo import ZoneInfo

from aiogram import Bot
from sqlalchemy import Connection, Table, func, select, update

from bot import app as application
from bot.identity import Identity
from bot.intake import chat_of
from bot.jobs.offers import Offers
from bot.lanes import Lanes
from bot.life import App
from bot.pace import Paces
from bot.session import LeanSession
from bot.settings import Settings, load
from db import consents, imports, inbox, people, signups
from db import events as store_events
from db.events import Event
from db.inbox import Received
from db.rules.seats import Party
from db.rules.waiting import KEPT_UNTIL, last_moment
from db.tables import events as event_table
from db.tables import inbox as inbox_table
from db.tables import outbox as outbox_table
from db.tables import signups as signup_table
from handlers import routers
from tests.conversation.person import Person
from tests.conversation.telegram import Telegram

TOMSK = ZoneInfo("Asia/Tomsk")
NOON = datetime(2027, 3, 19, 12, 0, tzinfo=TOMSK)
OWNER = 500
CROWD = 900_000


class OurName(Identity):
    """Telegram has told us our name already."""

    async def ask(self, bot: Bot) -> None:
        self.username = "druzhba_bot"

    def __init__(self) -> None:
        super().__init__()
        self.username = "druzhba_bot"


@cache
def _no_network(proxies: tuple[str, ...]) -> LeanSession:
    """Never used, since Telegram stands in its place; made once, for its TLS context costs more than a test."""
    return LeanSession(proxies)


@cache
def _usual() -> Settings:
    return load(
        _env_file=None,
        bot_token="42:nobody",
        bot_api_url="http://127.0.0.1:9",
        owner_ids=(OWNER,),
        show_unconfirmed=True,
        operator_name="Ассамблея",
        operator_contact="+73822517757",
        bulk_rate=30,
        http_port=0,
    )


def settings(path: Path) -> Settings:
    return _usual().model_copy(update={"database_url": f"sqlite+aiosqlite:///{path}"})


class World:
    """One bot, its chats, and the time of day. `expect_aside` is set by tests in which a handler fails for good."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.telegram = Telegram()
        self.app: App
        self.expect_aside = False
        self.sent: dict[int, Received] = {}
        self.rests: list[float] = []  # how long lanes have waited for their pace: nothing really waits here
        self._monotonic = 1000.0
        self._update = 10
        self._offset = NOON - datetime.now(UTC)

    @classmethod
    async def open(cls, template: Path, folder: Path) -> "World":
        path = folder / "world.db"
        shutil.copyfile(template, path)
        world = cls(path)
        await world._build()
        try:
            await world.app.store.write(people.make_owners, (OWNER,), "Asia/Tomsk", world.now)
        except BaseException:
            await world.close()
            raise
        return world

    async def _build(self) -> None:
        for router in routers():
            router._parent_router = None  # they are the module's own, and this process has had a dispatcher before
        with (
            patch.object(application, "Identity", OurName),
            patch.object(application, "LeanSession", _no_network),
            patch.object(application, "Paces", lambda: Paces(lambda: self._monotonic)),
            patch.object(application, "Lanes", partial(Lanes, sleep=self._rest)),
        ):
            self.app = await application.build(settings(self.path))
        self.app.bot.session = self.telegram
        self.app.clock.offset = self._offset

    async def _rest(self, seconds: float) -> None:
        self.rests.append(seconds)
        self._monotonic += seconds

    async def restart(self) -> None:
        """The process ends and starts again on the same store; what was unfinished is taken up."""
        await self.close()
        await self._build()
        await self.app.delivery.recover()
        await self.app.intake.resume()
        await self.settle()

    async def close(self) -> None:
        await self.app.nursery.close()
        await self.app.finishing.flush()
        await self.app.store.close()

    # -- time

    @property
    def now(self) -> datetime:
        return self.app.clock.now()

    async def at(self, day: int, time: str, month: int = 3) -> None:
        """Walk the clock to a wall time of Tomsk in 2027; what is due on the way is offered and sent when it is due."""
        hour, minute = map(int, time.split(":"))
        await self.later(datetime(2027, month, day, hour, minute, tzinfo=TOMSK) - self.now)

    async def later(self, span: timedelta) -> None:
        target = self.now + span
        while (now := self.now) < target:
            step = min([target, *await self.app.store.read(_moments, now)])
            self._offset = self.app.clock.offset + step - now
            self.app.clock.offset = self._offset
            await self.due()

    async def stands_still(self, span: timedelta) -> None:
        """The process ends, and starts again after so long."""
        self._offset = self.app.clock.offset + span
        await self.restart()

    async def due(self) -> None:
        """What the clock's jobs do at this moment: the queues, then the messages, and what these lead to."""
        queues = Offers(self.app.store, lambda: self.now)
        await queues.tick()
        await self.app.delivery.settled()
        await queues.tick()
        await self.app.delivery.settled()

    # -- updates

    def person(self, user_id: int, name: str, language_code: str | None = None, **given: Any) -> Person:
        return Person(self, user_id, name, language_code, **given)

    async def deliver(self, **part: Mapping[str, Any]) -> int:
        """One update, on disk first, then handled to its end."""
        self._update += 1
        await self.put(self._update, **part)
        await self.settle()
        return self._update

    async def put(self, update_id: int, **part: Mapping[str, Any]) -> None:
        wire = {"update_id": update_id, **part}
        await self.take(Received(update_id, chat_of(wire), json.dumps(wire, ensure_ascii=False)))

    async def take(self, one: Received) -> None:
        """As bot/intake.py does with what a poll has brought."""
        self.sent[one.update_id] = one
        if one.update_id in await self.app.store.write(inbox.store, [one], self.now):
            self.app.lanes.put(one)

    async def settle(self) -> None:
        """Until every update is handled and marked."""
        while not self.app.lanes.idle:
            await asyncio.sleep(0.001)
        await self.app.finishing.flush()
        await self.app.store.write(_nothing)  # behind what may still be being marked

    async def unshow(self, update_id: int) -> None:
        """As if the process had died between the change and the answer of this update."""
        values = {"state": "effect", "body": self.sent[update_id].body}

        def undo(conn: Connection) -> None:
            conn.execute(update(inbox_table).where(inbox_table.c.update_id == update_id).values(values))

        await self.app.store.write(undo)
        press = json.loads(self.sent[update_id].body).get("callback_query", {})
        self.telegram.answers.pop(press.get("id"), None)

    # -- the store

    async def event(self, slug: str) -> Event:
        found = {event.slug: event for event in await self.app.store.read(store_events.published)}
        return found[slug]

    async def change(self, slug: str, **values: Any) -> None:
        """As the coordinators will do one day: an event changes under the readers' hands."""

        def use_case(conn: Connection) -> None:
            conn.execute(update(event_table).where(event_table.c.slug == slug).values(values))

        await self.app.store.write(use_case)
        self.app.house.programme.drop()

    async def add(self, slug: str, starts: str, ends: str | None = None, **given: Any) -> Event:
        """An event of the test's own, brought in as content is."""
        record = {
            **{"slug": slug, "venue": "avangard", "kind": "concert", "confirmed": True, "zone": "Asia/Tomsk"},
            **{"starts_local": starts, "ends_local": ends, "closes_local": None, "capacity": None},
            **{"largest_party": 10, "ask_children": False, "for_children": False, "free": True, "spoken": []},
            **{"phone": None, "photo": None, "cancelled": False, "texts": {"ru": {"title": slug.title()}}},
            **given,
        }
        await self.app.store.write(imports.bring, [], [record], None, self.now)
        self.app.house.programme.drop()
        return await self.event(slug)

    async def add_venue(self, slug: str, **given: Any) -> None:
        record = {"slug": slug, "confirmed": True, "phone": None, "latitude": None, "longitude": None, "texts": {}}
        await self.app.store.write(imports.bring, [{**record, **given}], [], None, self.now)

    async def crowd(self, slug: str, places: int) -> None:
        """Others take that many places."""
        event = await self.event(slug)

        def use_case(conn: Connection) -> None:
            for number in range(places):
                guest = people.meet(conn, CROWD + number, "Asia/Tomsk", self.now)
                consents.give(conn, guest.id, "ru", self.now)
                signups.join(conn, event.id, guest.id, Party(1), f"Гость {number}", self.now)
                people.lose(conn, guest.user_id, "a guest without a phone", self.now)

        await self.app.store.write(use_case)

    async def dump(self, *tables: Table) -> list[tuple[Any, ...]]:
        """Every row of these tables, to be compared."""

        def use_case(conn: Connection) -> list[tuple[Any, ...]]:
            return [tuple(row) for table in tables for row in conn.execute(select(table).order_by(*table.primary_key))]

        return await self.app.store.read(use_case)

    # -- what always holds

    async def check(self) -> None:
        """Every press answered exactly once; no update left unhandled or set aside."""
        twice_or_never = {query: self.telegram.answers[query] for query in self.telegram.asked}
        assert all(count == 1 for count in twice_or_never.values()), twice_or_never
        states = {row[0]: row[3] for row in await self.dump(inbox_table)}
        aside = {number for number, state in states.items() if state == "aside"}
        assert set(states.values()) <= {"done", "aside"}
        assert bool(aside) == self.expect_aside, aside


def _moments(conn: Connection, now: datetime) -> list[datetime]:
    """When something becomes due by time alone: messages, held places, answers, the ends of queues."""
    columns = (outbox_table.c.due_at, signup_table.c.held_until, signup_table.c.offered_until)
    found = [conn.scalar(select(func.min(column)).where(column > now)) for column in columns]
    queued = select(event_table.c.starts_at, event_table.c.closes_at).join(signup_table)
    for starts_at, closes_at in conn.execute(queued.where(signup_table.c.queue_number.is_not(None)).distinct()):
        found += [starts_at - KEPT_UNTIL, last_moment(starts_at, closes_at)]
    return [moment for moment in found if moment is not None and moment > now]


def _nothing(conn: Connection) -> None:
    """A turn in the writer's queue."""
