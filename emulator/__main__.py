import argparse
import asyncio
import logging
import signal
import sys
from datetime import datetime

from emulator.clock import TOMSK
from emulator.telegram import Emulator


def moment(word: str) -> datetime | None:
    if word == "now":
        return None
    when = datetime.fromisoformat(word)
    return when if when.tzinfo else when.replace(tzinfo=TOMSK)


def options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m emulator", description="A small Telegram on your own machine.")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8080)
    parser.add_argument("--token", default="42:DEMO")
    parser.add_argument("--start", type=moment, default="now", help="the demo's first moment, ISO, or now")
    parser.add_argument("--callback-life", type=float, default=15.0, help="seconds a pressed button waits")
    parser.add_argument("--bot", help="the command which starts the bot")
    return parser.parse_args()


async def run(chosen: argparse.Namespace) -> int:
    telegram = Emulator(
        host=chosen.host, port=chosen.port, token=chosen.token, start=chosen.start,
        callback_life=chosen.callback_life, bot=chosen.bot,
    )  # fmt: skip
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    try:
        await telegram.open()
    except OSError as error:
        sys.stderr.write(f"Не получилось открыть {telegram.url}: {error.strerror}. Возьмите другой порт: --port\n")
        await telegram.close()
        return 1
    sys.stdout.write(f"Откройте {telegram.url} — там три телефона\n")
    sys.stdout.flush()
    await stop.wait()
    await telegram.close()
    return 0


if __name__ == "__main__":
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s emulator %(levelname)s %(message)s")
    sys.exit(asyncio.run(run(options())))
