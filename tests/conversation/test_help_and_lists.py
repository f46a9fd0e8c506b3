"""Help, and the owners' lists that nobody else ever sees."""

import pytest

from tests.conversation.person import Person
from tests.conversation.world import World


async def test_help_names_numbers_a_phone_can_call(ivan: Person) -> None:
    for way in ("/help", "/start"):
        await ivan.says(way)
    await ivan.press("Помощь")
    ivan.sees("112", "101", "102", "103")


@pytest.mark.parametrize("shown", [True, False])
async def test_the_assemblys_contacts_are_told_once_confirmed(world: World, ivan: Person, shown: bool) -> None:
    world.app.house.programme._show_unconfirmed = shown
    await ivan.says("/help")
    assert ("+73822517757" in ivan.screen.text) == shown
    assert ("Ассамблея народов Сибири" in ivan.screen.text) == shown


async def test_an_owner_sees_who_has_signed_up(world: World, owner: Person, ivan: Person) -> None:
    await world.crowd("navruz-2027", 20)
    await ivan.start("e_navruz-2027")
    await ivan.chooses("Записаться", "Согласен", "2", "1")
    await owner.start()
    await owner.press("Списки гостей")
    owner.sees("Навруз", "Записей: 21, людей: 23")
    await owner.press("Навруз")
    owner.sees("Гость 0")
    await owner.press("Дальше")
    owner.sees("Иван · Взрослых: 2, детей: 1")
    await owner.forges(f"og:{(await world.event('navruz-2027')).id}:999")
    owner.sees("Иван")
    await owner.forges("ol:999")
    owner.sees("Записей: 0, людей: 0")
    assert owner.can_press("Раньше")


@pytest.mark.parametrize("payload", ["ol:0", "og:{id}:0", "og:{id}:999", "og:1:0", "ac"])
async def test_for_anyone_else_the_lists_are_not_there(world: World, owner: Person, ivan: Person, payload: str) -> None:
    await world.crowd("navruz-2027", 3)
    assert not ivan.can_press("Списки гостей")
    await ivan.forges(payload.format(id=(await world.event("navruz-2027")).id))
    assert ivan.alert == "Такой записи или мероприятия нет."
    ivan.sees("Такой записи или мероприятия нет.")
    ivan.sees_not("Гость", "Записей")


async def test_the_same_for_someone_whose_right_is_only_an_id(world: World, ivan: Person) -> None:
    await ivan.forges("og:9007199254740992:0")
    ivan.sees("Такой записи или мероприятия нет.")
