"""When we fail, when we are slow, when an update comes again: said once, answered once, done once."""

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
from aiogram.exceptions import TelegramNetworkError
from aiogram.methods import AnswerCallbackQuery, SendMessage
from sqlalchemy import Connection

from bot import gate, handling
from db import inbox
from db.tables import drafts, outbox, people, signups
from db.tables import inbox as inbox_table
from handlers.events import poster_screens as screens
from tests.conversation.person import Person
from tests.conversation.queueing import full_evening, gives_away, holds, queues
from tests.conversation.world import World

CHANGED = (signups, outbox, people, drafts)


def break_the_poster(monkeypatch: pytest.MonkeyPatch, times: int) -> list[int]:
    """It raises that many times; gives the list of tries."""
    tries: list[int] = []
    real = screens.poster

    def poster(*args: Any) -> Any:
        tries.append(1)
        if len(tries) <= times:
            raise RuntimeError("broken")
        return real(*args)

    monkeypatch.setattr(screens, "poster", poster)
    return tries


async def test_a_handler_that_raises_once_is_tried_again(ivan: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    tries = break_the_poster(monkeypatch, times=1)
    await ivan.press("Афиша")
    ivan.sees("Навруз")
    assert len(tries) == 2


@pytest.mark.parametrize("language", ["ru", "uz"])
async def test_one_that_always_raises_is_set_aside_with_one_apology(
    world: World, ivan: Person, amina: Person, monkeypatch: pytest.MonkeyPatch, language: str
) -> None:
    world.expect_aside = True
    guest = {"ru": ivan, "uz": amina}[language]
    tries = break_the_poster(monkeypatch, times=99)
    await guest.press(guest.t("📅 Афиша"))
    assert len(tries) == len(handling.BUG_STEPS) + 1
    (row,) = [row for row in await world.dump(inbox_table) if row[3] == "aside"]
    assert row[2] is None and row[5] == "RuntimeError"
    await world.due()
    await world.due()
    sorry = guest.t("Простите, у нас что-то сломалось, и мы не смогли ответить. Попробуйте ещё раз.")
    assert [shown.text for shown in guest.room.messages.values()].count(sorry) == 1
    await guest.says("/help")
    guest.sees("112")


def test_the_real_process_answers_within_two_seconds() -> None:
    assert gate.ANSWER_WITHIN <= 2.0


async def test_a_slow_press_is_answered_in_time_and_the_words_go_on_the_screen(
    world: World, ivan: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gate, "ANSWER_WITHIN", 0.05)
    world.telegram.order.clear()
    real = world.app.house.programme.events

    async def slow() -> Any:
        await asyncio.sleep(0.2)
        return await real()

    monkeypatch.setattr(world.app.house.programme, "events", slow)
    await ivan.forges("su:9007199254740992")
    assert world.telegram.order[0] == "answer"
    assert ivan.alert is None
    ivan.sees("Такой записи или мероприятия нет.")


async def test_a_callback_that_cannot_be_answered_any_more_harms_nothing(world: World, ivan: Person) -> None:
    def too_old(method: Any) -> Exception:
        return TelegramNetworkError(method, "query is too old")

    world.telegram.fail(AnswerCallbackQuery, too_old)
    await ivan.press("Афиша")
    ivan.sees("Навруз")
    world.telegram.asked.popitem()


async def test_a_cut_network_is_waited_out_and_the_change_made_once(world: World, ivan: Person) -> None:
    await ivan.start("e_lektsiya-2027")
    await ivan.chooses("Записаться", "Согласен")
    world.telegram.fail(SendMessage, lambda method: TelegramNetworkError(method, "cut"))
    await ivan.press("2")
    assert len(await world.dump(signups)) == 1
    ivan.sees("Вы записаны")


# -- again: the same number, and an effect that was not shown


async def act_change_language(world: World, guest: Person) -> None:
    await guest.says("/language")
    await guest.press("Тоҷикӣ")


async def act_join(world: World, guest: Person) -> None:
    await guest.start("e_lektsiya-2027")
    await guest.chooses("Записаться", "Согласен", "2")


async def act_leave(world: World, guest: Person) -> None:
    await act_join(world, guest)
    await guest.chooses("Не приду", "Никто не придёт")


async def act_give_back(world: World, guest: Person) -> None:
    await act_leave(world, guest)
    await guest.press("Вернуть место")


async def act_begin(world: World, guest: Person) -> None:
    await guest.start("e_lektsiya-2027")
    await guest.chooses("Записаться", "Согласен")


async def act_withdraw(world: World, guest: Person) -> None:
    await act_join(world, guest)
    await guest.says("/privacy")
    await guest.chooses("Отозвать согласие", "Да, отозвать")


async def act_queue(world: World, guest: Person) -> None:
    await full_evening(world)
    await queues(guest, 2, "Согласен")


async def act_get_a_part(world: World, guest: Person) -> None:
    """Of four that are wanted two are offered, once the holder has let them go."""
    holder = await full_evening(world)
    await queues(guest, 4, "Согласен")
    await gives_away(holder, 2)


async def act_take_a_part(world: World, guest: Person) -> None:
    await act_get_a_part(world, guest)
    await guest.press("Берём 2")


async def act_take_all(world: World, guest: Person) -> None:
    await act_take_a_part(world, guest)
    await holds(world, 6)
    await guest.press("Беру место")


async def act_only_together(world: World, guest: Person) -> None:
    await act_get_a_part(world, guest)
    await guest.press("Только все вместе")


async def act_any_after_all(world: World, guest: Person) -> None:
    await act_only_together(world, guest)
    await guest.press("Можно и не всем сразу")


async def act_leave_queue(world: World, guest: Person) -> None:
    await act_get_a_part(world, guest)
    await guest.chooses("Не нужно", "Да, выйти")


ACTS = [
    *(act_change_language, act_join, act_leave, act_give_back, act_begin, act_withdraw, act_queue, act_take_a_part),
    *(act_take_all, act_only_together, act_any_after_all, act_leave_queue),
]
Act = Callable[[World, Person], Any]
EVERY_ACT = pytest.mark.parametrize("act", ACTS, ids=[act.__name__.removeprefix("act_") for act in ACTS])


@EVERY_ACT
async def test_an_update_that_comes_again_changes_nothing(world: World, ivan: Person, act: Act) -> None:
    await act(world, ivan)
    before, seen = await world.dump(*CHANGED), len(ivan.room.touched)
    await world.take(world.sent[ivan.last_update])
    await world.settle()
    assert await world.dump(*CHANGED) == before
    assert len(ivan.room.touched) == seen


@EVERY_ACT
async def test_an_effect_that_was_not_shown_is_shown_and_not_done_again(world: World, ivan: Person, act: Act) -> None:
    await act(world, ivan)
    before, text, seen = await world.dump(*CHANGED), ivan.screen.text, len(ivan.room.touched)
    await world.unshow(ivan.last_update)
    await world.restart()
    assert await world.dump(*CHANGED) == before
    assert len(ivan.room.touched) == seen + 1
    assert ivan.screen.text == text


def careless(conn: Connection, update_id: int, use_case: Callable[[Connection], Any]) -> Any:
    """The broken twin of inbox.effect: it does not look whether it was done already."""
    return use_case(conn)


async def test_the_twin_that_does_not_look_does_it_twice(
    world: World, ivan: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    await act_change_language(world, ivan)
    before = await world.dump(*CHANGED)
    await world.unshow(ivan.last_update)
    monkeypatch.setattr(inbox, "effect", careless)
    await world.restart()
    assert await world.dump(*CHANGED) != before


async def test_the_twin_that_knows_no_numbers_leaves_twice(world: World, ivan: Person) -> None:
    """Past the store of numbers, an old update undoes what the person did after it."""
    await act_leave(world, ivan)
    left = world.sent[ivan.last_update]
    await ivan.press("Вернуть место")
    before = await world.dump(signups)
    await world.take(left)
    await world.settle()
    assert await world.dump(signups) == before
    world.app.lanes.put(left)
    await world.settle()
    assert await world.dump(signups) != before
    world.telegram.answers.clear()
    world.telegram.asked.clear()


async def test_an_update_that_cannot_be_read_is_set_aside(world: World, ivan: Person) -> None:
    world.expect_aside = True
    await world.deliver(message={"message_id": "x", "chat": {"id": ivan.id, "type": "private"}, "date": "?"})
    await world.due()
    ivan.sees("Простите")


async def test_an_update_of_a_kind_we_do_not_know_is_done_with(world: World) -> None:
    await world.deliver(something_new={"chat": {"id": 5}})
    assert [row[3] for row in await world.dump(inbox_table)] == ["done"]
