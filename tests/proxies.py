"""Real proxies on this machine, SOCKS5 and HTTP CONNECT, which can be dead, deaf, choosy, or cut what they carry."""

import asyncio
import base64
import struct
from contextlib import suppress
from types import TracebackType
from typing import Self, TypeAlias

Reader: TypeAlias = asyncio.StreamReader
Writer: TypeAlias = asyncio.StreamWriter
NOT_OURS = b"\x05\x02"  # SOCKS5: not allowed by the rules of the proxy


class Refused(Exception):
    """The client may not pass."""


class Proxy:
    """`kind` is "http" or "socks5". Its troubles may be changed at any time; the port stays."""

    def __init__(self, kind: str, password: str | None = None) -> None:
        self.kind, self.password = kind, password
        self.deaf = False  # takes connections and says nothing
        self.refuses = False  # lets nobody through
        self.holds = False  # carries nothing either way, and closes nothing
        self.cuts = False  # carries the call, and cuts the line instead of the answer
        self.asked = 0  # how often somebody came
        self.tunnels = 0  # ever opened
        self.carrying = 0  # tunnels open now
        self.cut_off = 0  # answers that were cut
        self.reached: set[tuple[str, int]] = set()
        self.port = 0
        self._server: asyncio.Server | None = None
        self._lines: set[Writer] = set()

    def url(self, credentials: str = "") -> str:
        return f"{self.kind}://{credentials and credentials + '@'}127.0.0.1:{self.port}"

    async def open(self) -> None:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def die(self) -> None:
        """The port is closed, and every line is cut where it is."""
        if self._server is not None:
            self._server.close()
        for writer in self._lines:
            writer.transport.abort()
        self._lines.clear()
        await asyncio.sleep(0)

    async def __aenter__(self) -> Self:
        await self.open()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.die()

    async def _serve(self, reader: Reader, writer: Writer) -> None:
        self.asked += 1
        self._lines.add(writer)
        with suppress(OSError, asyncio.IncompleteReadError, Refused):
            while self.deaf and not writer.is_closing():
                await asyncio.sleep(0.02)
            host, port = await (self._http if self.kind == "http" else self._socks)(reader, writer)
            far_reader, far = await asyncio.open_connection(host, port)
            self._lines.add(far)
            self.tunnels, self.carrying = self.tunnels + 1, self.carrying + 1
            self.reached.add((host, port))
            writer.write(b"HTTP/1.1 200 OK\r\n\r\n" if self.kind == "http" else b"\x05\x00\x00\x01" + bytes(6))
            try:
                await asyncio.gather(self._carry(reader, far), self._carry(far_reader, writer, answers=True))
            finally:
                self.carrying -= 1
        self._lines.discard(writer)
        writer.transport.abort()

    async def _carry(self, reader: Reader, writer: Writer, answers: bool = False) -> None:
        try:
            while data := await reader.read(65536):
                while self.holds and not writer.is_closing():
                    await asyncio.sleep(0.02)
                if answers and self.cuts:
                    self.cut_off += 1
                    break
                writer.write(data)
                await writer.drain()
        finally:
            self._lines.discard(writer)
            writer.transport.abort()

    async def _http(self, reader: Reader, writer: Writer) -> tuple[str, int]:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        method, _, rest = head.partition(" ")
        expected = base64.b64encode((self.password or "").encode()).decode()
        if self.password is not None and f"Basic {expected}" not in head:
            await _refuse(writer, b"HTTP/1.1 407 Proxy Authentication Required\r\n\r\n")
        if self.refuses or method != "CONNECT":
            await _refuse(writer, b"HTTP/1.1 403 Forbidden\r\n\r\n")
        host, _, port = rest.split(" ")[0].rpartition(":")
        return host, int(port)

    async def _socks(self, reader: Reader, writer: Writer) -> tuple[str, int]:
        _, count = await reader.readexactly(2)
        offered = await reader.readexactly(count)
        await (self._ask(reader, writer, offered) if self.password is not None else _answer(writer, b"\x05\x00"))
        *_, kind = await reader.readexactly(4)
        length = 4 if kind == 1 else (await reader.readexactly(1))[0]
        name = await reader.readexactly(length)
        host = ".".join(map(str, name)) if kind == 1 else name.decode()
        (port,) = struct.unpack(">H", await reader.readexactly(2))
        if self.refuses:
            await _refuse(writer, NOT_OURS + b"\x00\x01" + bytes(6))
        return host, port

    async def _ask(self, reader: Reader, writer: Writer, offered: bytes) -> None:
        if 2 not in offered:
            await _refuse(writer, b"\x05\xff")
        await _answer(writer, b"\x05\x02")
        _, length = await reader.readexactly(2)
        name = await reader.readexactly(length)
        password = await reader.readexactly((await reader.readexactly(1))[0])
        if b":".join((name, password)).decode() != self.password:
            await _refuse(writer, b"\x01\x01")
        await _answer(writer, b"\x01\x00")


async def _answer(writer: Writer, data: bytes) -> None:
    writer.write(data)
    await writer.drain()


async def _refuse(writer: Writer, data: bytes) -> None:
    await _answer(writer, data)
    raise Refused
