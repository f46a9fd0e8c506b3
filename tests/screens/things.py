"""Events, signups and people at the edges of what the store lets in."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from db.departures import ABOUT_OTHERS, ABOUT_SIGNUPS
from db.events import Event, Texts, Venue
from db.mistakes import About, Report
from db.own_data import Consent, Form, Kept, Message, Mistake
from db.own_data import Signup as KeptSignup
from db.people import Person
from db.places import Mine, Places
from db.rules.languages import LANGUAGES
from db.rules.quiet import Quiet
from db.rules.reminders import EVENING, HOURS, Wishes
from db.rules.seats import NOBODY, Party
from db.standing import Line, Signed

NOW = datetime(2027, 3, 19, 5, 0, tzinfo=UTC)  # 12:00 in Tomsk
TITLE, DESCRIPTION, FOR_WHOM, VENUE_NAME, ADDRESS, WAY, NAME = 100, 900, 200, 100, 300, 900, 80
LARGEST_ID = 2**53
HOSTILE = "<b>&\u202e😀"
PLAIN = dict.fromkeys(LANGUAGES, "111")  # no letters: whatever letters a screen shows are ours


def everywhere(text: str) -> Texts:
    return dict.fromkeys(LANGUAGES, text)


def stretched(text: str, length: int) -> str:
    return (text * length)[:length]


def venue(**given: Any) -> Venue:
    plain = Venue("222", True, None, None, PLAIN, PLAIN, PLAIN)
    return replace(plain, **given)


def event(**given: Any) -> Event:
    """Tomorrow evening, one place named in figures, nothing special."""
    starts = NOW + timedelta(days=1)
    plain = Event(
        id=1,
        slug="111",
        kind="concert",
        state="published",
        confirmed=True,
        zone="Asia/Tomsk",
        starts_at=starts,
        ends_at=starts + timedelta(hours=2),
        has_end=True,
        closes_at=starts,
        capacity=60,
        largest_party=10,
        ask_children=True,
        for_children=True,
        free=True,
        spoken=("ru",),
        phone=None,
        photo=None,
        venue=venue(),
        title=PLAIN,
        description=PLAIN,
        for_whom=PLAIN,
    )
    return replace(plain, **given)


def named(text: str, **given: Any) -> Event:
    """The same with this text everywhere a text may stand, as long as each may be."""
    house = venue(
        name=everywhere(stretched(text, VENUE_NAME)),
        address=everywhere(stretched(text, ADDRESS)),
        way=everywhere(stretched(text, WAY)),
        phone="+73822644479",
    )
    full: dict[str, Any] = {
        "title": everywhere(stretched(text, TITLE)),
        "description": everywhere(stretched(text, DESCRIPTION)),
        "for_whom": everywhere(stretched(text, FOR_WHOM)),
        "venue": house,
    }
    return event(**{**full, **given})


def longest(text: str = HOSTILE) -> Event:
    """Everything at once, over two years, with a number as large as they get."""
    starts = datetime(2027, 12, 31, 16, 0, tzinfo=UTC)
    return named(
        text,
        id=LARGEST_ID,
        starts_at=starts,
        ends_at=starts + timedelta(days=2),
        closes_at=starts,
        capacity=5000,
        spoken=LANGUAGES,
        phone="+73822644479",
        photo="data/photo.jpg",
    )


def events() -> dict[str, Event]:
    """Every state an event can be in, by what it is."""
    past = NOW - timedelta(days=1)
    russian = {"ru": "111"}
    return {
        "plain": event(),
        "longest": longest(),
        "emoji": longest("😀"),
        "without a venue": event(venue=None),
        "with a pin": event(venue=venue(point=(56.48, 84.95), phone="+73822644479")),
        "a pin without an address": event(venue=venue(point=(56.48, 84.95), address={}, way={})),
        "without words": event(title={}, description={}, for_whom={}, venue=venue(name={}, address={}, way={})),
        "empty words": event(title=everywhere("\u202e"), description=everywhere("\u202e"), for_whom=everywhere("")),
        "only in Russian": event(title=russian, description=russian, for_whom=russian),
        "not in Russian": event(title={"uz": "111"}, description={"tg": "111"}, for_whom={"ky": "111"}),
        "unbounded": event(capacity=None, ask_children=False, free=False, has_end=False),
        "for one": event(capacity=1, largest_party=1, ask_children=False),
        "cancelled": event(state="cancelled"),
        "over": event(starts_at=past, ends_at=past + timedelta(hours=1), closes_at=past),
        "going on": event(starts_at=NOW - timedelta(hours=1), ends_at=NOW + timedelta(hours=1), closes_at=past),
        "closed": event(closes_at=past),
    }


ONE = Party(1)


def signup(party: Party = ONE, held: Party = NOBODY, event_id: int = 1, **given: Any) -> Mine:
    until = NOW + timedelta(minutes=10) if held.size else None
    state = "active" if party.size else "left"
    mine = Mine(
        id=1,
        event_id=event_id,
        state=state,
        party=party,
        held=held,
        held_until=until,
        wanted=NOBODY,
        offered=NOBODY,
        offered_until=None,
        together=False,
        queue_number=None,
        code=9999,
        confirmed=False,
        calendar=0,
    )
    return replace(mine, **given)


def waiter(wanted: Party, has: Party = NOBODY, offered: Party = NOBODY, event_id: int = 1, **given: Any) -> Mine:
    until = NOW + timedelta(hours=23) if offered.size else None
    state = "active" if has.size else "waiting"
    queued = {"state": state, "wanted": wanted, "offered": offered, "offered_until": until, "queue_number": 5000}
    return replace(signup(has, event_id=event_id), **{**queued, **given})


def waiters(event_id: int = 1) -> dict[str, Mine]:
    return {
        "waits": waiter(Party(1), event_id=event_id),
        "ten wait together": waiter(Party(3, 7), event_id=event_id, together=True),
        "has some, waits": waiter(Party(3, 7), Party(2, 3), event_id=event_id),
        "is offered one": waiter(Party(1), offered=Party(1), event_id=event_id),
        "is offered a part": waiter(Party(3, 7), offered=Party(3, 6), event_id=event_id),
        "has some, is offered a part": waiter(Party(3, 7), Party(1, 1), Party(2, 0), event_id=event_id),
        "has some, is offered the rest": waiter(Party(3, 7), Party(2, 7), Party(1), event_id=event_id),
        "let the time pass": waiter(
            Party(2), offered=Party(2), event_id=event_id, offered_until=NOW - timedelta(seconds=1)
        ),
    }


def signups(event_id: int = 1) -> dict[str, Mine | None]:
    return {
        "nothing": None,
        "one": signup(event_id=event_id),
        "ten": signup(Party(3, 7), event_id=event_id, confirmed=True),
        "some held": signup(Party(1, 2), Party(2, 5), event_id=event_id),
        "all held": signup(NOBODY, Party(4, 6), event_id=event_id),
        "hold is over": signup(NOBODY, Party(1), event_id=event_id, held_until=NOW - timedelta(minutes=1)),
        "all held, in the calendar": signup(NOBODY, Party(4, 6), event_id=event_id, calendar=5000),
        "comes, in the calendar": signup(event_id=event_id, calendar=1),
        **waiters(event_id),
    }


def places(event_id: int = 1) -> dict[str, Places]:
    free = {"unbounded": None, "full": 0, "one left": 1, "many": 5000}
    return {
        f"{how}, {whose}": Places(count, mine)
        for how, count in free.items()
        for whose, mine in signups(event_id).items()
    }


def signed(mine: Mine, clashes: int = 0, *, reminded: bool = True) -> Signed:
    soon = ((EVENING, NOW + timedelta(hours=6)), (HOURS, NOW + timedelta(hours=22)))
    line = Line(5000, 5000) if mine.waiting else None
    return Signed(mine, True, tuple(range(100, 100 + clashes)), soon if reminded else (), line)


def person(**given: Any) -> Person:
    plain = Person(
        id=1,
        user_id=1,
        language="ru",
        name=None,
        wishes=Wishes(True, True, Quiet(1260, 540, "Asia/Tomsk")),
        arrived_by=None,
        reachable=True,
        started=True,
        consented=True,
        owner=False,
        form=None,
        form_event_id=None,
        form_adults=None,
    )
    return replace(plain, **given)


def held_at() -> dict[int, Event]:
    """Every event that `kept` mentions."""
    return {1: event(), LARGEST_ID: longest()}


def kept(**given: Any) -> Kept:
    """Everything that can be kept of one person."""
    found = [mine for number in (1, LARGEST_ID) for mine in signups(number).values() if mine is not None]
    plain = Kept(
        zone="Asia/Tomsk",
        met_at=NOW - timedelta(days=400),
        seen_at=NOW - timedelta(hours=5),
        visited_year=2026,
        updates=5000,
        form=Form("signup", 1, 2, NOW),
        roles=(("owner", NOW),),
        consents=tuple(
            Consent("service", "2026-11", code, NOW, NOW if code == "ru" else None) for code in LANGUAGES * 2
        ),
        signups=tuple(KeptSignup(mine, 3, NOW) for mine in found),
        mistakes=(Mistake("uz", "111", "222", False, NOW), Mistake("ru", None, None, True, NOW)),
        messages=tuple(
            Message(kind, state, NOW)
            for kind in (*ABOUT_SIGNUPS, *ABOUT_OTHERS)
            for state in ("pending", "sending", "sent", "dead", "unknown", "dropped", "cancelled")
        ),
    )
    return replace(plain, **given)


def about(text: str = "111", texts: int = 3, event_id: int | None = 1) -> About:
    """A screen with so many texts on it."""
    pairs = tuple((stretched(text, 60) + str(number), stretched(text, 80)) for number in range(texts))
    return About("Card", stretched(text, 60), event_id, "uz", pairs)


def report(**given: Any) -> Report:
    plain = Report(
        language="uz", about=about(), said="111", copied=False, chat_id=1, message_id=1, reachable=True
    )  # fmt: skip
    return replace(plain, **given)
