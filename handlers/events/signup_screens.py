"""Signing up, the ticket, leaving: each a screen with one question or one answer."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from db.events import Event, Mine
from db.rules.codes import spoken
from db.rules.reminders import EVENING
from db.rules.seats import NOBODY
from db.signups import Signed
from handlers import buttons as to
from handlers.events import read
from handlers.events.screens import give_back, party
from handlers.screen import Button, Screen, begun, blocks, bold, button, column, lines
from handlers.screens import Operator, menu_button, poster_button
from handlers.words import Safe, Words

TWO_A_ROW = 2
CLASHES = 5  # named at most: the ticket has to fit into a message


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


def how_many(w: Words, event: Event, purpose: to.Purpose, room: int | None, now: datetime) -> Screen:
    """How many come: big numbers, two a row. With children counted apart it asks for the adults first."""
    t = w.t
    most = event.largest_party if room is None else min(event.largest_party, room)
    question = t("Сколько придёт взрослых?") if event.ask_children else t("Сколько вас придёт?")
    numbers = [button(str(n), to.Adults(event=event.id, purpose=purpose, adults=n)) for n in range(1, most + 1)]
    return Screen(
        blocks(heading(w, event, now), question),
        (*_two_a_row(numbers), *column(_away(w, event, purpose))),
    )


def how_many_children(
    w: Words, event: Event, purpose: to.Purpose, adults: int, room: int | None, now: datetime
) -> Screen:
    t = w.t
    most = event.largest_party if room is None else min(event.largest_party, room)
    numbers = [
        button(str(n), to.Children(event=event.id, purpose=purpose, adults=adults, children=n))
        for n in range(most - adults + 1)
    ]
    return Screen(
        blocks(heading(w, event, now), t("Взрослых: {n}", n=adults), t("Сколько придёт детей?")),
        (*_two_a_row(numbers), *column(_away(w, event, purpose))),
    )


def _two_a_row(numbers: Sequence[Button]) -> tuple[tuple[Button, ...], ...]:
    return tuple(tuple(numbers[at : at + TWO_A_ROW]) for at in range(0, len(numbers), TWO_A_ROW))


def _away(w: Words, event: Event, purpose: to.Purpose) -> Button:
    target = to.Card(event=event.id) if purpose is to.Purpose.JOIN else to.Ticket(event=event.id)
    return button(w.t("◀️ Назад"), target)


def heading(w: Words, event: Event, now: datetime) -> Safe:
    return lines(bold(read.title(w, event)), begun(read.when(w, event, now)))


def ticket(
    w: Words, event: Event, signed: Signed, events: Mapping[int, Event], now: datetime, news: Safe | None = None
) -> Screen:
    """The signup as it stands: the party, the code on a line of its own, what comes next."""
    t, mine = w.t, signed.mine
    return Screen(
        blocks(
            news or t("✅ Вы записаны: {event}", event=read.title(w, event)),
            lines(bold(read.title(w, event)) if news else None, _facts(w, event, mine, now)),
            lines(t("Ваш код. Покажите его на входе:"), Safe(f"<code>{spoken(mine.code)}</code>")),
            _reminded(w, event, signed, now),
            _clashes(w, signed, events),
        ),
        column(
            button(t("👥 Изменить число"), to.Change(event=event.id)),
            button(t("🚫 Не приду"), to.Leave(event=event.id, all=mine.party.size == 1)),
            give_back(w, mine) if mine.returnable(now) != NOBODY else None,
            button(t("🙋 Покажите это"), to.ShowThis(event=event.id)) if event.venue else None,
            button(t("✅ Мои записи"), to.Mine()),
            menu_button(w),
        ),
    )


def _facts(w: Words, event: Event, mine: Mine, now: datetime) -> Safe:
    t = w.t
    return lines(
        t("🗓 Когда: {when}", when=read.when(w, event, now)),
        t("📍 Где: {place}", place=read.where(w, event.venue)) if event.venue else None,
        party(w, event, mine.party),
    )


def _reminded(w: Words, event: Event, signed: Signed, now: datetime) -> Safe | None:
    t = w.t
    if not signed.reminders:
        return t("Ждём вас!")
    return lines(*(t("🔔 Напомним: {when}", when=w.moment(at, now, event.zone)) for _, at in signed.reminders))


def _clashes(w: Words, signed: Signed, events: Mapping[int, Event]) -> Safe | None:
    names = [read.title(w, events[other]) for other in signed.clashes[:CLASHES] if other in events]
    return lines(*(w.t("В это же время у вас ещё запись: {event}", event=name) for name in names)) or None


def all_or_some(w: Words, event: Event, mine: Mine, now: datetime) -> Screen:
    t = w.t
    return Screen(
        blocks(heading(w, event, now), party(w, event, mine.party), t("Кто не придёт?")),
        column(
            button(t("Никто не придёт"), to.Leave(event=event.id, all=True)),
            button(t("Придёт меньше людей"), to.Change(event=event.id)),
            button(t("◀️ Назад"), to.Ticket(event=event.id)),
        ),
    )


def left(w: Words, event: Event, mine: Mine, now: datetime) -> Screen:
    """Thanks for saying so; and the way back while the places are held."""
    t = w.t
    held = mine.held_until if mine.returnable(now) != NOBODY else None
    return Screen(
        blocks(
            t("Спасибо, что сообщили. Запись отменена: {event}", event=read.title(w, event)),
            t("Если передумаете: место ваше до {time}.", time=w.clock(held, event.zone)) if held else None,
        ),
        column(
            give_back(w, mine) if held else None,
            button(t("✅ Мои записи"), to.Mine()),
            poster_button(w),
            menu_button(w),
        ),
    )


def reminder(w: Words, event: Event, mine: Mine, kind: str, carries_hours: bool, now: datetime) -> Screen:
    """What comes the day before and two hours before, with an answer to press; "can't come" stands apart."""
    t = w.t
    return Screen(
        blocks(
            t("🔔 Напоминаем: {event}", event=read.title(w, event)),
            lines(_facts(w, event, mine, now), t("Ваш код: {code}", code=spoken(mine.code))),
            t("Начало рано. Перед самым началом напоминать не будем.") if kind == EVENING and carries_hours else None,
            t("Вы придёте?"),
        ),
        column(
            button(t("👍 Приду"), to.Coming(event=event.id)),
            button(t("👥 Нас будет меньше"), to.Change(event=event.id)) if mine.party.size > 1 else None,
            button(t("📍 Где это?"), to.Place(event=event.id)) if event.venue else None,
            button(t("🚫 Не смогу"), to.Leave(event=event.id, all=True)),
        ),
    )
