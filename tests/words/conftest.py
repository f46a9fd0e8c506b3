"""The compiled catalogs are not in git: build them before any word is said."""

import pytest

from bot import catalogs


@pytest.fixture(scope="session", autouse=True)
def compiled() -> None:
    catalogs.compile_stale()
