"""One process a database: `run`, `import` and `migrate` take the same lock."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class Busy(Exception):
    """Another process holds the database."""


@contextmanager
def hold(database: Path) -> Iterator[None]:
    """Hold the lock beside the database file; the system lets it go with the process. Raises Busy, OSError."""
    with database.with_name(database.name + ".lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Busy from None
        yield
