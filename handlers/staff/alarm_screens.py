"""What owners read of the machine itself, one screen a kind of alarm (db/alarms.py)."""

from collections.abc import Callable, Mapping
from typing import Any

from handlers.screen import Button, Screen, blocks, column
from handlers.screens import menu_button
from handlers.staff import machine_screens as machine
from handlers.words import Safe, Words

Facts = Mapping[str, Any]


def backup(w: Words, facts: Facts) -> Safe:
    t = w.t
    return blocks(
        t("⚠️ Резервная копия не получилась."),
        t("Бот работает дальше. Причина: {why}", why=str(facts["why"])),
        t("Попробуем ещё раз через час."),
    )


KINDS: Mapping[str, Callable[[Words, Facts], Safe]] = {
    "backup": backup,
    "clock": machine.clock,
    "outage": machine.outage,
    "disk": machine.disk,
    "wal": machine.wal,
}
BUTTONS: Mapping[str, Callable[[Words, int], Button]] = {"clock": machine.clock_button}  # where there is a choice


def alarm(w: Words, kind: str, facts: Facts, number: int) -> Screen:
    """`number` is that of the alarm: its button, if it has one, answers to this alarm alone."""
    choice = BUTTONS.get(kind)
    return Screen(KINDS[kind](w, facts), column(choice(w, number) if choice else None, menu_button(w)))
