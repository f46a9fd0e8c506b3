"""What may become of an outbox row once it is rendered: a call, a later moment, or nothing."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from aiogram.methods import TelegramMethod


@dataclass(frozen=True)
class Later:
    """Not now: come back at that moment."""

    at: datetime


@dataclass(frozen=True)
class Needless:
    """Its reason is gone; the row is dropped with this note."""

    why: str


Notice = TelegramMethod[Any] | Later | Needless
