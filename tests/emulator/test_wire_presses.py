import asyncio

import pytest

from emulator import DILNOZA, FARRUKH, Impossible
from tests.emulator.wire_client import buttons, telegram

TOO_OLD = "400 Bad Request: query is too old and response timeout expired or query ID is invalid"


async def test_a_press_is_answered_once() -> None:
    async with telegram() as (tg, bot):
        sent = await bot.send("записаться?", reply_markup=buttons("Да, конечно", "Нет"))
        query = tg.press(DILNOZA, "Да").query
        assert query is not None
        [update] = await bot.updates()
        assert update["callback_query"]["data"] == "Да, конечно"
        assert update["callback_query"]["message"]["message_id"] == sent["message_id"]
        assert await bot.result("answerCallbackQuery", callback_query_id=query.id, text="Хорошо", show_alert=True)
        assert await bot.refusal("answerCallbackQuery", callback_query_id=query.id) == TOO_OLD
        assert query.answered is not None
        assert (query.answered.text, query.answered.show_alert) == ("Хорошо", True)
        assert query.answered.after < 2
        assert [answer.accepted for answer in query.answers] == [True, False]


async def test_a_query_grows_old() -> None:
    async with telegram(callback_life=0.05) as (tg, bot):
        await bot.send(reply_markup=buttons("a"))
        query = tg.press(DILNOZA, "a").query
        assert query is not None
        await asyncio.sleep(0.1)
        assert await bot.refusal("answerCallbackQuery", callback_query_id=query.id) == TOO_OLD
        assert query.answered is None
        assert await bot.refusal("answerCallbackQuery", callback_query_id="77") == TOO_OLD


async def test_an_answer_has_at_most_200_characters() -> None:
    async with telegram() as (tg, bot):
        await bot.send(reply_markup=buttons("a"))
        query = tg.press(DILNOZA, row=0, col=0).query
        assert query is not None
        answer = await bot.refusal("answerCallbackQuery", callback_query_id=query.id, text="я" * 201)
        assert answer == "400 Bad Request: MESSAGE_TOO_LONG"


async def test_only_buttons_which_are_there_can_be_pressed() -> None:
    async with telegram() as (tg, bot):
        await bot.send(reply_markup=buttons("a"))
        with pytest.raises(Impossible, match="no button 'z'"):
            tg.press(DILNOZA, "z")
        with pytest.raises(Impossible):
            tg.press(FARRUKH, "a", chat=DILNOZA)
        forged = tg.press(DILNOZA, data="admin:1", message_id=1, forge=True).query
        assert forged is not None
        assert (await bot.updates())[0]["callback_query"]["data"] == "admin:1"


async def test_people_send_more_than_text() -> None:
    async with telegram() as (tg, bot):
        kinds = ["photo", "voice", "sticker", "location", "contact", "document", "video_note", "dice", "poll"]
        for kind in kinds:
            tg.send(DILNOZA, kind)
        tg.send(DILNOZA, "contact", user_id=FARRUKH, phone_number="+79990000000", first_name="Фаррух")
        messages = [update["message"] for update in await bot.updates()]
        assert [kind for kind, message in zip(kinds, messages, strict=False) if kind not in message] == []
        assert messages[4]["contact"]["user_id"] == DILNOZA
        assert messages[-1]["contact"]["user_id"] == FARRUKH


async def test_commands_in_a_text_are_marked() -> None:
    async with telegram() as (tg, bot):
        tg.start(DILNOZA, "event_5")
        tg.say(DILNOZA, "👋 /help и/или")
        first, second = [update["message"] for update in await bot.updates()]
        assert first["text"] == "/start event_5"
        assert first["entities"] == [{"type": "bot_command", "offset": 0, "length": 6}]
        assert second["entities"] == [{"type": "bot_command", "offset": 3, "length": 5}]


async def test_an_edited_message_is_another_update() -> None:
    async with telegram() as (tg, bot):
        tg.say(DILNOZA, "раз")
        tg.edit(DILNOZA, 1, "два")
        edited = (await bot.updates())[1]["edited_message"]
        assert (edited["text"], edited["message_id"]) == ("два", 1)


async def test_waiting_for_the_bots_words() -> None:
    async with telegram() as (tg, bot):
        sent = await bot.send("старое")
        tg.say(DILNOZA, "ну?")
        late = asyncio.create_task(tg.wait_message(DILNOZA, "ново"))
        await asyncio.sleep(0.02)
        await bot.result("editMessageText", chat_id=DILNOZA, message_id=sent["message_id"], text="новое")
        assert (await late).text == "новое"
        with pytest.raises(AssertionError, match="no message with 'никогда'"):
            await tg.wait_message(DILNOZA, "никогда", timeout=0.05)
        await tg.quiet(DILNOZA, 0.02)
        await bot.updates(offset=10**9)
        await tg.idle(0.05)
