"""Copies of the whole store: taken while others write, known again later, and made ready to go on from."""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection, create_engine
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool

from db import facts, migrate, outbox
from db.migrate import SchemaTooNew

COPIED_AT = "copied_at"  # the fact by which a copy is known as one; a store in use never has it
_BEGINNING = b"SQLite format 3\0"
_WITHOUT_LOG = b"\1\1"  # after the size of a page: a store in use has 2 there, and its last changes in another file
PATIENCE = 5.0  # seconds to wait for somebody else's lock


class Broken(Exception):
    """The pages of the file do not hold together."""


class NotACopy(Exception):
    """A database, or anything else, that `take` did not write."""


def take(database: Path, to: Path, now: datetime) -> None:
    """Write a whole copy into the empty file `to`: one moment of the store, and nothing of what was deleted.

    Reads over a connection of its own that cannot write (query_only would forbid VACUUM INTO as well). Nobody waits
    for it but the truncation of the log. Raises sqlite3.Error, Broken.
    """
    with closing(sqlite3.connect(f"{database.absolute().as_uri()}?mode=ro", uri=True, timeout=PATIENCE)) as source:
        source.execute("PRAGMA temp_store=MEMORY")
        source.execute("VACUUM INTO ?", (str(to),))
    with _inside(to) as conn:
        facts.put(conn, COPIED_AT, now.isoformat())
    _check(to)


def recognise(path: Path) -> datetime:
    """When this whole copy was taken. Raises NotACopy, Broken, SchemaTooNew."""
    with path.open("rb") as file:
        if file.read(len(_BEGINNING)) != _BEGINNING or file.read(4)[2:] != _WITHOUT_LOG:
            raise NotACopy
    try:
        _check(path)
        schema, copied_at = migrate.current(path), _copied_at(path)
    except sqlite3.DatabaseError:
        raise Broken from None
    if copied_at is None or schema is None:
        raise NotACopy
    if schema > migrate.head():
        raise SchemaTooNew(schema)
    return copied_at


def _copied_at(path: Path) -> datetime | None:
    with closing(sqlite3.connect(path)) as connection:
        try:
            found = connection.execute("SELECT value FROM facts WHERE key = ?", (COPIED_AT,)).fetchone()
        except sqlite3.OperationalError:  # no such table
            return None
    return datetime.fromisoformat(json.loads(found[0])) if found else None


def go_on(path: Path, now: datetime) -> None:
    """Make a store of a copy. What has come due since then may have been sent: nobody knows."""
    with _inside(path) as conn:
        outbox.doubt(conn, now)
        facts.drop(conn, COPIED_AT)


def _check(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        if connection.execute("PRAGMA integrity_check(1)").fetchone() != ("ok",):
            raise Broken


@contextmanager
def _inside(path: Path) -> Iterator[Connection]:
    engine = create_engine("sqlite://", creator=lambda: _connect(path), poolclass=NullPool, hide_parameters=True)
    try:
        with engine.begin() as conn:
            yield conn
    except DBAPIError as error:
        raise error.orig or error from None


def _connect(path: Path) -> sqlite3.Connection:
    """Leaves no journal with rows of people in it beside the file."""
    connection = sqlite3.connect(path)
    for pragma in ("journal_mode=MEMORY", "secure_delete=ON"):
        connection.execute(f"PRAGMA {pragma}")
    return connection
