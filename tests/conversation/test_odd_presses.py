"""Any payload at all, from anybody, at any time: a defined answer, once, and nothing of another person."""

import random
from pathlib import Path

import pytest
from aiogram.filters.callback_data import CallbackData

from db.rules.languages import LANGUAGES
from db.tables import consents, drafts, outbox, people, signups
from handlers import buttons
from handlers.words import plain, words
from tests.conversation.person import Person
from tests.conversation.world import World

CORPUS = [
    line
    for line in (Path(__file__).parent / "old_buttons.txt").read_text(encoding="utf-8").splitlines()
    if line and not line.startswith("#")
]
WITH_EVENT = ("ev", "er", "pl", "ru", "ph", "sh", "su", "tk", "cg", "gb", "cm", "ic", "oc")
NUMBERS = ("0", "-1", "1e3", "99999", str(2**53), str(2**53 + 1), str(2**63), str(2**64), "", "NaN", "1.5", "0x1", "٣")
NOISE = ["", ":", "::::", "\x00", "ev", "ev:1:2:3", "po:0:a", "lg:xx", "lg:", "mn:1", "' OR 1=1 --", "⛔️" * 9, "a" * 64]
SECRET = "Гость 0"
STALE = {plain(words(code).t("Эта кнопка устарела. Вот что есть сейчас.")) for code in LANGUAGES}


def noise(count: int) -> list[str]:
    """64 bytes of anything, the same in every run; some of it behind a prefix of ours."""
    chance = random.Random(2027)
    prefixes = ["", *(f"{one.__prefix__}:" for one in vars(buttons).values() if _is_button(one))]
    letters = [chr(code) for code in range(1, 127)]
    return [(chance.choice(prefixes) + "".join(chance.choices(letters, k=64)))[:64] for _ in range(count)]


def _is_button(one: object) -> bool:
    return isinstance(one, type) and issubclass(one, CallbackData) and one is not CallbackData


async def press_all(person: Person, payloads: list[str]) -> None:
    for payload in payloads:
        await person.forges(payload)
        assert person.screen.text.strip(), payload
        person.sees_not(SECRET)


def test_every_button_there_is_has_a_line_in_the_corpus() -> None:
    prefixes = {line.split(":")[0] for line in CORPUS}
    ours = {one.__prefix__ for one in vars(buttons).values() if _is_button(one)}
    assert ours <= prefixes


async def test_every_old_button_has_an_answer_for_a_newcomer(world: World, ivan: Person) -> None:
    await world.crowd("navruz-2027", 3)
    await press_all(ivan, CORPUS)


async def test_every_old_button_has_an_answer_for_one_who_is_signed_up(world: World, ivan: Person) -> None:
    await world.crowd("navruz-2027", 3)
    event = await world.event("navruz-2027")
    await ivan.start("e_navruz-2027")
    await ivan.chooses("Записаться", "Согласен", "2", "1")
    await press_all(ivan, [line.replace(":1", f":{event.id}", 1) for line in CORPUS])


async def test_a_stranger_who_presses_an_old_button_chooses_a_language(world: World) -> None:
    stranger = world.person(9, "Некто", "ky")
    for payload in (line for line in CORPUS if not line.startswith("lg:")):
        await stranger.forges(payload, on=1)
        stranger.sees("Саламатсызбы! Тилди тандаңыз.")
    assert await world.dump(signups, consents, drafts) == []


@pytest.mark.parametrize("prefix", WITH_EVENT)
async def test_any_number_of_an_event_is_refused_or_shown_and_changes_nothing(
    world: World, ivan: Person, prefix: str
) -> None:
    before = await world.dump(signups, consents, drafts)
    await press_all(ivan, [f"{prefix}:{number}" for number in NUMBERS])
    assert await world.dump(signups, consents, drafts) == before


async def test_a_button_that_is_not_ours_says_so_in_words_and_shows_the_menu(ivan: Person) -> None:
    for payload in NOISE:
        await ivan.forges(payload)
        assert ivan.alert in STALE, payload
        ivan.sees("Эта кнопка устарела. Вот что есть сейчас.", "Что вам нужно?")


async def test_noise_is_answered_and_changes_nothing(world: World, ivan: Person) -> None:
    await world.crowd("navruz-2027", 3)
    tables = (signups, consents, drafts, people, outbox)
    before = await world.dump(*tables)
    await press_all(ivan, noise(60))
    assert await world.dump(*tables) == before


async def test_a_press_without_a_payload_or_a_message_is_answered(ivan: Person) -> None:
    await ivan.forges(None)
    ivan.sees("Эта кнопка устарела")
    await ivan.forges("hp", message=None)
    ivan.sees("112")
    await ivan.forges("mn", message={"message_id": 5, "date": 0, "chat": {"id": ivan.id, "type": "private"}})
    ivan.sees("Что вам нужно?")


async def test_a_message_that_cannot_be_edited_any_more_is_answered_below(ivan: Person) -> None:
    await ivan.forges("hp", on=1)
    ivan.sees("112")
    assert ivan.screen.message_id > 1


async def test_a_signup_cannot_be_forged_past_the_questions(world: World, ivan: Person) -> None:
    """No consent, too many, children where none are asked for, an event that is over: nothing is written."""
    over, talk = await world.event("maslenitsa-2027"), await world.event("lektsiya-2027")
    await ivan.forges(f"cd:{talk.id}:j:2:0")
    ivan.sees("нужно ваше согласие")
    await ivan.press("Согласен")
    for payload, said in (
        (f"cd:{talk.id}:j:10:10", "Можно от 1 до 10 человек"),
        (f"cd:{talk.id}:j:1:1", "Можно от 1 до 10 человек"),
        (f"ad:{talk.id}:j:0", "Можно от 1 до 10 человек"),
        (f"cd:{over.id}:j:2:1", "Запись уже закрыта."),
        (f"ad:{talk.id}:c:2", "Такой записи или мероприятия нет."),
        (f"lv:{talk.id}:1", "Такой записи или мероприятия нет."),
    ):
        await ivan.forges(payload)
        ivan.sees(said)
    assert await world.dump(signups) == []


async def test_an_event_that_may_not_be_shown_cannot_be_reached_by_its_number(world: World, ivan: Person) -> None:
    hidden = await world.add("tayna", "2027-03-25T18:00", confirmed=False, texts={"ru": {"title": "Тайна"}})
    world.app.house.programme._show_unconfirmed = False
    world.app.house.programme.drop()
    for prefix in WITH_EVENT:
        await ivan.forges(f"{prefix}:{hidden.id}")
        ivan.sees("Такой записи или мероприятия нет.")
        ivan.sees_not("Тайна")


async def test_buttons_of_an_older_message_work_on_what_is_true_now(world: World, ivan: Person) -> None:
    await ivan.start("e_lektsiya-2027")
    card = ivan.screen
    await ivan.chooses("Записаться", "Согласен", "2")
    await ivan.forges(f"su:{(await world.event('lektsiya-2027')).id}", on=card.message_id)
    ivan.sees("Вы записаны")
    assert len(await world.dump(signups)) == 1
