from typing import Any

import pytest

from emulator import DILNOZA
from emulator.errors import Refusal
from emulator.markup import parse_html
from tests.emulator.wire_client import buttons, telegram

SAME = "400 Bad Request: message is not modified: specified new message content and reply markup"


@pytest.mark.parametrize(
    ("source", "text", "entities"),
    [
        ("a &lt;b&gt; &amp; &quot;c&#33;&#x21; &nbsp;", 'a <b> & "c!! &nbsp;', []),
        ("👋 <b>жир</b>", "👋 жир", [("bold", 3, 3)]),
        ("<b>a<i>b</i></b><u>c</u>", "abc", [("bold", 0, 2), ("italic", 1, 1), ("underline", 2, 1)]),
        ('<a href="https://example.org/?a=1&amp;b=2">x</a>', "x", [("text_link", 0, 1)]),
        ('<a href="tel:+73822555501">позвонить</a>', "позвонить", []),
        ('<span class="tg-spoiler">s</span><tg-spoiler>t</tg-spoiler>', "st", [("spoiler", 0, 1), ("spoiler", 1, 1)]),
        ("<blockquote expandable>q</blockquote>", "q", [("expandable_blockquote", 0, 1)]),
        ('<pre><code class="language-python">x=1</code></pre>', "x=1", [("pre", 0, 3)]),
        ("<b></b>пусто", "пусто", []),
    ],
)
def test_html_is_parsed(source: str, text: str, entities: list[tuple[str, int, int]]) -> None:
    parsed, found = parse_html(source)
    assert parsed == text
    assert [(entity["type"], entity["offset"], entity["length"]) for entity in found] == entities


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("<b>x", 'Can\'t find end tag corresponding to start tag "b"'),
        ("я <div>x</div>", 'Unsupported start tag "div" at byte offset 3'),
        ("1 < 2", "Unclosed start tag at byte offset 2"),
        ("x</b>", "Unexpected end tag at byte offset 1"),
        ("<b>x</i>", 'Unmatched end tag at byte offset 4, expected "</b>", found "</i>"'),
        ("<span>x</span>", 'Tag "span" must have class "tg-spoiler" at byte offset 0'),
        ("<3 вас>", 'Unsupported start tag "3" at byte offset 0'),
    ],
)
def test_html_errors_have_the_real_words(source: str, words: str) -> None:
    with pytest.raises(Refusal) as caught:
        parse_html(source)
    assert caught.value.description == f"Bad Request: can't parse entities: {words}"


async def test_text_lengths_are_counted_after_parsing() -> None:
    async with telegram() as (_, bot):
        await bot.send("<b>" + "я" * 4096 + "</b>", parse_mode="HTML")
        too_long = "400 Bad Request: message is too long"
        assert await bot.refusal("sendMessage", chat_id=DILNOZA, text="я" * 4097) == too_long
        assert await bot.refusal("sendMessage", chat_id=DILNOZA, text="👋" * 2049) == too_long
        empty = "400 Bad Request: message text is empty"
        assert await bot.refusal("sendMessage", chat_id=DILNOZA, text="<b> </b>", parse_mode="HTML") == empty
        assert (await bot.send("  <b>x</b> ", parse_mode="HTML"))["entities"][0]["offset"] == 0


@pytest.mark.parametrize(
    ("button", "words"),
    [
        ({"text": "x", "callback_data": "я" * 33}, "BUTTON_DATA_INVALID"),
        ({"text": "x", "callback_data": ""}, "BUTTON_DATA_INVALID"),
        ({"text": " ", "callback_data": "y"}, "inline keyboard button text must be non-empty"),
        ({"text": "x"}, "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard"),
        ({"text": "x", "url": "tel:+7"}, "inline keyboard button URL 'tel:+7' is invalid: Wrong HTTP URL"),
    ],
)
async def test_buttons_are_checked(button: dict[str, Any], words: str) -> None:
    async with telegram() as (_, bot):
        markup = {"inline_keyboard": [[button]]}
        answer = await bot.refusal("sendMessage", chat_id=DILNOZA, text="x", reply_markup=markup)
        assert answer == f"400 Bad Request: {words}"


async def test_no_more_than_a_hundred_buttons() -> None:
    async with telegram() as (_, bot):
        rows = [buttons("x")["inline_keyboard"][0] for _ in range(101)]
        answer = await bot.refusal("sendMessage", chat_id=DILNOZA, text="x", reply_markup={"inline_keyboard": rows})
        assert answer == "400 Bad Request: REPLY_MARKUP_TOO_LONG"


async def test_editing_replaces_text_and_takes_the_keyboard_away() -> None:
    async with telegram() as (tg, bot):
        sent = await bot.send("раз", reply_markup=buttons("a"))
        place = {"chat_id": DILNOZA, "message_id": sent["message_id"]}
        same = await bot.refusal("editMessageText", **place, text="раз", reply_markup=buttons("a"))
        assert same.startswith(SAME)
        edited = await bot.result("editMessageText", **place, text="раз")
        assert "reply_markup" not in edited
        assert edited["edit_date"] >= sent["date"]
        await bot.result("editMessageReplyMarkup", **place, reply_markup=buttons("b"))
        assert (await bot.refusal("editMessageReplyMarkup", **place, reply_markup=buttons("b"))).startswith(SAME)
        last = tg.last(DILNOZA)
        assert last is not None
        assert (last.text, last.labels, last.id) == ("раз", ["b"], sent["message_id"])


async def test_what_cannot_be_edited() -> None:
    async with telegram() as (tg, bot):
        tg.say(DILNOZA, "моё")
        edit, not_yours = "editMessageText", "400 Bad Request: message can't be edited"
        assert await bot.refusal(edit, chat_id=DILNOZA, message_id=1, text="x") == not_yours
        missing = "400 Bad Request: message to edit not found"
        assert await bot.refusal(edit, chat_id=DILNOZA, message_id=99, text="x") == missing
        held = await bot.send("x", reply_markup={"keyboard": [[{"text": "Меню"}]]})
        answer = await bot.refusal(edit, chat_id=DILNOZA, message_id=held["message_id"], text="y")
        assert answer == not_yours
        pressed = tg.press(DILNOZA, "Меню")
        assert pressed.query is None
        assert pressed.update_id is not None


async def test_deleting() -> None:
    async with telegram() as (tg, bot):
        first, second = [(await bot.send())["message_id"] for _ in range(2)]
        await bot.result("deleteMessage", chat_id=DILNOZA, message_id=first)
        gone = "400 Bad Request: message to delete not found"
        assert await bot.refusal("deleteMessage", chat_id=DILNOZA, message_id=first) == gone
        await bot.result("deleteMessages", chat_id=DILNOZA, message_ids=[first, second])
        assert tg.messages(DILNOZA) == []
        old = await bot.send()
        tg.clock.add(49 * 3600)
        answer = await bot.refusal("deleteMessage", chat_id=DILNOZA, message_id=old["message_id"])
        assert answer == "400 Bad Request: message can't be deleted for everyone"


async def test_copies_forwards_replies_and_pins() -> None:
    async with telegram() as (tg, bot):
        sent = (await bot.send("<b>важное</b>", parse_mode="HTML"))["message_id"]
        place = {"chat_id": DILNOZA, "from_chat_id": DILNOZA, "message_id": sent}
        await bot.result("copyMessage", **place)
        forwarded = await bot.result("forwardMessage", **place)
        assert forwarded["forward_origin"]["type"] == "user"
        reply = await bot.send("ответ", reply_parameters={"message_id": sent})
        assert reply["reply_to_message"]["text"] == "важное"
        lost = await bot.refusal("sendMessage", chat_id=DILNOZA, text="x", reply_parameters={"message_id": 99})
        assert lost == "400 Bad Request: message to be replied not found"
        await bot.result("pinChatMessage", chat_id=DILNOZA, message_id=sent)
        assert tg.chat(DILNOZA).pinned == [sent]


async def test_commands_and_descriptions_by_scope_and_language() -> None:
    async with telegram() as (_, bot):
        general, own = [{"command": "help", "description": "help"}], [{"command": "yordam", "description": "yordam"}]
        await bot.result("setMyCommands", commands=general)
        await bot.result("setMyCommands", commands=own, scope={"type": "all_private_chats"}, language_code="uz")
        assert await bot.demo(f"commands?chat={DILNOZA}&language=uz") == own
        assert await bot.demo(f"commands?chat={DILNOZA}&language=ru") == general
        assert await bot.result("getMyCommands", language_code="uz") == []
        bad = await bot.refusal("setMyCommands", commands=[{"command": "Помощь", "description": "x"}])
        assert bad == "400 Bad Request: BOT_COMMAND_INVALID"
        await bot.result("setMyDescription", description="Do'stlik", language_code="uz")
        await bot.result("setMyShortDescription", short_description="Дружба")
        assert (await bot.demo("profile?language=uz"))["description"] == "Do'stlik"
        assert (await bot.demo("profile?language=ru"))["short_description"] == "Дружба"
