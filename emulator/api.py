import asyncio
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from aiohttp import web

from emulator.call import Call, read_call
from emulator.errors import Refusal, Wire, bad
from emulator.faults import Rule
from emulator.methods import METHODS, NAMES
from emulator.world import World

encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
BAD_GATEWAY = b"<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>nginx</body>\r\n</html>\r\n"


@dataclass(slots=True)
class Outcome:
    code: int
    body: bytes
    kind: str = "application/json"

    def response(self) -> web.Response:
        return web.Response(status=self.code, body=self.body, content_type=self.kind)


def refused(refusal: Refusal) -> Outcome:
    return Outcome(refusal.code, encode(refusal.wire()).encode())


class BotApi:
    """/bot<token>/<method>: the door the bot knocks at, with the troubles ordered for it."""

    def __init__(self, world: World, token: str) -> None:
        self._world = world
        self._token = token
        self._late: set[asyncio.Task[Outcome]] = set()

    async def answer(self, request: web.BaseRequest) -> web.StreamResponse:
        token, _, method = request.path[4:].partition("/")
        if token != self._token:
            return refused(Refusal(401, "Unauthorized")).response()
        name = NAMES.get(method.lower())
        if name is None:
            self._world.calls.add(method, None, 404, None, None)
            return refused(Refusal(404, "Not Found")).response()
        try:
            call = await read_call(request, name)
        except Refusal as refusal:
            self._world.calls.add(name, None, refusal.code, None, None)
            return refused(refusal).response()
        return await self._serve(request, call)

    def file(self, path: str) -> web.Response:
        token, _, name = path.removeprefix("/file/bot").partition("/")
        if token != self._token:
            return refused(Refusal(401, "Unauthorized")).response()
        stored = self._world.files.at(name)
        if stored is None:
            return refused(Refusal(404, "Not Found")).response()
        return web.Response(body=stored.data, content_type=stored.mime)

    def close(self) -> None:
        for task in self._late:
            task.cancel()

    async def _serve(self, request: web.BaseRequest, call: Call) -> web.StreamResponse:
        faults = self._world.faults
        rule = faults.pick(call.method, call.chat_id) if faults.rules else None
        act = self._poll if call.method == "getUpdates" else self._act
        if rule is None and not faults.latency:
            outcome = await act(call, None)
            if call.method == "getUpdates" and faults.rules:
                rule = faults.pick(call.method, None)  # trouble which came while the poll was waiting
        else:
            outcome = await self._troubled(act, call, rule)
        return outcome.response() if rule is None else await spoiled(request, outcome, rule)

    async def _troubled(
        self, act: Callable[[Call, Rule | None], Awaitable[Outcome]], call: Call, rule: Rule | None
    ) -> Outcome:
        """The delayed effect happens even when the bot has hung up, as on a real server."""
        wait = self._world.faults.latency + (rule.seconds if rule and rule.kind == "hang" else 0)
        if act == self._poll:
            await asyncio.sleep(wait)
            return await act(call, rule)
        task = asyncio.create_task(self._later(act, call, rule, wait))
        self._late.add(task)
        task.add_done_callback(self._late.discard)
        return await asyncio.shield(task)

    async def _later(
        self, act: Callable[[Call, Rule | None], Awaitable[Outcome]], call: Call, rule: Rule | None, wait: float
    ) -> Outcome:
        if wait:
            await asyncio.sleep(wait)
        return await act(call, rule)

    async def _act(self, call: Call, rule: Rule | None) -> Outcome:
        return self._noted(call, rule, self._outcome(call, rule))

    async def _poll(self, call: Call, rule: Rule | None) -> Outcome:
        self._world.calls.polls += 1
        outcome = stopped(rule)
        if outcome is None:
            try:
                outcome = Outcome(200, await self._fetch(call))
            except Refusal as refusal:
                outcome = refused(refusal)
        return self._noted(call, rule, outcome)

    async def _fetch(self, call: Call) -> bytes:
        updates = self._world.updates
        allowed = call.parsed("allowed_updates")
        if isinstance(allowed, list):
            updates.allowed = [str(kind) for kind in allowed]
        limit, timeout = call.integer("limit", 100), call.integer("timeout")
        return await updates.poll(call.integer("offset"), min(max(limit, 1), 100), max(timeout, 0))

    def _outcome(self, call: Call, rule: Rule | None) -> Outcome:
        outcome = stopped(rule)
        if outcome is not None:
            return outcome
        try:
            result = METHODS[call.method](self._world, call)
        except Refusal as refusal:
            return refused(refusal)
        except (TypeError, AttributeError, KeyError, ValueError) as error:
            return refused(bad(f"can't parse parameters: {error}"))
        return Outcome(200, b'{"ok":true,"result":' + encode(result).encode() + b"}")

    def _noted(self, call: Call, rule: Rule | None, outcome: Outcome) -> Outcome:
        cut = rule is not None and rule.kind in ("drop-before", "drop-after", "truncated")
        text = call.given.get("text") or call.given.get("caption")
        kind = rule.kind if rule else None
        self._world.calls.add(call.method, call.chat_id, 0 if cut else outcome.code, kind, text, outcome.code)
        return outcome


def stopped(rule: Rule | None) -> Outcome | None:
    """What a call comes to when the rule does not let it have its effect."""
    if rule is None:
        return None
    refusal = rule.refusal()
    if refusal is not None:
        return refused(refusal)
    if rule.kind in ("502-html", "drop-before"):
        return Outcome(502, BAD_GATEWAY, "text/html")
    return None


async def spoiled(request: web.BaseRequest, outcome: Outcome, rule: Rule) -> web.StreamResponse:
    transport = request.transport
    if rule.kind == "slow":
        await asyncio.sleep(rule.seconds)
    elif rule.kind == "truncated" and transport is not None:
        head = f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {len(outcome.body)}\r\n\r\n"
        transport.write(head.encode() + outcome.body[: len(outcome.body) // 2])
        transport.close()
    elif rule.kind in ("drop-before", "drop-after") and transport is not None:
        transport.abort()
    return outcome.response()


def describe(rules: list[Rule]) -> list[Wire]:
    return [rule.wire() for rule in rules]
