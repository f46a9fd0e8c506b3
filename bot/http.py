"""The pages for who watches over the machine. They are served to the machine itself, not to the world."""

from collections.abc import Awaitable, Callable, Mapping

from aiohttp import web

Page = Callable[[web.Request], Awaitable[web.Response]]


async def serve(host: str, port: int, pages: Mapping[str, Page]) -> web.AppRunner:
    """Raises OSError where the port is taken."""
    app = web.Application()
    for path, page in pages.items():
        app.router.add_get(path, page)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, host, port).start()
    return runner
