"""What has happened since the process began, in plain numbers: for /metrics and /health. A restart begins at nought.

No key is made of what came from outside: kinds, screens, methods and outcomes are names that stand in code.
"""

import math
import time
from bisect import bisect_left
from collections import Counter, deque
from collections.abc import Callable
from itertools import accumulate

from bot.reading import KINDS

OTHER = "other"  # a kind that we did not ask for, or that could not be read
DONE, ASIDE = "done", "aside"
OURS, TELEGRAMS = "ours", "telegram"  # whose failure it was
OK = "ok"
CALLS = ("SendMessage", "EditMessageText", "AnswerCallbackQuery")
ENDS = (OK, "TelegramRetryAfter", "TelegramNetworkError")

BUCKETS = (0.05, 0.1, 0.2, 0.3, 0.5, 0.75, 1.0, 1.5, 2.0, 3.0, 5.0, 10.0, 30.0)  # seconds, upper bounds
RECENT, RECENT_MOST = 15 * 60.0, 1_000  # what `p95` looks at: so many seconds, and so many updates of them at most


class Waits:
    """How long updates took, from our having them to their screen, in seconds."""

    def __init__(self, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._monotonic = monotonic
        self._counts = [0] * (len(BUCKETS) + 1)
        self._recent: deque[tuple[float, float]] = deque(maxlen=RECENT_MOST)
        self.total = 0.0

    def add(self, seconds: float) -> None:
        self._counts[bisect_left(BUCKETS, seconds)] += 1
        self.total += seconds
        self._recent.append((self._monotonic(), seconds))

    def buckets(self) -> list[tuple[float, int]]:
        """Each upper bound, the last of them infinite, and how many took no longer."""
        return list(zip((*BUCKETS, math.inf), accumulate(self._counts), strict=True))

    def p95(self) -> float | None:
        """What 95 of 100 of the recent ones kept within; None where there were none."""
        since = self._monotonic() - RECENT
        waits = sorted(seconds for at, seconds in self._recent if at >= since)
        return waits[math.ceil(0.95 * len(waits)) - 1] if waits else None


class Counts:
    """Counted on the event loop alone, so nothing needs a lock. What alerts look at is there with a nought from the
    start: of a series that begins with its first failure, Prometheus sees no increase."""

    def __init__(self) -> None:
        self.updates = Counter({(kind, how): 0 for kind in KINDS for how in (DONE, ASIDE)})
        self.surplus = 0  # updates of floods, set aside unhandled
        self.failures = Counter({OURS: 0, TELEGRAMS: 0})  # tries of an update that failed
        self.presses = Counter[str]()  # by the handler that took them
        self.messages = Counter(dict.fromkeys(("sent", "pending", "dropped", "dead", "unknown"), 0))
        self.calls = Counter({(method, how): 0 for method in CALLS for how in ENDS})  # how: OK or the exception's type
        self.waits = Waits()

    def spare(self, updates: int) -> None:
        """So many updates were set aside as too many of one chat."""
        self.surplus += updates
