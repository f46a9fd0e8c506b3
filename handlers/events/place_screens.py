"""The place of an event, and the words to hold out to a stranger on the way there."""

from datetime import datetime
from urllib.parse import quote_plus

from db.events import Event, Venue
from db.places import Mine
from db.rules.languages import SOURCE
from handlers import buttons as to
from handlers.events import read
from handlers.events.screens import russian_button
from handlers.screen import Pin, Screen, blocks, bold, button, column, lines
from handlers.screens import menu_button
from handlers.words import Safe, Words, plain, words


def place(w: Words, event: Event, venue: Venue) -> Screen:
    """The venue: a pin where its coordinates are known, else a search on the map."""
    t = w.t
    name, address, way = read.place_name(w, venue), read.text(w, venue.address), read.text(w, venue.way)
    query = quote_plus(" ".join(part for part in (venue.name.get(SOURCE), venue.address.get(SOURCE)) if part))
    rows = column(
        button(t("🗺 Найти на карте"), f"https://yandex.ru/maps/?text={query}") if venue.point is None else None,
        button(t("🙋 Покажите это"), to.ShowThis(event=event.id)),
        russian_button(w, to.PlaceInRussian(event=event.id)),
        button(t("◀️ Назад"), to.Card(event=event.id)),
    )
    text = lines(
        bold(name),
        address or None,
        way or None,
        t("📞 Телефон: {phone}", phone=venue.phone) if venue.phone else None,
    )
    pin = Pin(*venue.point, title=plain(name), address=plain(address or name)) if venue.point else None
    return Screen(text, rows, pin=pin)


def place_in_russian(w: Words, event: Event, venue: Venue) -> Screen:
    russian = place(words(SOURCE), event, venue)
    return Screen(russian.text, column(button(w.t("◀️ Назад"), to.Place(event=event.id)), menu_button(w)))


def show_this(w: Words, event: Event, venue: Venue, mine: Mine | None, now: datetime) -> Screen:
    """To hold out to a driver or a guard: Russian first, large, the reader's own language below it."""
    russian = words(SOURCE)
    own = None if w.language == SOURCE else _asking(w, event, venue, mine, now)
    note = w.t("Покажите этот экран водителю или охраннику. Он останется в чате и без связи.")
    return Screen(blocks(_asking(russian, event, venue, mine, now, strong=True), own, note), column(menu_button(w)))


def _asking(w: Words, event: Event, venue: Venue, mine: Mine | None, now: datetime, strong: bool = False) -> Safe:
    t = w.t
    where = t("Мне нужно: {place}", place=read.where(w, venue))
    if strong:
        where = bold(where)
    signed = mine is not None and mine.active
    return lines(
        where,
        Safe(f"{read.title(w, event)}: {read.when(w, event, now)}"),
        t("Мы есть в списке гостей. Нас: {n}", n=mine.party.size) if mine is not None and signed else None,
    )
