"""The real process behind two proxies, one of which dies while people press: nothing lost, little said twice."""

import asyncio
from pathlib import Path

from bot.routes import REST
from tests.endtoend.crowd import keep_ledger, screens_shown, turns
from tests.endtoend.guests import CANCEL, LEFT, SIGNED, TAKE_BACK, Event, Guest, bring, next_month
from tests.endtoend.process import Process, standing
from tests.proxies import Proxy

PEOPLE = 30
SECRET = "canary-password"


async def used(bot: Process, way: str, within: float) -> None:
    async with asyncio.timeout(within):
        while (await bot.health())["way"] != way:
            await asyncio.sleep(0.1)


async def restless(guest: Guest, rounds: int) -> None:
    for _ in range(rounds):
        await guest.press(CANCEL, LEFT)
        await guest.press(TAKE_BACK, SIGNED)


async def dies_under_load(first: Proxy, guests: list[Guest]) -> int:
    """In the middle of the presses; gives how many calls were under way then, each of which may be made again."""
    pressing = asyncio.gather(*(restless(guest, 3) for guest in guests))
    await asyncio.sleep(0.5)
    under_way = first.carrying
    await first.die()
    await pressing
    return under_way


async def test_a_proxy_dies_while_thirty_people_press(tmp_path: Path) -> None:
    first, second = Proxy("socks5", password=f"bot:{SECRET}"), Proxy("http")
    async with first, second:
        proxies = f"{first.url(f'bot:{SECRET}')},{second.url()}"
        async with standing(tmp_path, TELEGRAM_PROXY=proxies) as (tg, bot):
            await (await bring(bot, tmp_path, Event("ball", next_month()))).close()
            keep_ledger(bot)
            await bot.start()
            guests = [Guest(tg, f"Гость {number}") for number in range(PEOPLE)]
            await asyncio.gather(*(guest.sign_up("ball") for guest in guests))
            assert ((await bot.health())["way"], second.asked) == ("proxy 1 of 2", 0)
            under_way = await dies_under_load(first, guests)
            await bot.all_handled(tg)
            assert (await bot.health())["way"] == "proxy 2 of 2"
            assert turns(bot) == {guest.person.id: ["active", *["left", "active"] * 3] for guest in guests}
            twice = sum(screens_shown(tg).values()) - tg.updates.made
            print(f"{tg.updates.made} updates, {under_way} lines cut, {twice} screens shown twice")
            assert 0 <= twice <= under_way
            await first.open()
            await used(bot, "proxy 1 of 2", 2 * REST + 15)
            await asyncio.gather(*(restless(guest, 1) for guest in guests))
            check(bot, first, second)


def check(bot: Process, *proxies: Proxy) -> None:
    """What the log says of it."""
    said = [line for line in bot.said().splitlines() if "another way to Telegram is taken" in line]
    assert [" way=2 " in line for line in said] == [True, False], said
    assert not any(str(proxy.port) in line for proxy in proxies for line in said)
    assert SECRET not in bot.said()


async def test_check_tries_each_proxy_by_itself(tmp_path: Path) -> None:
    good, dead, deaf = Proxy("http"), Proxy("socks5"), Proxy("http")
    asks, other = Proxy("socks5", password=f"bot:{SECRET}"), Proxy("http", password=f"bot:{SECRET}")
    async with good, dead, deaf, asks, other:
        await dead.die()
        deaf.deaf = True
        async with standing(tmp_path) as (tg, bot):
            every = ",".join((dead.url(), deaf.url(), asks.url(f"bot:not-{SECRET}"), other.url(), good.url()))
            ended = await bot.once("check", TELEGRAM_PROXY=every, OWNER_IDS="1")
            assert ended.status == 0, ended.words
            assert said(ended.words, "Прокси") == [
                f"Прокси 1 (127.0.0.1:{dead.port}): не работает (по этому адресу никто не слушает)",
                f"Прокси 2 (127.0.0.1:{deaf.port}): не работает (молчит)",
                f"Прокси 3 (127.0.0.1:{asks.port}): не работает (не пускает к Telegram, проверьте имя и пароль)",
                f"Прокси 4 (127.0.0.1:{other.port}): не работает (не пускает к Telegram, проверьте имя и пароль)",
                f"Прокси 5 (127.0.0.1:{good.port}): работает",
            ]
            assert f"Telegram ({tg.url}): отвечает" in ended.words
            none = await bot.once("check", TELEGRAM_PROXY=dead.url(), OWNER_IDS="1")
            assert none.status == 1
            assert f"Telegram ({tg.url}): не отвечает: ни один прокси не работает" in none.words
            assert SECRET not in ended.words + none.words


def said(words: str, about: str) -> list[str]:
    return [line for line in words.splitlines() if line.startswith(about)]
