"""The card of an event."""

from datetime import datetime
from urllib.parse import quote_plus

from aiogram.filters.callback_data import CallbackData

from db.events import Event
from db.places import Mine, Places
from db.rules.languages import SOURCE
from db.rules.seats import NOBODY, Party
from db.rules.waiting import last_moment
from handlers import buttons as to
from handlers.events import read
from handlers.screen import Button, Screen, blocks, bold, button, column, lines
from handlers.screens import menu_button, poster_button
from handlers.words import Safe, Words, words
from handlers.words_data import AUTONYMS


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
        read.when_where(w, event, now),
        Safe(f"👥 {whom}") if whom else None,
        t("💬 Говорят: {languages}", languages=spoken) if spoken else None,
        t("Вход бесплатный") if event.free else None,
        t("📞 Телефон: {phone}", phone=event.phone) if event.phone else None,
    )


def state(w: Words, event: Event, places: Places, now: datetime) -> Safe:
    """How things stand, for this reader: mine, in the queue, full, free, closed, cancelled, over."""
    t = w.t
    if event.state != "published":
        return t("❌ Это мероприятие не состоится.")
    if now >= event.ends_at:
        return t("Это мероприятие уже прошло.")
    mine = places.mine
    if mine is not None and (mine.active or mine.waiting):
        comes = t("✅ Вы записаны. {party}", party=party(w, event, mine.party)) if mine.active else None
        return lines(comes, awaited(w, mine, now))
    if now >= event.closes_at:
        return t("Запись закрыта.")
    if places.free is None:
        return t("Мест хватит всем.")
    if places.free == 0:
        return t("Мест нет. Можно встать в очередь.") if queue_open(event, now) else t("Мест нет.")
    return t("Свободных мест: {n}", n=places.free)


def awaited(w: Words, mine: Mine, now: datetime) -> Safe | None:
    """What they wait for, or what waits for their answer."""
    t = w.t
    if mine.offer(now) != NOBODY:
        return t("🎉 Для вас освободилось место. Ждём ответа.")
    if mine.waiting and mine.active:
        return t("⏳ Ждём ещё мест: {n}", n=mine.wanted.size - mine.party.size)
    return t("⏳ Вы в очереди.") if mine.waiting else None


def queue_open(event: Event, now: datetime) -> bool:
    return now < last_moment(event.starts_at, event.closes_at)


def party(w: Words, event: Event, who: Party) -> Safe:
    """The party in words: counted apart where the event asks for it."""
    t = w.t
    if event.ask_children and who.children:
        return t("Взрослых: {adults}, детей: {children}", adults=who.adults, children=who.children)
    return t("Вас придёт: {n}", n=who.size)


def _next_step(w: Words, event: Event, places: Places, now: datetime) -> tuple[Button | None, ...]:
    t, mine = w.t, places.mine
    if event.state != "published" and mine is not None:
        return (out_of_calendar(w, event, mine),)
    if event.state != "published" or now >= event.ends_at:
        return ()
    if mine is not None and (mine.active or mine.waiting):
        offer = button(t("🎉 Ответить"), to.Offer(event=event.id)) if mine.offer(now) != NOBODY else None
        ticket = button(t("🎟 Моя запись"), to.Ticket(event=event.id)) if mine.active else None
        return (offer, ticket or (None if offer else button(t("⏳ Моя очередь"), to.Ticket(event=event.id))))
    if mine is not None and mine.returnable(now) != NOBODY:
        return (give_back(w, mine),)
    if places.free == 0:
        return (queue_button(w, event),) if queue_open(event, now) else ()
    return (button(t("Записаться"), to.SignUp(event=event.id)),) if now < event.closes_at else ()


def queue_button(w: Words, event: Event) -> Button:
    return button(w.t("⏳ Встать в очередь"), to.Queue(event=event.id))


def give_back(w: Words, mine: Mine) -> Button:
    return button(w.t("↩️ Вернуть место"), to.GiveBack(event=mine.event_id))


def out_of_calendar(w: Words, event: Event, mine: Mine) -> Button | None:
    """Only for those whose phone was told otherwise."""
    wrong = mine.wrong_in_calendar(event.state)
    return button(w.t("🗑 Убрать из календаря"), to.OutOfCalendar(event=event.id)) if wrong else None


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


def photo(w: Words, event: Event) -> Screen:
    """The words first: the picture comes below them, or, on a bad network, does not."""
    text = blocks(bold(read.title(w, event)), w.t("Фото ниже. Если его не видно, попробуйте позже."))
    return Screen(text, column(button(w.t("◀️ Назад"), to.Card(event=event.id)), menu_button(w)), photo=event.photo)


def russian_button(w: Words, target: CallbackData) -> Button | None:
    """One tap to the Russian text, for everybody who reads another; the label is for those who know the word."""
    return None if w.language == SOURCE else button(words(SOURCE).t("По-русски"), target)


def in_russian(w: Words, event: Event, places: Places, now: datetime) -> Screen:
    """The same card in Russian; the buttons stay in the reader's language."""
    russian = card(words(SOURCE), event, places, now, None)
    return Screen(russian.text, column(button(w.t("◀️ Назад"), to.Card(event=event.id)), menu_button(w)))
