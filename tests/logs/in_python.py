"""Failures that nobody of ours catches: the event loop's, a thread's, a destructor's; and what libraries say."""

import asyncio
import gc
import logging
import threading
import warnings

from tests.logs.canaries import NAME, PHONE, TEXT
from tests.logs.paths import Scene, araising, path, quoted, raising

library = logging.getLogger("some.library")


async def gone() -> None:
    """Whatever nobody holds any more is collected, and has said its last word."""
    for _ in range(3):
        await asyncio.sleep(0)
        gc.collect()


@path("ValueError")
async def a_task_whose_failure_nobody_asks_for(scene: Scene) -> None:
    asyncio.get_running_loop().create_task(araising(quoted())(), name="forgotten")
    await gone()


@path("KeyError", placed=False)
async def a_future_whose_failure_nobody_asks_for(scene: Scene) -> None:
    asyncio.get_running_loop().create_future().set_exception(KeyError(NAME))
    await gone()


@path("ValueError")
async def a_callback_that_fails(scene: Scene) -> None:
    asyncio.get_running_loop().call_soon(raising(quoted()), TEXT)
    await gone()


class Secretive(asyncio.Future[str]):
    def __repr__(self) -> str:
        return TEXT


@path("Task was destroyed but it is pending!", placed=False)
async def a_task_that_is_lost(scene: Scene) -> None:
    async def waits() -> None:
        await Secretive()

    asyncio.get_running_loop().create_task(waits(), name="lost")
    await gone()


@path("ValueError")
async def a_connection_whose_callback_fails(scene: Scene) -> None:
    server = await asyncio.start_server(araising(quoted()), "127.0.0.1", 0)
    _, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
    await scene.until_said("ValueError")
    writer.close()
    server.close()
    await gone()


@path("ValueError")
async def a_thread_that_fails(scene: Scene) -> None:
    thread = threading.Thread(target=raising(quoted()), name=TEXT)
    thread.start()
    thread.join()


@path("ValueError")
async def a_destructor_that_fails(scene: Scene) -> None:
    class Last:
        def __del__(self) -> None:
            raise quoted()

    Last()
    await gone()


@path("a warning", placed=False)
async def a_warning_with_a_value_in_it(scene: Scene) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        warnings.warn(f"{NAME} is deprecated", FutureWarning, stacklevel=1)


# -- what a library writes into its log


@path("the answer was %r", placed=False)
async def a_line_with_arguments(scene: Scene) -> None:
    library.warning("the answer was %r", TEXT)


@path("logger=some.library at=tests/logs/in_python.py:", placed=False)
async def a_line_that_was_made_on_the_way(scene: Scene) -> None:
    library.error(f"the answer was {TEXT}")


@path("logger=some.library at=tests/logs/in_python.py:", placed=False)
async def a_line_made_on_the_way_that_has_arguments_too(scene: Scene) -> None:
    library.error(f"the answer of {NAME} was %s", PHONE)


@path("the answer was %d", placed=False)
async def a_line_whose_arguments_do_not_fit(scene: Scene) -> None:
    library.error("the answer was %d", TEXT)


@path("ValueError")
async def a_line_with_an_exception(scene: Scene) -> None:
    try:
        int(TEXT)
    except ValueError:
        library.exception("no number")


@path("level=warning", placed=False)
async def a_line_of_a_level_of_its_own(scene: Scene) -> None:
    library.log(35, "odd %s", TEXT)
