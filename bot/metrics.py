"""/metrics for Prometheus: what was counted since the start, and the store in figures as it stands now."""

import shutil
from pathlib import Path

from aiohttp import web

from bot.counts import Counts
from bot.health import Health
from db import figures
from db.store import Store, file_sizes


class Metrics:
    def __init__(self, counts: Counts, health: Health, store: Store, database: Path) -> None:
        self._counts, self._health, self._store, self._database = counts, health, store, database

    async def page(self, _: web.Request) -> web.Response:
        from bot.exposition import CONTENT_TYPE, Scene, render  # at the first scrape: who asks for none pays for none

        state, found = await self._health.look(), await self._store.read(figures.look)
        text = render(Scene(self._counts, state, found, file_sizes(self._database), _free(self._database)))
        return web.Response(body=text, headers={"Content-Type": CONTENT_TYPE})


def _free(database: Path) -> int:
    return shutil.disk_usage(database.absolute().parent).free
