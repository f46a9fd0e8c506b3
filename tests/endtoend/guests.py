"""People who come to the bot, and what there is for them to come to."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.importing import import_file
from db import migrate
from db.store import Store
from emulator import Emulator, Message, Person
from emulator.clock import TOMSK
from tests.endtoend.process import Process

VENUE = 'venues:\n  - slug: yard\n    confirmed: yes\n    texts:\n      ru: {name: "Двор", address: "Томск"}\n'
PATIENCE = 30.0  # seconds; a person waits while the bot is being killed and started
SIGNED, LEFT = "Вы записаны", "Запись отменена"
CANCEL, TAKE_BACK = "🚫 Не приду", "↩️ Вернуть место"


@dataclass(frozen=True)
class Event:
    """One event of a content file; `starts` is wall time in Tomsk."""

    slug: str
    starts: datetime
    capacity: int | None = None
    cancelled: bool = False

    def yaml(self) -> str:
        places = f"    capacity: {self.capacity}\n" if self.capacity else ""
        off = "    cancelled: yes\n" if self.cancelled else ""
        return (
            f"  - slug: {self.slug}\n    confirmed: yes\n    kind: holiday\n    venue: yard\n{places}{off}"
            f"    starts: {self.starts:%Y-%m-%d %H:%M}\n    ends: {self.starts + timedelta(hours=2):%Y-%m-%d %H:%M}\n"
            "    texts:\n"
            f'      ru: {{title: "Праздник {self.slug}", description: "Приходите.", for_whom: "Для всех"}}\n'
        )


def next_month() -> datetime:
    """A noon far enough ahead for no reminder and no closing to come in the way."""
    return (datetime.now(TOMSK) + timedelta(days=30)).replace(hour=12, minute=0, second=0, microsecond=0)


def content(folder: Path, *events: Event) -> str:
    """A content file with these events; gives its path."""
    path = folder / "content.yaml"
    path.write_text(VENUE + "events:\n" + "".join(event.yaml() for event in events), encoding="utf-8")
    return str(path)


async def bring(bot: Process, folder: Path, *events: Event, now: datetime | None = None) -> Store:
    """Have these events in the store of a bot that has not been started yet. The store is open: to be closed."""
    migrate.upgrade(bot.database)
    store = await Store.open(bot.database)
    await import_file(store, Path(content(folder, *events)), "Asia/Tomsk", now or datetime.now(UTC))
    return store


class Guest:
    """A person with a phone, in Russian, who waits for each answer before the next press."""

    def __init__(self, tg: Emulator, name: str = "Гость") -> None:
        self.tg = tg
        self.person: Person = tg.person(name, language_code="ru")

    async def press(self, label: str, answer: str) -> Message:
        self.tg.press(self.person, label)
        return await self.sees(answer)

    async def sees(self, answer: str) -> Message:
        return await self.tg.wait_message(self.person, answer, timeout=PATIENCE)

    async def first_words(self) -> Message:
        self.tg.start(self.person)
        return await self.sees("Выберите язык")

    async def arrive(self, slug: str) -> Message:
        """By a link, in Russian, to the card of an event."""
        self.tg.start(self.person, f"e_{slug}")
        await self.sees("Выберите язык")
        return await self.press("Русский", f"Праздник {slug}")

    async def come_to_the_question(self, slug: str) -> Message:
        """To where one press of a number signs up."""
        await self.arrive(slug)
        await self.press("Записаться", "нужно ваше согласие")
        return await self.press("Согласен", "Сколько вас придёт?")

    async def sign_up(self, slug: str, number: int = 1) -> Message:
        await self.come_to_the_question(slug)
        return await self.press(str(number), SIGNED)


def everyone(tg: Emulator, number: int) -> Iterable[Guest]:
    return (Guest(tg, f"Гость {count}") for count in range(number))


def texts(tg: Emulator, person: Person | int, containing: str) -> list[Message]:
    """What the bot has in a chat, with these words in it."""
    return [one for one in tg.messages(person) if one.author == 0 and containing in one.text]
