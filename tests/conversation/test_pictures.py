"""Pictures: on request, below their words, uploaded once; what becomes of one harms nothing else."""

import asyncio
from pathlib import Path

import pytest
from aiogram.exceptions import TelegramBadRequest, TelegramNetworkError
from aiogram.methods import SendPhoto
from aiogram.types import BufferedInputFile

from db import media as store_media
from db.tables import media, outbox
from handlers import buttons as to
from handlers import pictures
from tests.conversation.person import Person
from tests.conversation.world import World

CONTENT = b"a picture"


@pytest.fixture
async def picture(world: World, tmp_path: Path) -> Path:
    """The photo of an event of its own."""
    path = tmp_path / "photo.png"
    path.write_bytes(CONTENT)
    await world.add("koncert", "2027-03-25T18:00", photo=str(path))
    return path


async def look(guest: Person) -> None:
    await guest.start("e_koncert")
    assert not guest.screen.photo
    await guest.press(guest.t("🖼 Фото"))


def sent(world: World) -> list[str]:
    """Of each picture: "bytes", or the number under which Telegram has it."""
    photos = [call.photo for call in world.telegram.calls if isinstance(call, SendPhoto)]
    return ["bytes" if isinstance(photo, BufferedInputFile) else str(photo) for photo in photos]


async def test_the_words_come_first_and_the_way_on_stands_below_both(world: World, ivan: Person, picture: Path) -> None:
    await look(ivan)
    assert ivan.screen.photo
    words, photo = list(ivan.room.messages.values())[-2:]
    assert (words.text.split("\n")[0], photo.text) == ("Koncert", "")
    assert words.rows == photo.rows
    await ivan.press("Назад")
    ivan.sees("Koncert", "25 марта")


async def test_a_file_that_is_gone_is_said_to_be_gone(ivan: Person, picture: Path) -> None:
    picture.unlink()
    await look(ivan)
    ivan.sees("Фото сейчас нет", "Koncert")


async def test_the_bytes_are_sent_once(world: World, ivan: Person, amina: Person, picture: Path) -> None:
    await look(ivan)
    await look(amina)
    await world.restart()
    await look(ivan)
    assert sent(world) == ["bytes", "file 0", "file 0"]


async def test_another_picture_under_the_same_name_is_another(world: World, ivan: Person, picture: Path) -> None:
    await look(ivan)
    picture.write_bytes(b"a better one")
    await look(ivan)
    await look(ivan)
    assert sent(world) == ["bytes", "bytes", "file 1"]


async def test_a_number_that_telegram_does_not_take_is_replaced(world: World, ivan: Person, picture: Path) -> None:
    """The store came from another bot's machine, or Telegram has forgotten."""
    await look(ivan)
    [(key, _)] = await world.dump(media)
    await world.app.store.write(store_media.keep, key, "of another bot")
    await look(ivan)
    await look(ivan)
    assert sent(world) == ["bytes", "of another bot", "bytes", "file 1"]
    assert await world.dump(media) == [(key, "file 1")]


async def test_a_refusal_for_another_reason_costs_no_second_upload(world: World, ivan: Person, picture: Path) -> None:
    await look(ivan)
    world.telegram.fail(SendPhoto, lambda method: TelegramBadRequest(method, "Bad Request: not enough rights"))
    await look(ivan)
    await look(ivan)
    assert sent(world) == ["bytes", "file 0"]


async def test_two_at_once(world: World, ivan: Person, amina: Person, picture: Path) -> None:
    event = await world.event("koncert")
    press = to.Photo(event=event.id).pack()
    await asyncio.gather(*(guest.forges(press) for guest in (ivan, amina)))
    assert ivan.screen.photo and amina.screen.photo
    await look(ivan)
    assert sent(world)[-1] in ("file 0", "file 1")
    assert len(await world.dump(media)) == 1


@pytest.mark.parametrize("trouble", [TelegramNetworkError, TelegramBadRequest])
async def test_a_picture_that_telegram_does_not_get_leaves_its_words(
    world: World, ivan: Person, picture: Path, trouble: type[TelegramNetworkError | TelegramBadRequest]
) -> None:
    world.telegram.fail(SendPhoto, lambda method: trouble(method, "IMAGE_PROCESS_FAILED"))
    await stands_without_it(world, ivan)
    await look(ivan)
    assert ivan.screen.photo


async def test_a_picture_that_cannot_be_read_leaves_its_words(
    world: World, ivan: Person, picture: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def denied(_: Path) -> tuple[bytes, str]:
        raise PermissionError(13, "denied")

    monkeypatch.setattr(pictures, "_read", denied)
    await stands_without_it(world, ivan)


async def stands_without_it(world: World, ivan: Person) -> None:
    """The words and the way on are there, once, and nobody says sorry: the update is done."""
    before = await world.dump(outbox)
    await look(ivan)
    assert [shown.text.count("Фото ниже") for shown in ivan.room.messages.values()].count(1) == 1
    ivan.sees("Koncert", "Фото ниже")
    assert await world.dump(outbox) == before
    await ivan.press("Назад")
    ivan.sees("25 марта")
