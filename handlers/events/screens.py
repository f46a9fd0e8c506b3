"""The poster and the card."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote_plus
from zoneinfo import ZoneInfo

from aiogram.filters.callback_data import CallbackData

from db.events import Event, Mine, Places
from db.rules.languages import SOURCE
from db.rules.seats import NOBODY, Party
from handlers import buttons as to
from handlers.events import read
from handlers.pages import pager, turn_to
from handlers.screen import Button, Screen, begun, blocks, bold, button, column, lines
from handlers.screens import menu_button, poster_button
from handlers.words import Safe, Words, words
from handlers.words_data import AUTONYMS


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


def card(w: Words, event: Event, places: Places, now: datetime, link: str | None, news: Safe | None = None) -> Screen:
    """An event as a reader of this language sees it, with the one next step on top of the buttons."""
    t = w.t
    return Screen(
        blocks(
            news,
            bold(read.title(w, event)),
            read.text(w, event.description) or None,
            facts(w, event, now),
            state(w, event, places, now),
            t("Этот текст пока не переведён, часть его по-русски.") if read.fallen_back(w, event) else None,
        ),
        column(*_next_step(w, event, places, now), *_card_buttons(w, event, link)),
    )


def facts(w: Words, event: Event, now: datetime) -> Safe:
    """When, where, for whom, in which language, whether it is free, whom to phone."""
    t = w.t
    whom = read.text(w, event.for_whom)
    spoken = ", ".join(AUTONYMS[code] for code in event.spoken)
    return lines(
        t("🗓 Когда: {when}", when=read.when(w, event, now)),
        t("📍 Где: {place}", place=read.where(w, event.venue)) if event.venue else None,
        Safe(f"👥 {whom}") if whom else None,
        t("💬 Говорят: {languages}", languages=spoken) if spoken else None,
        t("Вход бесплатный") if event.free else None,
        t("📞 Телефон: {phone}", phone=event.phone) if event.phone else None,
    )


def state(w: Words, event: Event, places: Places, now: datetime) -> Safe:
    """How things stand, for this reader: mine, full, free, closed, cancelled, over."""
    t = w.t
    if event.state != "published":
        return t("❌ Это мероприятие не состоится.")
    if now >= event.ends_at:
        return t("Это мероприятие уже прошло.")
    if places.mine is not None and places.mine.active:
        return t("✅ Вы записаны. {party}", party=party(w, event, places.mine.party))
    if now >= event.closes_at:
        return t("Запись закрыта.")
    if places.free is None:
        return t("Мест хватит всем.")
    if places.free == 0:
        return t("Мест нет. Если кто-то откажется, место появится здесь. Загляните позже.")
    return t("Свободных мест: {n}", n=places.free)


def party(w: Words, event: Event, who: Party) -> Safe:
    """The party in words: counted apart where the event asks for it."""
    t = w.t
    if event.ask_children and who.children:
        return t("Взрослых: {adults}, детей: {children}", adults=who.adults, children=who.children)
    return t("Вас придёт: {n}", n=who.size)


def _next_step(w: Words, event: Event, places: Places, now: datetime) -> tuple[Button | None, ...]:
    t, mine = w.t, places.mine
    if event.state != "published" or now >= event.ends_at:
        return ()
    if mine is not None and mine.active:
        return (button(t("🎟 Моя запись"), to.Ticket(event=event.id)),)
    if mine is not None and mine.returnable(now) != NOBODY:
        return (give_back(w, mine),)
    open_ = now < event.closes_at and places.free != 0
    return (button(t("Записаться"), to.SignUp(event=event.id)),) if open_ else ()


def give_back(w: Words, mine: Mine) -> Button:
    return button(w.t("↩️ Вернуть место"), to.GiveBack(event=mine.event_id))


def _card_buttons(w: Words, event: Event, link: str | None) -> tuple[Button | None, ...]:
    t = w.t
    return (
        button(t("📍 Где это?"), to.Place(event=event.id)) if event.venue else None,
        button(t("🖼 Фото"), to.Photo(event=event.id)) if event.photo else None,
        russian_button(w, to.CardInRussian(event=event.id)),
        button(t("📤 Поделиться"), f"https://t.me/share/url?url={quote_plus(link)}") if link else None,
        poster_button(w),
        menu_button(w),
    )


def russian_button(w: Words, target: CallbackData) -> Button | None:
    """One tap to the Russian text, for everybody who reads another; the label is for those who know the word."""
    return None if w.language == SOURCE else button(words(SOURCE).t("По-русски"), target)


def in_russian(w: Words, event: Event, places: Places, now: datetime) -> Screen:
    """The same card in Russian; the buttons stay in the reader's language."""
    russian = card(words(SOURCE), event, places, now, None)
    return Screen(russian.text, column(button(w.t("◀️ Назад"), to.Card(event=event.id)), menu_button(w)))
