import asyncio
import inspect
import json
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from aiohttp import web

from emulator.acts import ACTS, act, bulk
from emulator.api import describe, encode
from emulator.errors import Impossible, Refusal, Wire
from emulator.phones import Phones
from emulator.supervisor import Supervisor

Handler = Callable[[Wire], Any | Awaitable[Any]]
BAD = (Impossible, ValueError, KeyError, TypeError, IndexError)


def reply(content: Any, status: int = 200) -> web.Response:
    return web.Response(status=status, body=encode(content).encode(), content_type="application/json")


class Control:
    """/demo/...: the other side's door, for the page, the tests and the benchmarks."""

    def __init__(self, phones: Phones, supervisor: Supervisor) -> None:
        self._phones = phones
        self._world = phones.world
        self._supervisor = supervisor
        self._routes = self._make_routes()

    async def answer(self, request: web.BaseRequest) -> web.StreamResponse:
        if not same_origin(request.headers):
            return reply({"error": "another page may not drive the demo"}, 403)
        path = request.path.removeprefix("/demo/")
        if path == "events":
            return await self._events(request)
        try:
            said = await _body(request)
            result = self._find(request.method, path)(said)
            return reply(await result if inspect.isawaitable(result) else result)
        except LookupError as error:
            return reply({"error": f"{error}"}, 404 if error.args[:1] == ("no such page",) else 400)
        except BAD as error:
            return reply({"error": str(error)}, 400)

    def file(self, path: str) -> web.Response:
        try:
            stored = self._world.files.get(path.removeprefix("/demo/file/"))
        except Refusal:
            return reply({"error": "no such file"}, 404)
        return web.Response(body=stored.data, content_type=stored.mime, headers={
            "Content-Security-Policy": "sandbox", "X-Content-Type-Options": "nosniff",
        })  # fmt: skip

    def _find(self, method: str, path: str) -> Handler:
        if method == "GET" and path.startswith("chat/"):
            return lambda said: self._chat({**said, "chat": path[5:]})
        if method == "POST" and path in ACTS:
            return lambda said: act(self._phones, path, said)
        route = self._routes.get(f"{method} {path}")
        if route is None:
            raise LookupError("no such page")
        return route

    def _make_routes(self) -> dict[str, Handler]:
        world = self._world
        return {
            "GET clock": lambda said: world.clock.wire(),
            "POST clock": self._add_time,
            "GET people": lambda said: [person.state() for person in world.people.values()],
            "GET groups": lambda said: self._groups(),
            "POST raw": lambda said: {"update_ids": [world.updates.push_raw(one) for one in said["updates"]]},
            "POST bulk": lambda said: bulk(self._phones, said),
            "GET queries": lambda said: [query.wire() for query in world.queries.values()],
            "GET calls": self._calls,
            "GET faults": lambda said: {"rules": describe(world.faults.rules), "latency": world.faults.latency},
            "POST faults": self._add_fault,
            "DELETE faults": self._clear_faults,
            "POST limits": self._limits,
            "GET pending": lambda said: {"count": len(world.updates), "polling": world.updates.polling},
            "GET commands": self._commands,
            "GET profile": self._profile,
            "GET bot": lambda said: self._supervisor.wire(),
            "POST bot/kill": self._kill,
            "POST bot/start": self._start,
        }

    def _add_time(self, said: Wire) -> Wire:
        self._world.clock.add(float(said["add"]))
        self._world.notify({"type": "clock", **self._world.clock.wire()})
        return self._world.clock.wire()

    def _groups(self) -> list[Wire]:
        groups = [chat for chat in self._world.chats.values() if chat.person is None and chat.moved_to is None]
        return [{**chat.wire(), "members": sorted(chat.members), "bot_inside": chat.bot_inside} for chat in groups]

    def _chat(self, said: Wire) -> Wire:
        chat, after = self._world.chat(int(said["chat"])), int(said.get("after_version", 0))
        return {
            "chat": chat.wire(),
            "version": chat.version,
            "messages": [m.state() for m in chat.messages.values() if m.version > after],
            "pinned": chat.pinned,
            "reply_keyboard": chat.reply_keyboard,
        }

    def _calls(self, said: Wire) -> Wire:
        calls = self._world.calls
        kept = calls.since(int(said.get("since", 0)))
        return {"count": calls.count, "codes": dict(calls.codes), "calls": [record.wire() for record in kept]}

    def _add_fault(self, said: Wire) -> Wire:
        if "latency" in said:
            self._world.faults.latency = float(said["latency"])
        if "kind" in said:
            rule = {name: value for name, value in said.items() if name != "latency"}
            self._world.faults.add(**rule)
            self._world.updates.wake()
        return {"rules": describe(self._world.faults.rules), "latency": self._world.faults.latency}

    def _clear_faults(self, said: Wire) -> Wire:
        self._world.faults.clear(said.get("kind"))
        return {"rules": describe(self._world.faults.rules)}

    def _limits(self, said: Wire) -> Wire:
        self._world.limits.configure(**said)
        return {"on": self._world.limits.on, "refused": self._world.limits.refused}

    def _commands(self, said: Wire) -> list[Wire]:
        return self._world.settings.shown_commands(self._world.chat(int(said["chat"])), said.get("language", ""))

    def _profile(self, said: Wire) -> Wire:
        text, language = self._world.settings.text, said.get("language", "")
        about = {name: text(name, language) for name in ("description", "short_description")}
        return {**about, "name": text("name", language) or self._world.bot_wire()["first_name"],
                "username": self._world.bot_username}  # fmt: skip

    async def _kill(self, said: Wire) -> Wire:
        await self._supervisor.kill()
        return self._supervisor.wire()

    async def _start(self, said: Wire) -> Wire:
        await self._supervisor.start()
        return self._supervisor.wire()

    async def _events(self, request: web.BaseRequest) -> web.StreamResponse:
        """Server-sent events: a chat changed, a query was answered, the clock or the bot moved."""
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream", "Cache-Control": "no-cache"})
        await response.prepare(request)
        queue: asyncio.Queue[Wire] = asyncio.Queue()
        self._world.listeners.add(queue.put_nowait)
        try:
            await response.write(b": open\n\n")
            while True:
                await response.write(b"data: " + encode(await queue.get()).encode() + b"\n\n")
        finally:
            self._world.listeners.discard(queue.put_nowait)


def same_origin(headers: Mapping[str, str]) -> bool:
    origin = headers.get("Origin")
    return origin is None or origin.partition("://")[2] == headers.get("Host")


async def _body(request: web.BaseRequest) -> Wire:
    raw = await request.read()
    said = json.loads(raw) if raw else dict(request.query)
    if not isinstance(said, dict):
        raise ValueError("an object is expected")
    return said
