"""The one Clock: business time. Where the machine's clock jumps it goes on as before, until the jump is settled.

In the demo it is walked ahead; limits and backoff never look at it.
"""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple
from uuid import uuid4

JUMP = timedelta(minutes=5)  # a smaller difference is followed: it is what time servers put right

_STEADY: int = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)  # on Linux, the machine's sleep counts


def _start() -> str:
    """Which start of the machine this is; where nobody knows, one of its own for each process."""
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
    except OSError:
        return str(uuid4())


class Reading(NamedTuple):
    """What the machine shows at one moment: its wall clock, and the seconds of a clock that nobody sets."""

    wall: datetime
    steady: float
    start: str  # of the machine: where it is another, `steady` has begun anew

    def since(self, earlier: "Reading") -> timedelta:
        """How much time has passed: by the steady clock, or over a start of the machine by the wall clock."""
        if self.start == earlier.start:
            return timedelta(seconds=self.steady - earlier.steady)
        return self.wall - earlier.wall

    def kept(self) -> list[Any]:
        """As it is kept in the store."""
        return [self.wall.isoformat(), self.steady, self.start]

    @classmethod
    def of(cls, kept: list[Any]) -> "Reading":
        wall, steady, start = kept
        return cls(datetime.fromisoformat(wall), steady, start)


_THIS = _start()


def machine() -> Reading:
    return Reading(datetime.now(UTC), time.clock_gettime(_STEADY), _THIS)


class Clock:
    """`now` is the machine's time plus an offset, which only the demo's walk changes."""

    def __init__(self, read: Callable[[], Reading] = machine) -> None:
        self.offset = timedelta(0)
        self._read, self._base = read, read()
        self._at_least = False  # `_base` is only the earliest that it can be

    def now(self) -> datetime:
        return self.reading().wall + self.offset

    def reading(self) -> Reading:
        """The machine's, without the offset; while its wall clock has jumped, with the time it would show otherwise."""
        here = self._read()
        if self._off(here):
            return here._replace(wall=self._expected(here))
        return self._agree(here)  # small differences never add up to a jump

    def jump(self) -> timedelta | None:
        """How far the wall clock is ahead (or behind, if negative) of where it should be; None while it agrees."""
        return self._off(self._read())

    def resume(self, kept: Reading) -> None:
        """Go on from a reading of an earlier run, so that a jump while nobody looked is seen.

        After another start of the machine only a clock set back is, until it has passed that reading: one set ahead
        looks like a long sleep.
        """
        here = self._read()
        if kept.start == here.start:
            self._base = kept
        elif kept.wall > here.wall:
            self._base, self._at_least = here._replace(wall=kept.wall), True

    def follow(self) -> Reading:
        """The wall clock is right as it is, wherever it has jumped to."""
        return self._agree(self._read())

    def _agree(self, here: Reading) -> Reading:
        self._base, self._at_least = here, False
        return here

    def _off(self, here: Reading) -> timedelta | None:
        off = here.wall - self._expected(here)
        agrees = abs(off) <= JUMP or (self._at_least and off > timedelta(0))
        return None if agrees else off

    def _expected(self, here: Reading) -> datetime:
        return self._base.wall + here.since(self._base)
