"""The Assembly's own content (data/assembly.yaml) as plain data for the store; its format: docs/content.md."""

import dataclasses
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from pathlib import Path

from bot import content_fields as take
from bot.content_fields import KINDS, LANGUAGES, Section, Texts, tree
from bot.content_reasons import ContentError, Mistake, Spot

__all__ = ["Contacts", "Content", "ContentError", "Event", "Mistake", "Venue", "read"]

VENUE_TEXTS = {"name": 100, "address": 200, "way": 400}
EVENT_TEXTS = {"title": 100, "description": 900, "for_whom": 200}
CONTACTS_TEXTS = {"address": 200}
NEVER = datetime.fromisoformat("0001-01-01")  # stands for a start that could not be read


@dataclass(frozen=True, slots=True)
class Venue:
    slug: str
    confirmed: bool
    phone: str | None
    latitude: float | None
    longitude: float | None
    texts: Texts


@dataclass(frozen=True, slots=True)
class Event:
    """Times are local wall times of `zone`. `free`, `for_children` False: nothing is said of it, not the contrary."""

    slug: str
    confirmed: bool
    kind: str
    venue: str
    starts: datetime
    ends: datetime | None
    zone: str
    signup_closes: datetime
    capacity: int | None
    largest_party: int
    ask_children: bool
    for_children: bool
    cancelled: bool
    free: bool
    languages: tuple[str, ...]
    phone: str | None
    photo: Path | None
    texts: Texts


@dataclass(frozen=True, slots=True)
class Contacts:
    confirmed: bool
    checked: date | None
    phone: str | None
    email: str | None
    texts: Texts


@dataclass(frozen=True, slots=True)
class Content:
    venues: tuple[Venue, ...]
    events: tuple[Event, ...]
    contacts: Contacts | None


def read(path: Path, zone: str) -> Content:
    """The whole file, or ContentError with every mistake in it; `zone` is for the events that name none."""
    found: list[Mistake] = []
    top = section(Spot(tree(path), "", 1, found), Content)
    places: dict[str, int] = {}
    venues = tuple([venue(spot, places) for spot in top.items("venues")])
    build = partial(event, taken={}, places=places, folder=path.parent, zone=zone)
    events = tuple([build(spot) for spot in top.items("events")])
    where = top.at("contacts")
    content = Content(venues, events, contacts(where) if where else None)
    if found:
        raise ContentError(tuple(sorted(found, key=lambda mistake: mistake.line)))
    return content


def section(spot: Spot, kind: type[Venue | Event | Contacts | Content]) -> Section:
    return Section(spot, [field.name for field in dataclasses.fields(kind)])


def venue(spot: Spot, taken: dict[str, int]) -> Venue:
    at = section(spot, Venue)
    built = Venue(
        slug=own_slug(at, taken),
        confirmed=at.read("confirmed", take.flag, False),
        phone=at.read("phone", take.phone, None),
        latitude=at.read("latitude", partial(take.number, -90, 90), None),
        longitude=at.read("longitude", partial(take.number, -180, 180), None),
        texts=texts(at, VENUE_TEXTS, ("name",)),
    )
    if (at.at("latitude") is None) != (at.at("longitude") is None):
        at.wrong("latitude" if at.at("latitude") else "longitude", "half_a_point")
    return built


def event(spot: Spot, taken: dict[str, int], places: Collection[str], folder: Path, zone: str) -> Event:
    at = section(spot, Event)
    starts = at.need("starts", take.moment, NEVER)
    built = Event(
        slug=own_slug(at, taken),
        confirmed=at.read("confirmed", take.flag, False),
        kind=at.need("kind", partial(take.one_of, KINDS, "unknown_kind"), ""),
        venue=at.need("venue", partial(take.one_of, places, "unknown_venue"), ""),
        starts=starts,
        ends=at.read("ends", take.moment, None),
        zone=at.read("zone", take.zone, zone),
        signup_closes=at.read("signup_closes", take.moment, starts),
        capacity=at.read("capacity", partial(take.whole, 1, 5000), None),
        largest_party=at.read("largest_party", partial(take.whole, 1, 10), 10),
        ask_children=at.read("ask_children", take.flag, False),
        for_children=at.read("for_children", take.flag, False),
        cancelled=at.read("cancelled", take.flag, False),
        free=at.read("free", take.flag, False),
        languages=languages(at),
        phone=at.read("phone", take.phone, None),
        photo=at.read("photo", partial(take.photo, folder), None),
        texts=texts(at, EVENT_TEXTS, tuple(EVENT_TEXTS)),
    )
    check_times(at, built)
    return built


def contacts(spot: Spot) -> Contacts:
    at = section(spot, Contacts)
    return Contacts(
        confirmed=at.read("confirmed", take.flag, False),
        checked=at.read("checked", take.day, None),
        phone=at.read("phone", take.phone, None),
        email=at.read("email", take.email, None),
        texts=texts(at, CONTACTS_TEXTS, ()),
    )


def own_slug(at: Section, taken: dict[str, int]) -> str:
    slug = at.need("slug", take.slug, "")
    if slug in taken:
        at.wrong("slug", "repeated_slug", given=slug, first=taken[slug])
    elif slug:
        taken[slug] = at.fields["slug"].line
    return slug


def check_times(at: Section, event: Event) -> None:
    if event.starts == NEVER:
        return
    if event.ends and event.ends <= event.starts:
        at.wrong("ends", "ends_before_start", ends=event.ends, starts=event.starts)
        return
    last = event.ends or event.starts
    if event.signup_closes > last:
        at.wrong("signup_closes", "closes_late", closes=event.signup_closes, last=last)


def languages(at: Section) -> tuple[str, ...]:
    known = partial(take.one_of, LANGUAGES, "unknown_language")
    return tuple(dict.fromkeys(spot.read(known, "") for spot in at.items("languages")))


def texts(at: Section, limits: Mapping[str, int], required: Collection[str]) -> Texts:
    """Language -> field -> text, empty ones left out; `required` are the fields that the Russian text must have."""
    if required:
        at.require("texts")
    if not (spot := at.at("texts")):
        return {}
    spoken = Section(spot, LANGUAGES, "unknown_language")
    if required:
        spoken.require("ru")
    read = {
        code: in_language(where, limits, required if code == "ru" else ())
        for code in LANGUAGES
        if (where := spoken.at(code))
    }
    return {code: said for code, said in read.items() if said}


def in_language(spot: Spot, limits: Mapping[str, int], required: Collection[str]) -> Mapping[str, str]:
    at = Section(spot, limits)
    for key in required:
        at.require(key)
    read = {key: at.read(key, partial(take.text, key, limit), "") for key, limit in limits.items()}
    return {key: said for key, said in read.items() if said}
