"""Whatever people call themselves and whatever an event is called: only our own tags ever stand in a message."""

import re
from collections.abc import Callable
from dataclasses import replace
from html.parser import HTMLParser
from importlib import import_module
from typing import get_type_hints

from hypothesis import given, settings
from hypothesis import strategies as st

from db.destructions import Destruction
from db.events import Event, Venue
from db.lists import Count, Guest
from db.places import Places
from db.rules.reminders import EVENING
from db.rules.seats import NOBODY, Party
from emulator.markup import parse_html
from handlers import buttons as to
from handlers import mistake_screens, own_data_file, own_data_screens, screens, settings_screens
from handlers.events import (
    calendar_screens,
    form_screens,
    mine_screens,
    place_screens,
    poster_screens,
    signup_screens,
    waiting_screens,
)
from handlers.events import screens as event_screens
from handlers.events.form_screens import Bounds
from handlers.events.poster_screens import Choice
from handlers.screen import LABEL, File, Screen
from handlers.screens import Contacts, Operator
from handlers.show import CAPTION
from handlers.staff import act
from handlers.staff import mistake_screens as reported_screens
from handlers.staff import screens as staff_screens
from handlers.words import clean, plain, safe, words
from tests.screens import things
from tests.screens.reading import Reader, keys, screen_functions
from tests.screens.things import NOW

MARKUP = (
    "<b>",
    "</b>",
    "<",
    ">",
    "&",
    "&lt;b&gt;",
    "&amp;",
    "<a href='tg://user?id=1'>",
    "<!--",
    "]]>",
    "<?",
    "<script>",
)
OTHERS = ("{", "}", "{name}", "{0}", "%s", "\u202e", "\u2066", "\x00", '"', "'", "😀", "и", "\n", "\\", "`", "_*[]()")
PIECES = st.sampled_from(MARKUP + OTHERS)
ANY = st.lists(PIECES | st.text(max_size=8), max_size=12).map("".join)
MINE = things.signup(Party(2, 1))
HELD = things.signup(NOBODY, Party(1))
KEPT, HELD_AT = things.kept(), things.held_at()
W = words("uz")

Shows = dict[Callable[..., Screen], Callable[[Event], Screen]]
Names = dict[Callable[..., Screen], Callable[[str], Screen]]
OPERATOR = Operator("x", "x")
BOUNDS = Bounds(NOBODY, 10, more=True)
JOIN = to.Purpose.JOIN
WAITS = things.waiter(Party(2, 1))
OFFERED = things.waiter(Party(2, 1), offered=Party(1))
CALENDAR = File("navruz-2027.ics", b"x")

BY_EVENT: Shows = {
    event_screens.card: lambda event: event_screens.card(W, event, Places(3, MINE), NOW, None),
    event_screens.in_russian: lambda event: event_screens.in_russian(W, event, Places(3, MINE), NOW),
    event_screens.photo: lambda event: event_screens.photo(W, event),
    form_screens.consent: lambda event: form_screens.consent(W, event, OPERATOR),
    form_screens.how_many: lambda event: form_screens.how_many(W, event, JOIN, BOUNDS, NOW),
    form_screens.how_many_children: lambda event: form_screens.how_many_children(W, event, JOIN, 2, BOUNDS, NOW),
    poster_screens.poster: lambda event: poster_screens.poster(W, [event], 0, Choice(), NOW),
    place_screens.place: lambda event: place_screens.place(W, event, held_in(event)),
    place_screens.place_in_russian: lambda event: place_screens.place_in_russian(W, event, held_in(event)),
    place_screens.show_this: lambda event: place_screens.show_this(W, event, held_in(event), MINE, NOW),
    signup_screens.ticket: lambda event: signup_screens.ticket(W, event, things.signed(MINE, 3), {100: event}, NOW),
    signup_screens.all_or_some: lambda event: signup_screens.all_or_some(W, event, MINE, NOW),
    signup_screens.left: lambda event: signup_screens.left(W, event, HELD, NOW),
    signup_screens.reminder: lambda event: signup_screens.reminder(W, event, MINE, EVENING, True, NOW),
    mine_screens.mine_list: lambda event: mine_screens.mine_list(
        W, [(event, MINE), (event, HELD), (event, WAITS), (event, OFFERED)], 0, NOW, unfinished=True
    ),
    waiting_screens.queue: lambda event: waiting_screens.queue(W, event, things.signed(WAITS), NOW),
    waiting_screens.offer: lambda event: waiting_screens.offer(W, event, OFFERED, NOW),
    waiting_screens.leave_sure: lambda event: waiting_screens.leave_sure(W, event, OFFERED, NOW),
    waiting_screens.out: lambda event: waiting_screens.out(W, event, HELD),
    waiting_screens.too_late: lambda event: waiting_screens.too_late(W, event, HELD),
    waiting_screens.no_more: lambda event: waiting_screens.no_more(W, event, HELD),
    waiting_screens.called_off: lambda event: waiting_screens.called_off(W, event, MINE, NOW),
    calendar_screens.into_calendar: lambda event: calendar_screens.into_calendar(W, event, CALENDAR, "https://t.me/x"),
    calendar_screens.out_of_calendar: lambda event: calendar_screens.out_of_calendar(W, event, CALENDAR),
    own_data_screens.privacy: lambda event: own_data_screens.privacy(
        W, things.person(), KEPT, {number: replace(event, id=number) for number in HELD_AT}, OPERATOR, NOW
    ),
    staff_screens.guests: lambda event: staff_screens.guests(W, event, [], 0),
    staff_screens.lists: lambda event: staff_screens.lists(W, [(event, Count(event.id, 2, 5))], 0, NOW),
    reported_screens.mistake: lambda event: reported_screens.mistake(W, things.report(), event, CAPTION),
}
BY_NAME: Names = {
    settings_screens.settings: lambda name: settings_screens.settings(W, things.person(name=name or None)),
    settings_screens.ask_name: lambda name: settings_screens.ask_name(W, things.person(name=name or None)),
    settings_screens.reminders: lambda name: settings_screens.reminders(W, things.person(name=name or None)),
    staff_screens.guests: lambda name: staff_screens.guests(W, things.event(), [Guest(name, Party(1), 1000, True)], 0),
    screens.menu: lambda name: screens.menu(W, owner=True, unfinished=safe(name)),
    form_screens.consent: lambda name: form_screens.consent(W, things.event(), Operator(name, name)),
    own_data_screens.privacy: lambda name: own_data_screens.privacy(
        W, things.person(name=name or None), KEPT, HELD_AT, Operator(name, name), NOW
    ),
    mistake_screens.ask: lambda name: mistake_screens.ask(W, things.about(name or "x")),
    reported_screens.mistake: lambda name: reported_screens.mistake(
        W, things.report(said=name or None, about=things.about(name or "x")), None, CAPTION
    ),
    screens.help_: lambda name: screens.help_(W, Contacts(name, name, name)),
}
SHOWS_NO_NAME = {settings_screens.reminders}
TYPED = ("Event", "Person", "Operator", "Contacts", "Guest", "About", "Report")  # what holds words that others wrote


def held_in(event: Event) -> Venue:
    return event.venue or things.venue()


def test_every_screen_of_words_that_others_wrote_is_tried() -> None:
    for name in screen_functions():
        module, _, function = name.rpartition(".")
        screen = getattr(import_module(module), function)
        given = {word for kind in get_type_hints(screen).values() for word in re.findall(r"\w+", str(kind))}
        assert "Event" not in given or screen in BY_EVENT, name
        assert not given & set(TYPED[1:]) or screen in BY_NAME, name


def check(screen: Screen) -> Reader:
    read = Reader(screen.text)
    assert not read.faults, (read.faults, screen.text)
    assert parse_html(screen.text)[0] == read.text
    assert all(1 <= len(key.label.strip()) <= len(key.label) <= LABEL for key in keys(screen))
    return read


def called(text: str) -> Event:
    texts = things.everywhere(text)
    house = things.venue(name=texts, address=texts, way=texts)
    return things.event(title=texts, description=texts, for_whom=texts, venue=house)


@given(ANY)
@settings(max_examples=60, deadline=None)
def test_an_event_may_be_called_anything(text: str) -> None:
    for make in BY_EVENT.values():
        check(make(called(text)))
        kept = check(make(called(f"x{text}x")))
        assert kept.tags == check(make(called("xx"))).tags


@given(ANY)
@settings(max_examples=60, deadline=None)
def test_a_person_may_be_called_anything(text: str) -> None:
    for screen, make in BY_NAME.items():
        check(make(clean(text)))
        name = f"x{clean(text)}x"
        kept = check(make(name))
        assert kept.tags == check(make("xx")).tags
        assert name in kept.text or screen in SHOWS_NO_NAME


@given(ANY)
@settings(max_examples=60, deadline=None)
def test_the_file_of_ones_data_holds_it_as_it_was_typed(text: str) -> None:
    name = f"x{clean(text)}x"
    events = {number: replace(called(f"x{text}x"), id=number) for number in HELD_AT}
    person = things.person(name=name, user_id=77)
    made = own_data_file.file(W, person, KEPT, events, Operator(name, name), NOW).content.decode("utf-8-sig")
    assert made.count(name) >= 2
    assert plain(safe(f"x{text}x")) in made
    assert made == "\n".join(safe_marks(line) for line in made.split("\n"))


def safe_marks(line: str) -> str:
    return plain(safe(line))


@given(ANY)
@settings(max_examples=60, deadline=None)
def test_the_act_holds_its_own_tags_alone(text: str) -> None:
    def page(name: str) -> Tags:
        line = Destruction(name, NOW, "asked", {name: 1})
        return Tags(act.file(Operator(name, ""), [line], NOW, "Asia/Tomsk").content.decode())

    made = page(f"x{text}x")
    assert made.tags == page("xx").tags
    assert made.text.count(plain(safe(f"x{text}x"))) == 3


class Tags(HTMLParser):
    """Every tag with what stands in it, comments and the like; and the text between them."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags, self.text = list[object](), ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, attrs))

    def handle_endtag(self, tag: str) -> None:
        self.tags.append(tag)

    def handle_comment(self, data: str) -> None:
        self.tags.append(data)

    def handle_pi(self, data: str) -> None:
        self.tags.append(data)

    def handle_decl(self, decl: str) -> None:
        self.tags.append(decl)

    def handle_data(self, data: str) -> None:
        self.text += data


def test_a_screen_that_forgets_to_escape_would_be_seen() -> None:
    careless = Reader("<b>" + "</b><i>&" + "</b>")
    assert careless.faults
