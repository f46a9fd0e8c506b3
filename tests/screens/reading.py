"""Reading a screen as Telegram and a person would: visible text, tags, what a button carries."""

import inspect
import pkgutil
from collections.abc import Iterator
from html.parser import HTMLParser
from importlib import import_module
from typing import get_type_hints

from aiogram.filters.callback_data import CallbackData

import handlers
from handlers import buttons
from handlers.screen import Button, Screen

OURS = {"b", "i", "u", "s", "code", "pre", "blockquote", "a"}


class Reader(HTMLParser):
    """Visible text and the tags in their order; whatever is not well formed is a fault."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.text, self.tags, self.faults, self._open = "", [""] * 0, [""] * 0, [""] * 0
        self.feed(html)
        self.close()
        self.faults += [f"<{tag}> is never closed" for tag in self._open]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self._open.append(tag)
        if tag not in OURS or (attrs and tag != "a"):
            self.faults.append(f"<{tag} {attrs}> is not ours")

    def handle_endtag(self, tag: str) -> None:
        self.tags.append(f"/{tag}")
        if not self._open or self._open.pop() != tag:
            self.faults.append(f"</{tag}> closes nothing")

    def handle_data(self, data: str) -> None:
        self.text += data

    def handle_comment(self, data: str) -> None:
        self.faults.append(f"a comment: {data}")

    def handle_decl(self, decl: str) -> None:
        self.faults.append(f"a declaration: {decl}")

    def handle_pi(self, data: str) -> None:
        self.faults.append(f"an instruction: {data}")


def keys(screen: Screen) -> Iterator[Button]:
    return (key for row in screen.rows for key in row)


def button_classes() -> list[type[CallbackData]]:
    found = inspect.getmembers(buttons, inspect.isclass)
    return [one for _, one in found if issubclass(one, CallbackData) and one is not CallbackData]


def readers_of(data: str) -> list[type[CallbackData]]:
    """The classes of handlers/buttons.py that take this payload for theirs."""
    taken = []
    for one in button_classes():
        try:
            one.unpack(data)
        except (TypeError, ValueError):
            continue
        taken.append(one)
    return taken


def screen_functions() -> set[str]:
    """Every public function of handlers/ that gives a Screen, found and not listed."""
    names = set()
    for module in pkgutil.walk_packages(handlers.__path__, "handlers."):
        for name, function in inspect.getmembers(import_module(module.name), inspect.isfunction):
            own = function.__module__ == module.name and not name.startswith("_")
            if own and get_type_hints(function).get("return") is Screen:
                names.add(f"{module.name}.{name}")
    return names
