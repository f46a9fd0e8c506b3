"""Who may change what, row by row: every button, command and other handler, and what is tried with each of them.

A row names the tables in which rows of the presser's OWN may change; nobody else's ever do. What has no row fails
tests/conversation/test_matrix.py, so a new handler says here what it may do.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import product
from typing import Any

from aiogram import Router
from aiogram.filters import Command
from aiogram.filters.callback_data import CallbackData, CallbackQueryFilter
from annotated_types import Ge, Le

from handlers import buttons as to


@dataclass(frozen=True)
class Row:
    """`own`: tables with rows of the presser that may change. `counts`: tables without persons that may grow.

    `owners`: shows what is for owners alone. `form`: the button that opens the form a message is an answer in.
    `tells_owners`: plans a message to each owner, and nothing else that is theirs.
    """

    own: frozenset[str] = frozenset()
    counts: frozenset[str] = frozenset()
    owners: bool = False
    form: type[CallbackData] | None = None
    tells_owners: bool = False


def own(*tables: str, **given: Any) -> Row:
    return Row(frozenset(tables), **given)


NOTHING = Row()
FORM = own("drafts", "signups", "outbox", "people")
PLACES = own("signups", "outbox")
ALL_OF_THEM = ("people", "roles", "consents", "signups", "drafts", "mistakes", "outbox")
SUMS = frozenset({"destructions", "event_sums"})
FOR_OWNERS = Row(owners=True)

BUTTONS: Mapping[type[CallbackData], Row] = {
    to.Menu: NOTHING,
    to.ChooseLanguage: own("people", "outbox"),
    to.Languages: NOTHING,
    to.Poster: NOTHING,
    to.FilterWhen: NOTHING,
    to.FilterWhat: NOTHING,
    to.Card: NOTHING,
    to.CardInRussian: NOTHING,
    to.Place: NOTHING,
    to.PlaceInRussian: NOTHING,
    to.Photo: NOTHING,
    to.ShowThis: NOTHING,
    to.SignUp: own("drafts"),
    to.Consent: own("consents", "drafts"),
    to.Adults: FORM,
    to.Children: FORM,
    to.Mine: NOTHING,
    to.MinePage: NOTHING,
    to.Ticket: NOTHING,
    to.Change: NOTHING,
    to.Leave: PLACES,
    to.GiveBack: PLACES,
    to.Queue: own("drafts"),
    to.Offer: NOTHING,
    to.TakeOffer: PLACES,
    to.Together: PLACES,
    to.LeaveQueue: PLACES,
    to.Coming: own("signups"),
    to.IntoCalendar: own("signups"),
    to.OutOfCalendar: own("signups"),
    to.Settings: NOTHING,
    to.Reminders: NOTHING,
    to.SetReminders: own("people", "outbox"),
    to.Quiet: NOTHING,
    to.SetQuiet: own("people", "outbox"),
    to.Name: own("drafts"),
    to.Mistake: own("drafts"),
    to.Help: NOTHING,
    to.Privacy: NOTHING,
    to.Withdraw: own("people", "consents", "signups", "drafts", "outbox", counts=SUMS),
    to.MyFile: NOTHING,
    to.Forget: own(*ALL_OF_THEM, counts=SUMS),
    to.Stay: NOTHING,
    to.Resume: own("drafts"),
    to.Drop: own("drafts"),
    to.Lists: FOR_OWNERS,
    to.Act: FOR_OWNERS,
    to.Guests: FOR_OWNERS,
    to.ClockRight: FOR_OWNERS,
}

COMMANDS: Mapping[str, Row] = {
    "start": own("people"),  # by which link they came
    "events": NOTHING,
    "my": NOTHING,
    "help": NOTHING,
    "language": NOTHING,
    "settings": NOTHING,
    "privacy": NOTHING,
}

# What is taken by neither a button's class nor a command: observer, router, function.
OTHERS: Mapping[tuple[str, str, str], Row] = {
    ("message", "groups", "command"): NOTHING,
    ("message", "groups", "talk"): NOTHING,
    ("edited_message", "groups", "talk"): NOTHING,
    ("callback_query", "groups", "press"): NOTHING,
    ("message", "strangers", "ask_language"): NOTHING,
    ("edited_message", "strangers", "ask_language"): NOTHING,
    ("callback_query", "strangers", "ask_language"): NOTHING,
    ("message", "signup", "take_number"): own("drafts", "signups", "outbox", "people", form=to.SignUp),
    ("message", "settings", "take_name"): own("drafts", "people", form=to.Name),
    ("message", "mistakes", "take_report"): own("drafts", "mistakes", form=to.Mistake, tells_owners=True),
    ("message", "mistakes", "thank_again"): NOTHING,
    ("my_chat_member", "reach", "blocked"): own("people", "outbox", "signups"),
    ("my_chat_member", "reach", "back"): own("people", "outbox", "signups"),
    ("callback_query", "stale", "stale_button"): NOTHING,
    ("message", "stale", "not_understood"): NOTHING,
    ("edited_message", "stale", "edited"): NOTHING,
}


# -- what there is


def walked(routers: Sequence[Router]) -> Iterator[tuple[str, Router, Any]]:
    for router in routers:
        for kind, observer in router.observers.items():
            yield from ((kind, router, handler) for handler in observer.handlers)
        yield from walked(router.sub_routers)


def without_a_row(routers: Sequence[Router], rows: "Rows") -> set[object]:
    """Every way in that the rows say nothing of."""
    missing: set[object] = set()
    for kind, router, handler in walked(routers):
        filters = [one.callback for one in handler.filters or ()]
        names = {str(name) for one in filters if isinstance(one, Command) for name in one.commands}
        pressed = {one.callback_data for one in filters if isinstance(one, CallbackQueryFilter)}
        missing |= names - set(rows.commands) | pressed - set(rows.buttons)
        if not names and not pressed:
            missing |= {(kind, router.name, handler.callback.__name__)} - set(rows.others)
    return missing


@dataclass(frozen=True)
class Rows:
    buttons: Mapping[type[CallbackData], Row]
    commands: Mapping[str, Row]
    others: Mapping[tuple[str, str, str], Row]


ALL = Rows(BUTTONS, COMMANDS, OTHERS)


# -- what is tried

NO_IDS = (0, -1, 2**53, 2**53 + 1, 2**63, "noise", "", "1.5", "1e3", "٣", "None", "0x1")
NO_NUMBERS = ("x", "", "1.5", 2**63)
NOISE = ("", ":", "\x00", "::::", "' OR 1=1 --", "a" * 64, "⛔️" * 9, "1" * 65)


def payloads(button: type[CallbackData], ids: Sequence[int], minute: int) -> list[str]:
    """What a hand may write into such a button: everything it takes, then each field wrong, missing and too many."""
    good = {name: _taken(name, field, ids, minute) for name, field in button.model_fields.items()}
    found = [_packed(button, chosen) for chosen in product(*good.values())]
    for at, (name, field) in enumerate(button.model_fields.items()):
        others = [values if isinstance(values[0], StrEnum | bool) else values[:1] for values in good.values()]
        others[at] = _refused(name, field)
        found += [_packed(button, chosen) for chosen in product(*others)]
    first = _packed(button, [values[0] for values in good.values()])
    return [*found, f"{first}:1", f"{first}:", first.upper(), f"{button.__prefix__}:", f"{first}:{'1' * 65}"]


def _packed(button: type[CallbackData], values: Sequence[object]) -> str:
    """Not the class's own way, which refuses what is wrong."""
    written = (str(int(value)) if isinstance(value, bool) else str(value) for value in values)
    return ":".join((button.__prefix__, *written))


def _taken(name: str, field: Any, ids: Sequence[int], minute: int) -> Sequence[Any]:
    if name == "event":
        return ids
    if name == "asked":
        return (minute, 0, 2**33)
    if isinstance(field.annotation, type) and issubclass(field.annotation, StrEnum):
        return tuple(field.annotation)
    if field.annotation is bool:
        return (True, False)
    least, most = _bounds(field)
    return sorted(number for number in {least, 1, 2, most} if least <= number <= most)


def _refused(name: str, field: Any) -> Sequence[Any]:
    if name == "event":
        return NO_IDS
    if field.annotation is not int:
        return (*NO_NUMBERS, -1)
    least, most = _bounds(field)
    return (*NO_NUMBERS, least - 1, most + 1)


def _bounds(field: Any) -> tuple[Any, Any]:
    (least,) = (one.ge for one in field.metadata if isinstance(one, Ge))
    (most,) = (one.le for one in field.metadata if isinstance(one, Le))
    return least, most


def arguments(slug: str, ids: Sequence[int]) -> tuple[str, ...]:
    """What stands behind a command."""
    links = (f"e_{slug}", "e_nothing", "e_", "x_1", "E_" + slug, "e_../x", "e_" + "a" * 61)
    return ("", *links, *map(str, ids), *map(str, NO_IDS), "<b>", "'; DROP TABLE people", "\u202e", "a" * 4000)


FILE = {"file_id": "x", "file_unique_id": "x"}


def contents(ids: Sequence[int]) -> list[dict[str, Any]]:
    """What a message may hold where a button or an answer was expected."""
    texts = (*map(str, ids), *map(str, NO_IDS), "2", "10 11", "<b>Имя</b>", "\u202e", "Имя", "a" * 4096)
    return [
        *({"text": text} for text in texts if text),
        {"photo": [{**FILE, "width": 1, "height": 1}], "caption": "2"},
        {"voice": {**FILE, "duration": 1}},
        {"contact": {"phone_number": "+79990000000", "first_name": "Кто-то", "user_id": 5}},
        {"location": {"latitude": 56.5, "longitude": 85.0}},
        {},
    ]
