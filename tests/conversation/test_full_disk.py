"""Updates on disk already whose change finds no room: said in the person's own words, and done once there is some."""

import asyncio
from collections.abc import Coroutine
from typing import Any

import pytest

from bot import handling
from db import inbox
from db.inbox import Received
from db.tables import people, signups
from tests.bot.parts import until
from tests.bot.test_disk import read_only
from tests.conversation.person import Person
from tests.conversation.world import World

SORRY = "Сейчас не получается сохранить. Ничего не потеряно: ответим, как только сможем."


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(handling, "FULL_STEP", 0.01)


async def while_full(
    world: World, monkeypatch: pytest.MonkeyPatch, act: Coroutine[Any, Any, None], person: Person
) -> None:
    """What the person does reaches the disk, and then nothing does until they have been told of it."""
    store, sorry = world.app.store, person.t(SORRY)

    async def take(one: Received) -> None:
        assert await store.write(inbox.store, [one], world.now)
        await read_only(store)
        world.app.lanes.put(one)

    with monkeypatch.context() as patch:
        patch.setattr(world, "take", take)
        acting = asyncio.get_running_loop().create_task(act)
        await until(lambda: sorry in [shown.text for shown in person.room.messages.values()])
        await asyncio.sleep(0.1)
        assert not acting.done()
        await read_only(store, on=False)
        await acting


def apologies(person: Person) -> int:
    return [shown.text for shown in person.room.messages.values()].count(person.t(SORRY))


async def test_a_press_that_changes_something(world: World, amina: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    await amina.start("e_lektsiya-2027")
    await amina.chooses("Yozilish", "Roziman")
    await while_full(world, monkeypatch, amina.press("2"), amina)
    amina.sees("Siz yozildingiz")
    assert len(await world.dump(signups)) == 1
    assert apologies(amina) == 1


async def test_a_stranger_whom_nobody_can_meet_yet(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    stranger = world.person(77, "Новый", "ru")
    await while_full(world, monkeypatch, stranger.start(), stranger)
    stranger.sees("Выберите язык")
    assert len(await world.dump(people)) == 2


async def test_a_stranger_who_presses_an_old_button(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Their spinner ends though nobody can be made of them: the end of each test looks for that."""
    stranger = world.person(77, "Новый", "ru")
    await while_full(world, monkeypatch, stranger.forges("mn", on=1), stranger)
    stranger.sees("Выберите язык")


async def test_the_words_are_said_once_a_trouble(world: World, ivan: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    await ivan.says("/language")
    await while_full(world, monkeypatch, ivan.press("Тоҷикӣ"), ivan)
    ivan.language = "tg"
    assert len([shown for shown in ivan.room.messages.values() if shown.text == SORRY]) == 1


async def test_an_update_is_never_set_aside_for_it(world: World, ivan: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    """However often it is tried."""
    tries: list[int] = []
    has_answered = world.app.troubles.disk.has_answered

    def counted(update_id: int) -> bool:
        tries.append(update_id)
        return has_answered(update_id)

    monkeypatch.setattr(world.app.troubles.disk, "has_answered", counted)
    await ivan.says("/language")
    await while_full(world, monkeypatch, ivan.press("Тоҷикӣ"), ivan)
    assert len(tries) > len(handling.BUG_STEPS) + 2
