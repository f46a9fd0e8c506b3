"""Turning pages: two buttons under a list, the same everywhere."""

from collections.abc import Callable, Sequence
from typing import TypeVar

from aiogram.filters.callback_data import CallbackData

from handlers.screen import Button, button
from handlers.words import Words

PAGE = 5

T = TypeVar("T")


def turn_to(found: Sequence[T], page: int, size: int = PAGE) -> tuple[int, Sequence[T]]:
    """The page asked for, or the last one there is (an old button may name one that is gone), and what stands on it."""
    page = max(0, min(page, (len(found) - 1) // size))
    return page, found[page * size : (page + 1) * size]


def pager(
    w: Words, page: int, total: int, to_page: Callable[[int], CallbackData], size: int = PAGE
) -> tuple[tuple[Button, ...], ...]:
    """A row with "back" and "on", as far as there is something; no row for a single page."""
    row = []
    if page > 0:
        row.append(button(w.t("⬅️ Раньше"), to_page(page - 1)))
    if (page + 1) * size < total:
        row.append(button(w.t("Дальше ➡️"), to_page(page + 1)))
    return (tuple(row),) if row else ()
