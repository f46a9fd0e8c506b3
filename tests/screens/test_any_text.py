"""Whatever people call themselves and whatever an event is called: only our own tags ever stand in a message."""

from collections.abc import Callable

from hypothesis import given, settings
from hypothesis import strategies as st

from db.events import Event
from db.lists import Guest
from db.places import Places
from db.rules.reminders import EVENING
from db.rules.seats import NOBODY, Party
from emulator.markup import parse_html
from handlers import own_data_screens, screens, settings_screens
from handlers.events import mine_screens, place_screens, poster_screens, signup_screens, waiting_screens
from handlers.events import screens as event_screens
from handlers.events.poster_screens import Choice
from handlers.screen import LABEL, Screen
from handlers.screens import Contacts, Operator
from handlers.staff import screens as staff_screens
from handlers.words import clean, safe, words
from tests.screens import things
from tests.screens.reading import Reader, keys
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

BY_EVENT: list[Callable[[Event], Screen]] = [
    lambda event: event_screens.card(W, event, Places(3, MINE), NOW, None),
    lambda event: event_screens.in_russian(W, event, Places(3, MINE), NOW),
    lambda event: poster_screens.poster(W, [event], 0, Choice(), NOW),
    lambda event: place_screens.place(W, event, event.venue or things.venue()),
    lambda event: place_screens.show_this(W, event, event.venue or things.venue(), MINE, NOW),
    lambda event: signup_screens.ticket(W, event, things.signed(MINE, 3), {100: event}, NOW),
    lambda event: signup_screens.left(W, event, HELD, NOW),
    lambda event: signup_screens.reminder(W, event, MINE, EVENING, True, NOW),
    lambda event: mine_screens.mine_list(W, [(event, MINE), (event, HELD)], 0, NOW, unfinished=True),
    lambda event: waiting_screens.queue(W, event, things.signed(things.waiter(Party(2, 1))), NOW),
    lambda event: waiting_screens.offer(W, event, things.waiter(Party(2, 1), offered=Party(1)), NOW),
    lambda event: waiting_screens.too_late(W, event, HELD),
    lambda event: waiting_screens.called_off(W, event, NOW),
    lambda event: staff_screens.guests(W, event, [], 0),
]
BY_NAME: list[Callable[[str], Screen]] = [
    lambda name: settings_screens.settings(W, things.person(name=name or None)),
    lambda name: settings_screens.ask_name(W, things.person(name=name or None)),
    lambda name: staff_screens.guests(W, things.event(), [Guest(name, Party(1), 1000, True)], 0),
    lambda name: screens.menu(W, owner=True, unfinished=safe(name)),
    lambda name: own_data_screens.privacy(
        W, things.person(name=name or None), KEPT, HELD_AT, Operator(name, name), NOW
    ),
    lambda name: screens.help_(W, Contacts(name, name, name)),
]


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
    for make in BY_EVENT:
        check(make(called(text)))
        kept = check(make(called(f"x{text}x")))
        assert kept.tags == check(make(called("xx"))).tags


@given(ANY)
@settings(max_examples=60, deadline=None)
def test_a_person_may_be_called_anything(text: str) -> None:
    for make in BY_NAME:
        check(make(clean(text)))
        name = f"x{clean(text)}x"
        kept = check(make(name))
        assert kept.tags == check(make("xx")).tags
        assert name in kept.text


def test_a_screen_that_forgets_to_escape_would_be_seen() -> None:
    careless = Reader("<b>" + "</b><i>&" + "</b>")
    assert careless.faults
