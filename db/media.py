"""Files that Telegram has already, by the bot and the hash of their content: sent again without their bytes."""

from sqlalchemy import Connection, select
from sqlalchemy.dialects.sqlite import insert

from db.tables import media


def find(conn: Connection, key: str) -> str | None:
    """The number under which Telegram has it (its file_id)."""
    return conn.scalar(select(media.c.file_id).where(media.c.key == key))


def keep(conn: Connection, key: str, file_id: str) -> None:
    """In the place of an older number, which Telegram may not take any more."""
    row = insert(media).values(key=key, file_id=file_id)
    conn.execute(row.on_conflict_do_update(index_elements=["key"], set_={"file_id": file_id}))
