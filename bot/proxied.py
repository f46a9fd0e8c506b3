"""The way through a proxy. Imported only where TELEGRAM_PROXY names one: others start without its library."""

import asyncio
import ssl
from collections.abc import Sequence
from functools import partial

import certifi
from aiohttp import ClientRequest, ClientSession, ClientTimeout
from aiohttp.connector import Connection
from aiohttp.tracing import Trace
from aiohttp_socks import ProxyConnector

from bot.routes import Unconnected, Way

LINES = 200  # more than there are calls under way at once: nobody waits for a line
GRACE = 0.5  # seconds beyond sock_connect; python_socks then waits for the end of a line that may never end


class Connector(ProxyConnector):
    async def connect(self, req: ClientRequest, traces: list[Trace], timeout: ClientTimeout) -> Connection:
        """Raises Unconnected for whatever went wrong on the way: the proxy is dead, slow, refuses us, wants another
        password, or what is behind it is not Telegram. aiohttp_socks has errors that aiohttp and aiogram do not know.
        """
        most = None if timeout.sock_connect is None else timeout.sock_connect + GRACE
        try:
            async with asyncio.timeout(most):
                return await super().connect(req, traces, timeout)
        except Exception as error:
            raise Unconnected(type(error).__name__) from error


def ways(addresses: Sequence[str]) -> tuple[Way, ...]:
    """One a proxy, in their order. Names are resolved by the proxy: here they may be forged."""
    trust = ssl.create_default_context(cafile=certifi.where())
    return tuple(Way(number, partial(_open, address, trust)) for number, address in enumerate(addresses, 1))


async def _open(address: str, trust: ssl.SSLContext) -> ClientSession:
    return ClientSession(connector=Connector.from_url(address, rdns=True, ssl=trust, limit=LINES))
