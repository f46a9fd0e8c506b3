"""Files that Telegram has already."""

from sqlalchemy import Connection

from db import media

KEY = f"{2**52}:{'f' * 64}"


def test_nothing_is_known_at_first_and_the_newest_number_counts(conn: Connection) -> None:
    assert media.find(conn, KEY) is None
    for file_id in ("first", "first", "second"):
        media.keep(conn, KEY, file_id)
        assert media.find(conn, KEY) == file_id
    assert media.find(conn, KEY.replace("f", "0")) is None
