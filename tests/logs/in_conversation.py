"""Failures while an update is handled: in a handler, in the store, in the gate, in reading the update itself."""

from collections.abc import Callable
from functools import partial
from typing import Any

from aiogram.exceptions import TelegramAPIError, TelegramBadRequest, TelegramForbiddenError
from aiogram.methods import AnswerCallbackQuery, EditMessageText

from bot import gate, handling
from db import inbox, people
from db.inbox import Received
from handlers.events import poster_screens as screens
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


# -- the update itself


@path("int_parsing", placed=False, leaked=False)
async def an_update_that_cannot_be_read(scene: Scene) -> None:
    chat = {"id": scene.guest.id, "type": "private", "first_name": NAME}
    await scene.world.deliver(message={"message_id": TEXT, "chat": chat, "date": PHONE, "text": TEXT})


@path("unreadable update: JSONDecodeError", placed=False, leaked=False)
async def an_update_that_is_no_json(scene: Scene) -> None:
    one = Received(77, scene.guest.id, TEXT)
    await scene.app.store.write(inbox.store, [one], scene.world.now)
    scene.app.lanes.put(one)
    await scene.until_said("an update is set aside")


@path("", leaked=False)
async def an_update_of_a_kind_we_do_not_know(scene: Scene) -> None:
    await scene.world.deliver(telepathy={"text": TEXT, "from": {"id": 5, "first_name": NAME}})


@path("OSError")
async def an_update_that_cannot_even_be_set_aside(scene: Scene) -> None:
    scene.patch.setattr(inbox, "set_aside", raising(OSError(28, TEXT, NAME)))
    await scene.world.put(78, message={"message_id": TEXT, "chat": {"id": scene.guest.id}})
    await scene.until_said("an update waits")


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
