"""Thousands of updates with something wrong in them: nothing breaks, nobody else hears of it, each one ends.

`make torture` runs the same with as many more as one has time for.
"""

import json
import os
import sys
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from sqlalchemy import Connection, select

from bot import intake
from db.tables import inbox, outbox
from handlers import screens, show
from handlers.screen import Screen
from tests.conversation.fuzz import RECORDER, Generator, Run, Torture
from tests.conversation.test_odd_presses import CORPUS
from tests.conversation.wire import Wire
from tests.conversation.world import OWNER, World

SEED = int(os.environ.get("FUZZ_SEED") or 2027)
UPDATES = int(os.environ.get("FUZZ_UPDATES") or 2500)
SECONDS = float(os.environ.get("FUZZ_SECONDS") or 0)
STRANGERS = (9_000_001, 9_000_002)
PEOPLE = (9_000_011, 9_000_012, 9_000_013)
GROUPS = (-100500, -100501)
FEW = 1500


async def settled(world: World) -> None:
    """People in the middle of things: a form, a queue, a name half asked for."""
    full = await world.add("ptitsy", "2027-03-25T18:00", capacity=3)
    await world.crowd("ptitsy", 3)
    at = (await world.event("navruz-2027")).id
    join = (f"su:{at}", f"cs:{at}:1", f"cd:{at}:j:2:1")
    steps = (("lg:ru", *join[:2]), ("lg:uz", *join, "nm"), ("lg:tg", *join, f"qu:{full.id}"))
    for number, presses in zip((*PEOPLE, OWNER), (*steps, ("lg:ru",)), strict=True):
        for payload in presses:
            await world.person(number, "<b>Птица & Ко", "ru").forges(payload, on=1)


async def recorded(world: World) -> list[Wire]:
    """A usual conversation, as Telegram brought it."""
    person = world.person(RECORDER, "Запись", "ru")
    await person.start("e_navruz-2027")
    await person.chooses("Русский", "Записаться", "Согласен", "2", "1", "Меню", "Афиша", "Меню", "Мои записи", "Меню")
    await person.chooses("Настройки", "Моё имя")
    await person.says("Другое Имя")
    for payload in ("pr", "mf", "hp", "qt", "rm", "ls", "ol:0"):
        await person.forges(payload)
    await person.edits("3")
    await person.becomes("kicked")
    await person.becomes("member")
    bodies = [one.body for one in world.sent.values() if str(RECORDER) in one.body]
    return [{**json.loads(body), "update_id": 0} for body in bodies]


async def tortured(world: World, updates: int, seconds: float = 0, spoil: Callable[[], None] = lambda: None) -> Run:
    await settled(world)
    wires = await recorded(world)
    world.telegram.asked.clear()
    spoil()
    town = (*STRANGERS, *PEOPLE, OWNER, *GROUPS)
    generator = Generator(SEED, wires, town, [*CORPUS, "x", ""])
    return await Torture(world, generator).go(updates, seconds)


def sound(run: Run) -> None:
    shown = "\n\n".join(run.faults[:3])
    assert not run.faults, f"FUZZ_SEED={SEED}, {len(run.faults)} faults in {run.updates} updates\n{shown}"


@pytest.fixture
def harmless(world: World) -> Iterator[World]:
    """Many an update is set aside here, and no such press is answered: the run itself looks at both."""
    world.expect_aside = True
    yield world
    world.telegram.asked.clear()


async def test_nothing_that_comes_breaks_anything(harmless: World) -> None:
    run = await tortured(harmless, UPDATES, SECONDS)
    sound(run)
    sys.stdout.write(f"{run.updates} updates, seed {SEED}: {dict(run.ends)}, polls of nothing: {run.polls_failed}\n")
    assert run.updates >= UPDATES or SECONDS
    assert run.ends["done"] > 0.3 * run.updates and run.ends["aside"] > 0.05 * run.updates
    await harmless.app.store.write(few_apologies)
    await harmless.due()


def few_apologies(conn: Connection) -> None:
    """The rest would wait for the bulk limit, on the real clock."""
    later = select(outbox.c.id).where(outbox.c.kind == "apology").order_by(outbox.c.id).offset(10)
    conn.execute(outbox.delete().where(outbox.c.id.in_(later)))


def fails(patch: pytest.MonkeyPatch) -> None:
    """A handler that expects every message to have a text."""

    def menu(*_: Any, **__: Any) -> Screen:
        raise KeyError("text")

    patch.setattr(screens, "not_understood", menu)


def believes(patch: pytest.MonkeyPatch) -> None:
    """Whoever an update names as its sender can be."""
    patch.setattr("bot.reading._possible", lambda event: True)


def mistakes(patch: pytest.MonkeyPatch) -> None:
    """Answers go to somebody else."""
    made = show.method
    patch.setattr(show, "method", lambda chat_id, screen, **given: made(STRANGERS[0], screen, **given))


def forgets_to_escape(patch: pytest.MonkeyPatch) -> None:
    patch.setattr("handlers.words.html.escape", lambda text, quote: text)


def trusts_numbers(patch: pytest.MonkeyPatch) -> None:
    """The intake as it was: every update has a number."""
    patch.setattr(intake, "_numbered", lambda came: came)


def trusts_letters(patch: pytest.MonkeyPatch) -> None:
    """The intake as it was: whatever is a text can be stored."""
    patch.setattr(intake, "_body", lambda update: json.dumps(update, ensure_ascii=False))


BROKEN = [fails, believes, mistakes, forgets_to_escape, trusts_numbers, trusts_letters]


@pytest.mark.parametrize("broken", BROKEN)
async def test_what_is_broken_is_found(
    harmless: World, monkeypatch: pytest.MonkeyPatch, broken: Callable[[pytest.MonkeyPatch], None]
) -> None:
    run = await tortured(harmless, FEW, spoil=lambda: broken(monkeypatch))
    assert run.faults
    await harmless.app.store.write(all_aside)


def all_aside(conn: Connection) -> None:
    """What a twin left unhandled is found already: it is not asked after again when the world ends."""
    conn.execute(inbox.update().values(state="aside", body=None))
