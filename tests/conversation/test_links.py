"""Links: what each kind may be, what names nothing, and who guesses again and again is slowed, alone."""

import re
from datetime import timedelta

import pytest
from aiogram.exceptions import TelegramNetworkError
from aiogram.methods import SendMessage
from structlog.testing import capture_logs

from bot.pace import BURST, FREE_MISSES
from db import floods
from db.floods import Surplus
from db.rules import tokens
from handlers import links
from handlers.links import EVENT, KINDS, SLUG, TOKEN, Kind, Link
from tests.conversation.person import Person
from tests.conversation.world import World

PUBLIC = {"e_": "an event: its card is what everybody sees in the programme"}
PAYLOAD = re.compile(r"[A-Za-z0-9_-]{1,64}")  # what Telegram lets through


def weak(kinds: tuple[Kind, ...]) -> list[str]:
    """Kinds that could be guessed: neither a token nor a slug that is named here as nobody's secret."""
    return [
        kind.prefix for kind in kinds if kind.form is not TOKEN and not (kind.form is SLUG and kind.prefix in PUBLIC)
    ]


def test_every_kind_of_link_is_a_token_or_a_public_slug() -> None:
    assert weak(KINDS) == []


@pytest.mark.parametrize(
    "form", [re.compile(r"\d+"), re.compile(r"[A-Za-z0-9_-]{8}"), SLUG], ids=["id", "short", "slug"]
)
def test_a_kind_that_could_be_guessed_is_seen(form: re.Pattern[str]) -> None:
    assert weak((*KINDS, Kind("i_", form))) == ["i_"]


def test_no_two_kinds_share_a_prefix_and_every_one_fits_a_link() -> None:
    assert len({kind.prefix for kind in KINDS}) == len(KINDS)
    for kind in KINDS:
        longest = "a" * 60 if kind.form is SLUG else tokens.fresh()
        assert PAYLOAD.fullmatch(kind.payload(longest))


def test_a_token_is_what_the_rules_draw() -> None:
    assert all(TOKEN.fullmatch(tokens.fresh()) for _ in range(1000))
    assert not any(TOKEN.fullmatch(short) for short in ("", "a" * 31, "a" * 33, "a" * 31 + "\n", "a" * 31 + "ж"))


def test_a_payload_names_what_its_kind_says_or_nothing() -> None:
    assert links.read("e_navruz-2027") == Link(EVENT, "navruz-2027")
    assert links.read(EVENT.payload("a" * 60)) == Link(EVENT, "a" * 60)
    for payload in (None, "", "e_", "navruz-2027", "E_navruz", "e_Navruz", "e_a\n", "e_" + "a" * 61, "i_1", "%00"):
        assert links.read(payload) is None


# -- guesses


async def guess(person: Person, times: int) -> None:
    for number in range(times):
        await person.start(f"e_guess-{number}")


async def test_a_few_wrong_links_cost_nothing(world: World, ivan: Person) -> None:
    await guess(ivan, FREE_MISSES)
    await ivan.press("Афиша")
    assert world.rests == []


async def test_further_ones_hold_the_next_update_ever_longer_and_a_true_link_is_served(
    world: World, ivan: Person
) -> None:
    with capture_logs() as logged:
        await guess(ivan, FREE_MISSES + 3)
    ivan.sees("По этой ссылке ничего нет.")
    await ivan.start("e_navruz-2027")
    ivan.sees("Навруз")
    await ivan.press("Меню")
    assert world.rests == [2, 4, 8]
    warned = [entry for entry in logged if entry["log_level"] == "warning"]
    assert len(warned) == 1
    assert "guess-" not in str(logged)


async def test_others_notice_nothing_of_a_guesser(world: World, ivan: Person, amina: Person) -> None:
    await guess(ivan, FREE_MISSES + 10)
    before = list(world.rests)
    assert before[-1] == 60
    for _ in range(BURST // 2 - 2):
        await amina.press("Tadbirlar")
        await amina.says("/start")
    assert world.rests == before


async def test_a_thousand_guesses_take_more_than_sixteen_hours(world: World, ivan: Person) -> None:
    await guess(ivan, 1000)
    assert 16 * 3600 < sum(world.rests) < 17 * 3600


@pytest.mark.parametrize("payload", ["nonsense", "e_NAVRUZ", "i_12345"])
async def test_a_stranger_who_guesses_is_slowed_too(world: World, payload: str) -> None:
    guest = world.person(7, "Гость", "tg")
    for _ in range(FREE_MISSES + 3):
        await guest.start(payload)
    guest.sees("Ассалому алайкум")
    assert world.rests == [2, 4]


async def test_a_wrong_link_that_was_not_answered_at_once_is_one_miss(world: World, ivan: Person) -> None:
    await guess(ivan, FREE_MISSES - 1)
    for _ in range(2):
        world.telegram.fail(SendMessage, lambda method: TelegramNetworkError(method, "cut"))
    await guess(ivan, 1)
    ivan.sees("По этой ссылке ничего нет.")
    await ivan.press("Афиша")
    assert world.rests == []


# -- too much at once


async def test_who_sent_too_much_is_told_how_much_was_not_read(world: World, ivan: Person) -> None:
    world.expect_aside = True
    surplus = Surplus(ivan.id, 1001, tuple(range(1001, 1251)), told=False)
    await world.app.store.write(floods.take, [], [surplus], world.now)
    await world.due()
    ivan.sees_not("Не прочитано")
    await world.later(timedelta(seconds=10))
    ivan.sees("Сообщений пришло очень много сразу", "Не прочитано: 250", "пришлите важное ещё раз")
    told = len(ivan.room.messages)
    await world.later(timedelta(hours=1))
    assert len(ivan.room.messages) == told
    await ivan.press("Меню")
    ivan.sees("Что вам нужно?")
