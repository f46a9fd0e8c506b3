"""The event in the calendar of the reader's own phone: put into it, taken out of it."""

from datetime import UTC, datetime
from urllib.parse import quote, urlencode

from db.events import Event
from handlers import buttons as to
from handlers.events import read
from handlers.screen import File, Screen, blocks, button, column
from handlers.screens import menu_button
from handlers.words import Words, one_line

GOOGLE = "https://calendar.google.com/calendar/render"
LETTERS = 100  # of a title, of a place: in an address each takes six bytes, and long addresses do not open everywhere


def into_calendar(w: Words, event: Event, file: File, link: str | None) -> Screen:
    """With a way for phones that cannot open the file. `link`: the event in the bot."""
    t = w.t
    return Screen(
        blocks(
            t("📲 Для календаря телефона: {event}", event=read.title(w, event)),
            t("Откройте файл ниже. Телефон сам напомнит за 2 часа."),
            t("Файл не открывается? Нажмите «Google Календарь»."),
        ),
        column(
            button(t("Google Календарь"), google(w, event, link)),
            button(t("◀️ Назад"), to.Ticket(event=event.id)),
        ),
        file=file,
    )


def out_of_calendar(w: Words, event: Event, file: File) -> Screen:
    """Not every calendar takes out what a file asks it to: the second sentence is for these."""
    t = w.t
    return Screen(
        blocks(
            t("🗑 Убрать из календаря телефона: {event}", event=read.title(w, event)),
            t("Откройте файл ниже, и мероприятие уйдёт из календаря. Если осталось, удалите его сами."),
        ),
        column(button(t("✅ Мои записи"), to.Mine()), menu_button(w)),
        file=file,
    )


def google(w: Words, event: Event, link: str | None) -> str:
    """The address that puts the event into Google's calendar; without the code, for addresses are kept and seen."""
    where = one_line(read.where_on_map(w, event.venue)) if event.venue else ""
    fields = {
        "action": "TEMPLATE",
        "text": one_line(read.title(w, event))[:LETTERS],
        "dates": f"{_utc(event.starts_at)}/{_utc(event.ends_at)}",
        "ctz": event.zone,
        "location": where[:LETTERS],
        "details": link or "",
    }
    return f"{GOOGLE}?{urlencode({name: text for name, text in fields.items() if text}, quote_via=quote, safe='/')}"


def _utc(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y%m%dT%H%M%SZ}"
