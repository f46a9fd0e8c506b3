"""The owners' lists: read-only for now."""

from collections.abc import Sequence
from datetime import datetime

from db.events import Event
from db.lists import Count, Guest
from db.rules.codes import spoken
from db.rules.seats import Party
from handlers import buttons as to
from handlers.events import read
from handlers.pages import pager, turn_to
from handlers.screen import Button, File, Screen, begun, blocks, bold, button, column, lines
from handlers.screens import menu_button
from handlers.words import Safe, Words, safe

GUESTS = 15  # names of 80 emoji fit into a message even so


def lists(w: Words, found: Sequence[tuple[Event, Count]], page: int, now: datetime) -> Screen:
    t = w.t
    if not found:
        return Screen(t("Впереди мероприятий нет."), column(_act_button(w), menu_button(w)))
    page, shown = turn_to(found, page)
    return Screen(
        blocks(t("<b>Списки гостей</b>"), *(_count(w, event, count, now) for event, count in shown)),
        (
            *column(*(button(read.title(w, event), to.Guests(event=event.id, page=0)) for event, _ in shown)),
            *pager(w, page, len(found), lambda to_page: to.Lists(page=to_page)),
            *column(_act_button(w), menu_button(w)),
        ),
    )


def _act_button(w: Words) -> Button:
    return button(w.t("🧾 Акт об уничтожении"), to.Act())


def act(w: Words, lines_of_it: int, file: File) -> Screen:
    """The act itself is Russian, for the authority: handlers/staff/act.py."""
    return Screen(
        w.t(
            "Акт об уничтожении данных за 12 месяцев. Строк: {n}. Откройте файл, распечатайте и подпишите.",
            n=lines_of_it,
        ),
        column(button(w.t("◀️ Назад"), to.Lists(page=0)), menu_button(w)),
        file=file,
    )


def _count(w: Words, event: Event, count: Count, now: datetime) -> Safe:
    t = w.t
    return lines(
        bold(read.title(w, event)),
        begun(w.moment(event.starts_at, now, event.zone)),
        t("Записей: {signups}, людей: {people}", signups=count.signups, people=count.people),
        t("⏳ Ждут ещё мест: {n}", n=count.wanted) if count.wanted else None,
    )


def guests(w: Words, event: Event, found: Sequence[Guest], page: int) -> Screen:
    t = w.t
    page, shown = turn_to(found, page, GUESTS)
    total = sum(guest.party.size for guest in found)
    return Screen(
        blocks(
            bold(read.title(w, event)),
            t("Записей: {signups}, людей: {people}", signups=len(found), people=total),
            lines(*(_guest(w, guest) for guest in shown)) or t("Пока никто не записан."),
        ),
        (
            *pager(w, page, len(found), lambda to_page: to.Guests(event=event.id, page=to_page), GUESTS),
            *column(button(t("◀️ Назад"), to.Lists(page=0)), menu_button(w)),
        ),
    )


def _guest(w: Words, guest: Guest) -> Safe:
    mark = "👍 " if guest.confirmed else ""
    name = safe(guest.name) if guest.name else w.t("без имени")
    return Safe(f"{spoken(guest.code)} · {mark}{name} · {_headcount(w, guest.party)}")


def _headcount(w: Words, who: Party) -> Safe:
    if who.children:
        return w.t("Взрослых: {adults}, детей: {children}", adults=who.adults, children=who.children)
    return w.t("Людей: {n}", n=who.size)
