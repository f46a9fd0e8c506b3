"""The way the house was built for: a newcomer, in Uzbek, from START to a ticket and back."""

import re
from pathlib import Path

from emulator import DILNOZA
from tests.endtoend.dilnoza import (
    ADULTS,
    BACK,
    CHANGE,
    CHILDREN,
    NOON,
    SIGNED,
    THREE_LEFT,
    open_the_card,
    party,
    press,
    sign_up_three,
)
from tests.endtoend.process import standing

LANGUAGES = ("ru", "uz", "tg", "ky")
CODE = re.compile(r"^\d{4}-\d$", re.MULTILINE)  # on a line of its own
COMMANDS = ["start", "events", "my", "help", "language", "settings", "privacy"]


async def test_a_newcomer_signs_up_in_uzbek_and_changes_their_mind(tmp_path: Path) -> None:
    async with standing(tmp_path, "demo", start=NOON) as (tg, bot):
        await bot.start()
        assert THREE_LEFT in (await open_the_card(tg)).text
        ticket = await sign_up_three(tg)
        assert party(2, 1) in ticket.text
        assert (code := CODE.search(ticket.text))
        await press(tg, CHANGE, ADULTS)
        await press(tg, "1", CHILDREN)
        changed = await press(tg, "1", party(1, 1))
        assert code[0] in changed.text
        back = await press(tg, BACK, SIGNED)
        assert party(2, 1) in back.text
        assert bot.rows("SELECT adults, children, state FROM signups ORDER BY id DESC LIMIT 1") == [(2, 1, "active")]
        await bot.all_handled(tg)
        assert all(query.answered and query.answered.after < 2 for query in tg.queries.values())
        health = await bot.health()
        assert (health["status"], health["ok"], health["oldest_update"]) == (200, True, None)


async def test_before_start_the_bot_says_who_it_is_in_every_language(tmp_path: Path) -> None:
    async with standing(tmp_path) as (tg, bot):
        await bot.start()
        await tg.idle(timeout=20)
        told = {code: tg.world.settings.text("description", code) for code in LANGUAGES}
        assert "Мы не полиция" in told["ru"]
        assert len(set(told.values())) == len(LANGUAGES)
        assert tg.world.settings.text("description", "de") == told["ru"]
        assert len({tg.world.settings.text("short_description", code) for code in LANGUAGES}) == len(LANGUAGES)
        chat = tg.chat(DILNOZA)
        shown = {code: tg.world.settings.shown_commands(chat, code) for code in LANGUAGES}
        assert all([one["command"] for one in commands] == COMMANDS for commands in shown.values())
        assert len({commands[1]["description"] for commands in shown.values()}) == len(LANGUAGES)
        tg.start(DILNOZA)
        await tg.wait_message(DILNOZA, "Tilni")
        await press(tg, "Тоҷикӣ", "")
        await tg.idle(1.2)
        assert tg.world.settings.shown_commands(chat, "uz") == shown["tg"]
