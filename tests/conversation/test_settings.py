"""One's own settings, and the one thing that is typed: the name."""

import pytest
from sqlalchemy import select

from db.tables import people
from tests.conversation.person import Person
from tests.conversation.world import World

ODD = [
    {"photo": [{"file_id": "x", "file_unique_id": "x", "width": 1, "height": 1}]},
    {"voice": {"file_id": "x", "file_unique_id": "x", "duration": 1}},
    {"text": "я" * 81},
    {"text": "\u202e\u200e \n"},
    {"text": "😀"},
    {
        "sticker": {
            "file_id": "x",
            "file_unique_id": "x",
            "type": "regular",
            "width": 1,
            "height": 1,
            "is_animated": False,
            "is_video": False,
        }
    },
]


@pytest.fixture
async def guest(ivan: Person) -> Person:
    """Has agreed, and may be asked for a name."""
    await ivan.start("e_lektsiya-2027")
    await ivan.chooses("Записаться", "Согласен", "1")
    await ivan.says("/settings")
    return ivan


async def name(world: World, person: Person) -> str | None:
    query = select(people.c.name).where(people.c.channel_user_id == person.id)
    return await world.app.store.read(lambda conn: conn.scalar(query))


async def test_the_name_telegram_shows_is_kept_only_after_the_consent(world: World, ivan: Person) -> None:
    await ivan.says("/settings")
    ivan.sees_not("Имя в списке гостей")
    assert not ivan.can_press("Моё имя")
    await ivan.forges("nm")
    ivan.sees("Настройки")
    assert await name(world, ivan) is None


async def test_the_name_is_typed_in_one_message(world: World, guest: Person) -> None:
    guest.sees("Имя в списке гостей: Иван")
    await guest.press("Моё имя")
    guest.sees("Как вас записать?", "Сейчас: Иван")
    await guest.says("  Иван\nПетрович ")
    guest.sees("Готово, сохранено.", "Имя в списке гостей: Иван Петрович")
    assert await name(world, guest) == "Иван Петрович"


@pytest.mark.parametrize("text", ["<b>&", "Ли 😀", "Ҷамшед 👨‍👩‍👧", "я" * 80, "{name}", "a\u202eb"])
async def test_a_name_may_be_odd(world: World, guest: Person, text: str) -> None:
    await guest.press("Моё имя")
    await guest.says(text)
    guest.sees(f"Имя в списке гостей: {text.replace(chr(0x202E), '')}")
    assert not any("<b>" in part for part in guest.screen.bold)


@pytest.mark.parametrize("content", ODD, ids=["photo", "voice", "too long", "nothing", "emoji", "sticker"])
async def test_what_is_no_name_is_asked_for_again(world: World, guest: Person, content: dict[str, object]) -> None:
    await guest.press("Моё имя")
    await guest.sends(**content)
    guest.sees("Имя нужно буквами", "Как вас записать?")
    await guest.says("Ваня")
    assert await name(world, guest) == "Ваня"


async def test_a_command_in_the_middle_is_followed_and_the_form_offered_again(world: World, guest: Person) -> None:
    await guest.press("Моё имя")
    await guest.says("/events")
    guest.sees("Афиша")
    assert await name(world, guest) == "Иван"
    await guest.says("/start")
    guest.sees("Вы не закончили: ваше имя")
    await world.restart()
    await guest.press("Продолжить")
    guest.sees("Как вас записать?")
    await guest.press("Оставить как есть")
    guest.sees_not("Вы не закончили")


async def test_reminders_and_quiet_hours_are_told_and_kept(world: World, guest: Person) -> None:
    guest.sees("Напоминания: за день и за 2 часа", "Не беспокоим: 21:00–09:00")
    await guest.chooses("Напоминания", "Только за день", "Тихие часы", "Поздно")
    guest.sees("Напоминания: за день", "Не беспокоим: 23:00–07:00")
    await world.restart()
    await guest.says("/settings")
    guest.sees("Напоминания: за день", "Не беспокоим: 23:00–07:00")


async def test_every_choice_of_the_settings_leads_back(guest: Person) -> None:
    for choice in ("Напоминания", "Тихие часы"):
        await guest.chooses(choice, "Назад")
        guest.sees("Настройки")
    await guest.chooses("Мои данные", "Меню")
    guest.sees("Что вам нужно?")
