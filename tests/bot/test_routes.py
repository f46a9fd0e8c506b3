"""The ways to Telegram, through real proxies on this machine: whatever they do, nothing is lost and nothing doubled
that could have been known."""

import asyncio
import sys
import traceback
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from typing import Any
from unittest.mock import AsyncMock

import pytest
from aiogram import Bot
from aiogram.client.telegram import TelegramAPIServer
from aiogram.exceptions import TelegramNetworkError
from aiogram.methods import SendDocument, SendMessage
from aiogram.types import BufferedInputFile
from aiohttp import ClientTimeout
from structlog.typing import EventDict

from bot import routes, session
from bot.outcomes import Outcome, outcome
from bot.routes import LONGEST_REST, REST, Routes, Unconnected, Way
from bot.session import LeanSession
from emulator import DILNOZA, Emulator
from tests.bot.command import ROOT
from tests.bot.parts import TOKEN, until
from tests.proxies import Proxy

SECRET = "CANARY-password"
KINDS = pytest.mark.parametrize("kind", ["http", "socks5"])
TROUBLES = pytest.mark.parametrize("trouble", ["dead", "deaf", "refuses", "asks"])


@dataclass
class Town:
    """A Telegram, proxies in front of it, and a bot that knows of nothing but the proxies."""

    tg: Emulator
    stack: AsyncExitStack
    proxies: list[Proxy] = field(default_factory=list)
    bot: Bot = field(init=False)
    session: LeanSession = field(init=False)

    async def build(self, *proxies: Proxy, credentials: str = "", secure: bool = False) -> None:
        for proxy in proxies:
            await self.stack.enter_async_context(proxy)
        self.proxies = list(proxies)
        self.session = LeanSession([proxy.url(credentials) for proxy in proxies])
        self.session.api = TelegramAPIServer.from_base(self.tg.url.replace("http", "https") if secure else self.tg.url)
        self.bot = await self.stack.enter_async_context(Bot(TOKEN, session=self.session))

    async def say(self, text: str = "x") -> None:
        await self.bot(SendMessage(chat_id=DILNOZA, text=text))

    def said(self, text: str = "x") -> int:
        return sum(message.text == text for message in self.tg.messages(DILNOZA))

    @property
    def tunnels(self) -> list[int]:
        return [proxy.tunnels for proxy in self.proxies]

    async def look_back(self) -> None:
        await self.session.look_back(self.bot)


@pytest.fixture
async def town() -> AsyncIterator[Town]:
    async with AsyncExitStack() as stack:
        tg = await stack.enter_async_context(Emulator(token=TOKEN))
        tg.start(DILNOZA)
        yield Town(tg, stack)


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(session, "CALL", ClientTimeout(total=0.6, sock_connect=0.3))
    monkeypatch.setattr(session, "RARE", ClientTimeout(total=0.6, sock_connect=0.3))
    monkeypatch.setattr(session, "POLL", ClientTimeout(total=30, sock_connect=0.3))
    monkeypatch.setattr(session, "PROBE", ClientTimeout(total=0.6, sock_connect=0.3))


class Hours:
    """A monotonic clock that a test turns."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


async def spoil(proxy: Proxy, trouble: str) -> None:
    if trouble == "dead":
        await proxy.die()
    proxy.deaf, proxy.refuses = trouble == "deaf", trouble == "refuses"
    proxy.password = f"me:{SECRET}" if trouble == "asks" else None


@KINDS
async def test_every_call_goes_through_a_tunnel(town: Town, kind: str) -> None:
    await town.build(Proxy(kind))
    await town.say()
    await town.bot(SendDocument(chat_id=DILNOZA, document=BufferedInputFile(b"all of it", filename="a.txt")))
    came = await town.session.updates(town.bot, None, ("message",))
    stored = (await town.bot.send_document(DILNOZA, BufferedInputFile(b"again", filename="b.txt"))).document
    assert stored is not None
    loaded = await town.bot.download(stored.file_id)
    assert loaded is not None
    assert (town.said(), len(came), loaded.read()) == (1, 1, b"again")
    [proxy] = town.proxies
    assert proxy.reached == {(town.tg.host, town.tg.port)}
    assert proxy.tunnels == 1, "the line is kept for the next call"


@KINDS
async def test_a_proxy_with_a_password(town: Town, kind: str) -> None:
    await town.build(Proxy(kind, password=f"me:{SECRET}"), credentials=f"me:{SECRET}")
    await town.say()
    assert (town.said(), town.tunnels) == (1, [1])


@TROUBLES
@KINDS
async def test_what_surely_never_left_is_tried_on_the_next_in_the_same_call(
    town: Town, kind: str, trouble: str, logged: list[EventDict]
) -> None:
    await town.build(Proxy(kind), Proxy("socks5"), credentials="me:wrong")
    await spoil(town.proxies[0], trouble)
    await town.say()
    await town.bot(SendDocument(chat_id=DILNOZA, document=BufferedInputFile(b"whole", filename="a.txt")))
    await town.session.updates(town.bot, None, ("message",))
    assert (town.said(), town.tunnels) == (1, [0, 1])
    assert len(town.tg.messages(DILNOZA)) == 3
    assert town.session.way == "proxy 2 of 2"
    [line] = logged
    assert (line["way"], line["instead_of"]) == (2, 1)
    assert str(line["why"]).startswith("Proxy")


@TROUBLES
@KINDS
async def test_where_no_proxy_lets_us_through_it_was_surely_not_sent(town: Town, kind: str, trouble: str) -> None:
    await town.build(Proxy(kind), Proxy(kind), credentials=f"me:not-{SECRET}")
    for proxy in town.proxies:
        await spoil(proxy, trouble)
    for _ in range(2):
        with pytest.raises(TelegramNetworkError) as caught:
            await town.say()
        assert outcome(caught.value) is Outcome.UNSENT
        assert SECRET not in "".join(traceback.format_exception(caught.value))
    assert town.said() == 0


@KINDS
async def test_who_answers_there_and_is_not_telegram_is_told_nothing(town: Town, kind: str) -> None:
    """The handshake is a part of the way: the call, with the token in its address, has not been made yet."""
    await town.build(Proxy(kind), Proxy(kind), secure=True)
    with pytest.raises(TelegramNetworkError) as caught:
        await town.say()
    assert outcome(caught.value) is Outcome.UNSENT
    assert (town.said(), town.tunnels) == (0, [1, 1])


@KINDS
async def test_a_handshake_that_hangs_is_given_up_in_time(
    town: Town, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(session, "CALL", ClientTimeout(total=30, sock_connect=0.3))
    await town.build(Proxy(kind), secure=True)
    town.proxies[0].holds = True
    async with asyncio.timeout(5):
        with pytest.raises(TelegramNetworkError) as caught:
            await town.say()
    assert outcome(caught.value) is Outcome.UNSENT


@KINDS
async def test_a_deaf_proxy_costs_its_patience_once(town: Town, kind: str) -> None:
    await town.build(Proxy(kind), Proxy(kind))
    town.proxies[0].deaf = True
    await town.say()
    await asyncio.gather(*(town.say() for _ in range(3)))
    assert (town.said(), town.proxies[0].asked) == (4, 1)


@KINDS
async def test_what_may_have_been_sent_is_not_sent_again(town: Town, kind: str) -> None:
    await town.build(Proxy(kind), Proxy(kind))
    await a_cut_answer_is_not_made_two(town)


async def a_cut_answer_is_not_made_two(town: Town) -> None:
    town.proxies[0].cuts = True
    with pytest.raises(TelegramNetworkError) as caught:
        await town.say()
    assert outcome(caught.value) is Outcome.UNKNOWN
    assert town.said() == 1, "doubled"


async def test_a_twin_that_sends_again_doubles(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    """Any failure taken for a missing connection: the test above finds it."""
    monkeypatch.setattr(routes, "Unconnected", Exception)
    await town.build(Proxy("http"), Proxy("http"))
    with pytest.raises(pytest.fail.Exception):
        await a_cut_answer_is_not_made_two(town)
    assert town.said() == 2


@pytest.mark.parametrize("trouble", ["cuts", "holds"])
@KINDS
async def test_a_proxy_that_fails_in_the_middle_is_left_for_later_calls(
    town: Town, kind: str, trouble: str, logged: list[EventDict]
) -> None:
    await town.build(Proxy(kind), Proxy(kind))
    await town.say()
    setattr(town.proxies[0], trouble, True)
    for _ in range(routes.FAILURES):
        with pytest.raises(TelegramNetworkError):
            await town.say("in the middle")
    await town.say("after it")
    assert town.said("in the middle") == (routes.FAILURES if trouble == "cuts" else 0)
    assert (town.said("after it"), town.session.way) == (1, "proxy 2 of 2")
    assert [line["why"] for line in logged] == ["ServerDisconnectedError" if trouble == "cuts" else "TimeoutError"]


async def test_one_failure_in_the_middle_is_borne(town: Town) -> None:
    await town.build(Proxy("http"), Proxy("http"))
    for _ in range(3):
        town.proxies[0].cuts = True
        with pytest.raises(TelegramNetworkError):
            await town.say("in the middle")
        town.proxies[0].cuts = False
        await town.say()
    assert town.session.way == "proxy 1 of 2"


async def polled(town: Town) -> asyncio.Task[list[dict[str, Any]]]:
    """A long poll that has reached Telegram and waits there."""
    first = await town.session.updates(town.bot, None, ("message",))
    poll = asyncio.create_task(town.session.updates(town.bot, first[-1]["update_id"] + 1, ("message",)))
    await until(lambda: town.tg.updates.polling)
    return poll


async def test_a_long_poll_does_not_stay_on_the_way_that_was_left(town: Town) -> None:
    await town.build(Proxy("http"), Proxy("socks5"))
    poll = await polled(town)
    town.proxies[0].holds = True
    for _ in range(routes.FAILURES):
        with pytest.raises(TelegramNetworkError):
            await town.say()
    await town.say()
    town.tg.say(DILNOZA, "Салом")
    [update] = await poll
    assert update["message"]["text"] == "Салом"


async def test_a_poll_that_is_cut_goes_on_at_once(town: Town) -> None:
    await town.build(Proxy("http"), Proxy("socks5"))
    poll = await polled(town)
    await town.proxies[0].die()
    await until(lambda: town.tunnels[1] == 1)
    town.tg.say(DILNOZA, "Салом")
    assert len(await poll) == 1


async def test_a_poll_follows_to_a_way_that_had_failed_it(town: Town) -> None:
    await town.build(Proxy("http"), Proxy("socks5"))
    hours = turn_by_hand(town)
    poll = await polled(town)
    await town.proxies[0].die()
    await until(lambda: town.tunnels[1] == 1)
    await town.say()
    await town.proxies[0].open()
    hours.now += REST + 1
    await town.look_back()
    await until(lambda: town.proxies[1].carrying == 1)  # the line of the message; that of the poll is closed
    town.tg.say(DILNOZA, "Салом")
    assert len(await poll) == 1
    assert town.session.way == "proxy 1 of 2"


async def test_the_first_is_taken_again_once_it_works(town: Town, logged: list[EventDict]) -> None:
    await town.build(Proxy("http"), Proxy("http"), Proxy("socks5"))
    hours = turn_by_hand(town)
    await town.proxies[0].die()
    await town.proxies[1].die()
    await town.say()
    poll = await polled(town)
    for wait in (REST - 1, REST):
        hours.now += wait
        await town.look_back()
        assert town.session.way == "proxy 3 of 3"
    await town.proxies[0].open()
    hours.now += REST + 1
    await town.look_back()
    assert town.session.way == "proxy 1 of 3"
    await until(lambda: not town.proxies[2].carrying)  # the poll has come over
    town.tg.say(DILNOZA, "Салом")
    assert len(await poll) == 1
    assert [(line["way"], line["instead_of"]) for line in logged] == [(3, 1), (1, 3)]
    told = " ".join(f"{key}={value}" for line in logged for key, value in line.items())
    assert not [proxy.port for proxy in town.proxies if str(proxy.port) in told]


def turn_by_hand(town: Town) -> Hours:
    hours = Hours()
    town.session._routes._monotonic = hours
    return hours


async def test_what_disappoints_again_and_again_is_tried_less_and_less() -> None:
    ways, hours = [Way(number, AsyncMock()) for number in (1, 2)], Hours()
    both = Routes(ways, hours)
    rests = []
    for _ in range(8):
        await both.through(_fails_on(1))
        rests.append(ways[0].try_at - hours.now)
        hours.now = ways[0].try_at
        await both.look_back(_works)
        assert both.way is ways[0]
    assert rests == [REST * 2**doubled for doubled in range(6)] + [LONGEST_REST] * 2
    hours.now += LONGEST_REST
    await both.through(_fails_on(1))
    assert ways[0].try_at - hours.now == REST


def _fails_on(number: int) -> Callable[[Way], Awaitable[None]]:
    async def exchange(way: Way) -> None:
        if way.number == number:
            raise Unconnected

    return exchange


async def _works(_: Way) -> bool:
    return True


async def test_all_connections_are_closed_at_the_end(town: Town) -> None:
    await town.build(Proxy("http"), Proxy("socks5"))
    await town.say()
    await town.proxies[0].die()
    with pytest.raises(TelegramNetworkError):
        await town.say()
    await town.say()
    opened = [await way.session() for way in town.session._routes._ways]
    await town.bot.session.close()
    assert [one.closed for one in opened] == [True, True]
    await until(lambda: not any(proxy.carrying for proxy in town.proxies))


async def test_without_proxies_their_library_is_not_even_loaded() -> None:
    code = (
        "import sys; from bot.lazy_schemas import import_aiogram; import_aiogram(); import bot.app\n"
        "bot.app.LeanSession(); sys.exit('aiohttp_socks' in sys.modules)"
    )
    python = await asyncio.create_subprocess_exec(sys.executable, "-c", code, cwd=ROOT)
    assert await python.wait() == 0
