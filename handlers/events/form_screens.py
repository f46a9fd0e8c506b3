"""The form of signing up or queueing: the consent, then one question a screen."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from db.events import Event
from db.rules.seats import Party
from handlers import buttons as to
from handlers.events import read
from handlers.screen import Button, Screen, begun, blocks, bold, button, column, lines
from handlers.screens import Operator
from handlers.words import Safe, Words

TWO_A_ROW = 2


def consent(w: Words, event: Event, operator: Operator) -> Screen:
    """A screen of its own: what is kept, why, how long, how to take it back. Its version is db.consents.VERSION."""
    t, kept = w.t, operator.keep.signups_days
    return Screen(
        blocks(
            t("Чтобы записать вас, нам нужно ваше согласие."),
            lines(
                t("Что храним: имя, сколько вас придёт, код записи."),
                t("Зачем: чтобы держать для вас место и напомнить."),
                t.n("Сколько: {n} день после мероприятия.", "Сколько: {n} дней после мероприятия.", kept),
                t("Отозвать: Настройки, Мои данные."),
            ),
            t("За данные отвечает: {name}. Связь: {contact}", name=operator.name, contact=operator.contact)
            if operator.name
            else None,
            t("Записаться бесплатно. Афишу можно смотреть и без согласия."),
        ),
        column(
            button(t("Согласен / согласна"), to.Consent(event=event.id, agree=True)),
            button(t("Не согласен / не согласна"), to.Consent(event=event.id, agree=False)),
        ),
    )


@dataclass(frozen=True)
class Bounds:
    """What may be chosen: more than those who come already (`has`), no more than `most`.

    `more`: the rest may queue. `waiting`: some of them, or all, are in the queue already.
    """

    has: Party
    most: int
    more: bool
    waiting: bool = False


def how_many(w: Words, event: Event, purpose: to.Purpose, bounds: Bounds, now: datetime) -> Screen:
    """How many come: big numbers, two a row. With children counted apart it asks for the adults first."""
    t = w.t
    question = t("Сколько придёт взрослых?") if event.ask_children else t("Сколько вас придёт?")
    least = max(1, bounds.has.adults) if event.ask_children else bounds.has.size + 1
    numbers = [
        button(str(n), to.Adults(event=event.id, purpose=purpose, adults=n)) for n in range(least, bounds.most + 1)
    ]
    more = button(t("⏳ Нас больше"), to.Queue(event=event.id)) if bounds.more else None
    return Screen(
        blocks(heading(w, event, now), _queueing(w, purpose, bounds), question),
        (*_two_a_row(numbers), *column(more, _away(w, event, purpose))),
    )


def _queueing(w: Words, purpose: to.Purpose, bounds: Bounds) -> Safe | None:
    """What the number chosen does to one's place in the queue."""
    t = w.t
    if purpose is to.Purpose.QUEUE:
        if bounds.waiting:
            return t("Если вас станет больше, вы перейдёте в конец очереди.")
        return t("Сначала встанете в очередь. Мы напишем, когда будет место.")
    if purpose is to.Purpose.CHANGE and bounds.waiting:
        return t("Часть из вас ждёт в очереди. Если измените число, вы выйдете из очереди.")
    return None


def how_many_children(
    w: Words, event: Event, purpose: to.Purpose, adults: int, bounds: Bounds, now: datetime
) -> Screen:
    t = w.t
    least = max(bounds.has.children, bounds.has.size + 1 - adults)
    numbers = [
        button(str(n), to.Children(event=event.id, purpose=purpose, adults=adults, children=n))
        for n in range(least, bounds.most - adults + 1)
    ]
    more = button(t("⏳ Нас больше"), to.Queue(event=event.id)) if bounds.more else None
    return Screen(
        blocks(heading(w, event, now), t("Взрослых: {n}", n=adults), t("Сколько придёт детей?")),
        (*_two_a_row(numbers), *column(more, _away(w, event, purpose))),
    )


def _two_a_row(numbers: Sequence[Button]) -> tuple[tuple[Button, ...], ...]:
    return tuple(tuple(numbers[at : at + TWO_A_ROW]) for at in range(0, len(numbers), TWO_A_ROW))


def _away(w: Words, event: Event, purpose: to.Purpose) -> Button:
    target = to.Ticket(event=event.id) if purpose is to.Purpose.CHANGE else to.Card(event=event.id)
    return button(w.t("◀️ Назад"), target)


def heading(w: Words, event: Event, now: datetime) -> Safe:
    return lines(bold(read.title(w, event)), begun(read.when(w, event, now)))
