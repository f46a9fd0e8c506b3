"""Why a use case says no. Refusals carry data, never words: the screen says them."""

from dataclasses import dataclass
from datetime import datetime


class Refusal(Exception):
    """The store is unchanged: the transaction that raised it is rolled back."""


class Gone(Refusal):
    """No such thing, or not this person's: the two are never told apart."""


class NoConsent(Refusal):
    """Nothing about a person is kept before they agree."""


class Cancelled(Refusal):
    """The event does not take place."""


class LastOwner(Refusal):
    """Somebody has to be able to see the lists."""


class Enough(Refusal):
    """As many reports of mistakes as can be read came from this person today."""


class NothingHeld(Refusal):
    """There is no place left to take back: it was not given away, or the time for it has passed."""


class OfferOver(Refusal):
    """Nothing is offered to this person now: the time for an answer has passed, or they have answered."""


class QueueOver(Refusal):
    """It is too late to wait for places: the start is near."""


@dataclass
class TooFew(Refusal):
    """More places are promised already than there would be."""

    promised: int


@dataclass
class Full(Refusal):
    free: int


@dataclass
class Closed(Refusal):
    since: datetime


@dataclass
class BadParty(Refusal):
    """`least` is more than one for somebody who has places and asks for more."""

    largest: int
    least: int = 1
