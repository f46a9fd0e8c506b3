"""Failures while an update is handled: in a handler, in the store, in the gate, in reading the update itself."""

from collections.abc import Callable
from functools import partial
from typing import Any

from aiogram.exceptions import TelegramAPIError, TelegramBadRequest, TelegramForbiddenError
from aiogram.methods import AnswerCallbackQuery, EditMessageText
from sqlalchemy import Connection, insert

from bot import gate, handling
from db import inbox, people
from db.inbox import Received
from db.rules.refusals import Refusal
from db.tables import people as people_table
from handlers.events import screens
from tests.logs.canaries import NAME, PHONE, TEXT
from tests.logs.paths import Scene, path, quoted, raising


async def broken_poster(scene: Scene, error: BaseException) -> None:
    scene.patch.setattr(screens, "poster", raising(error))
    await scene.guest.press("Афиша")


@path("ValueError")
async def a_handler_raises_with_the_text(scene: Scene) -> None:
    await broken_poster(scene, ValueError(TEXT))


@path("ValueError")
async def a_conversion_quotes_its_input(scene: Scene) -> None:
    await broken_poster(scene, quoted())


@path("RuntimeError")
async def a_chain_of_exceptions_with_notes(scene: Scene) -> None:
    error, before = RuntimeError(TEXT), KeyError(NAME)
    before.__context__ = LookupError(PHONE)
    error.__cause__ = before
    error.add_note(TEXT)
    await broken_poster(scene, error)


@path("ExceptionGroup")
async def a_group_of_exceptions(scene: Scene) -> None:
    await broken_poster(scene, ExceptionGroup(TEXT, [quoted(), ExceptionGroup(NAME, [KeyError(PHONE)])]))


class Touchy(Exception):
    """Fails when it is looked at."""

    def __str__(self) -> str:
        raise ValueError(NAME)

    __repr__ = __str__

    @property
    def errno(self) -> int:
        raise LookupError(TEXT)


@path("tests.Touchy", leaked=False)
async def an_exception_that_fails_when_it_is_looked_at(scene: Scene) -> None:
    await broken_poster(scene, Touchy(TEXT))


@path("OSError [ENOSPC No space left on device]")
async def an_exception_with_the_name_of_a_file(scene: Scene) -> None:
    await broken_poster(scene, OSError(28, TEXT, f"/srv/{NAME}"))


class Odd(Refusal):
    """One that carries a name."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name, self.free = name, 2


@path("tests.Odd [free=2]")
async def a_refusal_where_nobody_says_it(scene: Scene) -> None:
    await scene.in_nursery(scene.app.store.write(raising(Odd(NAME))))


# -- the update itself


@path("int_parsing", placed=False, leaked=False)
async def an_update_that_cannot_be_read(scene: Scene) -> None:
    chat = {"id": scene.guest.id, "type": "private", "first_name": NAME}
    await scene.world.deliver(message={"message_id": TEXT, "chat": chat, "date": PHONE, "text": TEXT})


@path("json.JSONDecodeError", leaked=False)
async def an_update_that_is_no_json(scene: Scene) -> None:
    one = Received(77, scene.guest.id, TEXT)
    await scene.app.store.write(inbox.store, [one], scene.world.now)
    scene.app.lanes.put(one)
    await scene.until_said("an update waits")


@path("", leaked=False)
async def an_update_of_a_kind_we_do_not_know(scene: Scene) -> None:
    await scene.world.deliver(telepathy={"text": TEXT, "from": {"id": 5, "first_name": NAME}})


@path("OSError")
async def an_update_that_cannot_even_be_set_aside(scene: Scene) -> None:
    scene.patch.setattr(inbox, "set_aside", raising(OSError(28, TEXT, NAME)))
    await scene.world.put(78, message={"message_id": TEXT, "chat": {"id": scene.guest.id}})
    await scene.until_said("an update waits")


# -- the store


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


# -- the gate, and the answers to Telegram


@path("LookupError")
async def the_gate_cannot_find_the_person(scene: Scene) -> None:
    scene.app.known.drop(scene.guest.id)
    scene.patch.setattr(people, "find", raising(LookupError(NAME)))
    scene.patch.setattr(inbox, "set_aside", lambda *_: None)
    await scene.guest.says(TEXT)


@path("TypeError")
async def an_answer_that_is_late_and_fails(scene: Scene) -> None:
    scene.patch.setattr(gate, "ANSWER_WITHIN", 0.0)
    scene.world.telegram.fail(AnswerCallbackQuery, lambda _: TypeError(TEXT))
    real = scene.app.house.programme.events

    async def slow() -> Any:
        await scene.until_said("late answer")
        return await real()

    scene.patch.setattr(scene.app.house.programme, "events", slow)
    await scene.guest.press("Афиша")


@path("TelegramBadRequest", placed=False, leaked=False)
async def an_answer_that_comes_too_late(scene: Scene) -> None:
    scene.world.telegram.fail(AnswerCallbackQuery, lambda call: TelegramBadRequest(call, f"query is too old: {TEXT}"))
    await scene.guest.press("Афиша")


@path("", leaked=False)
async def somebody_who_has_blocked_us(scene: Scene) -> None:
    blocked = f"Forbidden: bot was blocked by the user {NAME}"
    scene.world.telegram.fail(EditMessageText, lambda call: TelegramForbiddenError(call, blocked))
    await scene.guest.press("Афиша")


def every_refusal() -> list[type[TelegramAPIError]]:
    found, waiting = [], [TelegramAPIError]
    while waiting:
        found.append(waiting.pop())
        waiting += found[-1].__subclasses__()
    assert len(found) >= 12
    return found


def refusal(kind: type[TelegramAPIError], call: Any) -> TelegramAPIError:
    more = {"TelegramRetryAfter": {"retry_after": 1}, "TelegramMigrateToChat": {"migrate_to_chat_id": -5}}
    make: Callable[..., TelegramAPIError] = kind
    return make(method=call, message=TEXT, **more.get(kind.__name__, {}))


@path("aiogram.TelegramNotFound [EditMessageText]")
async def a_handler_is_refused_in_every_way(scene: Scene) -> None:
    menu = scene.guest.screen
    for kind in every_refusal():
        for _ in range(len(handling.CUT_STEPS) + 1):
            scene.world.telegram.fail(EditMessageText, partial(refusal, kind))
        await scene.guest.press("Афиша", on=menu)
        scene.world.telegram._faults.clear()
