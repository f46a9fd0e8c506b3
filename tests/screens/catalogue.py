"""Every screen function with its edges. A function that gives a Screen and has no entry here fails the tests."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import timedelta
from functools import cache
from itertools import product

from db.events import Event
from db.lists import Count, Guest
from db.mistakes import LONGEST
from db.places import Mine
from db.rules.quiet import Quiet
from db.rules.reminders import EVENING, HOURS, Wishes
from db.rules.seats import Party
from db.standing import Line
from handlers import buttons as to
from handlers import forgetting_screens, mistake_screens, own_data_screens, screens, settings_screens
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
from handlers.screen import File, Screen
from handlers.screens import Contacts, Operator
from handlers.show import CAPTION, TEXT
from handlers.staff import alarm_screens, machine_screens
from handlers.staff import mistake_screens as reported_screens
from handlers.staff import screens as staff_screens
from handlers.words import Safe, Words, safe, words
from tests.screens import things
from tests.screens.things import HOSTILE, LARGEST_ID, NOW, stretched

Case = tuple[str, Screen]
LINK = "https://t.me/druzhba_bot?start=e_" + "a" * 60
OPERATOR = Operator(stretched(HOSTILE, 200), stretched(HOSTILE, 200))
NOBODY = Operator("", "")


def _news(w: Words) -> tuple[Safe | None, ...]:
    return None, screens.stale(w), w.t("Время вышло, место уже отдали: {event}", event=stretched(HOSTILE, 100))


def _languages(w: Words) -> Iterator[Case]:
    for first in (None, w.language):
        yield f"first {first}", screens.languages(first)


def _menu(w: Words) -> Iterator[Case]:
    forms = (None, safe(stretched(HOSTILE, 100)))
    for owner, form, news in product((False, True), forms, _news(w)):
        yield f"{owner} {form} {news}", screens.menu(w, owner=owner, unfinished=form, news=news)


def _help(w: Words) -> Iterator[Case]:
    long = Contacts("+73822517757", stretched(HOSTILE, 100), stretched(HOSTILE, 200))
    for contacts in (None, long, Contacts("", "", "111")):
        yield str(contacts), screens.help_(w, contacts)


def _privacy(w: Words) -> Iterator[Case]:
    everything, nothing = things.kept(), things.kept(signups=(), consents=(), messages=(), form=None, roles=())
    people = (things.person(name=stretched(HOSTILE, things.NAME)), things.person(consented=False))
    for person, kept, operator in product(people, (everything, nothing), (OPERATOR, NOBODY)):
        screen = own_data_screens.privacy(w, person, kept, things.held_at(), operator, NOW)
        yield f"{person.name} {len(kept.signups)} {operator}", screen


def _my_file(w: Words) -> Iterator[Case]:
    yield "a file", own_data_screens.my_file(w, File("druzhba-2027-03-19.txt", b"x"))


def _forget_sure(w: Words) -> Iterator[Case]:
    for coming in (0, 1, 500):
        yield f"{coming}", forgetting_screens.forget_sure(w, coming, 2**33)


def _forget_last(w: Words) -> Iterator[Case]:
    yield "late", forgetting_screens.forget_last(w, 2**33)


def _forgotten(w: Words) -> Iterator[Case]:
    yield "a number", forgetting_screens.forgotten(w, "0123456789012345")


def _silent(w: Words) -> Iterator[Case]:
    for days in (30, 365):
        yield f"{days}", own_data_screens.silent(w, NOW + timedelta(days=days), "Asia/Tomsk", NOW)


def _act(w: Words) -> Iterator[Case]:
    for count in (0, 5000):
        yield f"{count}", staff_screens.act(w, count, File("akt-2027-03-19.html", b"x"))


def _in_group(w: Words) -> Iterator[Case]:
    for name in (None, "druzhba_bot"):
        yield str(name), screens.in_group(w, name)


def _flood(w: Words) -> Iterator[Case]:
    for unread in (1, 10**9):
        yield str(unread), screens.flood(w, unread)


def _settings(w: Words) -> Iterator[Case]:
    for evening, hours, name in product((False, True), (False, True), (None, stretched(HOSTILE, things.NAME))):
        wishes = Wishes(evening, hours, Quiet(0, 1439, "Asia/Tomsk"))
        for consented, news in product((False, True), (None, settings_screens.saved(w))):
            person = things.person(name=name, wishes=wishes, consented=consented)
            yield f"{evening} {hours} {name} {consented}", settings_screens.settings(w, person, news)


def _ask_name(w: Words) -> Iterator[Case]:
    for name, problem in product((None, stretched(HOSTILE, things.NAME)), (None, settings_screens.bad_name(w))):
        yield f"{name} {problem}", settings_screens.ask_name(w, things.person(name=name), problem)


def _ask_mistake(w: Words) -> Iterator[Case]:
    problems = (None, mistake_screens.not_that(w), mistake_screens.late(w))
    for about, problem in product((None, things.about(), things.about(HOSTILE)), problems):
        yield f"{about and about.title} {problem}", mistake_screens.ask(w, about, problem)


def _reported_mistake(w: Words) -> Iterator[Case]:
    abouts = (None, things.about(), things.about(HOSTILE, texts=40), things.about("😀", texts=1))
    said = (None, "111", stretched(HOSTILE, LONGEST), stretched("😀", LONGEST))
    for about, words_, event in product(abouts, said, (None, things.named("111", slug="s" * 60))):
        for copied, reachable in ((False, True), (True, True), (True, False)):
            report = things.report(about=about, said=words_, copied=copied, reachable=reachable)
            room = CAPTION if copied and reachable else TEXT
            case = f"{room} {about and about.title} {words_ and len(words_)} {event and event.slug}"
            yield case, reported_screens.mistake(w, report, event, room)


def many(count: int, text: str = HOSTILE) -> list[Event]:
    return [things.longest(text) for _ in range(count)]


def _poster(w: Words) -> Iterator[Case]:
    for when, what in product(to.When, to.What):
        yield f"empty {when} {what}", poster_screens.poster(w, [], 0, Choice(when, what), NOW)
        yield f"some {when} {what}", poster_screens.poster(w, [things.event()], 0, Choice(when, what), NOW)
    for page in (0, 1, 19, 999):
        yield f"page {page}", poster_screens.poster(w, many(100), page, Choice(to.When.MONTH, to.What.TOURNAMENT), NOW)
    yield "every state", poster_screens.poster(w, list(things.events().values())[:5], 0, Choice(), NOW)


def _filter_when(w: Words) -> Iterator[Case]:
    yield "any", poster_screens.filter_when(w, Choice(to.When.ANY, to.What.CHILDREN))


def _filter_what(w: Words) -> Iterator[Case]:
    yield "any", poster_screens.filter_what(w, Choice(to.When.WEEK, to.What.ANY))


def _card(w: Words) -> Iterator[Case]:
    for name, event in things.events().items():
        for how, places in things.places(event.id).items():
            yield f"{name}: {how}", event_screens.card(w, event, places, NOW, LINK)
    for news, link in product(_news(w), (None, LINK)):
        yield f"{news} {link}", event_screens.card(w, things.longest(), things.places()["full, ten"], NOW, link, news)


def _in_russian(w: Words) -> Iterator[Case]:
    for name, event in things.events().items():
        yield name, event_screens.in_russian(w, event, things.places(event.id)["full, ten"], NOW)


def _photo(w: Words) -> Iterator[Case]:
    for name, event in things.events().items():
        yield name, event_screens.photo(w, event)


def _place(w: Words) -> Iterator[Case]:
    for name, event in things.events().items():
        if event.venue is not None:
            yield name, place_screens.place(w, event, event.venue)


def _place_in_russian(w: Words) -> Iterator[Case]:
    for name, event in things.events().items():
        if event.venue is not None:
            yield name, place_screens.place_in_russian(w, event, event.venue)


def _show_this(w: Words) -> Iterator[Case]:
    for name, event in things.events().items():
        for whose, mine in things.signups(event.id).items():
            if event.venue is not None:
                yield f"{name}: {whose}", place_screens.show_this(w, event, event.venue, mine, NOW)


def _consent(w: Words) -> Iterator[Case]:
    for operator in (OPERATOR, NOBODY):
        yield operator.name, form_screens.consent(w, things.longest(), operator)


def _how_many(w: Words) -> Iterator[Case]:
    for (name, event), purpose, (how, bounds) in product(things.events().items(), to.Purpose, _bounds().items()):
        yield f"{name} {purpose} {how}", form_screens.how_many(w, event, purpose, bounds, NOW)


def _bounds() -> Mapping[str, Bounds]:
    return {
        "none": Bounds(Party(0), 0, more=True),
        "one": Bounds(Party(0), 1, more=False),
        "ten": Bounds(Party(0), 10, more=True),
        "more than have come": Bounds(Party(2, 3), 10, more=False),
        "some wait": Bounds(Party(0), 10, more=False, waiting=True),
    }


def _how_many_children(w: Words) -> Iterator[Case]:
    for event, purpose, adults in product((things.event(), things.longest()), to.Purpose, (1, 10)):
        for how, bounds in _bounds().items():
            screen = form_screens.how_many_children(w, event, purpose, adults, bounds, NOW)
            yield f"{event.id} {purpose} {adults} {how}", screen


def _ticket(w: Words) -> Iterator[Case]:
    others = {number: things.longest() for number in range(100, 130)}
    for (name, event), (whose, mine) in product(things.events().items(), things.signups(LARGEST_ID).items()):
        for clashes, reminded in ((0, True), (30, False)):
            if mine is not None and mine.active:
                signed = things.signed(mine, clashes, reminded=reminded)
                news = w.t("Число изменено.") if reminded else None
                yield f"{name} {whose} {clashes}", signup_screens.ticket(w, event, signed, others, NOW, news)


def _all_or_some(w: Words) -> Iterator[Case]:
    for name, event in things.events().items():
        yield name, signup_screens.all_or_some(w, event, things.signup(Party(3, 7)), NOW)


def _left(w: Words) -> Iterator[Case]:
    for (name, event), (whose, mine) in product(things.events().items(), things.signups().items()):
        if mine is not None and not mine.active:
            yield f"{name} {whose}", signup_screens.left(w, event, mine, NOW)


def _reminder(w: Words) -> Iterator[Case]:
    for (name, event), kind, carries in product(things.events().items(), (EVENING, HOURS), (False, True)):
        for party in (Party(1), Party(3, 7)):
            screen = signup_screens.reminder(w, event, things.signup(party), kind, carries, NOW)
            yield f"{name} {kind} {carries} {party}", screen


def _queue(w: Words) -> Iterator[Case]:
    for (name, event), (whose, mine), news in product(things.events().items(), things.waiters().items(), _news(w)):
        for usually in (None, 0, 5000):
            signed = replace(things.signed(mine), line=Line(5000, usually))
            yield f"{name} {whose} {news} {usually}", waiting_screens.queue(w, event, signed, NOW, news)


def _offer(w: Words) -> Iterator[Case]:
    for (name, event), (whose, mine), news in product(things.events().items(), things.waiters().items(), _news(w)):
        yield f"{name} {whose} {news}", waiting_screens.offer(w, event, mine, NOW, news)


def _leave_sure(w: Words) -> Iterator[Case]:
    for (name, event), (whose, mine) in product(things.events().items(), things.waiters().items()):
        yield f"{name} {whose}", waiting_screens.leave_sure(w, event, mine, NOW)


def _queue_ends(make: Callable[[Words, Event, Mine], Screen]) -> Callable[[Words], Iterator[Case]]:
    ends = (things.signup(Party(0)), things.signup(Party(3, 7)))
    return lambda w: (
        (f"{name} {mine.party}", make(w, event, mine)) for (name, event), mine in product(things.events().items(), ends)
    )


def _called_off(w: Words) -> Iterator[Case]:
    for (name, event), given in product(things.events().items(), (0, 1)):
        yield f"{name} {given}", waiting_screens.called_off(w, event, things.signup(calendar=given), NOW)


CALENDAR = File("a" * 60 + ".ics", b"x")


def _into_calendar(w: Words) -> Iterator[Case]:
    for (name, event), link in product(things.events().items(), (None, LINK)):
        yield f"{name} {link}", calendar_screens.into_calendar(w, event, CALENDAR, link)


def _out_of_calendar(w: Words) -> Iterator[Case]:
    for name, event in things.events().items():
        yield name, calendar_screens.out_of_calendar(w, event, CALENDAR)


def _mine_list(w: Words) -> Iterator[Case]:
    every = [
        (event, mine)
        for event, mine in product(things.events().values(), things.signups().values())
        if mine is not None and (mine.active or mine.waiting or mine.returnable(NOW).size)
    ]
    for found, page, unfinished in product(([], every, every[:1]), (0, 1, 999), (False, True)):
        yield f"{len(found)} {page} {unfinished}", mine_screens.mine_list(w, found, page, NOW, unfinished=unfinished)


def _lists(w: Words) -> Iterator[Case]:
    found = [(event, Count(event.id, 5000, 50000, 50000)) for event in (*things.events().values(), *many(40))]
    for some, page in product(([], found, found[:1]), (0, 1, 7, 999)):
        yield f"{len(some)} {page}", staff_screens.lists(w, some, page, NOW)


def _guests(w: Words) -> Iterator[Case]:
    party = Party(3, 7)
    crowd = [Guest(stretched("😀", things.NAME), party, 9999, True)] * 31 + [Guest("", Party(1), 1000, False)] * 30
    hostile = [Guest(stretched(HOSTILE, things.NAME), party, 9999, True)] * 30
    for (name, event), page in product(things.events().items(), (0, 1, 2, 999)):
        for guests in ([], crowd, hostile):
            yield f"{name} {page} {len(guests)}", staff_screens.guests(w, event, guests, page)


ALARMS: Mapping[str, tuple[Mapping[str, object], ...]] = {  # kind -> the facts it may come with
    "backup": ({"why": "ENOSPC"}, {"why": stretched(HOSTILE, 100)}),
    "clock": tuple({"minutes": by} for by in (6, 119, 120, 2879, 2880, 10**6, -6, -60, -(10**6))),
    "outage": tuple({"minutes": n, "dropped": n > 1440} for n in (15, 1440, 1441, 10**6)),
    "disk": ({"minutes": 0}, {"minutes": 1}, {"minutes": 10**6}),
    "wal": ({"megabytes": 65}, {"megabytes": 10**6}),
}


def _alarm(w: Words) -> Iterator[Case]:
    assert set(ALARMS) == set(alarm_screens.KINDS)
    for kind, found in ALARMS.items():
        for facts in found:
            yield f"{kind} {facts}", alarm_screens.alarm(w, kind, facts, LARGEST_ID)


def _alone(make: Callable[[Words], Screen]) -> Callable[[Words], Iterator[Case]]:
    """A screen that takes nothing but the words."""
    return lambda w: iter([("as it is", make(w))])


def _reminders(w: Words) -> Iterator[Case]:
    for evening, hours in product((False, True), (False, True)):
        wishes = Wishes(evening, hours, Quiet(1260, 540, "Asia/Tomsk"))
        yield f"{evening} {hours}", settings_screens.reminders(w, things.person(wishes=wishes))


CATALOGUE: Mapping[str, Callable[[Words], Iterator[Case]]] = {
    "handlers.screens.languages": _languages,
    "handlers.screens.menu": _menu,
    "handlers.screens.help_": _help,
    "handlers.own_data_screens.privacy": _privacy,
    "handlers.own_data_screens.my_file": _my_file,
    "handlers.own_data_screens.withdraw_sure": _alone(own_data_screens.withdraw_sure),
    "handlers.own_data_screens.withdrawn": _alone(own_data_screens.withdrawn),
    "handlers.own_data_screens.silent": _silent,
    "handlers.forgetting_screens.forget_sure": _forget_sure,
    "handlers.forgetting_screens.forget_last": _forget_last,
    "handlers.forgetting_screens.forgotten": _forgotten,
    "handlers.screens.apology": _alone(screens.apology),
    "handlers.screens.flood": _flood,
    "handlers.screens.unsaved": _alone(screens.unsaved),
    "handlers.staff.machine_screens.clock_is_right": _alone(machine_screens.clock_is_right),
    "handlers.staff.machine_screens.disk_refuses": _alone(machine_screens.disk_refuses),
    "handlers.screens.in_group": _in_group,
    "handlers.settings_screens.settings": _settings,
    "handlers.settings_screens.reminders": _reminders,
    "handlers.settings_screens.quiet": _alone(settings_screens.quiet),
    "handlers.settings_screens.ask_name": _ask_name,
    "handlers.mistake_screens.ask": _ask_mistake,
    "handlers.events.poster_screens.poster": _poster,
    "handlers.events.poster_screens.filter_when": _filter_when,
    "handlers.events.poster_screens.filter_what": _filter_what,
    "handlers.events.screens.card": _card,
    "handlers.events.screens.in_russian": _in_russian,
    "handlers.events.screens.photo": _photo,
    "handlers.events.place_screens.place": _place,
    "handlers.events.place_screens.place_in_russian": _place_in_russian,
    "handlers.events.place_screens.show_this": _show_this,
    "handlers.events.form_screens.consent": _consent,
    "handlers.events.form_screens.how_many": _how_many,
    "handlers.events.form_screens.how_many_children": _how_many_children,
    "handlers.events.signup_screens.ticket": _ticket,
    "handlers.events.signup_screens.all_or_some": _all_or_some,
    "handlers.events.signup_screens.left": _left,
    "handlers.events.signup_screens.reminder": _reminder,
    "handlers.events.mine_screens.mine_list": _mine_list,
    "handlers.events.calendar_screens.into_calendar": _into_calendar,
    "handlers.events.calendar_screens.out_of_calendar": _out_of_calendar,
    "handlers.events.waiting_screens.queue": _queue,
    "handlers.events.waiting_screens.offer": _offer,
    "handlers.events.waiting_screens.leave_sure": _leave_sure,
    "handlers.events.waiting_screens.out": _queue_ends(waiting_screens.out),
    "handlers.events.waiting_screens.too_late": _queue_ends(waiting_screens.too_late),
    "handlers.events.waiting_screens.no_more": _queue_ends(waiting_screens.no_more),
    "handlers.events.waiting_screens.called_off": _called_off,
    "handlers.staff.screens.lists": _lists,
    "handlers.staff.screens.guests": _guests,
    "handlers.staff.screens.act": _act,
    "handlers.staff.alarm_screens.alarm": _alarm,
    "handlers.staff.mistake_screens.mistake": _reported_mistake,
}


@cache
def rendered(name: str, language: str) -> tuple[Case, ...]:
    """Every case of one screen function in one language; rendered once, looked at by many tests."""
    return tuple(CATALOGUE[name](words(language)))
