import time
from collections import Counter, deque
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from itertools import islice

from emulator.errors import Wire

KEPT = 100_000


@dataclass(slots=True)
class Record:
    n: int
    at: float
    method: str
    chat_id: int | str | None
    code: int  # 200, or the error's code; 0 when the connection was cut
    fault: str | None = None
    text: str | None = None
    came_to: int = 0  # the code before anything was cut: 200 for an effect whose answer never arrived

    @property
    def ok(self) -> bool:
        return self.code == 200

    def wire(self) -> Wire:
        return {**asdict(self), "ok": self.ok}


class Calls:
    """What the bot asked of Telegram, in order; the oldest are forgotten after 100 000."""

    def __init__(self) -> None:
        self._kept: deque[Record] = deque(maxlen=KEPT)
        self.count = 0
        self.work = 0  # calls other than getUpdates
        self.polls = 0  # getUpdates that came, those still waiting among them
        self.codes: Counter[int] = Counter()

    def __iter__(self) -> Iterator[Record]:
        return iter(tuple(self._kept))

    def __len__(self) -> int:
        return len(self._kept)

    def add(
        self, method: str, chat_id: int | str | None, code: int, fault: str | None, text: str | None,
        came_to: int | None = None,
    ) -> None:  # fmt: skip
        self.count += 1
        self.work += method != "getUpdates"
        self.codes[code] += 1
        self._kept.append(Record(self.count, time.monotonic(), method, chat_id, code, fault, text, came_to or code))

    def since(self, n: int) -> list[Record]:
        behind = max(0, len(self._kept) - max(0, self.count - n))
        return list(islice(self._kept, behind, None))

    def of(self, method: str) -> list[Record]:
        return [record for record in self._kept if record.method == method]
