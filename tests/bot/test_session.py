"""Our own way to the Bot API, against a server that notes what it is sent and answers as it is told."""

import asyncio
import json
import traceback
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from itertools import product
from typing import Any

import pytest
from aiogram import Bot
from aiogram.client.telegram import TelegramAPIServer
from aiogram.exceptions import (
    TelegramBadRequest,
    TelegramConflictError,
    TelegramForbiddenError,
    TelegramMigrateToChat,
    TelegramNetworkError,
    TelegramNotFound,
    TelegramRetryAfter,
    TelegramServerError,
    TelegramUnauthorizedError,
)
from aiogram.methods import (
    AnswerCallbackQuery,
    DeleteMyCommands,
    EditMessageText,
    GetMe,
    SendDocument,
    SendMessage,
)
from aiogram.types import (
    BotCommandScopeChat,
    BufferedInputFile,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    LinkPreviewOptions,
    MessageEntity,
)
from aiohttp import ClientTimeout, web
from aiohttp.test_utils import TestServer, unused_port

from bot import session as ours
from bot.outcomes import Outcome, outcome
from bot.session import LeanSession
from emulator import DILNOZA, Emulator
from tests.bot.parts import MESSAGE, TOKEN


@dataclass
class Far:
    """The server: `answer` is a status and a body, or what to do instead."""

    status: int = 200
    answer: Any = True
    cut: bool = False
    slow: float = 0.0
    calls: list[tuple[str, Any]] = field(default_factory=list)
    url: str = ""

    async def handle(self, request: web.Request) -> web.Response:
        method = request.path.rsplit("/", 1)[1]
        body = await request.json() if request.content_type == "application/json" else dict(await request.post())
        self.calls.append((method, body))
        await asyncio.sleep(self.slow)
        if self.cut:
            assert request.transport is not None
            request.transport.abort()
        text = self.answer if isinstance(self.answer, str) else json.dumps({"ok": True, "result": self.answer})
        return web.Response(status=self.status, text=text)

    def refuse(self, status: int, description: str, **parameters: int) -> None:
        told = {"ok": False, "error_code": status, "description": description, "parameters": parameters}
        self.status, self.answer = status, json.dumps(told)


@pytest.fixture
async def far() -> AsyncIterator[Far]:
    far = Far()
    app = web.Application()
    app.router.add_post("/{path:.*}", far.handle)
    async with TestServer(app) as server:
        far.url = str(server.make_url("")).rstrip("/")
        yield far


@pytest.fixture
async def bot(far: Far) -> AsyncIterator[Bot]:
    async with at(far.url) as bot:
        yield bot


def at(url: str) -> Bot:
    session = LeanSession()
    session.api = TelegramAPIServer.from_base(url)
    return Bot(TOKEN, session=session)


async def test_only_the_fields_that_are_set_are_sent_as_json(far: Far, bot: Bot) -> None:
    far.answer = {"message_id": 55, "date": 1, "chat": {"id": 7, "type": "private"}}
    keyboard = InlineKeyboardMarkup(
        inline_keyboard=[
            [InlineKeyboardButton(text="Мен боламан", callback_data="c:1")],
            [InlineKeyboardButton(text="Харита", url="https://yandex.ru/maps/?text=x")],
        ]
    )
    preview = LinkPreviewOptions(is_disabled=True)
    call = SendMessage(chat_id=7, text="<b>Салом</b>", parse_mode="HTML", link_preview_options=preview)
    call.reply_markup, call.disable_notification, call.message_effect_id = keyboard, True, None
    answer = await bot(call)
    assert answer.message_id == 55
    assert far.calls == [("sendMessage", {
        "chat_id": 7, "text": "<b>Салом</b>", "parse_mode": "HTML", "disable_notification": True,
        "link_preview_options": {"is_disabled": True},
        "reply_markup": {"inline_keyboard": [
            [{"text": "Мен боламан", "callback_data": "c:1"}],
            [{"text": "Харита", "url": "https://yandex.ru/maps/?text=x"}],
        ]},
    })]  # fmt: skip


async def test_lists_of_entities_are_sent(far: Far, bot: Bot) -> None:
    far.answer = {"message_id": 1}
    await bot(SendMessage(chat_id=7, text="x", entities=[MessageEntity(type="bold", offset=0, length=1)]))
    assert far.calls[0][1]["entities"] == [{"type": "bold", "offset": 0, "length": 1}]


async def test_a_file_goes_whole_under_its_name_and_its_answer_is_read() -> None:
    """Aiogram's own way, to a Telegram that reads forms as the real one does."""
    async with Emulator(token=TOKEN) as tg:
        tg.start(DILNOZA)
        bot = at(tg.url)
        text = "Всё, что мы о вас храним".encode("utf-8-sig")
        document = BufferedInputFile(text, filename="druzhba-2027-03-19.txt")
        sent = await bot(SendDocument(chat_id=DILNOZA, document=document))
        await bot(DeleteMyCommands(scope=BotCommandScopeChat(chat_id=DILNOZA)))
        await bot.session.close()
        last = tg.last(DILNOZA)
        assert last is not None
        wire = last.wire["document"]
        assert sent.document is not None
        assert (wire["file_name"], wire["file_size"]) == ("druzhba-2027-03-19.txt", len(text))
        assert tg.world.files.get(sent.document.file_id).data == text


async def test_edits_and_answers(far: Far, bot: Bot) -> None:
    far.answer = {"message_id": 3}
    edited = await bot(EditMessageText(chat_id=7, message_id=3, text="y"))
    assert not isinstance(edited, bool)
    assert edited.message_id == 3
    far.answer = True
    assert await bot(AnswerCallbackQuery(callback_query_id="9")) is True
    assert far.calls[1] == ("answerCallbackQuery", {"callback_query_id": "9"})


async def test_rare_calls_go_aiograms_own_way(far: Far, bot: Bot) -> None:
    far.answer = {"id": 42, "is_bot": True, "first_name": "Дружба", "username": "druzhba"}
    assert (await bot(GetMe())).username == "druzhba"


async def test_updates_come_as_they_are(far: Far, bot: Bot) -> None:
    session = bot.session
    assert isinstance(session, LeanSession)
    far.answer = [{"update_id": 5, "something_new": {"x": 1}}]
    assert await session.updates(bot, 5, ("message",)) == far.answer
    asked = {"timeout": ours.POLL_SECONDS, "limit": 100, "allowed_updates": ["message"]}
    await session.updates(bot, None, ("message",))
    assert far.calls == [("getUpdates", {**asked, "offset": 5}), ("getUpdates", asked)]


REFUSALS = [
    (400, "Bad Request: chat not found", {}, TelegramBadRequest, Outcome.DEAD),
    (400, "Bad Request: migrated", {"migrate_to_chat_id": -100}, TelegramMigrateToChat, Outcome.UNSENT),
    (401, "Unauthorized", {}, TelegramUnauthorizedError, Outcome.UNSENT),
    (403, "Forbidden: bot was blocked by the user", {}, TelegramForbiddenError, Outcome.DEAD),
    (404, "Not Found", {}, TelegramNotFound, Outcome.REFUSED),
    (409, "Conflict: terminated by other getUpdates request", {}, TelegramConflictError, Outcome.UNSENT),
    (429, "Too Many Requests: retry after 7", {"retry_after": 7}, TelegramRetryAfter, Outcome.UNSENT),
    (500, "Internal Server Error", {}, TelegramServerError, Outcome.UNKNOWN),
]


async def call(bot: Bot, hot: bool) -> None:
    """One that goes our way, or one that goes aiogram's."""
    if hot:
        await bot(MESSAGE)
    else:
        await bot(GetMe())


def no_token(error: BaseException) -> None:
    assert "CANARY" not in "".join(traceback.format_exception(error))


@pytest.mark.parametrize(("status", "words", "parameters", "kind", "how"), REFUSALS)
async def test_refusals_are_aiograms_exceptions(
    far: Far, bot: Bot, status: int, words: str, parameters: dict[str, int], kind: type[Exception], how: Outcome
) -> None:
    far.refuse(status, words, **parameters)
    for hot in (True, False):
        with pytest.raises(kind) as caught:
            await call(bot, hot)
        assert outcome(caught.value) is how
        no_token(caught.value)


UNREADABLE = ("<html>502 Bad Gateway: тайное слово</html>", '{"ok": true, "result"', "[]")


async def test_a_page_of_html_or_half_an_answer_has_an_unknown_outcome(far: Far, bot: Bot) -> None:
    session = bot.session
    assert isinstance(session, LeanSession)
    for far.status, far.answer in product((200, 502), UNREADABLE):
        for one in (call(bot, True), call(bot, False), session.updates(bot, None, ())):
            with pytest.raises(TelegramServerError) as caught:
                await one
            assert outcome(caught.value) is Outcome.UNKNOWN
            assert "тайное" not in "".join(traceback.format_exception(caught.value))
            no_token(caught.value)


@pytest.mark.parametrize("hot", [True, False])
async def test_cut_off_after_the_call_was_sent_nobody_can_know(far: Far, bot: Bot, hot: bool) -> None:
    far.cut = True
    with pytest.raises(TelegramNetworkError) as caught:
        await call(bot, hot)
    assert outcome(caught.value) is Outcome.UNKNOWN
    no_token(caught.value)


@pytest.mark.parametrize("hot", [True, False])
async def test_where_nobody_listens_it_was_surely_not_sent(hot: bool) -> None:
    async with at(f"http://127.0.0.1:{unused_port()}") as bot:
        with pytest.raises(TelegramNetworkError) as caught:
            await call(bot, hot)
    assert outcome(caught.value) is Outcome.UNSENT
    no_token(caught.value)


async def test_an_answer_that_does_not_come_in_time_has_an_unknown_outcome(
    far: Far, bot: Bot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ours, "CALL", ClientTimeout(total=0.05))
    far.slow = 0.2
    with pytest.raises(TelegramNetworkError, match="TimeoutError") as caught:
        await bot(MESSAGE)
    assert outcome(caught.value) is Outcome.UNKNOWN
