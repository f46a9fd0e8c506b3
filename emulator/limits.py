import math
import time
from collections import deque
from dataclasses import dataclass

from emulator.errors import Refusal, flooded


@dataclass(slots=True)
class Bucket:
    rate: float
    size: float
    level: float
    at: float

    def take(self, now: float) -> float:
        """0 when there was a drop to take, else the seconds until there is one."""
        self.level = min(self.size, self.level + (now - self.at) * self.rate)
        self.at = now
        if self.level >= 1:
            self.level -= 1
            return 0
        return (1 - self.level) / self.rate


class Limits:
    """Flood limits as the FAQ tells them. Who is penalised is refused until the penalty is over."""

    def __init__(self) -> None:
        self.on = False
        self.refused = 0
        self.configure()

    def configure(
        self, *, on: bool = False, bulk: float = 30, per_chat: float = 1, burst: float = 3, group_minute: int = 20
    ) -> None:
        self.on = on
        self._per_chat, self._burst, self._group_minute = per_chat, burst, group_minute
        self._bulk = Bucket(bulk, bulk, bulk, time.monotonic())
        self._chats: dict[int, Bucket] = {}
        self._groups: dict[int, deque[float]] = {}
        self._penalties: dict[int, float] = {}

    def check(self, chat_id: int) -> None:
        if not self.on:
            return
        now = time.monotonic()
        for who in (0, chat_id):
            until = self._penalties.get(who, 0)
            if until > now:
                raise self._refuse(until - now)
        for who, wait in ((chat_id, self._chat_wait(chat_id, now)), (0, self._bulk.take(now))):
            if wait:
                penalty = math.ceil(wait)
                self._penalties[who] = now + penalty
                raise self._refuse(penalty)

    def _chat_wait(self, chat_id: int, now: float) -> float:
        if chat_id > 0:
            bucket = self._chats.get(chat_id)
            if bucket is None:
                bucket = self._chats[chat_id] = Bucket(self._per_chat, self._burst, self._burst, now)
            return bucket.take(now)
        sent = self._groups.setdefault(chat_id, deque())
        while sent and sent[0] <= now - 60:
            sent.popleft()
        if len(sent) >= self._group_minute:
            return sent[0] + 60 - now
        sent.append(now)
        return 0

    def _refuse(self, seconds: float) -> Refusal:
        self.refused += 1
        return flooded(math.ceil(seconds))
