"""An event called off: who comes and who waits is told once, in time, in their language, and nothing is expected."""

import pytest

from db import cancelling
from tests.conversation.person import Person
from tests.conversation.queueing import SLUG, full_evening, gives_away, holds, newcomer, queues
from tests.conversation.world import World


async def call_off(world: World, *, on: bool = False) -> None:
    use_case = cancelling.call_on_again if on else cancelling.cancel
    await world.app.store.write(use_case, (await world.event(SLUG)).id, world.now)
    world.app.house.programme.drop()
    await world.due()


def told(person: Person, words: str = "Мероприятие не состоится") -> list[bool]:
    """Each such message, and whether it came silently."""
    return [shown.silent for shown in person.room.messages.values() if words in shown.text]


async def test_guests_and_the_queue_are_told_once(world: World, ivan: Person, amina: Person) -> None:
    holder = await full_evening(world)
    await queues(ivan, 2, "Согласен")
    await amina.start(f"e_{SLUG}")
    for label in ("⏳ Встать в очередь", "Согласен / согласна"):
        await amina.press(amina.t(label))
    await amina.press("1")
    await gives_away(holder, 2)
    await call_off(world)
    for person in (holder, ivan):
        person.sees("Мероприятие не состоится: Вечер", "Когда должно было быть: четверг, 25 марта", "Простите")
        assert told(person) == [False]
        assert person.labels == ("Афиша", "Меню")
    amina.sees(amina.t("❌ Мероприятие не состоится: {event}", event="Oqshom"))
    await call_off(world)
    await world.at(26, "12:00")
    assert len(told(holder)) == len(told(ivan)) == 1
    ivan.sees("Мероприятие не состоится")  # neither a reminder nor anything of the queue came after it


async def test_what_was_offered_is_offered_no_more(world: World, ivan: Person) -> None:
    holder = await full_evening(world)
    await queues(ivan, 2, "Согласен")
    await gives_away(holder, 2)
    offer = ivan.screen
    await call_off(world)
    for label in ("Беру место", "Не нужно"):
        await ivan.press(label, on=offer)
        ivan.sees("Это мероприятие не состоится.")
        assert not ivan.can_press("Встать в очередь") and not ivan.can_press("Записаться")


async def test_nothing_of_a_cancelled_event_says_that_we_are_waiting(world: World, ivan: Person) -> None:
    holder = await full_evening(world)
    ticket = holder.screen
    await call_off(world)
    await holder.says("/my")
    holder.sees("Не состоится")
    await holder.press("Вечер")
    holder.sees("Это мероприятие не состоится.")
    holder.sees_not("Ждём вас", "Вы записаны")
    event = await world.event(SLUG)
    await holder.forges(f"cm:{event.id}")
    holder.sees_not("Ждём вас")
    await holder.press("Изменить число", on=ticket)
    holder.sees_not("Ждём вас")


@pytest.mark.parametrize(
    ("starts", "at_night", "in_the_morning"),
    [("2027-03-20T12:00", [False], [False]), ("2027-03-20T12:10", [], [False]), ("2027-03-25T18:00", [], [False])],
)
async def test_within_fourteen_hours_it_rings_at_night_else_it_waits_for_the_morning(
    world: World, ivan: Person, starts: str, at_night: list[bool], in_the_morning: list[bool]
) -> None:
    await full_evening(world, starts=starts)
    await queues(ivan, 2, "Согласен")
    await world.at(19, "22:00")
    await call_off(world)
    assert told(ivan) == at_night
    await world.at(20, "09:01")
    assert told(ivan) == in_the_morning


async def test_taken_back_before_anybody_was_told_nobody_is_told(world: World, ivan: Person) -> None:
    holder = await full_evening(world)
    await world.at(19, "22:00")
    await call_off(world)
    await call_off(world, on=True)
    await world.at(20, "12:00")
    assert told(holder) == []
    await holder.says("/my")
    await holder.press("Вечер")
    holder.sees("Вы записаны", "Напомним")


async def test_who_waited_in_vain_and_does_not_know_it_yet_is_told_too(world: World, ivan: Person) -> None:
    """The queue ended at night with the signing up; the message about it waits for the morning."""
    holder = await full_evening(world, closes="2027-03-19T22:00")
    maria = await newcomer(world, 9, "Мария")
    await queues(ivan, 2, "Согласен")
    await queues(maria, 3, "Согласен")
    await world.at(19, "23:00")
    await call_off(world)
    await world.at(20, "09:01")
    for person in (ivan, maria, holder):
        assert told(person) == [False]
        assert told(person, "Очередь закончилась") == []


async def test_who_comes_and_waited_in_vain_for_the_rest_is_told_once(world: World, ivan: Person) -> None:
    await full_evening(world, closes="2027-03-19T22:00")
    await holds(world, 6)
    await ivan.start(f"e_{SLUG}")
    await ivan.chooses("Записаться", "Согласен", "2", "Изменить число", "Нас больше", "3")
    await world.at(19, "23:00")
    await call_off(world)
    await world.at(20, "09:01")
    assert told(ivan) == [False]


async def test_the_others_in_the_list_stay(world: World, ivan: Person) -> None:
    await full_evening(world)
    maria = await newcomer(world, 9, "Мария")
    await maria.start("e_lektsiya-2027")
    await maria.chooses("Записаться", "Согласен", "1")
    await call_off(world)
    assert told(maria) == []
