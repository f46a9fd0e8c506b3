import shutil
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from sqlalchemy import Connection

from db import migrate
from db.store import Store
from tests.db import scene


@pytest.fixture(scope="session")
def empty_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Migrated once; each test gets a copy."""
    path = tmp_path_factory.mktemp("empty") / "druzhba.db"
    migrate.upgrade(path)
    return path


@pytest.fixture
def database(empty_database: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(empty_database, tmp_path / "druzhba.db"))


@pytest.fixture
async def store(database: Path) -> AsyncIterator[Store]:
    store = await Store.open(database)
    yield store
    await store.close()


@pytest.fixture
def conn(database: Path) -> Iterator[Connection]:
    """One transaction, as a use case gets it."""
    with scene.engine_of(database).begin() as connection:
        yield connection
