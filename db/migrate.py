"""Bringing the schema up to date: forwards only, whole or not at all."""

import sqlite3
from pathlib import Path

VERSIONS = Path(__file__).parent / "migrations" / "versions"


class SchemaTooNew(Exception):
    """The database was made by a newer version of the code; it is not touched."""


def head() -> str:
    return max(path.stem.split("_")[0] for path in VERSIONS.glob("[0-9]*.py"))


def current(path: Path) -> str | None:
    """The schema's number; None for a new or empty file."""
    if not path.exists():
        return None
    with sqlite3.connect(f"file:{path}?mode=ro", uri=True) as connection:
        try:
            row = connection.execute("SELECT version_num FROM alembic_version").fetchone()
        except sqlite3.OperationalError:
            return None
    return row[0] if row else None


def upgrade(path: Path) -> str | None:
    """Bring the file to the newest schema; gives the number it came from. Raises SchemaTooNew.

    Alembic is imported only where there is something to do: it would cost every start a third of a second.
    """
    before = current(path)
    if before is not None and before > head():
        raise SchemaTooNew(before)
    if before != head():
        _run(path, "head")
    return before


def _run(path: Path, revision: str) -> None:
    from alembic import command
    from alembic.config import Config

    from db.migrations.engine import migration_engine

    config = Config()
    config.set_main_option("script_location", str(VERSIONS.parent))
    engine = migration_engine(path)
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, revision)
        broken = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
        if broken:
            raise RuntimeError(f"the migration leaves {len(broken)} broken references")
    engine.dispose()
