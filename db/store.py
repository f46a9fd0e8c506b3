"""The way to the data: one writer, one query-only reader, each on the worker thread of its aiosqlite connection.

A use case is a plain function over a Core `Connection`; it runs whole on that thread, in one transaction, so no network
call can happen inside it. The two private names this leans on (`Connection._execute`, `Connection._conn` of aiosqlite)
are used here only and held by tests/db/test_store.py.
"""

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Concatenate, ParamSpec, TypeVar

import aiosqlite
from sqlalchemy import Connection, create_engine, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError
from sqlalchemy.pool import StaticPool

P = ParamSpec("P")
T = TypeVar("T")
UseCase = Callable[Concatenate[Connection, P], T]

PRAGMAS = (
    "journal_mode=WAL",
    "synchronous=FULL",
    "foreign_keys=ON",
    "busy_timeout=5000",
    "journal_size_limit=67108864",
    "secure_delete=ON",
    "temp_store=MEMORY",
    "trusted_schema=OFF",
    "cell_size_check=ON",
)


def database_path(url: str) -> Path:
    """The file behind a DATABASE_URL. Raises ValueError for anything but SQLite in a file."""
    try:
        parsed = make_url(url)
    except ArgumentError:
        raise ValueError(url) from None
    if parsed.drivername != "sqlite+aiosqlite" or not parsed.database or parsed.database == ":memory:":
        raise ValueError(url)
    return Path(parsed.database)


class Unwritable(Exception):
    """The disk took nothing: it is full, read-only or broken. Nothing was changed; SQLite's name of it."""


UNWRITABLE = ("SQLITE_FULL", "SQLITE_IOERR", "SQLITE_READONLY", "SQLITE_CANTOPEN")


def takes_nothing(error: Exception) -> str | None:
    """SQLite's name for a disk that is full, read-only or broken; None for any other error."""
    if isinstance(error, Unwritable):
        return str(error)
    name: str = getattr(getattr(error, "orig", error), "sqlite_errorname", "")
    return name if name.startswith(UNWRITABLE) else None


def file_sizes(path: Path) -> dict[str, int]:
    """Bytes of the database and of its log; a file that is not there has none."""
    files = {"database": path, "wal": path.with_name(f"{path.name}-wal")}
    return {name: _size(file) for name, file in files.items()}


def _size(file: Path) -> int:
    try:
        return file.stat().st_size
    except FileNotFoundError:
        return 0


class Store:
    """Opened once a process; everything that reads or writes goes through `read` and `write`."""

    def __init__(self, writer: "_Line", reader: "_Line") -> None:
        self._writer, self._reader = writer, reader
        self.unwritable: str | None = None  # why the last write was refused, if it was

    @classmethod
    async def open(cls, path: Path) -> "Store":
        writer = await _Line.open(path, "BEGIN IMMEDIATE", PRAGMAS)
        return cls(writer, await _Line.open(path, "BEGIN", (*PRAGMAS, "query_only=ON")))

    async def write(self, use_case: UseCase[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run `use_case` under the write lock; commit, or roll back whatever it raised at. Raises Unwritable."""
        try:
            result = await self._writer.run(use_case, *args, **kwargs)
        except DBAPIError as error:
            self.unwritable = takes_nothing(error)
            if self.unwritable is None:
                raise
            raise Unwritable(self.unwritable) from error
        self.unwritable = None
        return result

    async def read(self, use_case: UseCase[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run `use_case` on a consistent snapshot; a write inside it fails."""
        return await self._reader.run(use_case, *args, **kwargs)

    async def scrub(self) -> bool:
        """Leave no byte of what was erased: neither in the slack of the file nor in its log. Blocks the writer
        meanwhile. False where a reader was in the way and the log still holds some: to be done again.

        secure_delete blanks a deleted row, not the copies of it that splitting pages left behind: VACUUM does.
        """
        return await self._writer.scrub()

    async def close(self) -> None:
        await self._reader.close()
        await self._writer.close()


class _Line:
    """One connection, its thread, and the one Core connection over it: opening one for each use case costs a tenth
    of a press."""

    def __init__(self, connection: aiosqlite.Connection, core: Connection, begin: str) -> None:
        self._connection, self._core, self._begin = connection, core, begin

    @classmethod
    async def open(cls, path: Path, begin: str, pragmas: tuple[str, ...]) -> "_Line":
        connection = await aiosqlite.connect(path, isolation_level=None)
        for pragma in pragmas:
            await connection.execute(f"PRAGMA {pragma}")
        engine = create_engine(
            "sqlite://",
            creator=lambda: connection._conn,
            poolclass=StaticPool,
            pool_reset_on_return=None,
            hide_parameters=True,  # an error may be logged: no text of a message, no name in it
        )
        return cls(connection, await _on_its_thread(connection, engine.connect), begin)

    async def run(self, use_case: UseCase[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        def whole() -> T:
            try:
                with self._core.begin():
                    self._core.exec_driver_sql(self._begin)
                    return use_case(self._core, *args, **kwargs)
            finally:
                if self._connection._conn.in_transaction:  # the commit failed: nothing of it may hold up the next
                    self._connection._conn.rollback()

        return await _on_its_thread(self._connection, whole)

    async def scrub(self) -> bool:
        def whole() -> bool:
            self._connection._conn.execute("VACUUM")
            ((busy, *_),) = self._connection._conn.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
            return bool(busy == 0)

        return await _on_its_thread(self._connection, whole)

    async def close(self) -> None:
        await self._connection.close()


def _on_its_thread(connection: aiosqlite.Connection, whole: Callable[[], T]) -> Awaitable[T]:
    """One hop: whatever runs in it, no other use case comes in between."""
    submit: Callable[[Callable[[], T]], Awaitable[T]] = connection._execute
    return submit(whole)
