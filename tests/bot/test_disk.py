"""A disk that takes nothing: what the store makes of it, and what is said to whom, how often and until when."""

import asyncio
import json
from typing import Any

import pytest
from aiogram import Bot
from aiogram.exceptions import TelegramNetworkError
from aiogram.methods import AnswerCallbackQuery, SendMessage, TelegramMethod
from sqlalchemy import Connection, select
from sqlalchemy.exc import IntegrityError
from structlog.typing import EventDict

from bot import finishing as module
from bot.finishing import Finishing
from bot.gate import Known
from bot.jobs.disk import Disk
from bot.nursery import Nursery
from db import facts, inbox, people
from db.inbox import Received
from db.store import Store, Unwritable
from db.tables import alarms
from tests.bot.parts import MESSAGE, TOKEN, Answers
from tests.db.scene import NOW, ZONE

OWNER, SILENT_OWNER, AMINA = 500, 501, 7


async def read_only(store: Store, *, on: bool = True) -> None:
    """Not by a use case: it could not be taken back by one."""
    await store._writer._connection.execute(f"PRAGMA query_only={'ON' if on else 'OFF'}")


def no_more_pages(conn: Connection) -> None:
    pages = conn.exec_driver_sql("PRAGMA page_count").scalar_one()
    conn.exec_driver_sql(f"PRAGMA max_page_count={pages}")


async def test_a_full_disk_is_told_from_a_mistake_of_ours(store: Store) -> None:
    await store.write(no_more_pages)
    with pytest.raises(Unwritable, match="SQLITE_FULL"):
        await store.write(facts.put, "big", "x" * 10**6)
    assert store.unwritable == "SQLITE_FULL"
    assert await store.read(facts.get, "big") is None
    await store.write(facts.put, "small", 1)
    assert store.unwritable is None
    with pytest.raises(IntegrityError):
        await store.write(lambda conn: conn.exec_driver_sql("INSERT INTO facts VALUES ('small', '1')") and None)
    assert store.unwritable is None


async def test_a_disk_that_is_read_only_is_one_as_well(store: Store) -> None:
    await store.write(facts.put, "before", 1)
    await read_only(store)
    with pytest.raises(Unwritable, match="SQLITE_READONLY"):
        await store.write(facts.put, "during", 1)
    assert await store.read(facts.get, "before") == 1
    await read_only(store, on=False)
    await store.write(facts.put, "after", 1)
    assert [await store.read(facts.get, key) for key in ("during", "after")] == [None, 1]


async def test_what_is_handled_is_marked_once_there_is_room(
    store: Store, nursery: Nursery, logged: list[EventDict], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "LATER", 0.02)
    await store.write(inbox.store, [Received(1, AMINA, "{}")], NOW)
    await read_only(store)
    Finishing(store, nursery).add(1)
    await asyncio.sleep(0.2)
    assert len(await store.read(inbox.unfinished)) == 1
    await read_only(store, on=False)
    assert await nursery.wait(5)
    assert (await store.read(inbox.unfinished), logged) == ((), [])


class Trouble:
    """The words of a store that can be made to refuse, to a Telegram that keeps or breaks every call."""

    def __init__(self, store: Store, nursery: Nursery) -> None:
        self.store, self.nursery, self.broken = store, nursery, False
        self.session = Answers(self._answer)
        self.known = Known(store, ZONE, lambda: NOW)
        self.disk = Disk(store, self.known, Bot(TOKEN, session=self.session), nursery, lambda: NOW)

    def _answer(self, method: TelegramMethod[Any]) -> Any:
        return TelegramNetworkError(method=MESSAGE, message="x") if self.broken else True

    async def write(self) -> None:
        with pytest.raises(Unwritable):
            await self.store.write(facts.put, "k", 1)

    async def sorry(self, number: int, chat_id: int, **part: Any) -> None:
        self.disk.sorry(Received(number, chat_id, json.dumps({"update_id": number, **part})))
        await self.nursery.wait(5)

    def said(self) -> list[tuple[int, str]]:
        sent = [call for call in self.session.calls if isinstance(call, SendMessage)]
        return [(int(call.chat_id), call.text.split("\n")[0]) for call in sent]

    def spinners(self) -> list[str]:
        return [call.callback_query_id for call in self.session.calls if isinstance(call, AnswerCallbackQuery)]


@pytest.fixture
async def trouble(store: Store, nursery: Nursery) -> Trouble:
    await store.write(people.make_owners, (OWNER, SILENT_OWNER), ZONE, NOW)
    for user_id, language in ((OWNER, "ru"), (AMINA, "uz")):
        person = await store.write(people.meet, user_id, ZONE, NOW)
        await store.write(people.choose_language, person.id, language, NOW)
    await read_only(store)
    return Trouble(store, nursery)


SORRY = {
    "ru": "Сейчас не получается сохранить. Ничего не потеряно: ответим, как только сможем.",
    "uz": "Hozir saqlab boʻlmayapti. Hech narsa yoʻqolmadi: imkon boʻlishi bilan javob beramiz.",
}
PRESS = {"callback_query": {"id": "q1"}}
AGAIN = {"callback_query": {"id": "q2"}}
TEXT = {"message": {"text": "тайное слово"}}


async def test_a_chat_is_told_once_in_its_own_language_and_each_spinner_ends_once(
    trouble: Trouble, logged: list[EventDict]
) -> None:
    await trouble.write()
    for number, part in ((1, PRESS), (1, PRESS), (2, AGAIN), (3, TEXT), (1, PRESS)):
        await trouble.sorry(number, AMINA, **part)
    await trouble.sorry(4, 8, **TEXT)
    assert trouble.said() == [(AMINA, SORRY["uz"]), (8, SORRY["ru"])]
    assert trouble.spinners() == ["q1", "q2"]
    assert [trouble.disk.has_answered(number) for number in (1, 2, 9)] == [True, True, False]
    assert [(entry["event"], entry["why"]) for entry in logged] == [("the store takes nothing", "SQLITE_READONLY")]


async def test_neither_groups_nor_those_who_block_us_are_told(trouble: Trouble, logged: list[EventDict]) -> None:
    await trouble.sorry(1, -100, **PRESS)
    await trouble.sorry(2, AMINA, my_chat_member={})
    await trouble.sorry(3, 0, telepathy=[1])
    assert (trouble.said(), trouble.spinners()) == ([], ["q1"])


def rung(conn: Connection) -> list[Any]:
    return [tuple(row) for row in conn.execute(select(alarms.c.kind, alarms.c.facts))]


async def test_owners_are_told_at_once_and_at_the_end(trouble: Trouble, logged: list[EventDict]) -> None:
    await trouble.disk.tick()
    assert (trouble.said(), trouble.disk.refuses()) == ([], False)
    await trouble.write()
    for _ in range(3):
        await trouble.disk.tick()
    (owner,) = trouble.said()
    assert owner[0] == OWNER and owner[1].startswith("⚠️ Бот не может сохранять")
    assert trouble.disk.refuses()
    assert await trouble.store.read(rung) == []
    await read_only(trouble.store, on=False)
    await trouble.disk.tick()
    assert not trouble.disk.refuses()
    assert await trouble.store.read(rung) == [("disk", {"minutes": 0})]
    assert [entry["event"] for entry in logged] == ["the store takes nothing", "the store takes everything again"]


async def test_who_pressed_first_does_not_keep_the_owners_from_being_told(
    trouble: Trouble, logged: list[EventDict]
) -> None:
    await trouble.write()
    await trouble.sorry(1, AMINA, **PRESS)
    await trouble.disk.tick()
    assert [chat for chat, _ in trouble.said()] == [AMINA, OWNER]


async def test_a_new_trouble_is_told_anew(trouble: Trouble, logged: list[EventDict]) -> None:
    for number in (1, 2):
        await read_only(trouble.store)
        await trouble.write()
        await trouble.sorry(number, AMINA, **TEXT)
        await trouble.disk.tick()
        await read_only(trouble.store, on=False)
        await trouble.disk.tick()
    assert [chat for chat, _ in trouble.said()] == [AMINA, OWNER] * 2


async def test_a_page_that_still_finds_its_place_is_not_the_end(
    store: Store, nursery: Nursery, logged: list[EventDict]
) -> None:
    trouble = Trouble(store, nursery)
    await store.write(no_more_pages)
    with pytest.raises(Unwritable):
        await store.write(facts.put, "big", "x" * 10**6)
    await store.write(facts.put, "small", 1)
    await trouble.sorry(1, AMINA, **TEXT)
    await trouble.disk.tick()
    assert trouble.disk.refuses()


async def test_where_telegram_is_away_too_nothing_breaks(trouble: Trouble, logged: list[EventDict]) -> None:
    trouble.broken = True
    await trouble.write()
    await trouble.sorry(1, AMINA, **PRESS)
    await trouble.disk.tick()
    assert {entry["log_level"] for entry in logged} == {"error", "info"}
    assert "тайное" not in str(logged)
