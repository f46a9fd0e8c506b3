import asyncio
import json
import random
from collections import deque

from emulator.errors import Refusal, Wire

SILENT = frozenset({"chat_member", "message_reaction", "message_reaction_count"})
CONFLICT = "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"


class Update:
    __slots__ = ("body", "id", "owed")

    def __init__(self, update_id: int, body: bytes, owed: bool) -> None:
        self.id = update_id
        self.body = body
        self.owed = owed  # an id already confirmed, injected again: goes out once, whatever the offset


class Updates:
    """The queue which forgets nothing until the bot's offset has passed it."""

    def __init__(self) -> None:
        self._next = random.randrange(100_000_000, 900_000_000)
        self._queue: deque[Update] = deque()
        self._poll: asyncio.Future[None] | None = None
        self.allowed: list[str] = []
        self.made = 0

    def __len__(self) -> int:
        return len(self._queue)

    @property
    def polling(self) -> bool:
        return self._poll is not None

    def wants(self, kind: str) -> bool:
        return kind in self.allowed if self.allowed else kind not in SILENT

    def push(self, kind: str, content: Wire) -> int | None:
        return self.push_raw({kind: content}) if self.wants(kind) else None

    def push_raw(self, update: Wire) -> int:
        update_id = int(update.get("update_id", self._next))
        owed = update_id < self._next
        self._next = max(self._next, update_id + 1)
        body = json.dumps({**update, "update_id": update_id}, ensure_ascii=False).encode()
        self._queue.append(Update(update_id, body, owed))
        self.made += 1
        self.wake()
        return update_id

    def confirm(self, offset: int) -> None:
        queue = self._queue
        if offset < 0:
            while len(queue) > -offset:
                queue.popleft()
        while queue and queue[0].id < offset and not queue[0].owed:
            queue.popleft()

    def clear(self) -> None:
        self._queue.clear()

    async def poll(self, offset: int, limit: int, patience: float) -> bytes:
        self._end_other(Refusal(409, CONFLICT))
        self.confirm(offset)
        if not self._queue and patience > 0:
            await self._wait(patience)
        return self._batch(limit)

    def close(self) -> None:
        self._end_other(Refusal(502, "Bad Gateway"))

    def _batch(self, limit: int) -> bytes:
        batch = [update for update, _ in zip(self._queue, range(limit), strict=False)]
        for update in batch:
            update.owed = False
        return b'{"ok":true,"result":[' + b",".join(update.body for update in batch) + b"]}"

    async def _wait(self, patience: float) -> None:
        poll: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._poll = poll
        try:
            async with asyncio.timeout(patience):
                await poll
        except TimeoutError:
            return
        finally:
            if self._poll is poll:
                self._poll = None

    def wake(self) -> None:
        if self._poll is not None and not self._poll.done():
            self._poll.set_result(None)

    def _end_other(self, refusal: Refusal) -> None:
        if self._poll is not None and not self._poll.done():
            self._poll.set_exception(refusal)
        self._poll = None
