"""The bot's end of the wire for these tests: plain HTTP and JSON, nothing of any library's opinion."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp

from emulator import DILNOZA, Emulator

Wire = dict[str, Any]


class Wires:
    def __init__(self, tg: Emulator, session: aiohttp.ClientSession) -> None:
        self.tg = tg
        self.session = session

    async def call(self, method: str, **given: Any) -> Wire:
        url = f"{self.tg.url}/bot{self.tg.token}/{method}"
        async with self.session.post(url, json=given) as response:
            answer: Wire = await response.json()
            assert answer["ok"] or response.status == answer["error_code"]
            return answer

    async def result(self, method: str, **given: Any) -> Any:
        answer = await self.call(method, **given)
        assert answer["ok"], answer
        return answer["result"]

    async def refusal(self, method: str, **given: Any) -> str:
        answer = await self.call(method, **given)
        assert not answer["ok"], answer
        return f"{answer['error_code']} {answer['description']}"

    async def send(self, text: str = "привет", chat: int = DILNOZA, **given: Any) -> Wire:
        message: Wire = await self.result("sendMessage", chat_id=chat, text=text, **given)
        return message

    async def updates(self, **given: Any) -> list[Wire]:
        updates: list[Wire] = await self.result("getUpdates", **given)
        return updates

    async def demo(self, path: str, said: Wire | None = None, method: str | None = None) -> Any:
        how = method or ("GET" if said is None else "POST")
        async with self.session.request(how, f"{self.tg.url}/demo/{path}", json=said) as response:
            return await response.json()


@asynccontextmanager
async def telegram(**options: Any) -> AsyncIterator[tuple[Emulator, Wires]]:
    """An emulator in which Dilnoza has already pressed START, and a wire to it."""
    async with Emulator(port=0, **options) as tg, aiohttp.ClientSession() as session:
        tg.world.person(DILNOZA).started = True
        yield tg, Wires(tg, session)


def buttons(*data: str) -> Wire:
    return {"inline_keyboard": [[{"text": word, "callback_data": word} for word in data]]}
