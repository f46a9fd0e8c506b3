"""Updates that Telegram promises never to send: none of them stops the polling, the start, or its own lane."""

import asyncio
import json
from typing import Any

import pytest
from aiogram import Bot, Dispatcher
from sqlalchemy import select
from structlog.typing import EventDict

from bot.counts import Counts
from bot.finishing import Finishing
from bot.gate import Known
from bot.handling import Handling
from bot.intake import Intake, chat_of
from bot.jobs.disk import Disk
from bot.lanes import MOST_OF_ONE, Lanes
from bot.nursery import Nursery
from bot.pace import Paces
from bot.reading import Unreadable, read
from bot.session import LeanSession
from db import inbox
from db.inbox import Received
from db.store import Store
from db.tables import inbox as rows
from tests.bot.parts import NOW, TOKEN, Answers, until

USER, CHAT = {"id": 7, "is_bot": False, "first_name": "Дилноза"}, {"id": 7, "type": "private"}
BOT = Bot(TOKEN, session=Answers(lambda _: True))
ODD_NUMBERS: list[Any] = ["5", None, True, 1.0, 0, -5, 2**53 + 1, 2**63, [], {}]
NO_UPDATES = ["[", "", "null", "5", '"x"', "[]", "{}", '{"update_id": "x"}', "[" * 5000 + "]" * 5000, "NaN"]


def said(number: Any = 1, **given: Any) -> dict[str, Any]:
    message = {"message_id": 1, "date": 1, "chat": CHAT, "from": USER, "text": "x", **given}
    return {"update_id": number, "message": message}


class Polls(LeanSession):
    """Brings each answer once, and is silent after that."""

    def __init__(self, *answers: Any) -> None:
        super().__init__()
        self.answers, self.offsets = list(answers), list[int | None]()

    async def updates(self, bot: Bot, offset: int | None, allowed: tuple[str, ...]) -> Any:
        self.offsets.append(offset)
        await asyncio.sleep(0 if self.answers else 0.005)
        return self.answers.pop(0) if self.answers else []


class Bench:
    def __init__(self, store: Store, nursery: Nursery, *answers: Any) -> None:
        self.store, self.nursery, self.polls = store, nursery, Polls(*answers)
        finishing, known = Finishing(store, nursery), Known(store, "Asia/Tomsk", lambda: NOW)
        disk = Disk(store, known, BOT, nursery, lambda: NOW)
        handling = Handling(BOT, Dispatcher(disable_fsm=True), store, known, finishing, lambda: NOW, Counts(), disk)
        self.lanes = Lanes(handling, nursery, Paces())
        self.intake = Intake(BOT, self.polls, store, self.lanes, lambda: NOW)

    async def once(self) -> None:
        """One answer, to its end."""
        await self.intake._once()
        await until(lambda: self.lanes.idle)
        await self.nursery.wait(2)

    async def states(self) -> dict[int, tuple[str, str | None]]:
        found = await self.store.read(lambda conn: conn.execute(select(rows)).all())
        return {row.update_id: (row.state, row.error) for row in found}


@pytest.mark.parametrize("number", ODD_NUMBERS, ids=repr)
async def test_what_has_no_number_is_left_out_and_the_rest_of_the_poll_is_taken(
    store: Store, nursery: Nursery, logged: list[EventDict], number: Any
) -> None:
    bench = Bench(store, nursery, [said(3), said(number), "тайное слово", None, said(4)])
    await bench.once()
    assert await bench.states() == {3: ("done", None), 4: ("done", None)}
    await bench.once()
    assert bench.polls.offsets == [None, 5]
    assert [(line["log_level"], line["count"]) for line in logged] == [("warning", 3)]


async def test_a_poll_of_nothing_else_is_waited_out_as_a_bad_network_is(
    store: Store, nursery: Nursery, monkeypatch: pytest.MonkeyPatch, logged: list[EventDict]
) -> None:
    monkeypatch.setattr("bot.intake.STEPS", (0.0,))
    bench = Bench(store, nursery, [said("x")], ["x"], 5, {"x": 1}, [said(6)])
    task = nursery.start(bench.intake.run(), name="polling")
    await until(lambda: bench.polls.offsets[-1:] == [7])
    task.cancel()
    assert [line["why"] for line in logged] == ["Unnumbered", "Unnumbered", "TypeError", "Unnumbered"]


async def test_one_number_twice_in_a_poll_is_one_update(
    store: Store, nursery: Nursery, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench, put = Bench(store, nursery, [said(3), said(3, text="y"), said(4)]), list[int]()
    monkeypatch.setattr(bench.lanes, "put", lambda one, _: put.append(one.update_id))
    await bench.intake._once()
    assert put == [3, 4]


@pytest.mark.parametrize("number", [2**70, -(2**70), True, 1.5, "7"], ids=repr)
async def test_a_chat_that_cannot_be_is_nobodys_lane_and_holds_up_no_poll(
    store: Store, nursery: Nursery, logged: list[EventDict], number: Any
) -> None:
    odd = said(3, chat={"id": number, "type": "private"}, **{"from": {**USER, "id": number}})
    assert chat_of(odd) == 0
    bench = Bench(store, nursery, [odd, said(4)])
    await bench.once()
    assert (await bench.states())[4] == ("done", None)


async def test_half_a_pair_of_surrogates_holds_up_no_poll(
    store: Store, nursery: Nursery, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench = Bench(store, nursery, [json.loads('{"update_id": 3, "telepathy": {"text": "\\ud83d \\ud83d\\ude00"}}')])
    kept: list[Received] = []
    monkeypatch.setattr(bench.lanes, "put", lambda one, _: kept.append(one))
    await bench.intake._once()
    assert json.loads(kept[0].body)["telepathy"]["text"] == "? 😀"


@pytest.mark.parametrize("body", NO_UPDATES, ids=lambda body: body[:20])
async def test_a_row_that_is_no_update_is_set_aside_at_once(
    store: Store, nursery: Nursery, logged: list[EventDict], body: str
) -> None:
    bench = Bench(store, nursery)
    await store.write(inbox.store, [Received(1, 7, body)], NOW)
    await bench.intake.resume()
    await until(lambda: bench.lanes.idle)
    state, why = (await bench.states())[1]
    assert state == "aside" and why is not None and why.startswith("unreadable update: ")
    assert [line["event"] for line in logged] == ["an update is set aside"]


async def test_rows_that_are_no_updates_do_not_stop_a_start_with_a_flood(
    store: Store, nursery: Nursery, logged: list[EventDict]
) -> None:
    bench = Bench(store, nursery)
    bodies = [*(["{}"] * MOST_OF_ONE), *NO_UPDATES]
    await store.write(inbox.store, [Received(number, 7, body) for number, body in enumerate(bodies, 1)], NOW)
    bench.lanes.stop()
    await bench.intake.resume()
    states = [state for state, _ in (await bench.states()).values()]
    assert states.count("aside") == len(NO_UPDATES)


GROUP = {"id": -100, "type": "supergroup"}
IMPOSSIBLE = {
    "a sender beyond all numbers": said(**{"from": {**USER, "id": 2**70}}),
    "a message beyond all numbers": said(message_id=2**70),
    "a message before all numbers": said(message_id=-1),
    "nobody": said(**{"from": {**USER, "id": 0}}),
    "a group for a sender": said(**{"from": {**USER, "id": -100}}),
    "a person for a group": said(chat={"id": 8, "type": "supergroup"}),
    "a private group": said(chat={"id": -100, "type": "private"}),
    "a group beyond all numbers": said(chat={"id": -(2**70), "type": "supergroup"}),
}


@pytest.mark.parametrize("update", IMPOSSIBLE.values(), ids=list(IMPOSSIBLE))
def test_what_comes_from_where_nobody_can_be_is_unreadable(update: dict[str, Any]) -> None:
    with pytest.raises(Unreadable):
        read(json.dumps(update), BOT)


@pytest.mark.parametrize(
    "update",
    [
        said(),
        said(chat=GROUP),
        said(chat={**CHAT, "id": 2**52}, **{"from": {**USER, "id": 2**52}}),
        {"update_id": 1, "channel_post": {"message_id": 1, "date": 1, "chat": {"id": -1, "type": "channel"}}},
        {"update_id": 1, "callback_query": {"id": "1", "from": USER, "chat_instance": "1", "inline_message_id": "x"}},
        {"update_id": 1, "telepathy": 1},
    ],
)
def test_what_can_be_is_read(update: dict[str, Any]) -> None:
    assert read(json.dumps(update), BOT).update_id == 1
