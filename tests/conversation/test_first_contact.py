"""The first minute: a language is chosen by pressing, and by nothing else; a link waits until it is."""

import pytest
from aiogram.methods import SetMyCommands
from sqlalchemy import select

from db.tables import people
from handlers.words_data import AUTONYMS
from tests.conversation.person import Person
from tests.conversation.world import World


async def language_of(world: World, user_id: int) -> str | None:
    return await world.app.store.read(
        lambda conn: conn.scalar(select(people.c.language).where(people.c.channel_user_id == user_id))
    )


@pytest.mark.parametrize("code", ["ru", "uz", "tg", "ky"])
async def test_the_phones_language_comes_first_and_that_is_all_it_does(world: World, code: str) -> None:
    guest = world.person(7, "Гость", code)
    await guest.start()
    assert guest.labels[0] == AUTONYMS[code]
    assert sorted(guest.labels) == sorted(AUTONYMS.values())
    assert all(len(row) == 1 for row in guest.screen.rows)
    assert await language_of(world, 7) is None


@pytest.mark.parametrize("code", [None, "en", "", "xx-klingon", "RU"])
async def test_an_unknown_phone_language_changes_no_order(world: World, code: str | None) -> None:
    guest = world.person(7, "Гость", code)
    await guest.start()
    assert guest.labels == tuple(AUTONYMS.values())


@pytest.mark.parametrize("first", ["/events", "/help", "Salom!", "/start nonsense", "/start e_", "/language"])
async def test_whatever_a_stranger_writes_is_answered_with_the_languages(world: World, first: str) -> None:
    guest = world.person(7, "Гость", "tg")
    await guest.says(first)
    guest.sees("Здравствуйте", "Assalomu alaykum", "Ассалому алайкум", "Саламатсызбы")


async def test_a_stranger_who_presses_or_edits_chooses_a_language_first(world: World) -> None:
    guest = world.person(7, "Гость", "ky")
    await guest.start()
    await guest.forges("mn")
    guest.sees("Саламатсызбы")
    await guest.edits("Салам")
    guest.sees("Саламатсызбы")


async def test_the_language_never_changes_by_itself(world: World, amina: Person) -> None:
    amina.code = "ru"
    for act in ("/start", "/events", "По-русски, пожалуйста", "/help"):
        await amina.says(act)
        assert await language_of(world, amina.id) == "uz"
    await amina.says("/start")
    amina.sees(amina.t("Это Дружба, бот Ассамблеи народов Сибири. Что вам нужно?"))


@pytest.mark.parametrize(("label", "words"), [("Русский", "Помощь"), ("Тоҷикӣ", "Кумак")])
async def test_the_language_is_changed_by_the_command_and_in_the_settings(
    world: World, amina: Person, label: str, words: str
) -> None:
    await amina.says("/language")
    await amina.press(label)
    assert amina.can_press(words)
    await amina.says("/settings")
    await amina.press(amina.labels[0])
    await amina.press("Oʻzbekcha")
    amina.sees(amina.t("Это Дружба, бот Ассамблеи народов Сибири. Что вам нужно?"))


async def test_a_link_is_kept_over_the_choice_of_the_language(world: World) -> None:
    guest = world.person(7, "Гость", "uz")
    await guest.start("e_navruz-2027")
    guest.sees("Tilni tanlang")
    await guest.press("Oʻzbekcha")
    guest.sees("Navroʻz — bahor bayrami")
    await guest.says("/language")
    await guest.press("Русский")
    guest.sees_not("Навруз")


async def test_the_link_is_followed_after_a_kill_before_the_card_was_shown(world: World) -> None:
    guest = world.person(7, "Гость", "uz")
    await guest.start("e_navruz-2027")
    await guest.press("Oʻzbekcha")
    await world.unshow(guest.last_update)
    await world.restart()
    guest.sees("Navroʻz — bahor bayrami")


async def test_a_link_opens_the_card_at_once_for_who_has_a_language(world: World, amina: Person) -> None:
    await amina.start("e_navruz-2027")
    amina.sees("Navroʻz — bahor bayrami")


@pytest.mark.parametrize(
    "payload", ["e_nothing-here", "e_", "x", "e_NAVRUZ", "e_" + "a" * 62, "e_навруз", "%00", "e_a\nb"]
)
async def test_a_bad_link_says_so_and_shows_the_menu(world: World, amina: Person, payload: str) -> None:
    await amina.start(payload)
    amina.sees(amina.t("По этой ссылке ничего нет. Вот что есть."))


async def test_the_list_of_commands_follows_the_choice(world: World, amina: Person) -> None:
    await world.due()
    told = [call for call in world.telegram.calls if isinstance(call, SetMyCommands)]
    assert [call.commands[1].description for call in told] == [amina.t("Афиша")]
