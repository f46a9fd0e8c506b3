"""A bad translation: told of from the settings, about the last screen, and read by the owners."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from aiogram.exceptions import TelegramBadRequest
from aiogram.methods import CopyMessage, SendMessage

from db import drafts as store_drafts
from db import inbox
from db.mistakes import A_DAY, LONGEST, LONGEST_BELOW, PATIENCE
from db.rules.languages import LANGUAGES
from db.tables import drafts, mistakes, outbox
from handlers.words_data import AUTONYMS
from tests.conversation.person import Person
from tests.conversation.world import World

FILE = {"file_id": "x", "file_unique_id": "x"}
VOICE = {"voice": {**FILE, "duration": 3}}
PHOTO = {"photo": [{**FILE, "width": 1, "height": 1}]}
STICKER = {"type": "regular", "width": 1, "height": 1, "is_animated": False, "is_video": False}
NOT_THAT = {
    "sticker": {"sticker": {**FILE, **STICKER}},
    "location": {"location": {"latitude": 56.5, "longitude": 85.0}},
    "contact": {"contact": {"phone_number": "+79990000000", "first_name": "Кто-то"}},
    "dice": {"dice": {"emoji": "🎲", "value": 3}},
    "unseen marks": {"text": "\u202e\u200e"},
}

THANKS = "Спасибо! Мы передали это владельцам бота."
UNKNOWN = "Какой экран вы смотрели, бот не помнит. Скажите, пожалуйста, и об этом."


@pytest.fixture
async def reader(world: World, owner: Person) -> Person:
    """Reads Tajik, and the owner Russian."""
    return await speaks(world.person(30, "Зоҳир", "tg"), "tg")


async def speaks(person: Person, language: str) -> Person:
    await person.start()
    await person.press(AUTONYMS[language])
    person.language = language
    return person


async def reports(person: Person) -> None:
    """From wherever they are to the question, by what stands on the screens."""
    await person.says("/start")
    await person.chooses(person.t("⚙️ Настройки"), person.t("✍️ Ошибка в переводе?"))


async def sees_card(person: Person) -> None:
    await person.start("e_navruz-2027")


async def told(world: World, owner: Person) -> None:
    """Until the owner's phone has everything that is due."""
    await world.due()
    assert "Ошибка в переводе" in owner.screen.text


# -- from the screen to the owner


@pytest.mark.parametrize("language", LANGUAGES)
async def test_from_a_card_to_the_owners_phone(world: World, owner: Person, language: str) -> None:
    reader = await speaks(world.person(30, "Зоҳир Каримов"), language)
    await sees_card(reader)
    title = reader.screen.text.split("\n")[0]
    await reports(reader)
    reader.sees(reader.t("Вы смотрели экран: {title}", title=title))
    await reader.says("Тут не так: <b>&</b> {n}")
    reader.sees(reader.t(THANKS), title)
    await told(world, owner)
    owner.sees(f"Язык: {AUTONYMS[language]}", f"Экран: {title}", "В программе: /start", "Мероприятие: navruz-2027")
    owner.sees("Пишут: Тут не так: <b>&</b> {n}", "Свободных мест: {n}", "Вход бесплатный", "Записаться")
    owner.sees_not("Зоҳир", "Настройки")
    if language != "ru":
        for text in ("Вход бесплатный", "Записаться"):
            owner.sees(f"{text}\n→ {reader.t(text)}")
        assert owner.screen.text.count("→") > 5
    else:
        owner.sees_not("→ Вход бесплатный")


async def test_the_screen_is_the_last_one_that_says_something_of_its_own(
    world: World, owner: Person, reader: Person
) -> None:
    await sees_card(reader)
    await reader.says("/events")
    await reports(reader)
    await reader.says("ин ҷо")
    await told(world, owner)
    owner.sees("В программе: /events", "<b>Афиша</b>")
    owner.sees_not("Мероприятие:")


async def test_a_reminder_is_a_screen_like_any_other(world: World, owner: Person, reader: Person) -> None:
    await sees_card(reader)
    await reader.chooses(*(reader.t(text) for text in ("Записаться", "Согласен / согласна")), "2", "0")
    await world.at(20, "18:00")
    await reports(reader)
    await reader.says("ин ҷо")
    await told(world, owner)
    owner.sees("В программе: evening", "Мероприятие: navruz-2027", "👍 Приду\n→ " + reader.t("👍 Приду"))


async def test_words_that_a_screen_asked_for_and_did_not_show_are_left_out(
    world: World, owner: Person, reader: Person
) -> None:
    await reader.chooses(reader.t("⚙️ Настройки"), reader.t("🔔 Напоминания"))
    await reports(reader)
    await reader.says("ин ҷо")
    await told(world, owner)
    owner.sees("В программе: Reminders", "за день и за 2 часа\n→ ")
    owner.sees_not("не нужны")


async def test_a_menu_is_no_screen_to_report(world: World, owner: Person, reader: Person) -> None:
    await reports(reader)
    reader.sees(reader.t(UNKNOWN))
    await reader.says("дар меню")
    reader.sees(reader.t(THANKS), reader.t("Это Дружба, бот Ассамблеи народов Сибири. Что вам нужно?"))
    await told(world, owner)
    owner.sees("Язык: Тоҷикӣ", "Какой это был экран, бот уже не помнил.", "Пишут: дар меню")


async def test_each_owner_reads_it_in_their_own_language_in_the_morning(
    world: World, owner: Person, reader: Person
) -> None:
    await owner.says("/language")
    await owner.press(AUTONYMS["uz"])
    await world.at(19, "23:30")
    await sees_card(reader)
    await reports(reader)
    await reader.says("ин ҷо")
    before = len(owner.room.touched)
    await world.due()
    assert len(owner.room.touched) == before
    await world.at(20, "09:00")
    owner.sees("Tarjimadagi xato", "Til: Тоҷикӣ", "Yozishdi: ин ҷо")
    assert not owner.screen.silent


# -- what may be sent


@pytest.mark.parametrize("content", [VOICE, PHOTO, {"video": {**FILE, "width": 1, "height": 1, "duration": 1}}])
async def test_a_voice_or_a_picture_is_copied_with_the_card_below_it(
    world: World, owner: Person, reader: Person, content: dict[str, Any]
) -> None:
    await sees_card(reader)
    await reports(reader)
    await reader.sends(**content, caption="ана ин")
    reader.sees(reader.t(THANKS))
    await told(world, owner)
    assert owner.screen.copied is not None
    assert owner.screen.copied[0] == reader.id
    owner.sees("Язык: Тоҷикӣ", "Пишут: ана ин", "Тексты на экране:", "Записаться\n→ Номнавис шудан")


@pytest.mark.parametrize("content", NOT_THAT.values(), ids=list(NOT_THAT))
async def test_what_says_nothing_is_asked_for_again(world: World, reader: Person, content: dict[str, Any]) -> None:
    await sees_card(reader)
    title = reader.screen.text.split("\n")[0]
    await reports(reader)
    await reader.sends(**content)
    reader.sees(reader.t("Это передать не получится. Подойдут слова, голос, фото или файл."), title)
    assert await world.dump(mistakes) == []
    await reader.says("ин ҷо")
    assert len(await world.dump(mistakes)) == 1


async def test_a_long_message_is_told_from_its_beginning(world: World, owner: Person, reader: Person) -> None:
    await reports(reader)
    await reader.says("😀" * 2100)
    reader.sees(reader.t("Сообщение длинное, передали начало. Знаков: {n}", n=LONGEST))
    await told(world, owner)
    owner.sees("😀" * 500, "…")


async def test_words_below_a_picture_are_told_as_far_as_they_fit_below_the_copy(
    world: World, owner: Person, reader: Person
) -> None:
    await sees_card(reader)
    await reports(reader)
    await reader.sends(**PHOTO, caption="я" * 1024)
    reader.sees(reader.t("Сообщение длинное, передали начало. Знаков: {n}", n=LONGEST_BELOW))
    await told(world, owner)
    owner.sees("я" * LONGEST_BELOW, "☰ Меню")
    assert owner.screen.copied is not None


async def test_not_now_leads_back_and_what_is_written_then_goes_to_nobody(world: World, reader: Person) -> None:
    await reports(reader)
    await reader.press(reader.t("Не сейчас"))
    await reader.says("ин ҷо")
    reader.sees(reader.t("Я понимаю кнопки. Выберите, что вам нужно."))
    assert await world.dump(mistakes, drafts) == []


async def test_what_is_written_hours_later_goes_to_nobody(world: World, reader: Person) -> None:
    await reports(reader)
    await world.later(PATIENCE + timedelta(minutes=1))
    await reader.says("2")
    reader.sees("пурсида")
    assert await world.dump(mistakes) == []
    await reader.says("ин ҷо")
    assert len(await world.dump(mistakes)) == 1


async def test_a_command_is_followed_and_the_form_outlives_a_restart(
    world: World, owner: Person, reader: Person
) -> None:
    await sees_card(reader)
    title = reader.screen.text.split("\n")[0]
    await reports(reader)
    await world.restart()
    await reader.says("/start")
    reader.sees(reader.t("сообщение об ошибке"))
    await world.later(timedelta(days=1))
    await reader.press(reader.t("▶️ Продолжить"))
    reader.sees(title)
    await reader.says("ин ҷо")
    await told(world, owner)
    owner.sees("Экран: " + title, "Записаться\n→ Номнавис шудан")


async def test_after_a_restart_the_screen_is_not_known_and_that_is_said(world: World, reader: Person) -> None:
    await sees_card(reader)
    await world.restart()
    await reports(reader)
    reader.sees(reader.t(UNKNOWN))


async def test_after_so_many_a_day_a_kind_word(world: World, reader: Person) -> None:
    for number in range(A_DAY):
        await reports(reader)
        await reader.says(f"хато {number}")
    await reports(reader)
    enough = reader.t("Спасибо! Сегодня вы помогли уже много раз. Остальное пришлите, пожалуйста, завтра.")
    assert reader.alert == enough
    reader.sees(enough)
    assert len(await world.dump(mistakes)) == A_DAY
    await world.later(timedelta(days=1))
    await reports(reader)
    assert reader.can_press(reader.t("Не сейчас"))


# -- what goes wrong


async def killed_before_the_thanks(world: World, reader: Person) -> None:
    await sees_card(reader)
    await reports(reader)
    await reader.says("ин ҷо")
    await world.unshow(reader.last_update)
    await world.restart()


async def test_killed_before_the_thanks_it_is_taken_once_and_thanked_for(
    world: World, owner: Person, reader: Person
) -> None:
    await killed_before_the_thanks(world, reader)
    reader.sees(reader.t(THANKS))
    assert len(await world.dump(mistakes)) == 1
    assert len([row for row in await world.dump(outbox) if row[1] == "mistake"]) == 1


def twice(conn: Any, update_id: int, use_case: Callable[[Any], Any]) -> Any:
    return use_case(conn)


async def test_the_broken_twin_takes_it_twice(
    world: World, owner: Person, reader: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without the mark of the update, and without the end of the form in the same transaction."""
    monkeypatch.setattr(inbox, "effect", twice)
    monkeypatch.setattr(store_drafts, "drop", lambda conn, person_id: None)
    await killed_before_the_thanks(world, reader)
    assert len(await world.dump(mistakes)) == 2


async def test_what_they_have_deleted_cannot_be_copied_and_holds_up_nothing(
    world: World, owner: Person, reader: Person
) -> None:
    await reports(reader)
    await reader.sends(**VOICE)
    world.telegram.fail(CopyMessage, lambda call: TelegramBadRequest(call, "Bad Request: message to copy not found"))
    await world.due()
    await reports(reader)
    await reader.says("ин ҷо")
    await told(world, owner)
    owner.sees("Пишут: ин ҷо")


async def test_of_one_who_has_blocked_us_nothing_is_copied(world: World, owner: Person, reader: Person) -> None:
    await reports(reader)
    await reader.sends(**VOICE)
    await reader.becomes("kicked")
    await told(world, owner)
    owner.sees("Голос, фото или файл передать уже не получилось.")
    assert not [call for call in world.telegram.calls if isinstance(call, CopyMessage)]


async def test_of_one_who_has_erased_everything_nothing_is_told(world: World, owner: Person, reader: Person) -> None:
    await reports(reader)
    await reader.says("ин ҷо")
    await reader.says("/privacy")
    await reader.chooses(*(reader.t(text) for text in ("🗑 Удалить мои данные", "Да, удалить", "🗑 Удалить навсегда")))
    said = len(owner.room.touched)
    await world.due()
    assert len(owner.room.touched) == said
    assert await world.dump(mistakes) == []


async def test_it_stands_among_ones_own_data(world: World, reader: Person) -> None:
    await sees_card(reader)
    title = reader.screen.text.split("\n")[0]
    await reports(reader)
    await reader.says("хатои ман")
    await reader.says("/privacy")
    kept = "Сообщений об ошибках в переводе: {n}. Последнее сотрём: {date}"
    reader.sees(reader.t(kept, n=1, date="рӯзи сешанбе, 18 май"))
    await reader.press(reader.t("📄 Получить файл"))
    assert reader.screen.file is not None
    content = reader.screen.file[1].decode("utf-8-sig")
    assert "хатои ман" in content and title in content
    assert reader.t("Сообщение владельцу об ошибке в переводе") not in content, "that one is the owner's"


async def test_its_words_are_in_no_log_and_no_call_but_the_owners(world: World, owner: Person, reader: Person) -> None:
    before = len(world.telegram.calls)
    await reports(reader)
    await reader.says("махфӣ")
    await told(world, owner)
    saying = [call for call in world.telegram.calls[before:] if "махфӣ" in (getattr(call, "text", None) or "")]
    assert [(type(call), getattr(call, "chat_id", None)) for call in saying] == [(SendMessage, owner.id)]
