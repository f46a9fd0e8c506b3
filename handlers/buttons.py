"""Every button we ever send: our protocol with messages that stay in chats for years.

A changed field gets a new prefix (an old button then falls to handlers/stale.py). Ids only: the handler reads the truth
again and checks the right again. Bounds are tight, so that noise is no press.
"""

from enum import StrEnum
from typing import Annotated

from aiogram.filters.callback_data import CallbackData
from pydantic import Field

Id = Annotated[int, Field(ge=1, le=2**53)]
Page = Annotated[int, Field(ge=0, le=999)]
Count = Annotated[int, Field(ge=0, le=10)]
Minute = Annotated[int, Field(ge=0, le=1439)]
Step = Annotated[int, Field(ge=1, le=3)]
Asked = Annotated[int, Field(ge=0, le=2**33)]


class Lang(StrEnum):
    RU = "ru"
    UZ = "uz"
    TG = "tg"
    KY = "ky"


class When(StrEnum):
    ANY = "a"
    WEEK = "w"
    MONTH = "m"


class What(StrEnum):
    ANY = "a"
    CHILDREN = "ch"
    HOLIDAY = "ho"
    CONCERT = "co"
    TALK = "ta"
    EXHIBITION = "ex"
    TOURNAMENT = "to"


class Purpose(StrEnum):
    JOIN = "j"
    CHANGE = "c"
    QUEUE = "q"


class Menu(CallbackData, prefix="mn"):
    pass


class ChooseLanguage(CallbackData, prefix="lg"):
    language: Lang


class Languages(CallbackData, prefix="ls"):
    pass


class Poster(CallbackData, prefix="po"):
    page: Page
    when: When
    what: What


class FilterWhen(CallbackData, prefix="fw"):
    when: When
    what: What


class FilterWhat(CallbackData, prefix="ft"):
    when: When
    what: What


class Card(CallbackData, prefix="ev"):
    event: Id


class CardInRussian(CallbackData, prefix="er"):
    event: Id


class Place(CallbackData, prefix="pl"):
    event: Id


class PlaceInRussian(CallbackData, prefix="ru"):
    event: Id


class Photo(CallbackData, prefix="ph"):
    event: Id


class ShowThis(CallbackData, prefix="sh"):
    event: Id


class SignUp(CallbackData, prefix="su"):
    event: Id


class Consent(CallbackData, prefix="cs"):
    event: Id
    agree: bool


class Adults(CallbackData, prefix="ad"):
    event: Id
    purpose: Purpose
    adults: Count


class Children(CallbackData, prefix="cd"):
    event: Id
    purpose: Purpose
    adults: Count
    children: Count


class Mine(CallbackData, prefix="my"):
    pass


class MinePage(CallbackData, prefix="mp"):
    page: Page


class Ticket(CallbackData, prefix="tk"):
    event: Id


class Change(CallbackData, prefix="cg"):
    event: Id


class Leave(CallbackData, prefix="lv"):
    """`all`: everybody, at once; else it is asked first whether all or some."""

    event: Id
    all: bool


class GiveBack(CallbackData, prefix="gb"):
    event: Id


class Queue(CallbackData, prefix="qu"):
    """Into the queue, or the number of those who wait changed."""

    event: Id


class Offer(CallbackData, prefix="of"):
    event: Id


class TakeOffer(CallbackData, prefix="ot"):
    event: Id


class Together(CallbackData, prefix="oa"):
    """`on`: only all of us at once; else any part as well."""

    event: Id
    on: bool


class LeaveQueue(CallbackData, prefix="ql"):
    event: Id
    sure: bool


class Coming(CallbackData, prefix="cm"):
    event: Id


class IntoCalendar(CallbackData, prefix="ic"):
    """A file for the calendar of one's own phone; the other one takes the event out of it again."""

    event: Id


class OutOfCalendar(CallbackData, prefix="oc"):
    event: Id


class Settings(CallbackData, prefix="st"):
    pass


class Reminders(CallbackData, prefix="rm"):
    pass


class SetReminders(CallbackData, prefix="rs"):
    evening: bool
    hours: bool


class Quiet(CallbackData, prefix="qt"):
    pass


class SetQuiet(CallbackData, prefix="qs"):
    start: Minute
    end: Minute


class Name(CallbackData, prefix="nm"):
    pass


class Mistake(CallbackData, prefix="mk"):
    """A bad translation on the last screen: what is sent next goes to the owners."""


class Help(CallbackData, prefix="hp"):
    pass


class Privacy(CallbackData, prefix="pr"):
    pass


class Withdraw(CallbackData, prefix="wd"):
    sure: bool


class MyFile(CallbackData, prefix="mf"):
    pass


class Forget(CallbackData, prefix="fg"):
    """Erase everything: asked at steps 1 and 2, done at 3. `asked`: the minute (since 1970) in which it was asked."""

    step: Step
    asked: Asked


class Stay(CallbackData, prefix="sy"):
    """The answer to "are you still there?"."""


class Resume(CallbackData, prefix="re"):
    """Go on with the half-filled form."""


class Drop(CallbackData, prefix="dr"):
    """Leave the half-filled form."""


class Lists(CallbackData, prefix="ol"):
    page: Page


class Act(CallbackData, prefix="ac"):
    """The journal of erased data, to be printed."""


class ClockRight(CallbackData, prefix="ck"):
    """The machine's clock is right where it has jumped to; of the alarm that told of it."""

    alarm: Id


class Guests(CallbackData, prefix="og"):
    event: Id
    page: Page


_NAMES = {kind.__prefix__: kind.__name__ for kind in CallbackData.__subclasses__()}


def name_of(payload: str) -> str:
    """What the button is called here; nothing for one that is not ours."""
    return _NAMES.get(payload.partition(":")[0], "")


_ABOUT_EVENTS = {kind.__prefix__: kind for kind in CallbackData.__subclasses__() if "event" in kind.model_fields}


def event_of(payload: str) -> int | None:
    """The event that a press is about, if it is one of ours and about an event."""
    kind = _ABOUT_EVENTS.get(payload.partition(":")[0])
    try:
        return None if kind is None else dict(kind.unpack(payload))["event"]
    except (TypeError, ValueError):
        return None
