"""A full event: into the queue, an offer, an answer; each screen says what comes next."""

import pytest

from tests.conversation.person import Person
from tests.conversation.queueing import (
    SLUG,
    evening,
    full_evening,
    gives_away,
    holds,
    newcomer,
    queues,
)
from tests.conversation.world import World


@pytest.fixture
async def holder(world: World) -> Person:
    """Has all four places of an evening six days from now."""
    return await full_evening(world)


async def test_a_full_event_offers_the_queue_and_a_place_in_it_is_plain_words(
    world: World, holder: Person, ivan: Person
) -> None:
    await ivan.start(f"e_{SLUG}")
    ivan.sees("Мест нет. Можно встать в очередь.")
    assert not ivan.can_press("Записаться")
    await ivan.chooses("Встать в очередь", "Согласен")
    ivan.sees("Сначала встанете в очередь. Мы напишем, когда будет место.", "Сколько вас придёт?")
    assert ivan.labels[:4] == ("1", "2", "3", "4")
    question = ivan.screen
    await ivan.press("2")
    ivan.sees("Вы в очереди: Вечер", "Вас придёт: 2", "Ваше место в очереди: 1", "Ничего делать не нужно.")
    assert ivan.screen.message_id != question.message_id  # a change of state makes a sound
    maria = await newcomer(world, 9, "Мария")
    await queues(maria, 1, "Согласен")
    maria.sees("Ваше место в очереди: 2")
    await ivan.start(f"e_{SLUG}")
    ivan.sees("Вы в очереди.")
    await ivan.press("Моя очередь")
    ivan.sees("Ваше место в очереди: 1")


async def test_how_many_places_usually_become_free_is_said(world: World, ivan: Person) -> None:
    for number, given in enumerate((1, 4, 2)):
        past = await evening(world, 9, f"2027-03-20T1{number}:00", f"past-{number}")
        guest = await newcomer(world, 60 + number, "Гость")
        await guest.start(f"e_{past.slug}")
        await guest.chooses("Записаться", "Согласен", str(given), "Не приду")
        if given > 1:
            await guest.press("Никто не придёт")
    await world.at(21, "12:00")
    await full_evening(world)
    await queues(ivan, 2, "Согласен")
    ivan.sees("Ваше место в очереди: 1", "Обычно освобождается мест: 2")


async def test_a_place_that_becomes_free_is_offered_and_taken(world: World, holder: Person, ivan: Person) -> None:
    await queues(ivan, 1, "Согласен")
    waiting = ivan.screen
    await gives_away(holder, 3)
    ivan.sees("Для вас освободилось место: Вечер", "Свободно для вас: 1", "Держим место за вами. Срок: завтра")
    ivan.sees("12:10")  # twelve waking hours
    assert ivan.screen.message_id != waiting.message_id and not ivan.screen.silent
    assert ivan.labels == ("Беру место", "Не нужно")
    await ivan.press("Беру место")
    ivan.sees("Вы записаны: Вечер", "Вас придёт: 1", "Ваш код", "Напомним")
    ivan.sees_not("Ждём ещё мест")
    await ivan.start(f"e_{SLUG}")
    ivan.sees("Вы записаны.")


async def test_a_family_of_four_gets_two_waits_and_gets_the_rest(world: World, holder: Person, ivan: Person) -> None:
    await queues(ivan, 4, "Согласен")
    await gives_away(holder, 2)
    ivan.sees("Свободно для вас: 2", "Вам нужно: 4")
    assert ivan.labels == ("Берём 2, остальные ждут", "Только все вместе", "Не нужно")
    await ivan.press("Берём 2, остальные ждут")
    ivan.sees("Вы записаны", "Вас придёт: 2", "Ваш код", "Ждём ещё мест: 2", "Ваше место в очереди: 1")
    await gives_away(holder, 0)
    ivan.sees("Свободно для вас: 2", "Вам нужно: 2", "У вас уже есть: 2")
    await ivan.press("Беру место")
    ivan.sees("Вы записаны", "Вас придёт: 4")
    ivan.sees_not("Ждём ещё мест")


async def test_only_all_together_and_back_again(world: World, holder: Person, ivan: Person) -> None:
    await queues(ivan, 4, "Согласен")
    await gives_away(holder, 2)
    await ivan.press("Только все вместе")
    ivan.sees("Вы в очереди: Вечер", "Ждём места сразу для всех.", "Ваше место в очереди: 1")
    await ivan.press("Можно и не всем сразу")
    ivan.sees("Свободно для вас: 2", "Вам нужно: 4")
    await ivan.press("Только все вместе")
    await gives_away(holder, 0)
    ivan.sees("Свободно для вас: 4")
    assert ivan.labels == ("Беру место", "Не нужно")
    await ivan.press("Беру место")
    ivan.sees("Вы записаны", "Вас придёт: 4")


async def test_the_rest_may_wait_for_each_other_too(world: World, holder: Person, ivan: Person) -> None:
    await queues(ivan, 4, "Согласен")
    await gives_away(holder, 3)
    await ivan.press("Берём 1")
    await gives_away(holder, 2)
    ivan.sees("Свободно для вас: 1", "Вам нужно: 3")
    await ivan.press("Только все вместе")
    ivan.sees("Вы записаны: Вечер", "Ждём ещё мест: 3", "Ждём места сразу для всех.")
    await ivan.press("Можно и не всем сразу")
    ivan.sees("Свободно для вас: 1", "У вас уже есть: 1")


async def test_who_waits_for_all_lets_the_next_go_first(world: World, holder: Person, ivan: Person) -> None:
    maria = await newcomer(world, 9, "Мария")
    await queues(ivan, 4, "Согласен")
    await queues(maria, 2, "Согласен")
    await gives_away(holder, 2)
    await ivan.press("Только все вместе")
    await world.due()
    maria.sees("Для вас освободилось место", "Свободно для вас: 2")
    await maria.press("Беру место")
    maria.sees("Вы записаны")
    await ivan.says("/my")
    await ivan.press("Вечер")
    ivan.sees("Ваше место в очереди: 1")


async def test_not_needed_is_asked_once_more_and_passes_on(world: World, holder: Person, ivan: Person) -> None:
    maria = await newcomer(world, 9, "Мария")
    await queues(ivan, 2, "Согласен")
    await queues(maria, 1, "Согласен")
    await gives_away(holder, 2)
    await ivan.press("Не нужно")
    ivan.sees("Выйти из очереди? Вечер", "Место в очереди займёт следующий.")
    await ivan.press("Нет, подожду")
    ivan.sees("Свободно для вас: 2")
    await ivan.chooses("Не нужно", "Да, выйти")
    ivan.sees("Вы вышли из очереди: Вечер")
    await world.due()
    maria.sees("Свободно для вас: 1")
    await ivan.press("Открыть мероприятие")
    ivan.sees("Свободных мест: 1")  # two became free, one of them is Maria's


async def test_the_queue_is_left_at_any_time(world: World, holder: Person, ivan: Person) -> None:
    await queues(ivan, 2, "Согласен")
    await ivan.press("Выйти из очереди")
    await ivan.press("Нет, подожду")
    ivan.sees("Вы в очереди: Вечер")
    await ivan.chooses("Выйти из очереди", "Да, выйти", "Открыть мероприятие")
    assert ivan.can_press("Встать в очередь")
    await gives_away(holder, 0)
    ivan.sees("Мест нет")  # nothing more was said
    await ivan.says("/my")
    ivan.sees("У вас пока нет записей")


async def test_leaving_the_queue_for_the_rest_keeps_what_one_has(world: World, holder: Person, ivan: Person) -> None:
    await queues(ivan, 4, "Согласен")
    await gives_away(holder, 2)
    await ivan.chooses("Берём 2", "Выйти из очереди")
    ivan.sees("Ваша запись остаётся. Вас придёт: 2")
    await ivan.press("Да, выйти")
    ivan.sees("Вы вышли из очереди: Вечер", "Ваша запись остаётся. Вас придёт: 2")
    await ivan.press("Моя запись")
    ivan.sees("Вы записаны", "Вас придёт: 2")
    ivan.sees_not("Ждём ещё мест")


async def test_more_places_are_offered_in_turn(world: World, holder: Person, ivan: Person) -> None:
    maria = await newcomer(world, 9, "Мария")
    await queues(ivan, 2, "Согласен")
    await queues(maria, 1, "Согласен")
    await holds(world, 7)
    ivan.sees("Свободно для вас: 2")
    maria.sees("Свободно для вас: 1")


async def test_an_offer_that_grows_is_told_and_taken_whole(world: World, holder: Person, ivan: Person) -> None:
    await queues(ivan, 3, "Согласен")
    await gives_away(holder, 3)
    ivan.sees("Свободно для вас: 1")
    first = ivan.screen
    await gives_away(holder, 2)
    ivan.sees("Свободно для вас: 2", "12:10")
    assert ivan.screen.message_id != first.message_id
    await ivan.press("Берём 2")
    ivan.sees("Вас придёт: 2", "Ждём ещё мест: 1")


@pytest.mark.parametrize("language", ["uz", "ru"])
async def test_an_offer_speaks_the_readers_language_of_that_moment(
    world: World, holder: Person, ivan: Person, amina: Person, language: str
) -> None:
    reader = {"uz": amina, "ru": ivan}[language]
    await reader.start(f"e_{SLUG}")
    for label in ("⏳ Встать в очередь", "Согласен / согласна"):
        await reader.press(reader.t(label))
    await reader.press("2")
    await gives_away(holder, 2)
    title = {"uz": "Oqshom", "ru": "Вечер"}[language]
    reader.sees(reader.t("🎉 Для вас освободилось место: {event}", event=title))
    await reader.press(reader.t("✅ Беру место"))
    reader.sees(reader.t("✅ Вы записаны: {event}", event=title))


async def test_a_language_changed_while_waiting_is_the_language_of_the_offer(
    world: World, holder: Person, ivan: Person
) -> None:
    await queues(ivan, 2, "Согласен")
    await ivan.says("/language")
    await ivan.press("Oʻzbekcha")
    await gives_away(holder, 2)
    ivan.sees("Oqshom")
