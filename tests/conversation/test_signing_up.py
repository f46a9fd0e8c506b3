"""Signing up: consent the first time, how many, a code; whatever is pressed twice, one signup."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from db.tables import consents, people, signups
from tests.conversation.person import Person
from tests.conversation.world import World

CODE = re.compile(r"^\d{4}-\d$", re.MULTILINE)


async def parties(world: World) -> list[tuple[str, int, int]]:
    query = select(signups.c.state, signups.c.adults, signups.c.children).order_by(signups.c.id)
    return await world.app.store.read(lambda conn: [(a, b, c) for a, b, c in conn.execute(query)])


async def to_the_question(person: Person, slug: str = "navruz-2027") -> None:
    await person.start(f"e_{slug}")
    await person.chooses("Записаться", "Согласен")


async def test_a_family_signs_up_in_three_taps_after_the_consent(world: World, amina: Person) -> None:
    await amina.start("e_navruz-2027")
    await amina.press("Yozilish")
    amina.sees(amina.t("Чтобы записать вас, нам нужно ваше согласие."), "60 kun")
    await amina.press(amina.t("Согласен / согласна"))
    amina.sees(amina.t("Сколько придёт взрослых?"))
    await amina.press("2")
    amina.sees(amina.t("Сколько придёт детей?"))
    card = amina.screen
    await amina.press("1")
    party = amina.t("Взрослых: {adults}, детей: {children}", adults=2, children=1)
    amina.sees("Navroʻz — bahor bayrami", party, amina.t("🔔 Напомним: {when}", when="ertaga"))
    assert CODE.search(amina.screen.text)
    assert amina.screen.message_id != card.message_id  # a change of state makes a sound
    assert await parties(world) == [("active", 2, 1)]


async def test_the_consent_keeps_its_version_language_and_time(world: World, amina: Person) -> None:
    await amina.start("e_navruz-2027")
    await amina.chooses("Yozilish", amina.t("Согласен / согласна"))
    (row,) = await world.dump(consents)
    assert row[2:5] == ("service", "2026-11", "uz")
    assert abs(row[5] - world.now) < timedelta(minutes=1)


async def test_after_the_first_time_no_consent_is_asked(ivan: Person) -> None:
    await to_the_question(ivan)
    await ivan.press("Назад")
    await ivan.press("Записаться")
    ivan.sees("Сколько придёт взрослых?")


async def test_who_refuses_can_read_on_and_nothing_is_kept(world: World, ivan: Person) -> None:
    await ivan.start("e_navruz-2027")
    await ivan.chooses("Записаться", "Не согласен")
    ivan.sees("мы ничего не храним", "Навруз")
    assert await world.dump(consents) == []
    name = select(people.c.name).where(people.c.channel_user_id == ivan.id)
    assert await world.app.store.read(lambda conn: conn.scalar(name)) is None
    await ivan.press("Афиша")
    ivan.sees("Навруз")


async def test_an_old_no_of_somebody_who_has_agreed_since_claims_nothing(ivan: Person) -> None:
    await ivan.start("e_navruz-2027")
    await ivan.press("Записаться")
    refusal = ivan.screen
    await ivan.press("Согласен")
    await ivan.press("Не согласен", on=refusal)
    ivan.sees("Навруз")
    ivan.sees_not("мы ничего не храним")


async def test_a_withdrawn_consent_ends_the_signups_and_is_asked_again(world: World, ivan: Person) -> None:
    await to_the_question(ivan)
    await ivan.chooses("1", "0", "Меню", "Настройки", "Мои данные", "Отозвать согласие")
    ivan.sees("Все ваши записи отменятся")
    await ivan.press("Да, отозвать")
    ivan.sees("Согласие отозвано")
    assert await parties(world) == []
    await ivan.start("e_navruz-2027")
    await ivan.press("Записаться")
    ivan.sees("нужно ваше согласие")


async def test_the_withdrawal_is_asked_twice(world: World, ivan: Person) -> None:
    await to_the_question(ivan)
    await ivan.chooses("1", "0")
    await ivan.says("/privacy")
    await ivan.chooses("Отозвать согласие", "Нет, оставить")
    assert await parties(world) == [("active", 1, 0)]


async def test_without_children_one_question_is_enough(world: World, ivan: Person) -> None:
    await to_the_question(ivan, "lektsiya-2027")
    ivan.sees("Сколько вас придёт?")
    assert ivan.labels[:10] == tuple(map(str, range(1, 11)))
    await ivan.press("10")
    ivan.sees("Вы записаны", "10")
    assert await parties(world) == [("active", 10, 0)]


@pytest.mark.parametrize(("typed", "came"), [("3", 3), ("нас трое: 3", 3), (" 2 человека!", 2), ("٤", 4)])
async def test_the_number_may_be_typed(world: World, ivan: Person, typed: str, came: int) -> None:
    await to_the_question(ivan, "lektsiya-2027")
    await ivan.says(typed)
    ivan.sees("Вы записаны")
    assert await parties(world) == [("active", came, 0)]


async def test_both_numbers_may_be_typed(world: World, ivan: Person) -> None:
    await to_the_question(ivan)
    await ivan.says("2")
    ivan.sees("Взрослых: 2", "Сколько придёт детей?")
    await ivan.says("3 ребёнка")
    assert await parties(world) == [("active", 2, 3)]


@pytest.mark.parametrize("typed", ["0", "11", "15", "99"])
@pytest.mark.parametrize("slug", ["navruz-2027", "lektsiya-2027", "babushki-2027"])
async def test_a_number_that_cannot_be_is_refused_in_words(world: World, ivan: Person, slug: str, typed: str) -> None:
    await to_the_question(ivan, slug)
    await ivan.says(typed)
    ivan.sees("Можно от 1 до 10 человек")
    assert await parties(world) == []
    await ivan.press("Продолжить")
    assert ivan.can_press("1")


@pytest.mark.parametrize("text", ["много", "1 или 2", "-", "7 и ещё 12"])
async def test_words_that_are_no_number_keep_the_form(world: World, ivan: Person, text: str) -> None:
    await to_the_question(ivan)
    await ivan.says(text)
    ivan.sees("Вы не закончили: Навруз — праздник весны. Продолжить?")
    assert await parties(world) == []


async def test_a_link_in_the_middle_of_a_form_is_no_number(world: World, ivan: Person) -> None:
    await world.add("klub-3", "2027-03-25T18:00")
    await to_the_question(ivan, "lektsiya-2027")
    await ivan.start("e_klub-3")
    ivan.sees("Klub-3")
    assert await parties(world) == []


async def test_a_second_press_and_a_second_phone_make_one_signup(world: World, ivan: Person) -> None:
    await to_the_question(ivan, "lektsiya-2027")
    question = ivan.screen
    await ivan.press("2")
    ticket = ivan.screen.text
    code = CODE.findall(ticket)
    await ivan.press("2", on=question)
    await ivan.press("5", on=question)
    assert CODE.findall(ivan.screen.text) == code
    assert await parties(world) == [("active", 2, 0)]


async def test_no_more_is_offered_than_there_is(world: World, ivan: Person) -> None:
    await world.crowd("navruz-2027", 57)
    await to_the_question(ivan)
    assert [label for label in ivan.labels if label.isdecimal()] == ["1", "2", "3"]
    await ivan.press("2")
    assert [label for label in ivan.labels if label.isdecimal()] == ["0", "1"]


async def test_full_is_said_plainly(world: World, ivan: Person) -> None:
    await world.crowd("navruz-2027", 60)
    await ivan.start("e_navruz-2027")
    ivan.sees("Мест нет")
    assert not ivan.can_press("Записаться")
    await ivan.forges(f"su:{(await world.event('navruz-2027')).id}")
    assert ivan.alert == "Пока вы выбирали, места закончились."
    ivan.sees("Пока вы выбирали, места закончились.", "Мест нет")


async def test_places_that_went_meanwhile_are_said_with_how_many_are_left(world: World, ivan: Person) -> None:
    await to_the_question(ivan)
    await ivan.press("3")
    await world.crowd("navruz-2027", 59)
    await ivan.press("2")
    ivan.sees("Осталось только 1 место", "Свободных мест: 1")
    assert ivan.alert is not None and "1 место" in ivan.alert
    assert ("active", 3, 2) not in await parties(world)


@pytest.mark.parametrize(
    ("state", "words"),
    [("closed", "Запись уже закрыта."), ("over", "Запись уже закрыта."), ("cancelled", "не состоится")],
)
async def test_too_late_is_said_in_words(world: World, ivan: Person, state: str, words: str) -> None:
    await to_the_question(ivan, "lektsiya-2027")
    if state == "cancelled":
        await world.change("lektsiya-2027", state="cancelled")
    else:
        event = await world.event("lektsiya-2027")
        await world.later((event.closes_at if state == "closed" else event.ends_at) - world.now)
    await ivan.press("2")
    assert ivan.alert is not None and words in ivan.alert
    ivan.sees(words)
    assert not ivan.can_press("Записаться")
    assert await parties(world) == []


async def test_signing_up_closes_at_the_events_own_time(world: World, ivan: Person) -> None:
    event = await world.add("koncert", "2027-03-25T18:00", closes_local="2027-03-20T10:00")
    await world.at(20, "10:00")
    await ivan.forges(f"ev:{event.id}")
    ivan.sees("Запись закрыта.")
    assert not ivan.can_press("Записаться")


async def test_an_interrupted_form_is_offered_again_and_outlives_a_restart(world: World, ivan: Person) -> None:
    await to_the_question(ivan)
    await ivan.press("2")
    await world.restart()
    await ivan.start()
    ivan.sees("Вы не закончили: Навруз — праздник весны")
    await ivan.press("Продолжить")
    ivan.sees("Взрослых: 2", "Сколько придёт детей?")
    await world.restart()
    await ivan.press("1")
    assert await parties(world) == [("active", 2, 1)]
    await ivan.start()
    ivan.sees_not("Вы не закончили")


async def test_a_form_may_be_left_for_good(ivan: Person) -> None:
    await to_the_question(ivan)
    await ivan.start()
    await ivan.press("Не нужно")
    ivan.sees_not("Вы не закончили")
    await ivan.forges("re")
    ivan.sees("Что вам нужно?")


async def test_a_form_whose_event_is_over_is_not_offered(world: World, ivan: Person) -> None:
    await to_the_question(ivan)
    await world.at(22, "12:00")
    await ivan.start()
    ivan.sees_not("Вы не закончили")
