"""What people complained of to others' makers for years, by thread: the order, the offers, the places."""

import asyncio

import pytest

from db.tables import signups as signup_rows
from tests.conversation.person import Person
from tests.conversation.queueing import SLUG, evening, full_evening, gives_away, holds, newcomer, queues
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


async def test_pretix_974_several_places_in_one_entry_and_the_person_is_asked_all_or_some(
    world: World, holder: Person, ivan: Person
) -> None:
    await queues(ivan, 4, "Согласен")
    await gives_away(holder, 2)
    assert ivan.labels == ("Берём 2, остальные ждут", "Только все вместе", "Не нужно")


async def test_pretix_1404_a_party_waits_as_one_and_is_seated_as_one(
    world: World, holder: Person, ivan: Person
) -> None:
    await queues(ivan, 3, "Согласен")
    await gives_away(holder, 1)
    await ivan.press("Беру место")
    ivan.sees("Вас придёт: 3")
    assert len(await world.dump(signup_rows)) == 2  # one row a party, however many wait


async def test_pretix_1163_who_took_a_place_and_gave_it_back_is_not_offered_it_again(
    world: World, holder: Person, ivan: Person
) -> None:
    await queues(ivan, 1, "Согласен")
    await gives_away(holder, 3)
    await ivan.chooses("Беру место", "Не приду")
    said = heard(ivan, OFFER)
    await world.at(24, "12:00")
    assert heard(ivan, OFFER) == said
    await ivan.start(f"e_{SLUG}")
    ivan.sees("Свободных мест: 1")  # and the place is not stuck


async def test_pretix_1405_a_place_given_back_goes_to_the_next_in_line(
    world: World, holder: Person, ivan: Person, maria: Person
) -> None:
    await queues(ivan, 1, "Согласен")
    await queues(maria, 1, "Согласен")
    await gives_away(holder, 3)
    await ivan.chooses("Беру место", "Не приду")
    await world.at(19, "13:00")
    assert heard(maria, OFFER) == 1
    await maria.press("Беру место")
    maria.sees("Вы записаны")


async def test_pretix_2119_the_first_in_line_is_served_first(
    world: World, holder: Person, ivan: Person, maria: Person
) -> None:
    others = [await newcomer(world, 20 + number, "Гость") for number in range(3)]
    for person in (maria, *others, ivan):
        await queues(person, 1, "Согласен")
    for served, person in enumerate((maria, *others, ivan), start=1):
        await holds(world, 4 + served)
        assert [heard(one, OFFER) for one in (maria, *others, ivan)] == [1] * served + [0] * (5 - served)
        await person.press("Беру место")


async def test_pretix_1031_nothing_is_offered_once_it_is_too_late_to_come(
    world: World, holder: Person, ivan: Person
) -> None:
    await queues(ivan, 2, "Согласен")
    await world.at(25, "17:50")
    await gives_away(holder, 0)
    await world.at(25, "18:15")
    assert heard(ivan, OFFER) == 0


async def test_pretix_681_nothing_is_offered_once_signing_up_is_closed(world: World, ivan: Person) -> None:
    holder = await full_evening(world, closes="2027-03-22T12:00")
    await queues(ivan, 2, "Согласен")
    await world.at(22, "12:01")
    await gives_away(holder, 0)
    await world.at(25, "19:00")
    assert heard(ivan, OFFER) == 0
    assert heard(ivan, "Очередь закончилась") == 1


async def test_rock_2510_two_who_press_at_the_same_moment_do_not_both_get_the_last_place(
    world: World, ivan: Person, maria: Person
) -> None:
    event = await evening(world, 3)
    for person in (ivan, maria):
        await person.start(f"e_{SLUG}")
        await person.chooses("Записаться", "Согласен")
    await asyncio.gather(ivan.press("2"), maria.press("2"))
    seated = [person for person in (ivan, maria) if "Вы записаны" in person.screen.text]
    (late,) = {ivan, maria} - set(seated)
    assert len(seated) == 1
    late.sees("Осталось только 1 место")
    assert event.capacity == 3


async def test_rock_2510_nor_do_one_with_an_offer_and_one_without(
    world: World, holder: Person, ivan: Person, maria: Person
) -> None:
    await maria.start(f"e_{SLUG}")
    await maria.chooses("Встать в очередь", "Согласен", "Назад")
    await queues(ivan, 2, "Согласен")
    await gives_away(holder, 2)
    event = await world.event(SLUG)
    await asyncio.gather(maria.forges(f"ad:{event.id}:j:2"), ivan.press("Беру место"))
    ivan.sees("Вы записаны")
    maria.sees("места закончились", "Можно встать в очередь")


async def test_mitup_nobody_is_counted_as_coming_who_did_not_say_so(world: World, holder: Person, ivan: Person) -> None:
    await queues(ivan, 2, "Согласен")
    await gives_away(holder, 2)
    await ivan.start(f"e_{SLUG}")
    ivan.sees_not("Вы записаны")
    await world.at(20, "12:30")
    assert [row[3] for row in await world.dump(signup_rows)] == ["active", "left"]


async def test_hitobito_3270_every_way_in_checks_the_maximum(
    world: World, holder: Person, ivan: Person, maria: Person
) -> None:
    event = await world.event(SLUG)
    await queues(maria, 1, "Согласен")
    await ivan.start(f"e_{SLUG}")
    await ivan.chooses("Встать в очередь", "Согласен", "Назад")
    for data in (f"su:{event.id}", f"ad:{event.id}:j:1", f"ad:{event.id}:c:1", f"ot:{event.id}"):
        await ivan.forges(data)
    await holder.forges(f"ad:{event.id}:c:5")
    assert [row[4] for row in await world.dump(signup_rows)] == [4, 0]
