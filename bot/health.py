"""/health: is everything that runs by itself still running, and is anything waiting too long."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from aiohttp import web

from bot.counts import Waits
from bot.jobs.backups import Backups
from bot.jobs.clock import Jobs
from db import inbox, outbox
from db.store import Store

UPDATE_LATE = timedelta(minutes=2)
MESSAGE_LATE = timedelta(minutes=5)


@dataclass(frozen=True)
class State:
    """`jobs`: seconds since each one's last good run, and whether that is well. `p95`: seconds, see Waits."""

    jobs: Mapping[str, tuple[float, bool]]
    crowded: int
    update: timedelta | None  # how long the oldest has been waiting
    message: timedelta | None
    p95: float | None
    last_backup: timedelta | None  # how long ago
    troubles: tuple[str, ...]  # of the machine: "clock", "disk", "backup"

    @property
    def well(self) -> bool:
        return (
            not self.troubles
            and all(good for _, good in self.jobs.values())
            and (self.update is None or self.update <= UPDATE_LATE)
            and (self.message is None or self.message <= MESSAGE_LATE)
        )


@dataclass(frozen=True)
class Health:
    """What it looks at. `way`: to Telegram, "direct" or which proxy."""

    store: Store
    jobs: Jobs
    now: Callable[[], datetime]
    crowded: Callable[[], frozenset[int]]
    waits: Waits
    backups: Backups
    troubles: Callable[[], tuple[str, ...]]
    way: Callable[[], str]

    async def look(self) -> State:
        """The updates of crowded chats wait because their senders sent too much: that is no illness."""
        now, crowded = self.now(), self.crowded()
        update = await self.store.read(inbox.oldest, now, crowded)
        message = await self.store.read(outbox.oldest_overdue, now)
        last, troubles = self.backups.last, self.troubles()
        since = None if last is None else now - last
        troubles += ("backup",) if self.backups.failing else ()
        return State(self.jobs.ages(), len(crowded), update, message, self.waits.p95(), since, troubles)

    async def page(self, _: web.Request) -> web.Response:
        """200 when well; 503 when a job is late, something waits too long, the machine fails us. Ages in seconds."""
        state = await self.look()
        body = {
            "ok": state.well,
            "jobs": {name: age for name, (age, _) in state.jobs.items()},
            "troubles": list(state.troubles),
            "crowded_chats": state.crowded,
            "way": self.way(),
            "oldest_update": state.update.total_seconds() if state.update else None,
            "oldest_message": state.message.total_seconds() if state.message else None,
            "last_backup": state.last_backup.total_seconds() if state.last_backup is not None else None,
            "p95_seconds": None if state.p95 is None else round(state.p95, 3),
        }
        return web.json_response(body, status=200 if state.well else 503)
