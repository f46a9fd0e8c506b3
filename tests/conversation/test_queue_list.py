"""«Мои записи» and the card say how things stand in each state of the queue, and lead to the next step."""

from tests.conversation.person import Person
from tests.conversation.queueing import SLUG, full_evening, gives_away, queues
from tests.conversation.world import World


async def look(person: Person, *texts: str) -> str:
    """The list says so; gives what the card says in its turn."""
    await person.says("/my")
    person.sees("Мои записи", *texts)
    await person.start(f"e_{SLUG}")
    card = person.screen.text
    await person.says("/my")
    return card


async def test_each_state_is_said_and_leads_on(world: World, ivan: Person) -> None:
    holder = await full_evening(world)
    await queues(ivan, 4, "Согласен")
    assert "Вы в очереди." in await look(ivan, "Вы в очереди.")
    await ivan.press("Вечер")
    assert ivan.can_press("Выйти из очереди")

    await gives_away(holder, 2)
    card = await look(ivan, "Для вас освободилось место. Ждём ответа.", "Держим место за вами. Срок: завтра")
    assert "Для вас освободилось место. Ждём ответа." in card
    await ivan.chooses("Вечер", "Берём 2")

    card = await look(ivan, "Вас придёт: 2", "Код:", "Ждём ещё мест: 2")
    assert "Вы записаны. Вас придёт: 2" in card and "Ждём ещё мест: 2" in card
    await ivan.press("Вечер")
    ivan.sees("Ждём ещё мест: 2", "Ваше место в очереди: 1")

    await gives_away(holder, 0)
    card = await look(ivan, "Вас придёт: 2", "Для вас освободилось место. Ждём ответа.", "Держим место за вами")
    assert "Вы записаны. Вас придёт: 2" in card and "Ждём ответа." in card
    await ivan.press("Вечер")
    ivan.sees("Свободно для вас: 2", "У вас уже есть: 2")

    await ivan.press("Беру место")
    card = await look(ivan, "Вас придёт: 4")
    assert "Вас придёт: 4" in card
    ivan.sees_not("Ждём ещё мест")


async def test_the_card_of_one_with_an_offer_leads_to_the_answer(world: World, ivan: Person) -> None:
    holder = await full_evening(world)
    await queues(ivan, 4, "Согласен")
    await gives_away(holder, 2)
    await ivan.start(f"e_{SLUG}")
    await ivan.press("Ответить")
    ivan.sees("Свободно для вас: 2")
    await ivan.press("Берём 2")
    await gives_away(holder, 1)
    await ivan.start(f"e_{SLUG}")
    assert ivan.can_press("Моя запись")
    await ivan.press("Моя запись")
    await ivan.press("Ответить")
    ivan.sees("Свободно для вас: 1", "У вас уже есть: 2")


async def test_who_left_the_queue_has_nothing_in_the_list(world: World, ivan: Person) -> None:
    await full_evening(world)
    await queues(ivan, 2, "Согласен")
    await ivan.chooses("Выйти из очереди", "Да, выйти", "Меню", "Мои записи")
    ivan.sees("У вас пока нет записей")


async def test_what_is_left_unfinished_in_the_queue_is_offered_again(world: World, ivan: Person) -> None:
    await full_evening(world)
    await ivan.start(f"e_{SLUG}")
    await ivan.chooses("Встать в очередь", "Согласен")
    await ivan.says("/my")
    await ivan.press("Продолжить")
    ivan.sees("Сначала встанете в очередь.")
