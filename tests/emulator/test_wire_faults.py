import asyncio
import time
from io import BytesIO

import aiohttp
import pytest
from aiohttp import FormData

from emulator import DILNOZA, FARRUKH
from emulator.phones import sample_picture
from tests.emulator.wire_client import telegram


async def test_refusals_to_order_have_no_effect() -> None:
    async with telegram() as (tg, bot):
        tg.faults.add("429", method="sendMessage", retry_after=7, times=1)
        answer = await bot.call("sendMessage", chat_id=DILNOZA, text="x")
        assert answer["parameters"] == {"retry_after": 7}
        assert answer["description"] == "Too Many Requests: retry after 7"
        tg.faults.add("403", chat_id=FARRUKH, description="Forbidden: user is deactivated")
        assert await bot.refusal("sendMessage", chat_id=FARRUKH, text="x") == "403 Forbidden: user is deactivated"
        tg.faults.add("500", times=1)
        assert await bot.refusal("sendMessage", chat_id=DILNOZA, text="x") == "500 Internal Server Error"
        tg.faults.add("409", method="getUpdates", times=1)
        assert (await bot.refusal("getUpdates")).startswith("409 Conflict")
        assert tg.messages(DILNOZA) == []
        await bot.send()
        assert [record.code for record in tg.calls] == [429, 403, 500, 409, 200]


async def test_a_bad_gateway_answers_in_html() -> None:
    async with telegram() as (tg, bot):
        tg.faults.add("502-html", times=1)
        async with bot.session.post(f"{tg.url}/bot{tg.token}/sendMessage", json={"chat_id": DILNOZA}) as response:
            assert (response.status, response.content_type) == (502, "text/html")


@pytest.mark.parametrize(("kind", "effects"), [("drop-before", 0), ("drop-after", 1), ("truncated", 1)])
async def test_cut_connections(kind: str, effects: int) -> None:
    async with telegram() as (tg, bot):
        tg.faults.add(kind, times=1)
        with pytest.raises(aiohttp.ClientError):
            await bot.send("под вопросом")
        assert len(tg.messages(DILNOZA)) == effects
        assert [(record.code, record.fault) for record in tg.calls] == [(0, kind)]
        await bot.send()


async def test_a_hanging_call_has_its_effect_after_the_bot_gave_up() -> None:
    async with telegram() as (tg, bot):
        tg.faults.add("hang", seconds=0.15, times=1)
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(bot.send("поздно"), 0.05)
        assert tg.messages(DILNOZA) == []
        assert (await tg.wait_message(DILNOZA, "поздно", since=0)).text == "поздно"


async def test_a_slow_call_has_its_effect_at_once() -> None:
    async with telegram() as (tg, bot):
        tg.faults.add("slow", seconds=0.1, times=1)
        slow = asyncio.create_task(bot.send("сразу"))
        await tg.wait_message(DILNOZA, "сразу", since=0, timeout=0.09)
        assert not slow.done()
        await slow
        tg.faults.latency = 0.05
        began = time.monotonic()
        await bot.send()
        assert time.monotonic() - began >= 0.05


async def test_cutting_the_link_ends_the_waiting_poll_too() -> None:
    async with telegram() as (tg, bot):
        poll = asyncio.create_task(bot.updates(timeout=30))
        await asyncio.sleep(0.05)
        rule = tg.cut_link()
        with pytest.raises(aiohttp.ClientError):
            await poll
        tg.say(DILNOZA, "слышно?")
        with pytest.raises(aiohttp.ClientError):
            await bot.updates()
        tg.faults.remove(rule)
        assert len(await bot.updates()) == 1


async def test_flood_limits_per_chat() -> None:
    async with telegram() as (tg, bot):
        tg.limits.configure(on=True, burst=2)
        tg.start(FARRUKH)
        await bot.send()
        await bot.send()
        answer = await bot.call("sendMessage", chat_id=DILNOZA, text="x")
        assert answer["parameters"] == {"retry_after": 1}
        await bot.send(chat=FARRUKH)
        assert (tg.limits.refused, tg.calls.codes[429]) == (1, 1)
        await asyncio.sleep(1.05)
        await bot.send()


async def test_flood_limits_in_bulk_and_in_groups() -> None:
    async with telegram() as (tg, bot):
        group = tg.group("Штаб", [DILNOZA])
        tg.limits.configure(on=True, bulk=1000, group_minute=3)
        answers = [await bot.call("sendMessage", chat_id=group.id, text="x") for _ in range(4)]
        assert [answer["ok"] for answer in answers] == [True, True, True, False]
        assert 58 <= answers[3]["parameters"]["retry_after"] <= 60
        tg.limits.configure(on=True, bulk=2, burst=10)
        answers = [await bot.call("sendMessage", chat_id=DILNOZA, text="x") for _ in range(3)]
        assert [answer["ok"] for answer in answers] == [True, True, False]


async def test_files_go_up_come_down_and_are_sent_again() -> None:
    async with telegram() as (tg, bot):
        form = FormData({"chat_id": str(DILNOZA), "caption": "<b>вид</b>", "parse_mode": "HTML"})
        form.add_field("photo", "attach://file0")
        form.add_field("file0", sample_picture(), filename="view.png", content_type="image/png")
        async with bot.session.post(f"{tg.url}/bot{tg.token}/sendPhoto", data=form) as response:
            sent = (await response.json())["result"]
        assert sent["caption_entities"][0]["type"] == "bold"
        file_id = sent["photo"][-1]["file_id"]
        path = (await bot.result("getFile", file_id=file_id))["file_path"]
        async with bot.session.get(f"{tg.url}/file/bot{tg.token}/{path}") as response:
            assert await response.read() == sample_picture()
        again = await bot.result("sendPhoto", chat_id=DILNOZA, photo=file_id)
        assert again["photo"][0]["file_unique_id"] == sent["photo"][0]["file_unique_id"]
        place = {"chat_id": DILNOZA, "message_id": again["message_id"]}
        no_text = "400 Bad Request: there is no text in the message to edit"
        assert await bot.refusal("editMessageText", **place, text="x") == no_text
        assert (await bot.result("editMessageCaption", **place, caption="ещё"))["caption"] == "ещё"
        too_long = "400 Bad Request: message caption is too long"
        assert await bot.refusal("sendPhoto", chat_id=DILNOZA, photo=file_id, caption="я" * 1025) == too_long


async def test_files_which_cannot_be_sent() -> None:
    async with telegram() as (tg, bot):
        wrong = "400 Bad Request: wrong file identifier/HTTP URL specified"
        assert await bot.refusal("sendPhoto", chat_id=DILNOZA, photo="nothing") == wrong
        form = FormData({"chat_id": str(DILNOZA)})
        form.add_field("photo", b"not a picture", filename="x.png", content_type="image/png")
        async with bot.session.post(f"{tg.url}/bot{tg.token}/sendPhoto", data=form) as response:
            assert (await response.json())["description"] == "Bad Request: IMAGE_PROCESS_FAILED"
        form = FormData({"chat_id": str(DILNOZA)})
        form.add_field("document", BytesIO(bytes(21 * 1024 * 1024)), filename="x.bin")
        async with bot.session.post(f"{tg.url}/bot{tg.token}/sendDocument", data=form) as response:
            assert response.status == 413


async def test_places_and_cards() -> None:
    async with telegram() as (_, bot):
        place = {"chat_id": DILNOZA, "latitude": 56.47, "longitude": 85.04}
        assert (await bot.result("sendLocation", **place))["location"]["latitude"] == 56.47
        assert (await bot.result("sendVenue", **place, title="Дом", address="улица"))["venue"]["title"] == "Дом"
        card = await bot.result("sendContact", chat_id=DILNOZA, phone_number="+7", first_name="А")
        assert card["contact"] == {"phone_number": "+7", "first_name": "А"}
        assert await bot.result("sendChatAction", chat_id=DILNOZA, action="typing")
