"""The form of the queue: the consent before it, numbers pressed and typed, a party larger than the room."""

import pytest
from sqlalchemy import select

from db.tables import consents, people, signups
from tests.conversation.person import Person
from tests.conversation.queueing import SLUG, evening, full_evening, gives_away, holds, newcomer, queues
from tests.conversation.world import World


@pytest.fixture
async def holder(world: World) -> Person:
    """Has all four places of an evening six days from now."""
    return await full_evening(world)


async def waiting(world: World, person: Person) -> tuple[str, int, int]:
    """How their signup stands: its state, how many come, how many in all are waited for."""
    wanted = signups.c.wanted_adults + signups.c.wanted_children
    query = select(signups.c.state, signups.c.adults + signups.c.children, wanted).join(people)
    own = query.where(people.c.channel_user_id == person.id)
    state, comes, all_of_them = await world.app.store.read(lambda conn: conn.execute(own).one())
    return state, comes, all_of_them


def numbers(person: Person) -> list[str]:
    return [label for label in person.labels if label.isdecimal()]


# -- the consent


async def test_the_first_time_leads_through_the_consent_into_the_queue(
    world: World, holder: Person, ivan: Person
) -> None:
    await ivan.start(f"e_{SLUG}")
    await ivan.press("Встать в очередь")
    ivan.sees("нужно ваше согласие")
    before = len(await world.dump(consents))
    await ivan.press("Согласен")
    assert len(await world.dump(consents)) == before + 1
    ivan.sees("Сначала встанете в очередь.")
    await ivan.press("3")
    assert await waiting(world, ivan) == ("waiting", 0, 3)


async def test_who_refuses_the_consent_is_in_no_queue(world: World, holder: Person, ivan: Person) -> None:
    await ivan.start(f"e_{SLUG}")
    await ivan.chooses("Встать в очередь", "Не согласен")
    ivan.sees("мы ничего не храним", "Мест нет. Можно встать в очередь.")
    assert ivan.can_press("Встать в очередь")


async def test_full_between_the_consent_and_the_number_still_shows_the_way(world: World, ivan: Person) -> None:
    await evening(world, 2)
    await ivan.start(f"e_{SLUG}")
    await ivan.press("Записаться")
    await world.crowd(SLUG, 2)
    await ivan.press("Согласен")
    ivan.sees("Пока вы выбирали, места закончились.", "Можно встать в очередь.")
    await ivan.chooses("Встать в очередь", "Согласен", "1")
    ivan.sees("Вы в очереди: Вечер")


# -- numbers


@pytest.mark.parametrize(("typed", "wanted"), [("3", 3), ("нас 2", 2), ("٤", 4)])
async def test_the_number_may_be_typed(world: World, holder: Person, ivan: Person, typed: str, wanted: int) -> None:
    await ivan.start(f"e_{SLUG}")
    await ivan.chooses("Встать в очередь", "Согласен")
    await ivan.says(typed)
    ivan.sees("Вы в очереди: Вечер", f"Вас придёт: {wanted}")
    assert await waiting(world, ivan) == ("waiting", 0, wanted)


async def test_a_number_that_cannot_be_is_refused_and_the_form_goes_on(
    world: World, holder: Person, ivan: Person
) -> None:
    await ivan.start(f"e_{SLUG}")
    await ivan.chooses("Встать в очередь", "Согласен")
    await ivan.says("5")  # there are four places in all
    ivan.sees("Можно от 1 до 4 человек")
    await ivan.press("Продолжить")
    ivan.sees("Сначала встанете в очередь.")
    await ivan.says("4")
    ivan.sees("Вы в очереди: Вечер")


async def test_adults_and_children_queue_and_outlive_a_restart(world: World, ivan: Person) -> None:
    await world.crowd("navruz-2027", 60)
    await ivan.start("e_navruz-2027")
    await ivan.chooses("Встать в очередь", "Согласен")
    ivan.sees("Сколько придёт взрослых?")
    await ivan.press("2")
    await world.restart()
    await ivan.start()
    await ivan.press("Продолжить")
    ivan.sees("Взрослых: 2", "Сколько придёт детей?")
    await ivan.says("1")
    ivan.sees("Вы в очереди", "Взрослых: 2, детей: 1")
    await holds(world, 62, "navruz-2027")
    ivan.sees("Свободно для вас: 2", "Вам нужно: 3")
    await ivan.press("Берём 2")
    ivan.sees("Вас придёт: 2")  # adults first


async def test_a_word_in_the_middle_keeps_the_form_of_the_queue(world: World, holder: Person, ivan: Person) -> None:
    await ivan.start(f"e_{SLUG}")
    await ivan.chooses("Встать в очередь", "Согласен")
    await ivan.says("не знаю")
    ivan.sees("Вы не закончили: Вечер. Продолжить?")
    await ivan.press("Продолжить")
    assert numbers(ivan) == ["1", "2", "3", "4"]


async def test_fewer_keep_the_place_and_more_are_warned_of_the_end_of_the_queue(
    world: World, holder: Person, ivan: Person
) -> None:
    maria = await newcomer(world, 9, "Мария")
    await queues(ivan, 2, "Согласен")
    await queues(maria, 1, "Согласен")
    await ivan.press("Изменить число")
    ivan.sees("Если вас станет больше, вы перейдёте в конец очереди.")
    await ivan.press("1")
    ivan.sees("Вас придёт: 1", "Ваше место в очереди: 1")
    await ivan.chooses("Изменить число", "3")
    ivan.sees("Вас придёт: 3", "Ваше место в очереди: 2")


# -- larger than the room


async def test_a_party_larger_than_the_room_queues_for_all_of_them(world: World, ivan: Person) -> None:
    await evening(world, 4)
    await world.crowd(SLUG, 2)
    await ivan.start(f"e_{SLUG}")
    await ivan.chooses("Записаться", "Согласен")
    assert numbers(ivan) == ["1", "2"]
    await ivan.press("Нас больше")
    assert numbers(ivan) == ["1", "2", "3", "4"]
    await ivan.press("4")
    ivan.sees("Для вас освободилось место", "Свободно для вас: 2", "Вам нужно: 4")
    await ivan.press("Берём 2")
    ivan.sees("Вас придёт: 2", "Ждём ещё мест: 2")


async def test_there_is_no_more_to_wait_for_than_the_hall_holds(world: World, ivan: Person) -> None:
    await evening(world, 4)
    await ivan.start(f"e_{SLUG}")
    await ivan.chooses("Записаться", "Согласен")
    assert numbers(ivan) == ["1", "2", "3", "4"]
    assert not ivan.can_press("Нас больше")
    await ivan.chooses("4", "Изменить число")
    assert not ivan.can_press("Нас больше")


async def test_those_who_come_may_wait_for_one_more(world: World, holder: Person, ivan: Person) -> None:
    await gives_away(holder, 2)
    await ivan.start(f"e_{SLUG}")
    await ivan.chooses("Записаться", "Согласен", "2", "Изменить число")
    assert numbers(ivan) == ["1", "2"]
    await ivan.press("Нас больше")
    ivan.sees("Сначала встанете в очередь.")
    assert numbers(ivan) == ["3", "4"]
    await ivan.press("3")
    ivan.sees("Вы записаны: Вечер", "Вас придёт: 2", "Ждём ещё мест: 1", "Ваше место в очереди: 1")
    assert await waiting(world, ivan) == ("active", 2, 3)
    await gives_away(holder, 1)
    await ivan.press("Беру место")
    ivan.sees("Вас придёт: 3")


async def test_no_more_than_one_has_is_nothing_to_wait_for(world: World, holder: Person, ivan: Person) -> None:
    await gives_away(holder, 2)
    await ivan.start(f"e_{SLUG}")
    await ivan.chooses("Записаться", "Согласен", "2", "Изменить число", "Нас больше")
    await ivan.says("2")
    ivan.sees("Часть мест у вас уже есть. Всего можно от 3 до 4.")
    assert await waiting(world, ivan) == ("active", 2, 0)


async def test_saying_how_many_come_is_known_to_end_the_wait(world: World, holder: Person, ivan: Person) -> None:
    await queues(ivan, 4, "Согласен")
    await gives_away(holder, 2)
    await ivan.chooses("Берём 2", "Изменить число")
    ivan.sees("Часть из вас ждёт в очереди. Если измените число, вы выйдете из очереди.")
    assert numbers(ivan) == ["1", "2"]
    await ivan.press("2")
    ivan.sees("Число изменено.", "Вас придёт: 2")
    ivan.sees_not("Ждём ещё мест")
    assert await waiting(world, ivan) == ("active", 2, 0)


async def test_the_form_of_the_queue_is_left_by_going_back(world: World, holder: Person, ivan: Person) -> None:
    await ivan.start(f"e_{SLUG}")
    await ivan.chooses("Встать в очередь", "Согласен", "Назад")
    ivan.sees("Мест нет. Можно встать в очередь.")
    assert ivan.can_press("Встать в очередь")
