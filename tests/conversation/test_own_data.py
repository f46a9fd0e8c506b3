"""One's own data: seen, taken as a file, consent withdrawn, everything erased; a person warned, and the owners' act."""

import asyncio
import json
from datetime import datetime, timedelta
from typing import Any

import pytest
from aiogram.exceptions import TelegramNetworkError
from aiogram.methods import DeleteMyCommands, EditMessageText, SendDocument
from sqlalchemy import select

from bot.gate import Known
from bot.jobs.tidy import Tidying
from db import inbox, people
from db.inbox import Received
from db.rules.languages import LANGUAGES
from db.tables import consents, destructions, drafts, outbox, signups
from db.tables import inbox as inbox_rows
from db.tables import people as people_rows
from tests.conversation.person import Person
from tests.conversation.telegram import Shown
from tests.conversation.world import NOON, World

OF_PEOPLE = (people_rows, consents, signups, outbox, drafts)
GOODBYE = "Готово. Ваши данные удалены."


def file_of(shown: Shown) -> tuple[str, str]:
    assert shown.file is not None
    name, content = shown.file
    return name, content.decode("utf-8-sig")


async def sign_up(person: Person, slug: str = "navruz-2027") -> None:
    await person.start(f"e_{slug}")
    await person.chooses(*(person.t(text) for text in ("Записаться", "Согласен / согласна")), "2", "1")


@pytest.fixture
async def guest(ivan: Person) -> Person:
    """Signed up for three, on the page of their own data."""
    await sign_up(ivan)
    await ivan.says("/privacy")
    return ivan


async def known_number(world: World, person: Person) -> bool:
    """Whether the person's number stands anywhere in the store."""

    async def rows() -> list[Any]:
        return [*await world.dump(people_rows), *await world.dump(inbox_rows)]

    return any(person.id in row for row in await rows())


# -- what is kept


async def test_a_newcomer_sees_that_there_is_next_to_nothing(ivan: Person) -> None:
    await ivan.says("/privacy")
    ivan.sees("Номер чата: 2 (это не телефон)", "Язык: Русский", "За данные отвечает: Ассамблея. Связь: +73822517757")
    ivan.sees("Мы не спрашиваем национальность", "не полиция", "60 дней", "12 месяцев")
    ivan.sees_not("Имя в списке", "Записей:", "Согласие на запись")
    assert not ivan.can_press("Отозвать согласие")
    assert ivan.can_press("Удалить мои данные")


async def test_one_who_signed_up_sees_name_signups_and_the_consent_with_its_date_and_version(guest: Person) -> None:
    guest.sees("Имя в списке гостей: Иван", "Записей: 1. Последнюю сотрём: ", "20 мая")
    guest.sees("Согласие на запись: сегодня, пятница, 19 марта. Текст: 2026-11.")
    assert guest.can_press("Отозвать согласие")


async def test_from_the_settings_and_back_to_the_menu(guest: Person) -> None:
    await guest.says("/settings")
    await guest.press("Мои данные")
    guest.sees("Что мы храним о вас сейчас")
    await guest.press("Меню")
    guest.sees("Что вам нужно?")


@pytest.mark.parametrize("language", LANGUAGES)
async def test_the_page_and_its_ways_stand_in_every_language(world: World, language: str) -> None:
    person = world.person(7, "Амина", language)
    person.language = language
    await person.start()
    await person.forges(f"lg:{language}")
    await sign_up(person)
    await person.says("/privacy")
    person.sees("Амина", person.t("Что мы храним о вас сейчас:"))
    for label in ("📄 Получить файл", "Отозвать согласие", "🗑 Удалить мои данные", "☰ Меню"):
        assert person.can_press(person.t(label)), label
    await person.press(person.t("🗑 Удалить мои данные"))
    await person.press(person.t("Да, удалить"))
    await person.press(person.t("🗑 Удалить навсегда"))
    person.sees(person.t("Готово. Ваши данные удалены."))
    assert not await known_number(world, person)


# -- the file


async def test_the_file_comes_after_its_words_with_everything_in_it(world: World, guest: Person) -> None:
    await guest.press("Получить файл")
    *_, said, sent = guest.room.messages.values()
    assert "всё, что мы о вас храним" in said.text
    assert guest.screen is sent
    name, text = file_of(sent)
    assert name == "druzhba-2027-03-19.txt"
    for kept in (
        "Номер чата: 2",
        "Имя в списке гостей: Иван",
        "Навруз",
        "Взрослых: 2, детей: 1",
        "Напоминание за день",
    ):
        assert kept in text, kept
    code = (await world.dump(signups))[0]
    assert f"{code[signups.c.keys().index('code')]}-" in text
    await guest.press("Мои данные")
    guest.sees("Что мы храним о вас сейчас")


async def test_the_file_speaks_the_persons_own_language(world: World, amina: Person) -> None:
    await sign_up(amina)
    await amina.says("/privacy")
    await amina.press(amina.t("📄 Получить файл"))
    _, text = file_of(amina.screen)
    assert "Navroʻz" in text
    assert "2027-yil 21-mart" in text or "2027-yil 20-mart" in text
    assert "Амина" in text


async def test_the_file_holds_an_event_that_is_not_shown_any_more_and_an_unfinished_form(
    world: World, ivan: Person
) -> None:
    await sign_up(ivan)
    await ivan.start("e_lektsiya-2027")
    await ivan.press("Записаться")
    world.app.house.programme._show_unconfirmed = False
    world.app.house.programme.drop()
    await world.change("navruz-2027", confirmed=False)
    await ivan.says("/privacy")
    await ivan.press("Получить файл")
    _, text = file_of(ivan.screen)
    assert "Навруз" in text
    assert "Незаконченная форма: " in text


async def test_a_file_that_was_cut_off_is_sent_again(world: World, guest: Person) -> None:
    world.telegram.fail(SendDocument, lambda method: TelegramNetworkError(method, "cut"))
    await guest.press("Получить файл")
    assert file_of(guest.screen)[0] == "druzhba-2027-03-19.txt"


# -- the consent


async def test_withdrawing_asks_once_and_says_what_it_means(world: World, guest: Person) -> None:
    await guest.press("Отозвать согласие")
    guest.sees("Все ваши записи отменятся, места отдадим другим")
    assert guest.labels[0] == "Нет, оставить"
    await guest.press("Нет, оставить")
    guest.sees("Записей: 1")
    await guest.chooses("Отозвать согласие", "Да, отозвать")
    guest.sees("Согласие отозвано")
    assert await world.dump(signups) == []
    await guest.says("/privacy")
    guest.sees("Согласие на запись: сегодня", "Отозвано: сегодня")
    guest.sees_not("Имя в списке", "Записей:")
    assert not guest.can_press("Отозвать согласие")


async def test_an_old_button_still_withdraws(world: World, guest: Person) -> None:
    await guest.forges("wd:1")
    guest.sees("Согласие отозвано")
    assert await world.dump(signups) == []


# -- everything erased


async def to_the_last_question(person: Person) -> None:
    await person.says("/privacy")
    await person.chooses("Удалить мои данные", "Да, удалить")


async def test_two_questions_each_with_its_consequence_and_the_safe_way_out_first(world: World, guest: Person) -> None:
    await guest.press("Удалить мои данные")
    guest.sees("Удалить все мои данные?", "Записей, которые отменятся: 1", "Места сразу отдадим другим")
    assert guest.labels[0] == "Нет, оставить"
    assert guest.can_press("Получить файл")
    await guest.press("Да, удалить")
    guest.sees("последний вопрос", "Вернуть данные не сможете", "резервных копий", "30 дней")
    assert guest.labels[0] == "Нет, оставить"
    await guest.press("Нет, оставить")
    guest.sees("Записей: 1")
    assert len(await world.dump(signups)) == 1


async def test_after_the_second_everything_is_gone_and_the_places_are_free(world: World, guest: Person) -> None:
    event = await world.event("navruz-2027")
    await world.crowd("navruz-2027", (event.capacity or 0) - 3)
    await to_the_last_question(guest)
    await guest.press("Удалить навсегда")
    guest.sees(GOODBYE, "30 дней", "Номер удаления: ", "/start")
    assert guest.screen.rows == (), "nothing is left to press"
    assert not await known_number(world, guest)
    (line,) = await world.dump(destructions)
    assert line[1] in guest.screen.text
    assert (await world.dump(inbox_rows))[-1][1:4] == (0, None, "done")
    other = world.person(3, "Ольга", "ru")
    await other.start("e_navruz-2027")
    await other.press("Русский")
    other.sees("Свободных мест: 3")


async def test_no_byte_of_them_is_left_in_the_files(world: World, guest: Person) -> None:
    def traces() -> set[str]:
        return {path.name for path in world.path.parent.iterdir() if "Канарейкин".encode() in path.read_bytes()}

    await guest.says("/settings")
    await guest.press("Моё имя")
    await guest.says("Иван Канарейкин")
    assert traces()
    await to_the_last_question(guest)
    await guest.press("Удалить навсегда")
    assert traces() == set()


async def test_telegram_forgets_the_chats_own_list_of_commands(world: World, guest: Person) -> None:
    await to_the_last_question(guest)
    await guest.press("Удалить навсегда")
    (call,) = [call for call in world.telegram.calls if isinstance(call, DeleteMyCommands)]
    assert call.scope is not None
    assert call.scope.model_dump()["chat_id"] == guest.id


async def test_a_clock_that_steps_back_a_little_asks_nothing_again(world: World, guest: Person) -> None:
    """As after a kill in the demo, whose clock begins where the last run stood."""
    await to_the_last_question(guest)
    world.app.clock.offset -= timedelta(minutes=2)
    await guest.press("Удалить навсегда")
    guest.sees(GOODBYE)


async def test_an_old_button_that_erases_is_asked_again(world: World, guest: Person) -> None:
    await to_the_last_question(guest)
    old = guest.screen
    await world.later(timedelta(minutes=16))
    await guest.press("Удалить навсегда", on=old)
    guest.sees("Удалить все мои данные?")
    assert await known_number(world, guest)
    for payload in ("fg:3:0", "fg:3:8589934592", "fg:2:0"):
        await guest.forges(payload)
        guest.sees("Удалить все мои данные?")


async def test_the_last_owner_is_told_before_anything_is_asked(world: World, owner: Person) -> None:
    await owner.says("/privacy")
    await owner.press("Удалить мои данные")
    assert owner.alert is not None and "единственный владелец" in owner.alert
    owner.sees("единственный владелец", "Что вам нужно?")
    await world.app.store.write(people.make_owners, (9,), "Asia/Tomsk", world.now)
    minute = int(world.now.timestamp() // 60)
    await owner.forges(f"fg:3:{minute}")
    owner.sees("единственный владелец", "Что вам нужно?")
    assert await known_number(world, owner)


async def test_who_comes_back_is_a_stranger(world: World, guest: Person) -> None:
    await to_the_last_question(guest)
    await guest.press("Удалить навсегда")
    await guest.start()
    guest.sees("Выберите язык")
    await guest.press("Русский")
    await guest.says("/privacy")
    guest.sees_not("Имя в списке", "Записей:", "Согласие на запись")


# -- pressed twice, cut off, killed


async def test_pressed_once_more_it_says_so_and_keeps_nobody(world: World, guest: Person) -> None:
    await to_the_last_question(guest)
    question = guest.screen
    await guest.press("Удалить навсегда")
    await guest.press("Удалить навсегда", on=question)
    assert guest.alert is not None and "уже удалены" in guest.alert
    guest.sees(GOODBYE)
    assert not await known_number(world, guest)


async def test_what_waits_behind_the_press_goes_unread_with_them(
    world: World, guest: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two taps and a word in one batch: the spinner of the second tap ends, and nobody is made for it."""
    await to_the_last_question(guest)
    gate = asyncio.Event()
    part = Known.part_for_good

    async def held(known: Known, gone: Any) -> None:
        await part(known, gone)
        await gate.wait()

    (button,) = [key.data for key in guest.screen.keys if key.label.endswith("навсегда")]
    wire = [await unsent_press(world, guest, button), await unsent_press(world, guest, button)]
    said = {"message": guest._message(text="канарейка")}
    monkeypatch.setattr(Known, "part_for_good", held)
    await one_batch(world, guest, *wire, said)
    await asyncio.sleep(0.05)
    gate.set()
    await world.settle()
    guest.sees(GOODBYE)
    assert not await known_number(world, guest)
    assert len(await world.dump(destructions)) == 1
    assert world.app.known.goes_unread(9002)


async def one_batch(world: World, person: Person, *parts: dict[str, Any]) -> None:
    """Several updates as one poll brings them: all of them are on disk before the first is handled."""
    batch = [
        Received(number, person.id, json.dumps({"update_id": number, **part}))
        for number, part in enumerate(parts, 9000)
    ]
    await world.app.store.write(inbox.store, batch, world.now)
    for one in batch:
        world.app.lanes.put(one)


async def unsent_press(world: World, person: Person, data: str | None) -> dict[str, Any]:
    query = f"q{world.telegram.number()}"
    world.telegram.asked[query] = data
    message = {"message_id": person.screen.message_id, "date": 1, "chat": person._chat(), "text": "…"}
    return {
        "callback_query": {"id": query, "from": person._user(), "chat_instance": "1", "message": message, "data": data}
    }


async def test_a_goodbye_that_was_cut_off_erases_nobody_twice_and_makes_nobody(world: World, guest: Person) -> None:
    await to_the_last_question(guest)
    world.telegram.fail(EditMessageText, lambda method: TelegramNetworkError(method, "cut"))
    await guest.press("Удалить навсегда")
    assert not await known_number(world, guest)
    assert len(await world.dump(destructions)) == 1
    guest.sees("последний вопрос")
    await guest.press("Удалить навсегда")
    assert guest.alert is not None and "уже удалены" in guest.alert
    assert not await known_number(world, guest)


async def test_killed_before_the_goodbye_the_press_is_not_played_again_into_somebody_new(
    world: World, guest: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    await to_the_last_question(guest)
    died = asyncio.Event()

    async def die(known: Known, gone: Any) -> None:
        died.set()
        await asyncio.Event().wait()

    with monkeypatch.context() as patch:
        patch.setattr(Known, "part_for_good", die)
        (button,) = [key.data for key in guest.screen.keys if key.label.endswith("навсегда")]
        await world.put(9000, **await unsent_press(world, guest, button))
        await died.wait()
        await world.restart()
    assert not await known_number(world, guest)
    guest.sees("последний вопрос")
    world.telegram.asked.popitem()


async def test_the_twin_that_leaves_the_update_open_would_play_it_again(world: World, guest: Person) -> None:
    """The broken twin of the test above."""
    await to_the_last_question(guest)
    (button,) = [key.data for key in guest.screen.keys if key.label.endswith("навсегда")]
    wire = {"update_id": 9000, **await unsent_press(world, guest, button)}
    await world.put(9000, callback_query=wire["callback_query"])
    await world.settle()
    await world.unshow(9000)
    await world.restart()
    assert len(await world.dump(destructions)) == 2, "somebody new was made and erased again"


# -- the day they were seen


async def test_the_first_press_of_a_day_keeps_the_day_and_the_others_write_nothing(
    world: World, ivan: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    met: list[int] = []
    real = people.meet

    def meet(conn: Any, user_id: int, zone: str, now: datetime) -> Any:
        met.append(user_id)
        return real(conn, user_id, zone, now)

    monkeypatch.setattr(people, "meet", meet)
    for _ in range(3):
        await ivan.says("/events")
    assert met == []
    await world.later(timedelta(days=1))
    for _ in range(3):
        await ivan.says("/events")
    assert met == [ivan.id]
    seen = select(people_rows.c.seen_at).where(people_rows.c.channel_user_id == ivan.id)
    kept = await world.app.store.read(lambda conn: conn.scalar(seen))
    assert kept == (NOON + timedelta(days=1)).replace(hour=0)


# -- the silent


def tidying(world: World) -> Tidying:
    app = world.app
    return Tidying(app.store, app.known, app.settings.keep, app.clock.now)


async def sleep_until_warned(world: World) -> None:
    await world.later(timedelta(days=337))
    await tidying(world).run()
    await world.due()


@pytest.mark.parametrize("language", ["ru", "uz"])
async def test_the_silent_are_warned_and_stay_by_one_press(
    world: World, ivan: Person, amina: Person, language: str
) -> None:
    person = {"ru": ivan, "uz": amina}[language]
    await sleep_until_warned(world)
    person.sees(person.t("Здравствуйте! Вы давно не заходили в бот Дружба."))
    assert not person.screen.silent
    await person.press(person.t("👋 Остаться"))
    person.sees(person.t("Хорошо, что вы с нами. Ничего не сотрём."))
    for _ in range(3):
        await world.later(timedelta(days=20))
        await tidying(world).run()
    assert await known_number(world, person)


async def test_who_does_not_answer_goes_after_a_month(world: World, ivan: Person) -> None:
    await sleep_until_warned(world)
    ivan.sees("Сотрём: понедельник, 20 марта")
    for _ in range(7):
        await world.later(timedelta(days=5))
        await tidying(world).run()
    assert not await known_number(world, ivan)
    assert ("inactive",) in {(line[3],) for line in await world.dump(destructions)}
    await ivan.says("/start")
    ivan.sees("Выберите язык")


async def test_nobody_is_woken_by_it(world: World, ivan: Person) -> None:
    night = NOON + timedelta(days=337, hours=12)  # midnight in Tomsk
    await world.later(night - world.now)
    seen = len(ivan.room.touched)
    await tidying(world).run()
    await world.due()
    assert len(ivan.room.touched) == seen
    await world.later(timedelta(hours=10))
    ivan.sees("Вы давно не заходили")
    assert not ivan.screen.silent


async def test_who_came_back_before_it_was_sent_is_not_asked(world: World, ivan: Person) -> None:
    await world.later(timedelta(days=337))
    await tidying(world).run()
    await ivan.says("/help")
    await world.later(timedelta(days=1))
    ivan.sees("112")


async def test_an_old_button_of_the_warning_leads_to_the_menu(ivan: Person) -> None:
    await ivan.forges("sy")
    ivan.sees("Ничего не сотрём", "Что вам нужно?")


# -- the act


async def test_an_owner_prints_the_act(world: World, owner: Person, guest: Person) -> None:
    await guest.chooses("Удалить мои данные", "Да, удалить", "Удалить навсегда")
    await owner.start()
    await owner.chooses("Списки гостей", "Акт об уничтожении")
    *_, said, sent = owner.room.messages.values()
    assert "Строк: 1" in said.text
    assert sent.file is not None
    name, content = sent.file
    assert name == "akt-2027-03-19.html"
    page = content.decode()
    (line,) = await world.dump(destructions)
    assert line[1] in page and "Оператор: Ассамблея" in page and "19.03.2027" in page
    assert "Иван" not in page
    await owner.press("Назад")
    owner.sees("Списки гостей")


async def test_without_events_the_act_is_still_there(world: World, owner: Person) -> None:
    await world.later(timedelta(days=365))
    await owner.start()
    await owner.press("Списки гостей")
    owner.sees("Впереди мероприятий нет.")
    await owner.press("Акт об уничтожении")
    assert owner.screen.file is not None
