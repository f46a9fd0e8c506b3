"""What owners read of the machine itself, one screen a kind of alarm (db/alarms.py)."""

from collections.abc import Callable, Mapping
from typing import Any

from handlers.screen import Screen, blocks, column
from handlers.screens import menu_button
from handlers.words import Safe, Words

Facts = Mapping[str, Any]


def backup(w: Words, facts: Facts) -> Safe:
    t = w.t
    return blocks(
        t("⚠️ Резервная копия не получилась."),
        t("Бот работает дальше. Причина: {why}", why=str(facts["why"])),
        t("Попробуем ещё раз через час."),
    )


KINDS: Mapping[str, Callable[[Words, Facts], Safe]] = {"backup": backup}


def alarm(w: Words, kind: str, facts: Facts) -> Screen:
    return Screen(KINDS[kind](w, facts), column(menu_button(w)))
