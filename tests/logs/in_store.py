"""Failures inside the store: what it refuses, and how the database words it."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import Connection, insert

from db import people
from db.rules.refusals import Refusal
from db.tables import people as people_table
from tests.logs.canaries import NAME, TEXT
from tests.logs.paths import Scene, path, raising


async def in_the_store(scene: Scene, use_case: Callable[[Connection], Any]) -> None:
    """The change that a press of a language makes is this one."""
    scene.patch.setattr(people, "choose_language", lambda conn, *_: use_case(conn))
    await scene.guest.says("/language")
    await scene.guest.press("Тоҷикӣ")


def person_row(**given: Any) -> Any:
    row = {"channel_user_id": 990, "name": NAME, "zone": TEXT}
    return lambda conn: conn.execute(insert(people_table).values({**row, "created_at": None, **given}))


@path("sqlite3.IntegrityError [SQLITE_CONSTRAINT_UNIQUE people.channel, people.channel_user_id]", leaked=False)
async def a_constraint_refuses_a_row(scene: Scene) -> None:
    await in_the_store(scene, person_row(channel_user_id=scene.guest.id, created_at=scene.world.now))


@path("sqlite3.IntegrityError [SQLITE_CONSTRAINT_CHECK ck_people_language]", leaked=False)
async def a_check_refuses_a_value(scene: Scene) -> None:
    await in_the_store(scene, person_row(language=TEXT, created_at=scene.world.now))


@path("sqlalchemy.StatementError", leaked=False)
async def a_value_that_its_column_does_not_take(scene: Scene) -> None:
    await in_the_store(scene, person_row(created_at=TEXT))


@path("sqlite3.OperationalError [SQLITE_ERROR]")
async def a_statement_that_quotes_a_value(scene: Scene) -> None:
    await in_the_store(scene, lambda conn: conn.exec_driver_sql(f"SELECT name FROM people WHERE \"{TEXT}\" '{NAME}'"))


@path("sqlite3.OperationalError [SQLITE_ERROR nowhere]", leaked=False)
async def a_table_that_is_not_there(scene: Scene) -> None:
    await in_the_store(scene, lambda conn: conn.exec_driver_sql("SELECT * FROM nowhere WHERE name = ?", (TEXT,)))


@path("sqlite3.IntegrityError [SQLITE_CONSTRAINT_TRIGGER]")
async def a_trigger_that_quotes_a_value(scene: Scene) -> None:
    def use_case(conn: Connection) -> None:
        conn.exec_driver_sql(f"CREATE TEMP TRIGGER t BEFORE UPDATE ON people BEGIN SELECT RAISE(ABORT, '{TEXT}'); END")
        conn.exec_driver_sql("UPDATE people SET name = ?", (NAME,))

    await in_the_store(scene, use_case)


class Odd(Refusal):
    """One that carries a name."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name, self.free = name, 2


@path("tests.Odd [free=2]")
async def a_refusal_where_nobody_says_it(scene: Scene) -> None:
    await scene.in_nursery(scene.app.store.write(raising(Odd(NAME))))
