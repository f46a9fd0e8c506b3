"""The ways to fail that are walked: each is a function of a Scene, and what its line must still tell."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import cache
from typing import Any

import pytest
from aiogram.client.telegram import TelegramAPIServer
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.session import LeanSession
from tests.conversation.person import Person
from tests.conversation.world import World
from tests.logs.canaries import TEXT

Walk = Callable[["Scene"], Awaitable[None]]
Answer = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Scene:
    """A bot with a guest whose name is a canary, and a way to let Telegram answer anything over HTTP."""

    def __init__(self, world: World, guest: Person, patch: pytest.MonkeyPatch, lines: Callable[[], list[str]]) -> None:
        self.world, self.guest, self.patch, self.lines = world, guest, patch, lines
        self.app = world.app

    async def until_said(self, words: str) -> None:
        async with asyncio.timeout(5):
            while not any(words in line for line in self.lines()):
                await asyncio.sleep(0.01)

    async def in_nursery(self, work: Awaitable[object]) -> None:
        """Detached, as everything that the bot does by itself."""

        async def detached() -> None:
            await work

        self.app.nursery.start(detached(), name="delivery")
        await self.app.nursery.wait(5)

    @asynccontextmanager
    async def far(self, answer: Answer) -> AsyncIterator[str]:
        """The bot's calls go over HTTP to a server that answers so; gives its address."""
        app = web.Application()
        app.router.add_route("*", "/{path:.*}", answer)
        async with TestServer(app) as server:
            session = _session()
            session.api = TelegramAPIServer.from_base(str(server.make_url("")).rstrip("/"))
            old, self.app.bot.session = self.app.bot.session, session
            try:
                yield str(server.make_url("/"))
            finally:
                self.app.bot.session = old
                await session.close()


@cache
def _session() -> LeanSession:
    """Made once: its TLS context costs more than a walk."""
    return LeanSession()


@dataclass(frozen=True)
class FailurePath:
    """`says` stands in a line, or "" where nothing is to be said; `placed`: followed by the place it came from.

    `leaked`: logged as we did before, a canary comes out.
    """

    walk: Walk
    says: str
    placed: bool
    leaked: bool


PATHS: dict[str, FailurePath] = {}


def path(says: str, placed: bool = True, leaked: bool = True) -> Callable[[Walk], Walk]:
    def keep(walk: Walk) -> Walk:
        name = getattr(walk, "__name__", "")
        assert name not in PATHS
        PATHS[name] = FailurePath(walk, says, placed, leaked)
        return walk

    return keep


def answering(text: str, status: int = 200, kind: str = "application/json") -> Answer:
    async def answer(_: web.Request) -> web.StreamResponse:
        return web.Response(text=text, status=status, content_type=kind)

    return answer


def raising(error: BaseException) -> Callable[..., None]:
    """Stands for anything that fails."""

    def fail(*_: object, **__: object) -> None:
        raise error

    return fail


def araising(error: BaseException) -> Callable[..., Coroutine[Any, Any, None]]:
    async def fail(*_: object, **__: object) -> None:
        raise error

    return fail


def caught(work: Callable[[], object]) -> Exception:
    try:
        work()
    except Exception as error:
        return error
    raise AssertionError


def quoted() -> Exception:
    """What int() says of a text that is no number."""
    return caught(lambda: int(TEXT))
