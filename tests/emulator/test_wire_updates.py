import asyncio
import time

import aiohttp
import pytest

from emulator import DILNOZA, FARRUKH
from tests.emulator.wire_client import Wires, telegram


def texts(updates: list[dict[str, dict[str, str]]]) -> list[str]:
    return [update["message"]["text"] for update in updates]


async def test_updates_come_again_until_the_offset_has_passed_them() -> None:
    async with telegram() as (tg, bot):
        for word in ("one", "two", "three"):
            tg.say(DILNOZA, word)
        first = await bot.updates()
        assert await bot.updates() == first
        assert [update["update_id"] - first[0]["update_id"] for update in first] == [0, 1, 2]
        assert texts(await bot.updates(offset=first[1]["update_id"])) == ["two", "three"]
        assert tg.pending == 2
        assert await bot.updates(offset=first[2]["update_id"] + 1) == []
        assert await bot.updates() == []


async def test_limit_and_negative_offset() -> None:
    async with telegram() as (tg, bot):
        for number in range(120):
            tg.say(DILNOZA, str(number))
        assert texts(await bot.updates(limit=2)) == ["0", "1"]
        assert len(await bot.updates()) == 100
        assert texts(await bot.updates(offset=-2)) == ["118", "119"]
        assert tg.pending == 2


async def test_a_long_poll_wakes_at_once_and_ends_in_time() -> None:
    async with telegram() as (tg, bot):
        poll = asyncio.create_task(bot.updates(timeout=5))
        await asyncio.sleep(0.05)
        said = time.monotonic()
        tg.say(DILNOZA, "wake up")
        assert texts(await poll) == ["wake up"]
        assert time.monotonic() - said < 0.5
        await bot.updates(offset=-1)
        await bot.updates(offset=10**9, timeout=1)


async def test_a_second_poll_ends_the_first_with_409() -> None:
    async with telegram() as (tg, bot):
        first = asyncio.create_task(bot.refusal("getUpdates", timeout=5))
        await asyncio.sleep(0.05)
        second = asyncio.create_task(bot.updates(timeout=5))
        assert (await first).startswith("409 Conflict: terminated by other getUpdates request; make sure")
        tg.say(DILNOZA, "for the second")
        assert texts(await second) == ["for the second"]


async def test_a_dropped_poll_consumes_nothing() -> None:
    async with telegram() as (tg, bot):
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(bot.updates(timeout=30), 0.1)
        await asyncio.sleep(0.05)
        assert not tg.updates.polling
        tg.say(DILNOZA, "still here")
        assert texts(await bot.updates()) == ["still here"]


async def test_allowed_updates_are_filtered_when_made() -> None:
    async with telegram() as (tg, bot):
        await bot.updates(allowed_updates=["message"])
        tg.say(DILNOZA, "first")
        assert tg.edit(DILNOZA, 1, "second") is None
        assert tg.block(DILNOZA) is None
        assert len(await bot.updates()) == 1
        await bot.updates(allowed_updates=[])
        assert tg.unblock(DILNOZA) is not None


async def test_forms_and_get_are_understood_too() -> None:
    async with telegram() as (tg, bot):
        url = f"{tg.url}/bot{tg.token}"
        tg.say(DILNOZA, "hello")
        async with bot.session.get(f"{url}/getUpdates?limit=1&timeout=0") as response:
            assert len((await response.json())["result"]) == 1
        form = {"chat_id": str(DILNOZA), "text": "да", "reply_markup": '{"inline_keyboard":[[]]}'}
        async with bot.session.post(f"{url}/SENDMESSAGE", data=form) as response:
            assert (await response.json())["result"]["text"] == "да"


async def test_a_raw_update_known_already_is_delivered_once_more() -> None:
    async with telegram() as (tg, bot):
        tg.say(DILNOZA, "hello")
        [update] = await bot.updates()
        await bot.updates(offset=update["update_id"] + 1)
        tg.raw(update)
        assert await bot.updates(offset=update["update_id"] + 1) == [update]
        assert await bot.updates(offset=update["update_id"] + 1) == []


async def test_a_wrong_token_and_an_unknown_method() -> None:
    async with telegram() as (tg, bot):
        assert await bot.refusal("flyToTheMoon") == "404 Not Found"
        async with bot.session.get(f"{tg.url}/bot1:WRONG/getMe") as response:
            assert response.status == 401
            assert await response.json() == {"ok": False, "error_code": 401, "description": "Unauthorized"}


async def test_block_and_unblock() -> None:
    async with telegram() as (tg, bot):
        tg.block(DILNOZA)
        refusal = await bot.refusal("sendMessage", chat_id=DILNOZA, text="x")
        assert refusal == "403 Forbidden: bot was blocked by the user"
        tg.start(DILNOZA, "again")
        kinds = [next(key for key in update if key != "update_id") for update in await bot.updates()]
        assert kinds == ["my_chat_member", "my_chat_member", "message"]
        await bot.send()


async def test_who_can_be_written_to() -> None:
    async with telegram() as (_, bot):
        never = "403 Forbidden: bot can't initiate conversation with a user"
        assert await bot.refusal("sendMessage", chat_id=FARRUKH, text="x") == never
        assert await bot.refusal("sendMessage", chat_id=5, text="x") == "400 Bad Request: chat not found"
        assert await bot.refusal("sendMessage", chat_id="@nobody", text="x") == "400 Bad Request: chat not found"


async def test_a_group_becomes_a_supergroup() -> None:
    async with telegram() as (tg, bot):
        old = tg.group("Координаторы", [DILNOZA])
        assert (await bot.send(chat=old.id))["message_id"] == 1
        new = tg.migrate(old)
        answer = await bot.call("sendMessage", chat_id=old.id, text="x")
        assert answer["parameters"] == {"migrate_to_chat_id": new.id}
        assert (await bot.send(chat=new.id))["chat"]["type"] == "supergroup"
        tg.kick_bot(new)
        answer = await bot.call("sendMessage", chat_id=new.id, text="x")
        assert answer["description"] == "Forbidden: bot was kicked from the supergroup chat"


async def test_message_ids_are_counted_per_chat() -> None:
    async with telegram() as (tg, bot):
        tg.start(FARRUKH)
        assert [(await bot.send())["message_id"] for _ in range(3)] == [1, 2, 3]
        assert (await bot.send(chat=FARRUKH))["message_id"] == 2


async def test_thousand_updates_lose_nothing_over_dropped_answers() -> None:
    async with telegram() as (tg, bot):
        tg.faults.add("drop-after", method="getUpdates", probability=0.5)
        for number in range(300):
            tg.say(DILNOZA, str(number))
        assert await collected(bot, 300) == [str(number) for number in range(300)]


async def collected(bot: Wires, count: int) -> list[str]:
    seen: dict[int, str] = {}
    while len(seen) < count:
        try:
            batch = await bot.updates(offset=max(seen, default=-1) + 1, limit=7)
        except aiohttp.ClientError:
            continue
        seen.update((update["update_id"], update["message"]["text"]) for update in batch)
    return list(seen.values())
