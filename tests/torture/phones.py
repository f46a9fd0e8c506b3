"""What reached the phones, counted as it comes: the emulator forgets its oldest calls."""

import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from db.rules.languages import LANGUAGES
from emulator import Emulator
from emulator.calls import Record
from handlers.words import plain, words
from tests.torture.town import SLUG

TIMES_OUT = 20.0  # seconds; a call that takes longer is given up by the bot, whatever it came to

# What is planned in the outbox and said by nothing else, by its first words.
SAID = {
    "reminder": "🔔 Напоминаем: {event}",
    "offer_over": "Время вышло. Место за вами больше не держим: {event}",
    "queue_over": "Очередь закончилась: {event}",
    "event_off": "❌ Мероприятие не состоится: {event}",
    "apology": "Простите, у нас что-то сломалось, и мы не смогли ответить. Попробуйте ещё раз.",
    "flood": "Сообщений пришло очень много сразу, и мы прочитали не все.",
}
FAMILIES = {"evening": "reminder", "hours": "reminder"}  # kind -> how it is said; others are said under their own name
ONCE = ("apology", "flood")  # the classes of which no second copy is ever sent


def _beginnings() -> Iterator[tuple[str, str]]:
    for family, source in SAID.items():
        for language in LANGUAGES:
            yield family, plain(words(language).t(source, event="\n")).partition("\n")[0]


BEGINNINGS = tuple(_beginnings())


def family_of(text: str) -> str | None:
    return next((family for family, beginning in BEGINNINGS if text.startswith(beginning)), None)


Key = tuple[int, str, str]  # a chat, a family, the event's slug or ""


class Phones:
    def __init__(self, tg: Emulator) -> None:
        self._tg, self._read = tg, 0
        self.copies: Counter[Key] = Counter()  # messages of the outbox
        self.screens: Counter[int] = Counter()  # by chat: shown by anything else, sent or in the place of an older one
        self.unconfirmed = 0  # had their effect, and the bot cannot know it
        self.spoiled: defaultdict[int, list[datetime]] = defaultdict(list)  # by chat: when calls failed
        self.broken = 0  # a second part of an answer that failed: the whole is shown again
        self.calls: Counter[str] = Counter()

    def look(self) -> None:
        for call in self._tg.calls.since(self._read):
            self._read = call.n
            self.calls[call.method] += 1
            if isinstance(call.chat_id, int):
                self._one(call, call.chat_id)

    def _one(self, call: Record, chat_id: int) -> None:
        happened = call.came_to == 200
        if call.fault is not None or not call.ok:
            self.spoiled[chat_id].append(datetime.now(UTC) - timedelta(seconds=time.monotonic() - call.at))
        if happened and (call.code == 0 or call.fault == "hang"):
            self.unconfirmed += 1
        if call.method in ("sendVenue", "sendDocument") and not call.ok:
            self.broken += 1
        text = call.text or ""
        family = family_of(text) if call.method == "sendMessage" else None
        if family is not None and happened:
            slug = SLUG.search(text)
            self.copies[chat_id, family, slug[0] if slug else ""] += 1
        elif family is None:
            self.screens[chat_id] += self._shown(call)

    def _shown(self, call: Record) -> bool:
        sent = call.method == "sendMessage" and call.came_to == 200
        return sent or (call.method == "editMessageText" and call.came_to in (200, 400))
