"""What a person sees: a value, made by pure functions of words and data."""

from dataclasses import dataclass, field

from aiogram.filters.callback_data import CallbackData

from handlers.words import Safe, plain

LABEL = 30  # letters on a button that an old phone still shows at large letters


@dataclass(frozen=True)
class Button:
    """A label and what a press means: one of handlers/buttons.py, or an address."""

    label: str
    press: CallbackData | str


@dataclass(frozen=True)
class Pin:
    """A place on the map."""

    latitude: float
    longitude: float
    title: str
    address: str


@dataclass(frozen=True)
class File:
    """A document to keep or to print."""

    name: str
    content: bytes


@dataclass(frozen=True)
class Screen:
    """One thing: a text in our HTML, rows of buttons. A `pin`, a `photo` (its path) or a `file` comes below it.

    `passing`: a crossroads on the way to elsewhere, never what a report of a bad translation is about.
    """

    text: Safe
    rows: tuple[tuple[Button, ...], ...] = field(default=())
    pin: Pin | None = None
    photo: str | None = None
    file: File | None = None
    passing: bool = False


def button(label: str, press: CallbackData | str) -> Button:
    """A button; a label too long for an old phone is cut at its end."""
    text = plain(label)
    return Button(text if len(text) <= LABEL else f"{text[: LABEL - 1].rstrip()}…", press)


def column(*buttons: Button | None) -> tuple[tuple[Button, ...], ...]:
    """One button a row, leaving out what is None: the way main choices stand."""
    return tuple((one,) for one in buttons if one is not None)


def bold(text: Safe) -> Safe:
    return Safe(f"<b>{text}</b>")


def begun(text: Safe) -> Safe:
    """A text that begins its line with a capital letter."""
    return Safe(text[:1].upper() + text[1:])


def lines(*parts: Safe | None) -> Safe:
    """The parts that are there, one a line."""
    return Safe("\n".join(part for part in parts if part))


def blocks(*parts: Safe | None) -> Safe:
    """The parts that are there, with an empty line between them."""
    return Safe("\n\n".join(part for part in parts if part))
