"""An event in a reader's language: which text is shown, and whether it had to be the Russian one."""

from datetime import datetime
from pathlib import Path

from db.events import Event, Texts, Venue
from db.rules.languages import SOURCE, pick
from handlers.screen import lines
from handlers.words import Safe, Words, safe, words


def title(w: Words, event: Event) -> Safe:
    return safe(pick(event.title, w.language)[0]) or safe(event.slug)


def text(w: Words, texts: Texts) -> Safe:
    return safe(pick(texts, w.language)[0])


def place_name(w: Words, venue: Venue) -> Safe:
    return safe(pick(venue.name, w.language)[0]) or safe(venue.slug)


def fallen_back(w: Words, event: Event) -> bool:
    """Whether a part of the card is missing in the reader's language, though it is there in Russian."""
    parts = [event.title, event.description, event.for_whom]
    if event.venue is not None:
        parts += [event.venue.name, event.venue.address]
    return any(found and language != w.language for found, language in (pick(part, w.language) for part in parts))


def when(w: Words, event: Event, now: datetime) -> Safe:
    return w.moment(event.starts_at, now, event.zone, event.ends_at if event.has_end else None)


def where(w: Words, venue: Venue) -> Safe:
    name, address = place_name(w, venue), text(w, venue.address)
    return Safe(f"{name}, {address}") if address else name


def where_on_map(w: Words, venue: Venue) -> Safe:
    """The same in Russian, if it is known so: that is what maps find and drivers read."""
    return where(words(SOURCE) if venue.name.get(SOURCE) else w, venue)


def when_where(w: Words, event: Event, now: datetime) -> Safe:
    """The two lines that every screen about an event needs."""
    t = w.t
    return lines(
        t("🗓 Когда: {when}", when=when(w, event, now)),
        t("📍 Где: {place}", place=where(w, event.venue)) if event.venue else None,
    )


def has_photo(event: Event) -> bool:
    """Whether there is a picture, and it still lies where the content file said."""
    return event.photo is not None and Path(event.photo).is_file()
