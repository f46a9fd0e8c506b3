"""Trouble on the way to Telegram that changes every few seconds: every kind, for some calls or for all."""

import asyncio
import random
from collections import Counter
from collections.abc import Callable

from emulator import Emulator
from emulator.faults import Rule

CALLS = ("sendMessage", "editMessageText", "answerCallbackQuery")
KINDS = ("500", "502-html", "truncated", "drop-before", "drop-after", "429", "slow")
POLL_KINDS = ("500", "502-html", "truncated", "drop-before", "drop-after", "409", "429", "401")
LASTS = 1.5, 5.0  # seconds
SHORT = 2.0  # seconds: what stops everything is over sooner, or nobody would be answered at all
BEYOND_PATIENCE = 25.0  # seconds: the bot gives a call up after 20

Front = Callable[["Weather"], None]


class Weather:
    def __init__(self, tg: Emulator, chance: random.Random) -> None:
        self._tg, self._chance = tg, chance
        self._rules: list[Rule] = []
        self._past: Counter[str] = Counter()

    async def change(self) -> None:
        """Until cancelled; half of the time the sky is clear."""
        while True:
            self.clear()
            if self._chance.random() < 0.5:
                front = self._chance.choice(FRONTS)
                front(self)
                stops_all = any(rule.method == "*" and rule.probability >= 1 for rule in self._rules)
                await asyncio.sleep(SHORT if stops_all else self._chance.uniform(*LASTS))
            else:
                await asyncio.sleep(self._chance.uniform(*LASTS))

    def clear(self) -> None:
        """Whatever there is ends."""
        self._tg.faults.clear()
        self._past += Counter({rule.kind: 0 for rule in self._rules})
        for rule in self._rules:
            self._past[rule.kind] += rule.used
        self._rules = []

    @property
    def happened(self) -> Counter[str]:
        """Calls that met trouble, by its kind."""
        found = Counter(self._past)
        for rule in self._rules:
            found[rule.kind] += rule.used
        return found

    def _order(self, kind: str, method: str = "*", probability: float = 1.0, times: int | None = None) -> None:
        seconds = BEYOND_PATIENCE if kind == "hang" else self._chance.uniform(0.3, 2.0)
        pause = self._chance.choice((1, 1, 2, 3))
        rule = self._tg.faults.add(
            kind, method=method, probability=probability, times=times, seconds=seconds, retry_after=pause
        )
        self._rules.append(rule)
        self._tg.updates.wake()  # a poll that is waiting meets it as well

    def drizzle(self) -> None:
        for kind in self._chance.sample(KINDS, 3):
            self._order(kind, probability=0.08)

    def storm(self) -> None:
        """Every second call of one kind."""
        self._order(self._chance.choice(KINDS), method=self._chance.choice(CALLS), probability=0.5)

    def hanging(self) -> None:
        self._order("hang", method=self._chance.choice(CALLS), times=self._chance.randint(1, 3))

    def one_chat(self) -> None:
        """Telegram has had enough of one chat."""
        chat = self._chance.choice(sorted(self._tg.world.people))
        rule = self._tg.faults.add("429", chat_id=chat, times=3, retry_after=self._chance.choice((2, 5)))
        self._rules.append(rule)

    def everybody_waits(self) -> None:
        self._order("429", method="sendMessage", times=self._chance.randint(3, 10))

    def polls(self) -> None:
        self._order(self._chance.choice(POLL_KINDS), method="getUpdates", times=self._chance.randint(1, 3))

    def cut(self) -> None:
        self._order(self._chance.choice(("drop-before", "401", "500", "502-html")))


FRONTS: tuple[Front, ...] = (
    Weather.drizzle,
    Weather.drizzle,
    Weather.drizzle,
    Weather.storm,
    Weather.hanging,
    Weather.one_chat,
    Weather.everybody_waits,
    Weather.polls,
    Weather.polls,
    Weather.cut,
)
