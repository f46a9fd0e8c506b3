import time
from datetime import datetime, timedelta, timezone

TOMSK = timezone(timedelta(hours=7))


class Clock:
    """The demo's moment: real time plus an offset which only grows."""

    def __init__(self, start: datetime | None = None) -> None:
        self.offset = 0.0 if start is None else start.timestamp() - time.time()

    def seconds(self) -> float:
        return time.time() + self.offset

    def now(self) -> datetime:
        return datetime.fromtimestamp(self.seconds(), TOMSK)

    def add(self, seconds: float) -> None:
        if seconds < 0:
            raise ValueError("the clock goes forward only")
        self.offset += seconds

    def wire(self) -> dict[str, float | str]:
        return {"offset": self.offset, "now": self.now().isoformat()}
