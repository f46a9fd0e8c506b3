"""Pictures on the wire, to a Telegram as strict as the real one: uploaded once, by number afterwards."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiogram import Bot
from aiogram.client.telegram import TelegramAPIServer
from aiogram.types import InlineKeyboardMarkup
from structlog.typing import EventDict

from bot.session import LeanSession
from db import media as store_media
from db.store import Store
from emulator import DILNOZA, FARRUKH, Emulator
from emulator.phones import sample_picture
from handlers.pictures import send_picture
from tests.bot.parts import TOKEN

NO_BUTTONS = InlineKeyboardMarkup(inline_keyboard=[])


@pytest.fixture
async def tg() -> AsyncIterator[Emulator]:
    async with Emulator(token=TOKEN) as tg:
        tg.start(DILNOZA)
        tg.start(FARRUKH)
        yield tg


@pytest.fixture
async def bot(tg: Emulator) -> AsyncIterator[Bot]:
    session = LeanSession()
    session.api = TelegramAPIServer.from_base(tg.url)
    async with Bot(TOKEN, session=session) as bot:
        yield bot


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    path = tmp_path / "photo.png"
    path.write_bytes(sample_picture())
    return path


def file_ids(tg: Emulator, *people: int) -> list[str]:
    """The numbers of the pictures that came, one an upload."""
    return [m.wire["photo"][-1]["file_id"] for one in people for m in tg.messages(one) if "photo" in m.wire]


async def test_the_second_goes_by_its_number(tg: Emulator, bot: Bot, store: Store, picture: Path) -> None:
    for person in (DILNOZA, FARRUKH):
        await send_picture(bot, store, person, picture, NO_BUTTONS)
    first, second = file_ids(tg, DILNOZA, FARRUKH)
    assert first == second
    assert tg.world.files.get(first).data == picture.read_bytes()


async def test_a_number_of_another_bot_is_replaced(
    tg: Emulator, bot: Bot, store: Store, picture: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(store_media, "find", lambda *_: "AgACAgIAAxkBAAIB-of-another-bot")
        await send_picture(bot, store, DILNOZA, picture, NO_BUTTONS)
    await send_picture(bot, store, DILNOZA, picture, NO_BUTTONS)
    first, second = file_ids(tg, DILNOZA)
    assert first == second
    assert [call.code for call in tg.calls.of("sendPhoto")] == [400, 200, 200]


async def test_what_is_no_picture_is_refused_and_that_is_all(
    tg: Emulator, bot: Bot, store: Store, picture: Path, logged: list[EventDict]
) -> None:
    picture.write_bytes(b"no picture")
    await send_picture(bot, store, DILNOZA, picture, NO_BUTTONS)
    assert [(line["event"], line["why"]) for line in logged] == [("a picture was not sent", "TelegramBadRequest")]
    assert file_ids(tg, DILNOZA) == []
