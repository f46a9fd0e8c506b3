import asyncio
from pathlib import Path

from aiohttp import StreamReader, web
from aiohttp.abc import AbstractStreamWriter
from aiohttp.http_parser import RawRequestMessage

from emulator.api import BotApi
from emulator.control import Control, reply

PAGE = Path(__file__).parent / "page"
KINDS = {".html": "text/html", ".css": "text/css", ".js": "text/javascript"}
RULES = "default-src 'self'; img-src 'self' data:; frame-ancestors 'none'; base-uri 'none'"
LARGEST_BODY = 50 * 1024 * 1024


class Server:
    """One port for the Bot API, the files, the control door and the page. No router: a call must cost little."""

    def __init__(self, api: BotApi, control: Control) -> None:
        self._api = api
        self._control = control
        self._runner: web.ServerRunner | None = None

    async def open(self, host: str, port: int) -> int:
        server = web.Server(self._handle, request_factory=_request, handler_cancellation=True, access_log=None)
        self._runner = web.ServerRunner(server, shutdown_timeout=1)
        await self._runner.setup()
        try:
            await web.TCPSite(self._runner, host, port).start()
        except OSError:
            await self._runner.cleanup()
            raise
        return int(self._runner.addresses[0][1])

    async def close(self) -> None:
        self._api.close()
        if self._runner is not None:
            await self._runner.cleanup()

    async def _handle(self, request: web.BaseRequest) -> web.StreamResponse:
        path = request.path
        if path.startswith("/bot"):
            return await self._api.answer(request)
        if path.startswith("/file/bot"):
            return self._api.file(path)
        if path.startswith("/demo/file/"):
            return self._control.file(path)
        if path.startswith("/demo/"):
            return await self._control.answer(request)
        return page(path)


def _request(
    message: RawRequestMessage, payload: StreamReader, protocol: web.RequestHandler,
    writer: AbstractStreamWriter, task: "asyncio.Task[None]",
) -> web.BaseRequest:  # fmt: skip
    loop = asyncio.get_running_loop()
    return web.BaseRequest(message, payload, protocol, writer, task, loop, client_max_size=LARGEST_BODY)


def page(path: str) -> web.Response:
    name = path.lstrip("/") or "index.html"
    file = PAGE / name
    if file.parent != PAGE or file.suffix not in KINDS or not file.is_file():
        return reply({"error": "no such page"}, 404)
    headers = {"Content-Security-Policy": RULES, "Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
    return web.Response(body=file.read_bytes(), content_type=KINDS[file.suffix], charset="utf-8", headers=headers)
