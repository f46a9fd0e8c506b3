"""The calendar file, read back by two other programs: which event it is, when it takes place, every letter of it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Any, cast
from urllib.parse import parse_qs, urlsplit
from zoneinfo import ZoneInfo

import icalendar
import pytest
import vobject
from hypothesis import given, settings
from hypothesis import strategies as st

from db.events import Event
from db.places import Mine
from db.rules.codes import spoken
from db.rules.languages import LANGUAGES
from emulator.markup import good_url
from handlers.events import calendar_file, read
from handlers.events.calendar_file import AROUND, Origin, into, out
from handlers.events.calendar_screens import google
from handlers.events.calendar_zone import timezone
from handlers.screen import File
from handlers.words import clean, one_line, plain, words
from tests.screens import things
from tests.screens.test_any_text import ANY
from tests.screens.things import NOW

LINK = "https://t.me/druzhba_bot?start=e_navruz-2027"
ORIGIN = Origin(42, LINK)
ZONES = ("Asia/Tomsk", "Asia/Novosibirsk", "Europe/Moscow", "Europe/Berlin", "America/New_York", "Asia/Kolkata")
EVERY_ZONE = pytest.mark.parametrize("zone", ZONES)
SPOKEN = pytest.mark.parametrize("language", LANGUAGES)
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
TOWN = things.venue(point=(56.48, 84.95), phone="+73822644479")


def given_once(times: int = 1) -> Mine:
    return things.signup(id=17, calendar=times)


def made(event: Event, language: str = "ru", mine: Mine | None = None, origin: Origin = ORIGIN) -> File:
    return into(words(language), event, mine or given_once(), origin, NOW)


def by_vobject(file: File) -> Any:
    """The one event, with the zone as the file itself tells it: what was read of other files before is forgotten."""
    vars(vobject.icalendar)["__tzidMap"].clear()
    read_back = vobject.readOne(file.content.decode())
    assert len(read_back.vevent_list) == len(read_back.vtimezone_list) == 1
    return read_back


def by_icalendar(file: File) -> icalendar.Calendar:
    return icalendar.Calendar.from_ical(file.content)


def told_zone(file: File) -> tzinfo:
    """The zone of the file by its VTIMEZONE alone, whatever this machine knows of that name."""
    (found,) = by_icalendar(file).timezones
    return cast(tzinfo, found.to_tz(lookup_tzid=False))


def instants(file: File) -> list[tuple[datetime, datetime]]:
    """Start and end in UTC: as vobject has them, and as icalendar reads the clock and the VTIMEZONE converts it."""
    event = by_vobject(file).vevent
    (entry,) = by_icalendar(file).events
    zone = told_zone(file)

    def moment(found: Any) -> datetime:
        at = cast(datetime, found.dt)
        return (at.replace(tzinfo=zone) if "TZID" in found.params else at).astimezone(UTC)

    return [
        (event.dtstart.value.astimezone(UTC), event.dtend.value.astimezone(UTC)),
        (moment(entry["dtstart"]), moment(entry["dtend"])),
    ]


# -- when


@EVERY_ZONE
def test_it_takes_place_when_the_event_does(zone: str) -> None:
    event = things.event(zone=zone)
    assert instants(made(event)) == [(event.starts_at, event.ends_at)] * 2


@EVERY_ZONE
def test_the_clock_in_it_is_that_of_the_town(zone: str) -> None:
    event = things.event(zone=zone)
    start = by_vobject(made(event)).vevent.dtstart
    assert start.params["X-VOBJ-ORIGINAL-TZID"] == [zone]
    assert start.value.replace(tzinfo=None) == event.starts_at.astimezone(ZoneInfo(zone)).replace(tzinfo=None)


CHANGES = [datetime(2027, 3, 28, 1, tzinfo=UTC), datetime(2027, 10, 31, 1, tzinfo=UTC)]


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("minutes", [-1441, -61, -60, -59, -1, 0, 1, 30, 59, 60, 61, 1441])
def test_so_it_does_around_a_change_of_the_clocks(change: datetime, minutes: int) -> None:
    """Among them 02:30 on the night when there is none, and both 02:30 of the night that has two."""
    starts = change + minutes * MINUTE
    for ends in (starts, starts + 30 * MINUTE, starts + HOUR, starts + 2 * HOUR, starts + timedelta(days=2)):
        event = things.event(zone="Europe/Berlin", starts_at=starts, ends_at=ends)
        assert instants(made(event)) == [(starts, ends)] * 2


def test_the_twin_that_says_every_time_by_the_clock_is_an_hour_off(monkeypatch: pytest.MonkeyPatch) -> None:
    starts = CHANGES[1] - 30 * MINUTE
    event = things.event(zone="Europe/Berlin", starts_at=starts, ends_at=starts + HOUR)
    monkeypatch.setattr(calendar_file, "_wall", lambda at, zone: at.astimezone(ZoneInfo(zone)))
    assert instants(made(event)) == [(starts, starts)] * 2


@settings(max_examples=60, deadline=None)
@given(
    st.sampled_from(ZONES),
    st.integers(0, 10 * 365 * 24 * 60),
    st.integers(0, 3 * 24 * 60),
)
def test_so_it_does_at_any_time_in_any_of_the_zones(zone: str, later: int, minutes: int) -> None:
    starts = NOW + later * MINUTE
    event = things.event(zone=zone, starts_at=starts, ends_at=starts + minutes * MINUTE)
    assert instants(made(event)) == [(event.starts_at, event.ends_at)] * 2


def test_what_says_no_end_lasts_as_long_as_the_store_takes_it_to_last() -> None:
    event = things.event(has_end=False)
    assert instants(made(event))[0][1] == event.ends_at


def faults(zone: tzinfo, name: str, since: datetime, until: datetime) -> list[datetime]:
    """Moments, half an hour apart, at which the clocks of `zone` differ from the true ones."""
    steps = (since + number * 30 * MINUTE for number in range((until - since) // (30 * MINUTE)))
    return [at for at in steps if at.astimezone(zone).utcoffset() != at.astimezone(ZoneInfo(name)).utcoffset()]


def told(found: icalendar.Timezone) -> tzinfo:
    return cast(tzinfo, found.to_tz(lookup_tzid=False))


@EVERY_ZONE
def test_the_zone_is_right_for_a_year_before_and_after(zone: str) -> None:
    since, until = things.event().starts_at - AROUND, things.event().ends_at + AROUND
    assert faults(told(timezone(zone, since, until)), zone, since, until) == []


def test_the_twin_of_the_library_begins_summer_time_late() -> None:
    """Why the zone is written by hand."""
    since, until = things.event().starts_at - AROUND, things.event().ends_at + AROUND
    berlin = icalendar.Timezone.from_tzinfo(ZoneInfo("Europe/Berlin"), "Europe/Berlin", since.date(), until.date())
    assert faults(told(berlin), "Europe/Berlin", since, until) != []


# -- which


def test_it_stays_the_same_event_whatever_becomes_of_it() -> None:
    event = things.event()
    moved = replace(event, starts_at=event.starts_at + HOUR, ends_at=event.ends_at + HOUR, title={"ru": "Иначе"})
    files = [
        *(made(event, "ru"), out(words("tg"), event, given_once(2), ORIGIN, NOW)),
        *(made(moved, "uz", given_once(3)), made(moved, "ky", given_once(4), Origin(42, None))),
    ]
    read_back = [by_vobject(file).vevent for file in files]
    assert {one.uid.value for one in read_back} == {"signup-17@bot-42.druzhba"}
    assert [int(one.sequence.value) for one in read_back] == [0, 1, 2, 3]
    assert instants(files[2])[0][0] - instants(files[0])[0][0] == HOUR


def test_two_signups_and_two_bots_are_four_events() -> None:
    of = [
        made(things.event(), mine=things.signup(id=number, calendar=1), origin=Origin(bot, LINK))
        for number in (1, 2)
        for bot in (41, 42)
    ]
    assert len({by_vobject(file).vevent.uid.value for file in of}) == 4


@SPOKEN
def test_it_says_what_is_needed_at_the_door_in_the_readers_language(language: str) -> None:
    w, event = words(language), things.event(venue=TOWN, phone="+73822517757")
    file = made(event, language)
    entry = by_vobject(file).vevent
    described = entry.description.value.split("\n")
    assert described[0] == plain(w.t("Ваш код: {code}", code=spoken(9999)))
    assert described[-1] == entry.url.value == LINK
    assert "+73822517757" in entry.description.value
    assert entry.status.value == "CONFIRMED" and by_vobject(file).method.value == "PUBLISH"
    assert by_icalendar(file).events[0]["geo"].to_ical() == "56.48;84.95"
    assert entry.dtstamp.value == NOW
    assert b"\n" not in file.content.replace(b"\r\n", b"")


def test_of_an_event_of_which_little_is_known_it_says_little() -> None:
    bare = made(things.event(venue=None), origin=Origin(42, None))
    entry = by_vobject(bare).vevent
    assert {"location", "geo", "url"} & set(entry.contents) == set()
    assert entry.description.value == f"Ваш код: {spoken(9999)}"


def test_the_place_is_the_one_that_a_map_finds() -> None:
    names, address = {"ru": "Дом дружбы", "uz": "Doʻstlik uyi"}, {"ru": "пр. Ленина, 82а", "uz": "Lenin prospekti, 82a"}
    house = things.venue(name=names, address=address)
    entry = by_vobject(made(things.event(venue=house), "uz")).vevent
    assert entry.location.value == "Дом дружбы, пр. Ленина, 82а"
    assert "Doʻstlik uyi, Lenin prospekti, 82a" in entry.description.value
    only = things.venue(name={"uz": "Doʻstlik uyi"}, address={})
    assert by_vobject(made(things.event(venue=only), "uz")).vevent.location.value == "Doʻstlik uyi"


def test_the_alarm_rings_two_hours_before() -> None:
    event = things.event()
    file = made(event)
    (alarm,) = by_vobject(file).vevent.valarm_list
    assert (alarm.action.value, alarm.description.value) == ("DISPLAY", "111")
    assert alarm.trigger.value == -2 * HOUR
    (rings,) = by_icalendar(file).events[0].alarms.times
    assert rings.trigger == event.starts_at - 2 * HOUR


def test_taken_out_it_is_cancelled_marked_and_silent() -> None:
    file = out(words("ru"), things.event(), given_once(5), ORIGIN, NOW)
    read_back = by_vobject(file)
    assert read_back.method.value == "CANCEL"
    entry = read_back.vevent
    assert (entry.status.value, int(entry.sequence.value)) == ("CANCELLED", 4)
    assert entry.summary.value == "❌ 111"
    assert {"valarm", "description"} & set(entry.contents) == set()
    assert instants(file) == [(things.event().starts_at, things.event().ends_at)] * 2


def test_its_name_is_plain_whatever_the_event_is_called() -> None:
    event = things.named("Навруз/../😀", slug="navruz-2027")
    assert made(event).name == "navruz-2027.ics"
    assert out(words("tg"), event, given_once(), ORIGIN, NOW).name == "navruz-2027-off.ics"


# -- every letter


@settings(max_examples=150, deadline=None)
@given(ANY, ANY)
def test_titles_and_places_are_read_back_as_they_are(title: str, address: str) -> None:
    house = things.venue(name={"ru": title}, address={"ru": address}, way={"ru": address})
    event = things.event(title={"ru": title}, venue=house)
    file, w = made(event), words("ru")
    assert all(len(line) <= 75 for line in file.content.split(b"\r\n"))
    for entry in (by_vobject(file).vevent.contents, by_icalendar(file).events[0]):
        said = {name: text_of(entry[name]) for name in ("summary", "location", "description")}
        assert said["summary"] == one_line(read.title(w, event))
        assert said["location"] == one_line(read.where(w, house))
        assert one_line(read.text(w, house.way)) in clean(said["description"])


def text_of(found: Any) -> str:
    return str(found[0].value) if isinstance(found, list) else str(found)


# -- the address for Google's calendar


def asked(address: str) -> dict[str, str]:
    assert good_url(address)
    return {name: one for name, (one,) in parse_qs(urlsplit(address).query, strict_parsing=True).items()}


@EVERY_ZONE
def test_the_address_says_the_same_as_the_file_but_not_the_code(zone: str) -> None:
    event = things.event(zone=zone, title={"ru": "Чай & <плов>"}, venue=things.venue(name={"ru": "Дом, 1"}))
    address = google(words("uz"), event, LINK)
    assert asked(address) == {
        "action": "TEMPLATE",
        "text": "Чай & <плов>",
        "dates": "20270320T050000Z/20270320T070000Z",
        "ctz": zone,
        "location": "Дом, 1, 111",
        "details": LINK,
    }
    assert urlsplit(address).netloc == "calendar.google.com"
    assert str(given_once().code) not in address


def test_what_is_not_known_is_left_out_and_what_is_long_is_cut() -> None:
    assert set(asked(google(words("ru"), things.event(venue=None), None))) == {"action", "text", "dates", "ctz"}
    assert len(google(words("ru"), things.named("Ж"), LINK)) < 2000


@settings(max_examples=60, deadline=None)
@given(ANY)
def test_any_title_is_read_back_from_the_address(title: str) -> None:
    event = things.event(title={"ru": title}, venue=None)
    assert asked(google(words("ru"), event, None))["text"] == one_line(read.title(words("ru"), event))[:100]
