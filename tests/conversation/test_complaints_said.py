"""What people complained of to others' makers for years, by thread: what is said, to whom, and what can be pressed."""

import pytest

from db import cancelling
from tests.conversation.person import Person
from tests.conversation.queueing import SLUG, evening, full_evening, gives_away, newcomer, queues
from tests.conversation.world import World


@pytest.fixture
async def holder(world: World) -> Person:
    """Has all four places of an evening six days from now."""
    return await full_evening(world)


@pytest.fixture
async def maria(world: World) -> Person:
    return await newcomer(world, 9, "Мария")


def heard(person: Person, words: str) -> int:
    """How many messages with these words stand in their chat."""
    return sum(words in shown.text for shown in person.room.messages.values())


OFFER = "Для вас освободилось место"


async def test_alfio_425_how_many_places_are_wanted_is_seen_by_the_organisers(
    world: World, holder: Person, ivan: Person, maria: Person, owner: Person
) -> None:
    await queues(ivan, 4, "Согласен")
    await queues(maria, 1, "Согласен")
    await gives_away(holder, 3)
    await ivan.press("Берём 1")
    await owner.start()
    await owner.press("Списки гостей")
    while "Вечер" not in owner.screen.text:
        await owner.press("Дальше")
    owner.sees("Записей: 2, людей: 4", "Ждут ещё мест: 4")


async def test_pretix_5188_sold_out_and_there_is_always_something_to_press(
    world: World, holder: Person, ivan: Person
) -> None:
    await ivan.start(f"e_{SLUG}")
    assert ivan.can_press("Встать в очередь")
    await queues(ivan, 2, "Согласен")
    await ivan.start(f"e_{SLUG}")
    assert ivan.can_press("Моя очередь")
    await gives_away(holder, 2)
    await ivan.start(f"e_{SLUG}")
    assert ivan.can_press("Ответить")


async def test_pretix_837_the_list_is_left_by_a_button(world: World, holder: Person, ivan: Person) -> None:
    await queues(ivan, 2, "Согласен")
    await ivan.chooses("Выйти из очереди", "Да, выйти")
    await gives_away(holder, 0)
    assert heard(ivan, OFFER) == 0


@pytest.mark.parametrize("state", ["waits", "has some", "is offered", "comes"])
async def test_hi_events_905_and_civicrm_23164_one_gets_out_of_every_state_by_oneself(
    world: World, holder: Person, ivan: Person, state: str
) -> None:
    await queues(ivan, 4, "Согласен")
    if state != "waits":
        await gives_away(holder, 2)
    if state in ("has some", "comes"):
        await ivan.press("Берём 2")
    if state == "comes":
        await gives_away(holder, 0)
        await ivan.press("Беру место")
    await ivan.says("/my")
    await ivan.press("Вечер")
    way = {"waits": ["Выйти из очереди", "Да, выйти"], "is offered": ["Не нужно", "Да, выйти"]}
    await ivan.chooses(*way.get(state, ["Не приду", "Никто не придёт"]))
    await world.at(20, "12:00")
    await ivan.says("/my")
    ivan.sees("У вас пока нет записей")


async def test_contao_108_more_places_are_told_to_those_who_wait(
    world: World, holder: Person, ivan: Person, maria: Person
) -> None:
    await queues(ivan, 2, "Согласен")
    await queues(maria, 2, "Согласен")
    await evening(world, 8)  # the content file is brought in again, with more places
    await world.due()
    assert (heard(ivan, OFFER), heard(maria, OFFER)) == (1, 1)


async def test_campusconnect_4422_a_cancelled_event_is_told_to_the_waiting_list(
    world: World, holder: Person, ivan: Person
) -> None:
    await queues(ivan, 2, "Согласен")
    await world.app.store.write(cancelling.cancel, (await world.event(SLUG)).id, world.now)
    world.app.house.programme.drop()
    await world.due()
    ivan.sees("Мероприятие не состоится: Вечер")


async def test_komunumo_190_the_place_in_the_queue_is_shown_and_moves_up(
    world: World, holder: Person, ivan: Person, maria: Person
) -> None:
    await queues(maria, 1, "Согласен")
    await queues(ivan, 1, "Согласен")
    ivan.sees("Ваше место в очереди: 2")
    await maria.chooses("Выйти из очереди", "Да, выйти")
    await ivan.says("/my")
    await ivan.press("Вечер")
    ivan.sees("Ваше место в очереди: 1")


async def test_rapidpro_282_an_offer_does_not_throw_one_out_of_the_form_one_is_in(
    world: World, holder: Person, ivan: Person
) -> None:
    await queues(ivan, 2, "Согласен")
    await ivan.start("e_navruz-2027")
    await ivan.chooses("Записаться", "2")
    await gives_away(holder, 2)
    ivan.sees(OFFER)
    await ivan.says("1")
    ivan.sees("Вы записаны: Навруз", "Взрослых: 2, детей: 1")
    await ivan.says("/my")
    ivan.sees("Для вас освободилось место. Ждём ответа.")


async def test_ffmemes_151_a_message_of_the_queue_is_in_the_language_the_reader_chose(
    world: World, holder: Person
) -> None:
    reader = await newcomer(world, 30, "Амина", "Oʻzbekcha")
    reader.code, reader.language = "ru", "uz"  # the phone speaks Russian
    await reader.start(f"e_{SLUG}")
    for label in ("⏳ Встать в очередь", "Согласен / согласна"):
        await reader.press(reader.t(label))
    await reader.press("1")
    await gives_away(holder, 3)
    reader.sees("Oqshom")
