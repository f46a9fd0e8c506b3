"""Single values of the whole bot, by key."""

from typing import Any

from sqlalchemy import Connection, select
from sqlalchemy.dialects.sqlite import insert

from db.tables import facts


def get(conn: Connection, key: str) -> Any:
    """The value, or None."""
    return conn.scalar(select(facts.c.value).where(facts.c.key == key))


def put(conn: Connection, key: str, value: Any) -> None:
    row = insert(facts).values(key=key, value=value)
    conn.execute(row.on_conflict_do_update(index_elements=["key"], set_={"value": value}))


def drop(conn: Connection, key: str) -> None:
    conn.execute(facts.delete().where(facts.c.key == key))
