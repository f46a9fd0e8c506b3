"""Changing one's mind: more, fewer, nobody, back again; and what else is on at that time."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from db.tables import people, signups
from tests.conversation.person import Person
from tests.conversation.world import World


@pytest.fixture
async def guest(ivan: Person) -> Person:
    """Signed up for Navruz with two adults and a child, on the ticket."""
    await ivan.start("e_navruz-2027")
    await ivan.chooses("Записаться", "Согласен", "2", "1")
    return ivan


async def party(world: World) -> tuple[str, int, int, int]:
    held = signups.c.held_adults + signups.c.held_children
    query = select(signups.c.state, signups.c.adults, signups.c.children, held)
    own = query.join(people).where(people.c.channel_user_id == 2)
    state, adults, children, kept = await world.app.store.read(lambda conn: conn.execute(own).one())
    return state, adults, children, kept


async def join(person: Person, slug: str, *presses: str) -> None:
    await person.start(f"e_{slug}")
    await person.chooses("Записаться", *presses)


async def test_my_signups_show_state_party_and_code(world: World, guest: Person) -> None:
    code = next(line for line in guest.screen.text.split("\n") if line[:4].isdecimal() and line[4:5] == "-")
    await guest.press("Мои записи")
    guest.sees("Навруз", "Взрослых: 2, детей: 1", code)
    await guest.press("Навруз")
    guest.sees(code)
    await world.change("navruz-2027", state="cancelled")
    await guest.says("/my")
    guest.sees("Не состоится")


async def test_without_signups_the_poster_is_one_tap_away(ivan: Person) -> None:
    await ivan.press("Мои записи")
    ivan.sees("У вас пока нет записей")
    await ivan.press("Афиша")
    ivan.sees("Навруз")


async def test_many_signups_stand_on_pages(world: World, ivan: Person) -> None:
    for number in range(12):
        await world.add(
            f"vecher-{number}", f"2027-04-{number + 1:02}T18:00", texts={"ru": {"title": f"{number} " * 20}}
        )
    await join(ivan, "vecher-0", "Согласен", "1")
    for number in range(1, 12):
        await join(ivan, f"vecher-{number}", "1")
    await ivan.says("/my")
    ivan.sees("4 4 4")
    ivan.sees_not("5 5 5")
    await ivan.chooses("Дальше", "Дальше")
    ivan.sees("11 11")
    assert not ivan.can_press("Дальше")


@pytest.mark.parametrize(
    ("presses", "now"),
    [(("3", "1"), ("active", 3, 1, 0)), (("1", "0"), ("active", 1, 0, 2)), (("2", "1"), ("active", 2, 1, 0))],
)
async def test_the_number_goes_up_and_down(
    world: World, guest: Person, presses: tuple[str, str], now: tuple[str, int, int, int]
) -> None:
    await guest.press("Изменить число")
    guest.sees("Сколько придёт взрослых?")
    await guest.chooses(*presses)
    assert await party(world) == now


async def test_more_than_there_is_room_for_is_refused(world: World, guest: Person) -> None:
    await guest.chooses("Изменить число", "4")
    await world.crowd("navruz-2027", 57)
    await guest.press("3")
    guest.sees("Осталось только 3 места. Выберите меньше.")
    assert await party(world) == ("active", 2, 1, 0)


async def test_places_no_longer_held_are_not_offered_again(world: World, guest: Person) -> None:
    await guest.chooses("Изменить число", "1", "0")
    await world.change("navruz-2027", capacity=2)
    await guest.chooses("Меню", "Мои записи", "🎟", "Изменить число")
    assert guest.can_press("3")  # two of them are still held for this guest
    await world.later(timedelta(minutes=11))
    await guest.chooses("Назад", "Изменить число")
    assert guest.can_press("2")
    assert not guest.can_press("3")


async def test_one_leaves_all_of_them_with_one_tap(world: World, guest: Person) -> None:
    await guest.press("Не приду")
    guest.sees("Кто не придёт?")
    await guest.press("Никто не придёт")
    guest.sees("Спасибо, что сообщили", "Если передумаете: место ваше до 12:10.")
    assert await party(world) == ("left", 0, 0, 3)


async def test_some_of_them_stay_at_home(world: World, guest: Person) -> None:
    await guest.chooses("Не приду", "Придёт меньше людей", "1", "0")
    guest.sees("Число изменено.")
    assert guest.can_press("Вернуть место")
    await guest.press("Вернуть место")
    assert await party(world) == ("active", 2, 1, 0)


async def test_who_comes_alone_is_not_asked_who_stays(world: World, ivan: Person) -> None:
    await join(ivan, "lektsiya-2027", "Согласен", "1")
    await ivan.press("Не приду")
    ivan.sees("Спасибо, что сообщили")


async def test_places_come_back_within_ten_minutes_and_are_held_meanwhile(world: World, guest: Person) -> None:
    await world.crowd("navruz-2027", 57)
    await guest.chooses("Не приду", "Никто не придёт")
    await world.later(timedelta(minutes=9, seconds=50))
    stranger = world.person(8, "Пётр")
    await stranger.start("e_navruz-2027")
    await stranger.press("Русский")
    stranger.sees("Мест нет")
    await guest.press("Вернуть место")
    guest.sees("Вы записаны", "Взрослых: 2, детей: 1")
    assert await party(world) == ("active", 2, 1, 0)


@pytest.mark.parametrize(
    ("day", "time", "minutes"), [(19, "12:00", 10), (21, "08:59", 10), (21, "09:01", 2), (21, "11:50", 2)]
)
async def test_after_the_time_the_place_is_given_away(
    world: World, guest: Person, day: int, time: str, minutes: int
) -> None:
    await world.at(day, time)
    await guest.says("/my")
    await guest.chooses("Навруз", "Не приду", "Никто не придёт")
    offer = guest.screen
    await world.later(timedelta(minutes=minutes, seconds=-10))
    await guest.says("/my")
    assert guest.can_press("Навруз")
    await world.later(timedelta(seconds=11))
    await guest.press("Вернуть место", on=offer)
    guest.sees("Время вышло, место уже отдали", "Навруз")
    assert await party(world) == ("left", 0, 0, 3)
    assert guest.can_press("Записаться")


async def test_an_alert_is_no_html(world: World, ivan: Person) -> None:
    await world.add("chai", "2027-03-25T18:00", texts={"ru": {"title": "Чай & <плов>"}})
    await join(ivan, "chai", "Согласен", "1")
    await ivan.press("Не приду")
    offer = ivan.screen
    await world.later(timedelta(minutes=11))
    await ivan.press("Вернуть место", on=offer)
    assert ivan.alert is not None and "Чай & <плов>" in ivan.alert


async def test_leaving_twice_and_coming_back_twice_change_nothing(world: World, guest: Person) -> None:
    await guest.press("Не приду")
    question = guest.screen
    await guest.press("Никто не придёт")
    offer = guest.screen
    before = await world.dump(signups)
    await guest.press("Никто не придёт", on=question)
    assert await world.dump(signups) == before
    await guest.press("Вернуть место", on=offer)
    after = await world.dump(signups)
    await guest.press("Вернуть место", on=offer)
    assert await world.dump(signups) == after


@pytest.mark.parametrize(
    ("starts", "ends", "mentioned"),
    [
        ("2027-03-21T11:00", "2027-03-21T12:30", True),
        ("2027-03-21T15:59", "2027-03-21T18:00", True),
        ("2027-03-21T10:00", "2027-03-21T12:00", False),
        ("2027-03-21T16:00", "2027-03-21T18:00", False),
    ],
)
async def test_an_overlap_is_mentioned_and_touching_ends_are_none(
    world: World, guest: Person, starts: str, ends: str, mentioned: bool
) -> None:
    await world.add("vecher", starts, ends)
    await join(guest, "vecher", "1")
    guest.sees("Вы записаны: Vecher")
    assert ("В это же время у вас ещё запись: Навруз" in guest.screen.text) == mentioned
