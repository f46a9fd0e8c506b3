"""When an offer is told, how long it is held, and what is said when its time has passed."""

from datetime import timedelta

import pytest

from tests.conversation.person import Person
from tests.conversation.queueing import SLUG, full_evening, gives_away, holds, newcomer, queues
from tests.conversation.world import World

MINUTE = timedelta(minutes=1)


@pytest.fixture
async def holder(world: World) -> Person:
    """Has all four places of an evening six days from now."""
    return await full_evening(world)


def offers(person: Person) -> list[bool]:
    """Each offer that was sent to them, and whether it came silently."""
    return [shown.silent for shown in person.room.messages.values() if "Для вас освободилось место" in shown.text]


async def test_no_answer_is_taken_kindly_and_the_next_is_asked(world: World, holder: Person, ivan: Person) -> None:
    maria = await newcomer(world, 9, "Мария")
    await queues(ivan, 2, "Согласен")
    await queues(maria, 2, "Согласен")
    await gives_away(holder, 2)
    old = ivan.screen
    await world.at(20, "12:09")
    assert offers(maria) == []
    await world.at(20, "12:11")
    ivan.sees("Время вышло. Место за вами больше не держим: Вечер", "Ничего страшного.")
    maria.sees("Свободно для вас: 2")
    await ivan.press("Беру место", on=old)
    assert ivan.alert == "Это предложение уже не действует."
    ivan.sees("Это предложение уже не действует.", "Мест нет. Можно встать в очередь.")


async def test_after_no_answer_the_way_back_into_the_queue_is_two_taps(
    world: World, holder: Person, ivan: Person
) -> None:
    await queues(ivan, 2, "Согласен")
    await gives_away(holder, 2)
    await world.at(20, "12:11")
    await ivan.press("Открыть мероприятие")
    ivan.sees("Свободных мест: 2")  # nobody else wanted them
    card = ivan.screen
    await holds(world, 2)
    await ivan.press("Записаться", on=card)
    ivan.sees("Пока вы выбирали, места закончились.", "Можно встать в очередь.")
    await ivan.chooses("Встать в очередь", "2")
    ivan.sees("Ваше место в очереди: 1")
    await holds(world, 4)
    assert len(offers(ivan)) == 2
    await ivan.press("Беру место")
    ivan.sees("Вы записаны")


async def test_no_answer_for_the_rest_keeps_what_was_taken(world: World, holder: Person, ivan: Person) -> None:
    await queues(ivan, 4, "Согласен")
    await gives_away(holder, 3)
    await ivan.press("Берём 1")
    await gives_away(holder, 2)
    await world.at(20, "13:00")
    ivan.sees("Место за вами больше не держим", "Ваша запись остаётся. Вас придёт: 1")
    await ivan.press("Моя запись")
    ivan.sees("Вы записаны", "Вас придёт: 1")
    assert ivan.can_press("Изменить число")
    ivan.sees_not("Ждём ещё мест")


async def test_at_night_an_offer_waits_for_nine(world: World, holder: Person, ivan: Person) -> None:
    await queues(ivan, 2, "Согласен")
    await world.at(19, "23:00")
    await gives_away(holder, 2)
    await world.at(20, "08:59")
    assert offers(ivan) == []
    await world.at(20, "09:00")
    assert offers(ivan) == [False]
    ivan.sees("Держим место за вами. Срок: сегодня, суббота, 20 марта, 21:00.")


async def test_what_waits_for_the_morning_is_there_for_who_looks_at_night(
    world: World, holder: Person, ivan: Person
) -> None:
    await queues(ivan, 2, "Согласен")
    await world.at(19, "23:00")
    await gives_away(holder, 2)
    await ivan.says("/my")
    ivan.sees("Для вас освободилось место. Ждём ответа.")
    await ivan.press("Вечер")
    seen = offers(ivan)
    await ivan.press("Беру место")
    ivan.sees("Вы записаны")
    await world.at(20, "12:00")
    assert offers(ivan) == seen


async def test_by_day_who_works_at_night_is_left_to_sleep(world: World, holder: Person, ivan: Person) -> None:
    await queues(ivan, 2, "Согласен")
    await ivan.says("/settings")
    await ivan.chooses("Тихие часы", "Работаю ночью")
    await gives_away(holder, 2)
    await world.at(19, "16:59")
    assert offers(ivan) == []
    await world.at(19, "17:01")
    assert offers(ivan) == [False]
    ivan.sees("Держим место за вами. Срок: завтра, суббота, 20 марта, 05:00.")


async def test_within_twelve_hours_of_the_start_it_comes_at_night_without_a_sound(world: World, ivan: Person) -> None:
    holder = await full_evening(world, starts="2027-03-20T10:00")
    await queues(ivan, 2, "Согласен")
    await world.at(19, "22:00")
    await gives_away(holder, 2)
    assert offers(ivan) == [True]
    ivan.sees("Держим место за вами. Срок: завтра, суббота, 20 марта, 09:45.")


async def test_hours_before_the_start_there_is_half_an_hour(world: World, ivan: Person) -> None:
    holder = await full_evening(world, starts="2027-03-19T18:00")
    await queues(ivan, 2, "Согласен")
    await gives_away(holder, 2)
    ivan.sees("сегодня, пятница, 19 марта, 12:40.")
    await world.at(19, "12:41")
    ivan.sees("Место за вами больше не держим")


async def test_an_hour_before_the_start_places_given_away_go_on_after_two_minutes(world: World, ivan: Person) -> None:
    holder = await full_evening(world, starts="2027-03-19T13:00")
    await queues(ivan, 1, "Согласен")
    await holder.start(f"e_{SLUG}")
    await holder.chooses("Моя запись", "Изменить число", "3")
    await world.later(MINUTE + MINUTE / 2)
    assert offers(ivan) == []
    await world.later(MINUTE)
    ivan.sees("Свободно для вас: 1", "12:32")


async def test_a_quarter_of_an_hour_before_the_start_the_queue_is_over(world: World, ivan: Person) -> None:
    holder = await full_evening(world, starts="2027-03-19T18:00")
    maria = await newcomer(world, 9, "Мария")
    await queues(ivan, 2, "Согласен")
    await queues(maria, 2, "Согласен")
    await world.at(19, "17:28")
    await gives_away(holder, 2)
    ivan.sees("сегодня, пятница, 19 марта, 17:45.")
    queue = maria.screen
    await world.at(19, "17:45")
    ivan.sees("Место за вами больше не держим")
    maria.sees("Очередь закончилась: Вечер", "К сожалению, мест больше не освободилось.")
    await maria.press("Открыть мероприятие")
    maria.sees("Свободных мест: 2")
    await maria.press("Изменить число", on=queue)
    maria.sees("Очередь уже закрыта: скоро начало.", "Свободных мест: 2")
    await maria.chooses("Записаться", "2")
    maria.sees("Вы записаны")


async def test_full_and_too_late_for_the_queue_is_said_without_a_button(world: World, ivan: Person) -> None:
    await full_evening(world, starts="2027-03-19T18:00")
    await world.at(19, "17:45")
    await ivan.start(f"e_{SLUG}")
    ivan.sees("Мест нет.")
    ivan.sees_not("Можно встать в очередь")
    assert not ivan.can_press("Встать в очередь")


async def test_after_two_passes_places_are_kept_until_a_day_before_the_start(
    world: World, holder: Person, ivan: Person
) -> None:
    guests = [await newcomer(world, 20 + number, f"Гость {number}") for number in range(3)]
    await queues(ivan, 4, "Согласен")
    for guest in guests:
        await queues(guest, 1, "Согласен")
    await gives_away(holder, 3)
    await ivan.press("Только все вместе")
    await world.due()
    await guests[0].press("Беру место")
    await holds(world, 6)
    await guests[1].press("Беру место")
    await holds(world, 7)
    assert offers(guests[2]) == []
    await world.at(24, "17:59")
    assert offers(guests[2]) == []
    await world.at(24, "18:01")
    assert offers(guests[2]) == [False]
    assert len(offers(ivan)) == 1


async def test_who_could_not_be_asked_is_not_out_of_the_queue(world: World, holder: Person, ivan: Person) -> None:
    """We stood still for as long as the offer was held."""
    maria = await newcomer(world, 9, "Мария")
    await queues(ivan, 2, "Согласен")
    await queues(maria, 2, "Согласен")
    await world.at(19, "23:00")
    await gives_away(holder, 2)
    await world.stands_still(timedelta(hours=23))
    await world.due()
    await world.at(21, "09:01")
    assert (offers(ivan), offers(maria)) == ([False], [])
    ivan.sees("Свободно для вас: 2")


async def test_what_is_said_when_it_is_over_speaks_the_readers_language(
    world: World, holder: Person, amina: Person
) -> None:
    await amina.start(f"e_{SLUG}")
    for label in ("⏳ Встать в очередь", "Согласен / согласна"):
        await amina.press(amina.t(label))
    await amina.press("2")
    await gives_away(holder, 2)
    await world.at(20, "12:11")
    amina.sees(amina.t("Время вышло. Место за вами больше не держим: {event}", event="Oqshom"))


async def test_the_end_of_the_queue_speaks_the_readers_language(world: World, amina: Person) -> None:
    await full_evening(world, starts="2027-03-19T18:00")
    await amina.start(f"e_{SLUG}")
    for label in ("⏳ Встать в очередь", "Согласен / согласна"):
        await amina.press(amina.t(label))
    await amina.press("2")
    await world.at(19, "17:46")
    amina.sees(amina.t("Очередь закончилась: {event}", event="Oqshom"))
