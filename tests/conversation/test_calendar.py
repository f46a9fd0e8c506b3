"""The event in the calendar of one's own phone: put there, moved, taken out, put there again."""

from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import vobject
from sqlalchemy import Connection

from db import calendar_files, cancelling, places
from db.places import Mine
from db.rules.languages import LANGUAGES
from db.tables import signups
from handlers.turn import Turn
from tests.conversation.person import Person
from tests.conversation.telegram import Shown
from tests.conversation.world import World

SLUG = "navruz-2027"
INTO, OUT = "📲 В календарь", "🗑 Убрать из календаря"


@pytest.fixture
async def guest(ivan: Person) -> Person:
    """Signed up for Navruz with two adults and a child, on the ticket."""
    await ivan.start(f"e_{SLUG}")
    await ivan.chooses("Записаться", "Согласен", "2", "1")
    return ivan


def entry(shown: Shown) -> Any:
    """What the phone reads in the file that was sent."""
    assert shown.file is not None
    vars(vobject.icalendar)["__tzidMap"].clear()
    return vobject.readOne(shown.file[1].decode()).vevent


def number(person: Person) -> int:
    return int(entry(person.screen).sequence.value)


def told(person: Person) -> str:
    """The words above the file."""
    return person.room.messages[person.room.touched[-2]].text


async def back_to_ticket(person: Person) -> None:
    await person.says("/my")
    await person.press("Навруз")


async def test_the_words_come_first_then_the_file(guest: Person) -> None:
    ticket = guest.screen
    await guest.press(INTO)
    assert told(guest) == (
        "📲 Для календаря телефона: Навруз — праздник весны\n\n"
        "Откройте файл ниже. Телефон сам напомнит за 2 часа.\n\n"
        "Файл не открывается? Нажмите «Google Календарь»."
    )
    assert guest.screen.file is not None and guest.screen.file[0] == f"{SLUG}.ics"
    assert guest.labels == ("Google Календарь", "Назад")
    found = entry(guest.screen)
    assert found.summary.value == "Навруз — праздник весны"
    assert found.dtstart.value.isoformat() == "2027-03-21T12:00:00+07:00"
    assert found.url.value == f"https://t.me/druzhba_bot?start=e_{SLUG}"
    assert next(line for line in ticket.text.split("\n") if line[4:5] == "-") in found.description.value
    assert ticket.edits == 0  # with its code it stays where it is
    await guest.press("Назад")
    guest.sees("Вы записаны")


@pytest.mark.parametrize("language", LANGUAGES)
async def test_it_speaks_the_readers_language(world: World, language: str) -> None:
    guest = world.person(7, "Гость", language)
    guest.language = language
    await guest.start(f"e_{SLUG}")
    await guest.forges(f"lg:{language}")
    for label in ("Записаться", "Согласен / согласна"):
        await guest.press(guest.t(label))
    await guest.chooses("2", "1")
    await guest.press(guest.t(INTO))
    event = await world.event(SLUG)
    assert entry(guest.screen).summary.value == event.title[language]
    assert guest.t("Откройте файл ниже. Телефон сам напомнит за 2 часа.") in told(guest)


async def test_google_gets_the_same_by_an_address(guest: Person) -> None:
    await guest.press(INTO)
    asked = parse_qs(urlsplit(guest.link("Google")).query)
    assert asked["dates"] == ["20270321T050000Z/20270321T090000Z"]
    assert asked["location"] == ["Дом дружбы народов, Томск, пр. Ленина, 82а, стр. 1"]


async def test_nobody_can_be_told_by_their_file(guest: Person) -> None:
    await guest.press(INTO)
    assert guest.screen.file is not None
    text = guest.screen.file[1].decode()
    assert "Иван" not in text
    assert entry(guest.screen).uid.value.startswith("signup-")
    assert f"{guest.id}@" not in text.replace(entry(guest.screen).uid.value, "")


async def test_left_come_back_left_again_it_is_one_event_and_the_numbers_grow(guest: Person) -> None:
    seen = []
    for label in (INTO, OUT, INTO, OUT):
        if label == INTO:
            await back_to_ticket(guest)
        else:
            await guest.chooses("Назад", "Не приду", "Никто не придёт")
        await guest.press(label)
        found = entry(guest.screen)
        seen.append((found.uid.value, int(found.sequence.value), found.status.value))
        if label == OUT:
            assert told(guest).startswith("🗑 Убрать из календаря телефона: Навруз")
            left = next(shown for shown in reversed(guest.room.messages.values()) if "Спасибо" in shown.text)
            await guest.press("Вернуть место", on=left)
    assert [one[1:] for one in seen] == [(0, "CONFIRMED"), (1, "CANCELLED"), (2, "CONFIRMED"), (3, "CANCELLED")]
    assert len({uid for uid, *_ in seen}) == 1


async def test_who_was_given_no_file_is_asked_to_take_none_out(guest: Person) -> None:
    await guest.chooses("Не приду", "Никто не придёт")
    guest.sees("Спасибо, что сообщили")
    assert not guest.can_press(OUT)


async def test_when_the_event_moves_the_same_button_moves_it_in_the_calendar(world: World, guest: Person) -> None:
    await world.add("vecher", "2027-03-25T18:00", "2027-03-25T20:00")
    await guest.start("e_vecher")
    await guest.chooses("Записаться", "1", INTO)
    before = entry(guest.screen)
    await world.add("vecher", "2027-03-26T19:30", "2027-03-26T20:00")  # the file comes again, with another time
    await guest.chooses("Назад", INTO)
    after = entry(guest.screen)
    assert (after.uid.value, number(guest)) == (before.uid.value, 1)
    assert after.dtstart.value.isoformat() == "2027-03-26T19:30:00+07:00"
    assert after.dtend.value - after.dtstart.value == timedelta(minutes=30)


# -- called off


async def call_off(world: World) -> None:
    await world.app.store.write(cancelling.cancel, (await world.event(SLUG)).id, world.now)
    world.app.house.programme.drop()
    await world.due()


async def test_called_off_it_leaves_the_calendar_by_a_button_of_the_message(world: World, guest: Person) -> None:
    await guest.press(INTO)
    await call_off(world)
    guest.sees("Мероприятие не состоится")
    assert guest.labels == ("Убрать из календаря", "Афиша", "Меню")
    await guest.press(OUT)
    assert guest.screen.file is not None and guest.screen.file[0] == f"{SLUG}-off.ics"
    assert (entry(guest.screen).status.value, number(guest)) == ("CANCELLED", 1)
    await guest.chooses("Мои записи", "Навруз")
    guest.sees("Это мероприятие не состоится.")
    await guest.press(OUT)
    assert number(guest) == 2


async def test_called_off_it_is_not_asked_of_those_without_a_file(world: World, guest: Person) -> None:
    ticket = guest.screen
    await call_off(world)
    assert guest.labels == ("Афиша", "Меню")
    await guest.press(INTO, on=ticket)
    assert guest.alert == "Это мероприятие не состоится."
    guest.sees("Это мероприятие не состоится.")
    assert not guest.can_press(OUT)


# -- old buttons


async def test_an_old_button_of_someone_who_does_not_come_any_more_is_answered_with_what_is_true(
    world: World, guest: Person
) -> None:
    ticket = guest.screen
    await guest.chooses("Не приду", "Никто не придёт")
    before = await world.dump(signups)
    await guest.press(INTO, on=ticket)
    assert guest.alert == "Такой записи или мероприятия нет."
    guest.sees("Такой записи или мероприятия нет.", "Навруз")
    assert guest.can_press("Вернуть место")
    assert await world.dump(signups) == before


async def test_what_is_true_again_is_not_taken_out_by_an_old_button(world: World, guest: Person) -> None:
    await guest.chooses(INTO, "Назад", "Не приду", "Никто не придёт")
    left = guest.screen
    await guest.press("Вернуть место")
    before = await world.dump(signups)
    await guest.press(OUT, on=left)
    assert guest.alert == "Такой записи или мероприятия нет."
    guest.sees("Вы записаны")
    assert await world.dump(signups) == before


@pytest.mark.parametrize("prefix", ["ic", "oc"])
async def test_one_who_never_signed_up_gets_no_file(world: World, amina: Person, prefix: str) -> None:
    await amina.forges(f"{prefix}:{(await world.event(SLUG)).id}")
    amina.sees(amina.t("Такой записи или мероприятия нет."))
    assert not any(shown.file for shown in amina.room.messages.values())


async def test_the_ticket_offers_it_until_the_start(world: World, guest: Person) -> None:
    for time, there in (("11:59", True), ("12:00", False)):
        await world.at(21, time)
        await back_to_ticket(guest)
        assert guest.can_press(INTO) is there


# -- handled again: the press whose answer was not shown, or only its words


async def presses_twice(world: World, guest: Person) -> list[int]:
    """The numbers of the files: of a press, of the same one handled again after a crash, of the next press."""
    ticket = guest.screen
    await guest.press(INTO)
    seen = [number(guest)]
    await world.unshow(guest.last_update)
    await world.restart()
    seen.append(number(guest))
    await guest.press(INTO, on=ticket)
    return [*seen, number(guest)]


async def test_a_press_handled_again_gives_the_same_file_and_the_next_a_later_one(world: World, guest: Person) -> None:
    assert await presses_twice(world, guest) == [0, 0, 1]


async def test_the_twin_that_believes_what_the_write_gives_gives_two_files_one_number(
    world: World, guest: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    written: list[Mine | None] = []
    give, read = calendar_files.give, Turn.read

    def giving(conn: Connection, event_id: int, person_id: int) -> None:
        give(conn, event_id, person_id)
        written.append(places.mine(conn, event_id, person_id))

    async def believing(turn: Turn, use_case: Any, *args: Any) -> Any:
        return written[-1] if use_case is places.mine else await read(turn, use_case, *args)

    monkeypatch.setattr(calendar_files, "give", giving)
    monkeypatch.setattr(Turn, "read", believing)
    assert await presses_twice(world, guest) == [0, 1, 1]
