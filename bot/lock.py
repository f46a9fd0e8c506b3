"""One process a database: `run`, `import` and `migrate` take the same lock."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class Busy(Exception):
    """Another process holds the database, whose path is the text."""


class Unopened(Exception):
    """The database cannot be opened here; the text says which and why."""


@contextmanager
def hold(database: Path) -> Iterator[None]:
    """Hold the lock beside the database file; the system lets it go with the process. Raises Busy, Unopened."""
    try:
        file = database.with_name(database.name + ".lock").open("w")
    except OSError as error:
        raise Unopened(database, error.strerror) from None
    with file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Busy(database) from None
        yield
