"""When a chat's next update is handled: at once while there are few, then evenly; later for who guesses links.

In memory and on monotonic time: a restart forgives everything, and nobody is ever shut out.
"""

import time
from collections import OrderedDict
from collections.abc import Callable

import structlog

BURST, STEP = 20, 0.5  # 20 in 10 s are handled as they come, the rest two a second
FREE_MISSES, FORGIVEN = 5, 600.0  # links that name nothing: so many within so many seconds cost nothing
STEPS, SLOWEST = 6, 60.0  # each further one holds the next update twice as long: 2, 4, 8 … 60 s
CHATS_KEPT = 10_000

log = structlog.get_logger()


class Pace:
    """One chat's: a bucket of BURST that fills by one every STEP, and what is held against its guesses."""

    __slots__ = ("_at", "_held_until", "_level", "_misses", "_step")

    def __init__(self, now: float) -> None:
        self._level, self._at, self._held_until = float(BURST), now, now
        self._misses: tuple[float, ...] = ()
        self._step = 0

    def reserve(self, now: float) -> float:
        """Take the next place; gives how many seconds to wait for it."""
        self._level = min(float(BURST), self._level + (now - self._at) / STEP) - 1
        self._at = now
        return max(0.0, -self._level * STEP, self._held_until - now)

    def miss(self, now: float) -> int:
        """A link that named nothing; gives how many steps slower the chat is for it, 0 for none."""
        recent = tuple(at for at in self._misses if now - at < FORGIVEN)
        if not recent:
            self._step = 0
        if self._step or len(recent) == FREE_MISSES:
            self._step = min(STEPS, self._step + 1)
            self._held_until = now + min(SLOWEST, 2.0**self._step)
        self._misses = (*recent, now)[-FREE_MISSES:]
        return self._step


class Paces:
    """Of the chats heard last: who has not been heard while CHATS_KEPT others were begins anew."""

    def __init__(self, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._monotonic = monotonic
        self._paces: OrderedDict[int, Pace] = OrderedDict()

    def reserve(self, chat_id: int) -> float:
        """Take the chat's next place; gives how many seconds to wait for it."""
        now = self._monotonic()
        return self._of(chat_id, now).reserve(now)

    def missed(self, user_id: int, update_id: int) -> None:
        """A link of this person's named nothing: their own chat may become slower, nobody else's does."""
        now = self._monotonic()
        if self._of(user_id, now).miss(now) == 1:
            log.warning("links are being guessed: their sender is slowed", update_id=update_id)

    def _of(self, chat_id: int, now: float) -> Pace:
        pace = self._paces.get(chat_id)
        if pace is None:
            pace = self._paces[chat_id] = Pace(now)
            if len(self._paces) > CHATS_KEPT:
                self._paces.popitem(last=False)
        self._paces.move_to_end(chat_id)
        return pace
