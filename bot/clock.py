"""The one Clock: business time. In the demo it is walked ahead; limits and backoff never look at it."""

from datetime import UTC, datetime, timedelta


class Clock:
    """`now` is the machine's time plus an offset, which only the demo's walk changes."""

    def __init__(self) -> None:
        self.offset = timedelta(0)

    def now(self) -> datetime:
        return datetime.now(UTC) + self.offset
