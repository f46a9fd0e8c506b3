"""/health: is everything that runs by itself still running, and is anything waiting too long."""

from collections.abc import Callable
from datetime import datetime, timedelta

from aiohttp import web

from bot.jobs.clock import Jobs
from db import inbox, outbox
from db.store import Store

UPDATE_LATE = timedelta(minutes=2)
MESSAGE_LATE = timedelta(minutes=5)


class Health:
    def __init__(
        self,
        store: Store,
        jobs: Jobs,
        now: Callable[[], datetime],
        crowded: Callable[[], frozenset[int]],
        way: Callable[[], str],  # to Telegram: "direct", or which proxy
    ) -> None:
        self._store, self._jobs, self._now, self._crowded, self._way = store, jobs, now, crowded, way

    async def serve(self, host: str, port: int) -> web.AppRunner:
        """Raises OSError where the port is taken."""
        app = web.Application()
        app.router.add_get("/health", self._health)
        runner = web.AppRunner(app, access_log=None)
        await runner.setup()
        await web.TCPSite(runner, host, port).start()
        return runner

    async def _health(self, _: web.Request) -> web.Response:
        """200 when well, 503 when a job is late or something waits too long; ages in seconds.

        The updates of crowded chats wait because their senders sent too much: that is no illness.
        """
        now, crowded = self._now(), self._crowded()
        update = await self._store.read(inbox.oldest, now, crowded)
        message = await self._store.read(outbox.oldest_overdue, now)
        ages = self._jobs.ages()
        well = (
            all(good for _, good in ages.values())
            and (update is None or update <= UPDATE_LATE)
            and (message is None or message <= MESSAGE_LATE)
        )
        body = {
            "ok": well,
            "jobs": {name: age for name, (age, _) in ages.items()},
            "crowded_chats": len(crowded),
            "way": self._way(),
            "oldest_update": update.total_seconds() if update else None,
            "oldest_message": message.total_seconds() if message else None,
        }
        return web.json_response(body, status=200 if well else 503)
