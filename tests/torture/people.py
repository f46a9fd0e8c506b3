"""People who wander through the bot, pressing what their screens show, and the record of all that they did."""

import asyncio
import random

from emulator import Emulator, Message
from emulator.errors import Wire
from handlers import buttons as to
from tests.torture.acts import Act
from tests.torture.town import NAME, Town

LIKED = {  # how much a button draws, by its prefix; the others: 1
    **{"su": 9, "cs": 9, "ad": 9, "qu": 7, "ot": 8, "cm": 6, "re": 4, "gb": 5, "lv": 3, "ev": 3, "lg": 3},
    **{"cg": 3, "of": 4, "tk": 2, "oa": 2, "ql": 2, "mn": 0.6, "fg": 0.8, "wd": 0.5, "st": 0.4},
}
WORDS = ("2", "нас 3", "/my", "/events", "/start", "/privacy", "спасибо", "<b>&", "😀" * 20, "/language")
THINKS = 0.5, 3.5  # seconds between two acts
WAITS = 8.0  # seconds for an answer; then they press something else
SCREENS = 3  # the newest ones they look at
FLOOD = 130  # messages at once: more than may wait of one chat


class Record:
    """Every update that was made, and whose doing it was."""

    def __init__(self) -> None:
        self.acts: dict[int, Act] = {}

    def note(self, update_id: int | None, user_id: int, kind: str, what: str) -> None:
        if update_id is not None:
            self.acts[update_id] = Act(user_id, kind, what)


class Wanderer:
    def __init__(self, tg: Emulator, town: Town, record: Record, chance: random.Random) -> None:
        self.tg, self._town, self._record, self._chance = tg, town, record, chance
        self.person = tg.person(NAME, language_code=chance.choice(("ru", "uz", "tg", "ky")))
        self.away = False  # has been out of reach: not everything could be answered
        self._acts = (
            *(self._press,) * 70,
            *(self._press_twice,) * 6,
            *(self._open,) * 6,
            *(self._say,) * 4,
            self._edit,
            self._block,
        )

    async def live(self, resting: asyncio.Event, over: asyncio.Event) -> None:
        """Until `over`; while `resting` is set they do nothing."""
        await asyncio.sleep(self._chance.uniform(0, THINKS[1]))
        self._open()
        while not over.is_set():
            await self._think()
            if not resting.is_set() and not over.is_set():
                self.act()

    async def _think(self) -> None:
        await self.tg.world.change(self.tg.chat(self.person), WAITS)
        await asyncio.sleep(self._chance.uniform(*THINKS))

    def act(self) -> None:
        if self.person.blocked:
            self._note(self.tg.unblock(self.person), "reach", "unblock")
            return
        self._chance.choice(self._acts)()

    def asks(self, command: str) -> None:
        self._note(self.tg.say(self.person, command), "words", command)

    def floods(self) -> None:
        for _ in range(FLOOD):
            self._note(self.tg.say(self.person, "слово"), "flood", "слово")

    # -- acts

    def _open(self) -> None:
        """By the link on a poster in the street."""
        slugs = self._town.soon(self.tg.clock.now())
        payload = f"e_{self._chance.choice(slugs)}" if slugs else ""
        self._note(self.tg.start(self.person, payload), "words", "/start")

    def _press(self) -> None:
        found = self._buttons()
        if not found:
            self._open()
            return
        message, data = self._chance.choices(found, [self._likes(*one) for one in found])[0]
        self._note(self.tg.press(self.person, message_id=message.id, data=data).update_id, "press", data)

    def _press_twice(self) -> None:
        """In haste: the same button again, or another one of the same screen, without a look at what came."""
        found = self._buttons()
        if not found:
            return
        newest = [one for one in found if one[0] is found[0][0]]
        likes = [self._likes(*one) for one in newest]
        for message, data in self._chance.choices(newest, likes, k=2):
            for _ in range(self._chance.choice((1, 1, 2))):
                self._note(self.tg.press(self.person, message_id=message.id, data=data).update_id, "press", data)

    def _say(self) -> None:
        self.asks(self._chance.choice(WORDS))

    def _edit(self) -> None:
        said = [one for one in self.tg.messages(self.person) if one.author == self.person.id]
        if said:
            self._note(self.tg.edit(self.person, said[-1].id, "исправил"), "edit", "исправил")

    def poisons(self) -> None:
        """What Telegram promises never to send."""
        broken: Wire = {"message": {"message_id": "x", "chat": {"id": self.person.id}, "from": self.person.wire()}}
        self._note(self.tg.raw(broken), "poison", "")

    def _block(self) -> None:
        if self._chance.random() < 0.3:
            self.away = True
            self._note(self.tg.block(self.person), "reach", "block")

    # -- sees

    def _buttons(self) -> list[tuple[Message, str]]:
        """Of the newest screens, the newest first."""
        screens = [one for one in reversed(self.tg.messages(self.person)) if one.buttons][:SCREENS]
        return [
            (message, button["callback_data"])
            for message in screens
            for row in message.buttons
            for button in row
            if "callback_data" in button
        ]

    def _likes(self, message: Message, data: str) -> float:
        newest = self.tg.last(self.person) is message
        disagrees = data.startswith(f"{to.Consent.__prefix__}:") and data.endswith(":0")
        return LIKED.get(data[:2], 1) * (10 if newest else 1) * (0.1 if disagrees else 1)

    def _note(self, update_id: int | None, kind: str, what: str) -> None:
        self._record.note(update_id, self.person.id, kind, what)
