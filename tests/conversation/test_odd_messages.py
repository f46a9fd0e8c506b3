"""What is sent where something else is asked, groups, odd names, those who go and come back."""

from typing import Any

import pytest
from aiogram.exceptions import TelegramForbiddenError
from aiogram.methods import SendMessage
from sqlalchemy import select

from db.tables import drafts, people, signups
from tests.conversation.person import Person
from tests.conversation.world import World

FILE = {"file_id": "x", "file_unique_id": "x"}
CONTENTS: dict[str, dict[str, Any]] = {
    "text": {"text": "Здравствуйте, как пройти?"},
    "photo": {"photo": [{**FILE, "width": 1, "height": 1}], "caption": "2"},
    "voice": {"voice": {**FILE, "duration": 3}},
    "sticker": {
        "sticker": {**FILE, "type": "regular", "width": 1, "height": 1, "is_animated": False, "is_video": False}
    },
    "location": {"location": {"latitude": 56.5, "longitude": 85.0}},
    "contact": {"contact": {"phone_number": "+79990000000", "first_name": "Кто-то"}},
    "document": {"document": FILE},
    "dice": {"dice": {"emoji": "🎲", "value": 3}},
    "unknown command": {"text": "/nothing"},
    "hostile": {"text": "<b>&\u202e{0}" * 300},
}
EVERYTHING = pytest.mark.parametrize("content", CONTENTS.values(), ids=list(CONTENTS))


@EVERYTHING
async def test_what_nobody_asked_for_is_answered_with_the_menu(ivan: Person, content: dict[str, Any]) -> None:
    await ivan.sends(**content)
    ivan.sees("Я понимаю кнопки. Выберите, что вам нужно.")


@EVERYTHING
async def test_in_the_middle_of_a_form_it_keeps_the_form(world: World, ivan: Person, content: dict[str, Any]) -> None:
    await ivan.start("e_navruz-2027")
    await ivan.chooses("Записаться", "Согласен", "2")
    await ivan.sends(**content)
    ivan.sees("Вы не закончили: Навруз")
    assert len(await world.dump(drafts)) == 1
    await ivan.chooses("Продолжить", "1")
    ivan.sees("Вы записаны")


@pytest.mark.parametrize("command", ["/start", "/events", "/my", "/help", "/language", "/settings", "/privacy"])
async def test_a_command_in_the_middle_of_a_form_is_followed(world: World, ivan: Person, command: str) -> None:
    await ivan.start("e_navruz-2027")
    await ivan.chooses("Записаться", "Согласен")
    await ivan.says(command)
    ivan.sees_not("Я понимаю кнопки")
    assert len(await world.dump(drafts)) == 1


async def test_an_edited_message_is_not_seen_and_that_is_said(ivan: Person) -> None:
    await ivan.edits("3")
    ivan.sees("Исправленное сообщение я не вижу. Напишите, пожалуйста, новое.")


@pytest.mark.parametrize("name", ["<b>&", "\u202eнавИ", "a" * 64, "\u200e", "{name}", "Зоҳир 😀"])
async def test_a_person_may_be_called_anything(world: World, owner: Person, name: str) -> None:
    guest = world.person(9, name, "ru")
    await guest.start("e_lektsiya-2027")
    await guest.chooses("Русский", "Записаться", "Согласен", "1")
    guest.sees("Вы записаны")
    await owner.forges(f"og:{(await world.event('lektsiya-2027')).id}:0")
    shown = name.replace("\u202e", "").replace("\u200e", "") or "без имени"
    owner.sees(shown)
    owner.sees_not("\u202e")
    assert len(owner.screen.bold) == 1


# -- groups


@pytest.fixture
def in_group(world: World) -> Person:
    return world.person(11, "Сосед", "ru", chat_id=-100500)


async def test_a_command_in_a_group_is_answered_with_the_way_to_us(world: World, in_group: Person) -> None:
    await in_group.says("/start")
    in_group.sees("Я работаю только в личных сообщениях")
    assert in_group.link("Открыть бота") == "https://t.me/druzhba_bot"
    assert await met(world, in_group) is False


async def test_talk_in_a_group_is_none_of_our_business(world: World, in_group: Person) -> None:
    for content in CONTENTS.values():
        if not str(content.get("text", "")).startswith("/"):
            await in_group.sends(**content)
    await in_group.edits("/start")
    assert in_group.room.touched == []
    assert await met(world, in_group) is False


async def test_a_press_in_a_group_is_answered_and_does_nothing(world: World, in_group: Person) -> None:
    for payload in ("mn", "su:1", "cs:1:1", "noise", "lg:uz"):
        await in_group.forges(payload, on=1)
    assert in_group.room.touched == []
    assert await met(world, in_group) is False


async def test_a_group_that_refuses_us_makes_nobody_unreachable(world: World, ivan: Person) -> None:
    def forbidden(method: object) -> Exception:
        return TelegramForbiddenError(SendMessage(chat_id=-1, text="x"), "Forbidden: bot was kicked")

    world.telegram.fail(SendMessage, forbidden)
    await world.person(ivan.id, "Иван", chat_id=-100500).says("/start")
    assert await reachable(world, ivan)


async def met(world: World, person: Person) -> bool:
    query = select(people.c.id).where(people.c.channel_user_id == person.id)
    return await world.app.store.read(lambda conn: conn.execute(query).first()) is not None


async def reachable(world: World, person: Person) -> bool:
    query = select(people.c.reachable).where(people.c.channel_user_id == person.id)
    return bool(await world.app.store.read(lambda conn: conn.scalar(query)))


# -- those who go and come back


async def signed_up(person: Person) -> None:
    await person.start("e_navruz-2027")
    await person.chooses("Записаться", "Согласен", "1", "0")


async def test_who_blocks_us_is_left_alone_until_they_return(world: World, ivan: Person) -> None:
    await signed_up(ivan)
    await ivan.becomes("kicked")
    assert not await reachable(world, ivan)
    seen = len(ivan.room.messages)
    await world.at(20, "18:30")
    assert len(ivan.room.messages) == seen
    await ivan.becomes("member")
    assert await reachable(world, ivan)
    await world.due()
    ivan.sees("Напоминаем: Навруз")


async def test_who_is_found_to_have_blocked_us_is_reachable_again_once_they_write(world: World, ivan: Person) -> None:
    await signed_up(ivan)
    world.telegram.blocked.add(ivan.id)
    await world.at(20, "18:00")
    assert not await reachable(world, ivan)
    world.telegram.blocked.clear()
    await ivan.says("/my")
    ivan.sees("Навруз")
    assert await reachable(world, ivan)
    await world.at(21, "10:00")
    ivan.sees("Напоминаем: Навруз")


async def test_blocked_in_the_middle_of_a_press_keeps_what_was_done(world: World, ivan: Person) -> None:
    await ivan.start("e_lektsiya-2027")
    await ivan.chooses("Записаться", "Согласен")
    world.telegram.blocked.add(ivan.id)
    await ivan.press("2")
    assert len(await world.dump(signups)) == 1
    assert not await reachable(world, ivan)


async def test_someone_we_never_met_may_block_and_return(world: World) -> None:
    stranger = world.person(77, "Некто")
    await stranger.becomes("kicked")
    await stranger.becomes("member")
    assert not await met(world, stranger)
