"""The poster: what is coming, by date, and the two questions that narrow it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from db.events import Event
from handlers import buttons as to
from handlers.events import read
from handlers.pages import pager, turn_to
from handlers.screen import Button, Screen, begun, blocks, bold, button, column, lines
from handlers.screens import menu_button
from handlers.words import Safe, Words


@dataclass(frozen=True)
class Choice:
    """What the reader has narrowed the poster to."""

    when: to.When = to.When.ANY
    what: to.What = to.What.ANY


def when_names(w: Words) -> dict[to.When, Safe]:
    t = w.t
    return {
        to.When.ANY: t("Все даты"),
        to.When.WEEK: t("Ближайшие 7 дней"),
        to.When.MONTH: t("Ближайшие 30 дней"),
    }


def what_names(w: Words) -> dict[to.What, Safe]:
    t = w.t
    return {
        to.What.ANY: t("Всё"),
        to.What.CHILDREN: t("Для детей"),
        to.What.HOLIDAY: t("Праздники"),
        to.What.CONCERT: t("Концерты"),
        to.What.TALK: t("Лекции и встречи"),
        to.What.EXHIBITION: t("Выставки"),
        to.What.TOURNAMENT: t("Турниры"),
    }


def poster(w: Words, found: Sequence[Event], page: int, choice: Choice, now: datetime) -> Screen:
    """One page of what is coming, by date; an empty one says what to do."""
    t = w.t
    filters = column(
        button(
            t("🗓 Когда: {when}", when=when_names(w)[choice.when]), to.FilterWhen(when=choice.when, what=choice.what)
        ),
        button(t("🔎 Что: {what}", what=what_names(w)[choice.what]), to.FilterWhat(when=choice.when, what=choice.what)),
    )
    if not found:
        return _nothing(w, choice, filters)
    page, shown = turn_to(found, page)
    turning = pager(w, page, len(found), lambda to_page: to.Poster(page=to_page, when=choice.when, what=choice.what))
    return Screen(
        blocks(t("<b>Афиша</b>"), *(_entry(w, event, now) for event in shown)),
        (*column(*(_entry_button(w, event) for event in shown)), *turning, *filters, *column(menu_button(w))),
    )


def _nothing(w: Words, choice: Choice, filters: tuple[tuple[Button, ...], ...]) -> Screen:
    t = w.t
    if choice == Choice():
        return Screen(t("Пока мероприятий нет. Загляните через несколько дней."), column(menu_button(w)))
    all_of_them = button(t("Показать всё"), to.Poster(page=0, when=to.When.ANY, what=to.What.ANY))
    return Screen(
        t("Такого пока нет. Посмотрите всё или выберите другое."),
        (*column(all_of_them), *filters, *column(menu_button(w))),
    )


def _entry(w: Words, event: Event, now: datetime) -> Safe:
    heading = bold(read.title(w, event))
    gone = w.t("❌ Не состоится") if event.state != "published" else None
    return lines(heading, begun(w.moment(event.starts_at, now, event.zone)), gone)


def _entry_button(w: Words, event: Event) -> Button:
    day = w.short_day(event.starts_at.astimezone(ZoneInfo(event.zone)).date())
    return button(f"{day} · {read.title(w, event)}", to.Card(event=event.id))


def filter_when(w: Words, choice: Choice) -> Screen:
    names = when_names(w)
    rows = (button(names[when], to.Poster(page=0, when=when, what=choice.what)) for when in names)
    return Screen(w.t("За какое время показать?"), column(*rows))


def filter_what(w: Words, choice: Choice) -> Screen:
    names = what_names(w)
    rows = (button(names[what], to.Poster(page=0, when=choice.when, what=what)) for what in names)
    return Screen(w.t("Что показать?"), column(*rows))
