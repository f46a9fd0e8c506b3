"""A crowd that does not stop pressing while the bot is killed, and the ledger of what their presses came to."""

import asyncio
import random
import sqlite3
from collections import Counter
from contextlib import closing

from emulator import Emulator
from handlers.buttons import GiveBack, Leave
from tests.endtoend.guests import CANCEL, LEFT, SIGNED, TAKE_BACK, Guest
from tests.endtoend.process import Process

LEDGER = """
CREATE TABLE ledger (person_id INTEGER, state TEXT);
CREATE TRIGGER joined AFTER INSERT ON signups BEGIN INSERT INTO ledger VALUES (new.person_id, new.state); END;
CREATE TRIGGER turned AFTER UPDATE ON signups WHEN old.state <> new.state
  BEGIN INSERT INTO ledger VALUES (new.person_id, new.state); END;
"""


def keep_ledger(bot: Process) -> None:
    """Have the store itself note every coming and going, whoever makes it."""
    with closing(sqlite3.connect(bot.database)) as connection:
        connection.executescript(LEDGER)


def turns(bot: Process) -> dict[int, list[str]]:
    """By the person's number in Telegram: every coming and going that reached the store, in order."""
    found: dict[int, list[str]] = {}
    query = "SELECT channel_user_id, state FROM ledger JOIN people ON people.id = person_id ORDER BY ledger.rowid"
    for user_id, state in bot.rows(query):
        found.setdefault(user_id, []).append(state)
    return found


class Restless(Guest):
    """Signs up, then leaves and comes back again and again; remembers what the presses have to come to."""

    def __init__(self, tg: Emulator, name: str, chance: random.Random) -> None:
        super().__init__(tg, name)
        self._chance = chance
        self.wanted: list[str] = []

    async def live(self, slug: str, event: int, enough: asyncio.Event) -> None:
        await self.sign_up(slug)
        self.wanted.append("active")
        while not enough.is_set():
            await (self._patiently() if self._chance.random() < 0.5 else self._hastily(event))
            await asyncio.sleep(self._chance.uniform(0, 0.2))

    async def _patiently(self) -> None:
        await self.press(CANCEL, LEFT)
        self.wanted.append("left")
        if self._chance.random() < 0.8:
            await self.press(TAKE_BACK, SIGNED)
            self.wanted.append("active")
        else:
            await self._come_back_again()

    async def _hastily(self, event: int) -> None:
        """Three presses at once, one of them twice: in their order they leave the person signed up."""
        leave, back = Leave(event=event, all=True).pack(), GiveBack(event=event).pack()
        for data in (leave, leave, back):
            self.tg.press(self.person, data=data, forge=True)
        await self.sees(SIGNED)
        self.wanted += ["left", "active"]

    async def _come_back_again(self) -> None:
        """The same button on two phones."""
        self.tg.press(self.person, TAKE_BACK)
        await self.press(TAKE_BACK, SIGNED)
        self.wanted.append("active")


def screens_shown(tg: Emulator) -> Counter[int]:
    """By chat: how many screens reached it, whether sent or put in the place of an older one."""
    shown: Counter[int] = Counter()
    for call in tg.calls:
        sent = call.method == "sendMessage" and call.code == 200
        unchanged = call.method == "editMessageText" and call.code in (200, 400)
        if sent or unchanged:
            shown[int(call.chat_id or 0)] += 1
    return shown
