"""The ticket, leaving, the reminder: each a screen with one question or one answer."""

from collections.abc import Mapping
from datetime import datetime

from db.events import Event
from db.places import Mine
from db.rules.codes import spoken
from db.rules.reminders import EVENING
from db.rules.seats import NOBODY
from db.standing import Signed
from handlers import buttons as to
from handlers.events import read
from handlers.events.form_screens import heading
from handlers.events.screens import give_back, out_of_calendar, party
from handlers.events.waiting_screens import all_at_once, place_in_line, queue_buttons
from handlers.screen import Button, Screen, blocks, bold, button, column, lines
from handlers.screens import menu_button, poster_button
from handlers.words import Safe, Words

CLASHES = 5  # named at most: the ticket has to fit into a message


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
            _waiting(w, signed),
            _reminded(w, event, signed, now),
            _clashes(w, signed, events),
        ),
        column(
            button(t("🎉 Ответить"), to.Offer(event=event.id)) if mine.offer(now) != NOBODY else None,
            button(t("👥 Изменить число"), to.Change(event=event.id)),
            *queue_buttons(w, mine),
            button(t("🚫 Не приду"), to.Leave(event=event.id, all=mine.party.size == 1)),
            give_back(w, mine) if mine.returnable(now) != NOBODY else None,
            *_outside_the_chat(w, event, mine, now),
            button(t("✅ Мои записи"), to.Mine()),
            menu_button(w),
        ),
    )


def _outside_the_chat(w: Words, event: Event, mine: Mine, now: datetime) -> tuple[Button | None, ...]:
    """The calendar: until the start, and not beside an offer, which wants its answer first."""
    t = w.t
    soon = now < event.starts_at and mine.offer(now) == NOBODY
    return (
        button(t("🙋 Покажите это"), to.ShowThis(event=event.id)) if event.venue else None,
        button(t("📲 В календарь"), to.IntoCalendar(event=event.id)) if soon else None,
    )


def _facts(w: Words, event: Event, mine: Mine, now: datetime) -> Safe:
    return lines(read.when_where(w, event, now), party(w, event, mine.party))


def _waiting(w: Words, signed: Signed) -> Safe | None:
    """A part of the party that still waits for places."""
    mine = signed.mine
    if not mine.waiting:
        return None
    more = w.t("⏳ Ждём ещё мест: {n}", n=mine.wanted.size - mine.party.size)
    return lines(more, all_at_once(w, mine), place_in_line(w, signed.line))


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
            out_of_calendar(w, event, mine),
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
