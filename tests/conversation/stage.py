"""The scene of tests/conversation/test_matrix.py: somebody with everything to lose, and those who try to take it."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from aiogram.methods import AnswerCallbackQuery
from aiogram.types import BufferedInputFile
from sqlalchemy import Connection, insert, select

from db import consents, destructions, people, signups
from db.rules.codes import spoken
from db.rules.seats import Party
from db.tables import inbox as inbox_table
from db.tables import metadata, roles
from db.tables import signups as signup_table
from handlers import buttons as to
from handlers.words import plain
from tests.conversation.matrix import Row
from tests.conversation.person import Person
from tests.conversation.world import CROWD, OWNER, World

VICTIM, GROUP = 7001002003, -100500
CANARY, CANARY_PHONE = "Канарейкина", "+79135550123"
OF_OWNERS = ("Списки гостей", "Акт об уничтожении")
OLD = 1  # the number of a message that nobody has
CONTENT = {"events", "event_texts", "venues", "venue_texts"}  # compared once, at the end
Rows = dict[tuple[object, ...], tuple[object, ...]]


@dataclass(frozen=True)
class Change:
    table: str
    whose: object  # a person's number in the store, or None for what is nobody's
    grew: bool


class Stage:
    """`events`: the victim is signed up for the first, has an offer for the full second, and is in the form of the
    third. `secrets`: what nobody else may ever be shown."""

    def __init__(self, world: World) -> None:
        self.world, self.people = world, 0
        self.victim, self._owner = 0, 0  # their numbers in the store
        self.events: tuple[int, ...] = ()
        self.secrets: tuple[str, ...] = ()
        self._reader = sqlite3.connect(world.path)
        self._live = set(metadata.tables) - CONTENT - {inbox_table.name}
        self._content: dict[str, Rows] = {}

    async def prepare(self) -> "Stage":
        world = self.world
        first = await world.add("a-birds", "2027-03-25T18:00", capacity=500)
        full = await world.add("b-birds", "2027-03-26T18:00", capacity=3)
        form = await world.add("c-birds", "2027-03-27T18:00", capacity=500, ask_children=True)
        self.events = (first.id, full.id, form.id)
        victim = world.person(VICTIM, f"{CANARY} {CANARY_PHONE}", "ru")
        await world.crowd("b-birds", 3)
        for press in (
            *(to.ChooseLanguage(language=to.Lang.RU), to.SignUp(event=first.id)),
            *(to.Consent(event=first.id, agree=True), to.Adults(event=first.id, purpose=to.Purpose.JOIN, adults=2)),
            *(to.Queue(event=full.id), to.Adults(event=full.id, purpose=to.Purpose.QUEUE, adults=1)),
        ):
            await victim.forges(press.pack(), on=OLD)
        await world.app.store.write(self._somebody_leaves, full.id)
        await world.later(timedelta(minutes=11))
        victim.sees("Для вас освободилось место")
        await victim.forges(to.SignUp(event=form.id).pack(), on=OLD)
        await victim.forges(to.Adults(event=form.id, purpose=to.Purpose.JOIN, adults=2).pack(), on=OLD)
        victim.sees("Сколько придёт детей?")
        self.secrets = await world.app.store.write(self._secrets)
        self._content = self._rows(CONTENT)
        return self

    def _somebody_leaves(self, conn: Connection, event_id: int) -> None:
        guest = people.find(conn, CROWD)
        assert guest is not None
        signups.leave(conn, event_id, guest.id, self.world.now)

    def _secrets(self, conn: Connection) -> tuple[str, ...]:
        victim = people.find(conn, VICTIM)
        assert victim is not None
        self.victim = victim.id
        (self._owner,) = people.owner_ids(conn)
        codes = conn.scalars(select(signup_table.c.code).where(signup_table.c.person_id == victim.id))
        number = destructions.record(conn, "asked", {"profiles": 1}, self.world.now)
        return (CANARY, CANARY_PHONE[2:], str(VICTIM), number, *map(spoken, codes))

    # -- those who try

    def stranger(self) -> Person:
        self.people += 1
        return self.world.person(8_000_000_000 + self.people, "Чужой", "ru")

    async def member(self) -> Person:
        """Has agreed to everything, and comes to the first event as well."""
        member = self.stranger()
        await self.world.app.store.write(self._join, member.id)
        return member

    def _join(self, conn: Connection, user_id: int) -> None:
        now = self.world.now
        person = people.meet(conn, user_id, "Asia/Tomsk", now)
        people.choose_language(conn, person.id, "ru", now)
        consents.give(conn, person.id, "ru", now)
        signups.join(conn, self.events[0], person.id, Party(1), "Сосед", now)

    async def ex_owner(self) -> Person:
        """Has the owners' screens with their buttons in the chat, and the right no more."""
        person = await self.member()
        await self.world.app.store.write(self._give_role, person.id)
        for press in (to.Lists(page=0), to.Guests(event=self.events[0], page=0), to.Act()):
            await person.forges(press.pack(), on=OLD)
        assert CANARY in "".join(shown.text for shown in person.room.messages.values())
        await self.world.app.store.write(self._take_role, person.id)
        await person.says("/help")  # a report of a mistake names the last screen one has seen, and that may be told
        return person

    def _give_role(self, conn: Connection, user_id: int) -> None:
        person = people.find(conn, user_id)
        assert person is not None
        conn.execute(insert(roles).values(person_id=person.id, role="owner", given_at=self.world.now))

    def _take_role(self, conn: Connection, user_id: int) -> None:
        person = people.find(conn, user_id)
        assert person is not None
        conn.execute(roles.delete().where(roles.c.person_id == person.id))

    async def owner(self) -> Person:
        owner = self.world.person(OWNER, "Мария", "ru")
        await owner.forges("lg:ru", on=OLD)
        return owner

    # -- what came of it

    @contextmanager
    def watched(self, actor: Person, row: Row, what: str) -> Iterator[None]:
        """Whatever happens inside may be nothing but what the row allows, and is said to nobody but the actor."""
        before, calls = self._rows(self._live), len(self.world.telegram.calls)
        known = self._number(actor)
        yield
        ours = {known, self._number(actor)} - {None}
        for change in self._changes(before):
            allowed = change.whose in ours and (change.table in row.own or (change.table == "people" and known is None))
            counted = change.whose is None and change.grew and change.table in row.counts
            told = row.tells_owners and change.table == "outbox" and change.grew and change.whose == self._owner
            assert (allowed or counted or told) and actor.chat_id > 0, f"{what!r} of {actor.name} changes {change}"
        for call in self.world.telegram.calls[calls:]:
            self._said(call, actor, what)
        press = [query for query in self.world.telegram.asked if self.world.telegram.answers[query] != 1]
        assert not press, f"{what!r} of {actor.name} is answered {press}"
        assert not self._aside(), f"{what!r} of {actor.name} is set aside"
        self.world.telegram.asked.clear()

    def _said(self, call: Any, actor: Person, what: str) -> None:
        chat = getattr(call, "chat_id", None) or getattr(getattr(call, "scope", None), "chat_id", None)
        assert isinstance(call, AnswerCallbackQuery) or chat == actor.chat_id, f"{what!r} is told to {chat}"
        said = seen(call)
        found = [secret for secret in (*self.secrets, *OF_OWNERS) if secret in said]
        assert not found, f"{what!r} shows {actor.name} {found}"

    def _number(self, person: Person) -> object:
        query = "SELECT id FROM people WHERE channel_user_id = ?"
        found = self._reader.execute(query, (person.id,)).fetchone()
        return found[0] if found else None

    def _aside(self) -> int:
        return int(self._reader.execute("SELECT count(*) FROM inbox WHERE state = 'aside'").fetchone()[0])

    def _rows(self, tables: set[str]) -> dict[str, Rows]:
        found = {}
        for name in sorted(tables):
            names = [column.name for column in metadata.tables[name].columns]
            keys = [names.index(column.name) for column in metadata.tables[name].primary_key]
            rows = self._reader.execute(f"SELECT {', '.join(names)} FROM {name}").fetchall()
            found[name] = {tuple(row[at] for at in keys): row for row in rows}
        return found

    def _changes(self, before: dict[str, Rows]) -> Iterator[Change]:
        for name, rows in self._rows(set(before)).items():
            old, whose = before[name], _owner_of(name)
            for key in sorted(old.keys() | rows.keys(), key=str):
                if old.get(key) != rows.get(key):
                    for row in {old.get(key), rows.get(key)} - {None}:
                        yield Change(name, whose(row), grew=key in rows)

    def close(self) -> None:
        unchanged = self._rows(CONTENT) == self._content
        self._reader.close()
        assert unchanged, "somebody has changed what is on offer"


def _owner_of(name: str) -> Callable[[Any], object]:
    names = [column.name for column in metadata.tables[name].columns]
    key = "id" if name == "people" else "person_id"
    return (lambda row: row[names.index(key)]) if key in names else (lambda row: None)


def seen(call: Any) -> str:
    """All that a person could read of a call: text, alert, caption, title, what stands in a file."""
    texts = [getattr(call, name, None) for name in ("text", "caption", "title", "address")]
    document = getattr(call, "document", None)
    if isinstance(document, BufferedInputFile):
        texts.append(document.data.decode("utf-8-sig").replace("\r\n ", ""))  # a calendar file breaks its lines
    return plain("\n".join(text for text in texts if isinstance(text, str)))
