"""A world a test: the content of data/assembly.yaml, people of the four languages, and the laws checked at the end."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot import catalogs, handling
from bot.importing import import_file
from db import migrate
from db import store as store_module
from db.store import Store
from tests.conversation.person import Person
from tests.conversation.world import NOON, World

CONTENT = Path(__file__).parents[2] / "data" / "assembly.yaml"


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The store as it is after the first import, made once."""
    path = tmp_path_factory.mktemp("template") / "template.db"
    catalogs.compile_stale()
    migrate.upgrade(path)
    asyncio.run(_import(path))
    return path


async def _import(path: Path) -> None:
    store = await Store.open(path)
    await import_file(store, CONTENT, "Asia/Tomsk", NOON)
    await store.close()


@pytest.fixture
async def world(template: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[World]:
    monkeypatch.setattr(handling, "BUG_STEPS", (0.0, 0.0))
    monkeypatch.setattr(handling, "CUT_STEPS", (0.0, 0.0))
    monkeypatch.setattr(store_module, "PRAGMAS", tuple(one.replace("FULL", "OFF") for one in store_module.PRAGMAS))
    world = await World.open(template, tmp_path)
    try:
        yield world
        await world.check()
    finally:
        await world.close()


@pytest.fixture
async def amina(world: World) -> Person:
    """A newcomer from Uzbekistan, on the menu in her own language."""
    amina = await _settled(world.person(1, "Амина", "uz"), "Oʻzbekcha")
    amina.language = "uz"
    return amina


@pytest.fixture
async def ivan(world: World) -> Person:
    """Reads Russian."""
    return await _settled(world.person(2, "Иван", "ru"), "Русский")


@pytest.fixture
async def owner(world: World) -> Person:
    return await _settled(world.person(500, "Мария", "ru"), "Русский")


async def _settled(person: Person, language: str) -> Person:
    await person.start()
    await person.press(language)
    return person
