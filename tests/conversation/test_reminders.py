"""Told before it starts: when, with what, and three answers."""

import pytest
from sqlalchemy import select

from db.tables import signups
from tests.conversation.person import Person
from tests.conversation.world import World

EVENING = (20, "18:00")


async def sign_up(person: Person, *presses: str) -> None:
    await person.start("e_navruz-2027")
    await person.chooses("Записаться", "Согласен", *(presses or ("2", "1")))


def reminders(person: Person) -> list[str]:
    return [shown.text for shown in person.room.messages.values() if "Напоминаем" in shown.text]


async def row(world: World) -> tuple[str, int, bool]:
    query = select(signups.c.state, signups.c.adults + signups.c.children, signups.c.confirmed_at)
    state, size, at = await world.app.store.read(lambda conn: conn.execute(query).one())
    return state, size, at is not None


async def test_the_day_before_at_six_and_two_hours_before(world: World, ivan: Person) -> None:
    await sign_up(ivan)
    ivan.sees("Напомним: завтра, суббота, 20 марта, 18:00", "Напомним: воскресенье, 21 марта, 10:00")
    await world.at(20, "17:59")
    assert reminders(ivan) == []
    await world.at(20, "18:00")
    assert len(reminders(ivan)) == 1
    ivan.sees("Напоминаем: Навруз", "завтра, воскресенье, 21 марта", "Взрослых: 2, детей: 1", "Ваш код", "Вы придёте?")
    await world.at(21, "10:00")
    assert len(reminders(ivan)) == 2
    ivan.sees("сегодня")
    await world.at(21, "18:00")
    assert len(reminders(ivan)) == 2


@pytest.mark.parametrize(
    ("answer", "words", "now"),
    [("Приду", "Ждём вас!", ("active", 3, True)), ("Не смогу", "Спасибо, что сообщили", ("left", 0, False))],
)
async def test_an_answer_is_one_tap(
    world: World, ivan: Person, answer: str, words: str, now: tuple[str, int, bool]
) -> None:
    await sign_up(ivan)
    await world.at(*EVENING)
    await ivan.press(answer)
    ivan.sees(words)
    assert await row(world) == now


async def test_fewer_come_in_the_answer_to_a_reminder(world: World, ivan: Person) -> None:
    await sign_up(ivan)
    await world.at(*EVENING)
    await ivan.chooses("Нас будет меньше", "1", "1")
    ivan.sees("Число изменено.", "Взрослых: 1, детей: 1")
    assert await row(world) == ("active", 2, False)


async def test_one_person_is_not_asked_for_fewer(world: World, ivan: Person) -> None:
    await sign_up(ivan, "1", "0")
    await world.at(*EVENING)
    assert ivan.can_press("Приду") and ivan.can_press("Не смогу")
    assert not ivan.can_press("Нас будет меньше")


async def test_cannot_come_stands_apart_and_can_be_taken_back(world: World, ivan: Person) -> None:
    await sign_up(ivan)
    await world.at(*EVENING)
    assert ivan.labels[-1] == "Не смогу"
    await ivan.chooses("Не смогу", "Вернуть место")
    assert await row(world) == ("active", 3, False)


async def test_who_left_is_not_reminded(world: World, ivan: Person) -> None:
    await sign_up(ivan)
    await ivan.chooses("Не приду", "Никто не придёт")
    await world.at(21, "11:59")
    assert reminders(ivan) == []


async def test_who_signs_up_later_gets_only_what_is_still_to_come(world: World, ivan: Person) -> None:
    await world.at(20, "18:30")
    await sign_up(ivan)
    await world.at(21, "11:59")
    assert len(reminders(ivan)) == 1


@pytest.mark.parametrize(
    ("choice", "count"), [("Только за день", 1), ("Только за 2 часа", 1), ("Не напоминать", 0), ("За день и за", 2)]
)
async def test_the_settings_decide_which_come(world: World, ivan: Person, choice: str, count: int) -> None:
    await sign_up(ivan)
    await ivan.says("/settings")
    await ivan.chooses("Напоминания", choice)
    ivan.sees("Готово, сохранено.")
    await world.at(21, "11:59")
    assert len(reminders(ivan)) == count


async def test_who_works_at_night_is_not_woken_by_day(world: World, ivan: Person) -> None:
    await sign_up(ivan)
    await ivan.says("/settings")
    await ivan.chooses("Тихие часы", "Работаю ночью")
    ivan.sees("Не беспокоим: 09:00–17:00")
    await world.at(21, "11:59")
    assert len(reminders(ivan)) == 1
    ivan.sees("Начало рано. Перед самым началом напоминать не будем.")


async def test_a_reminder_speaks_the_language_of_its_moment(world: World, ivan: Person) -> None:
    await sign_up(ivan)
    await ivan.says("/language")
    await ivan.press("Oʻzbekcha")
    await world.at(*EVENING)
    ivan.sees("Navroʻz — bahor bayrami")


async def test_an_answer_after_the_end_harms_nothing(world: World, ivan: Person) -> None:
    await sign_up(ivan)
    await world.at(*EVENING)
    old = ivan.screen
    await world.at(22, "12:00")
    for answer in ("Приду", "Нас будет меньше", "Не смогу"):
        await ivan.press(answer, on=old)
    assert (await row(world))[0] in ("active", "left")


async def test_a_cancelled_event_is_not_reminded_of(world: World, ivan: Person) -> None:
    await sign_up(ivan)
    await world.change("navruz-2027", state="cancelled")
    await world.at(21, "11:59")
    assert reminders(ivan) == []
