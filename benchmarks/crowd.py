"""People who press: all at once or in step, their waits measured where the answer arrives, in the emulator itself."""

import asyncio
import gc
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from emulator import Emulator
from emulator.errors import Wire

SETTLE = 0.15  # seconds after the last answer, for what a bot does a moment later
PATIENCE = 10.0  # seconds without a new screen
SILENCE = "the bot left {count} presses without a screen or an answer"


@dataclass
class Flow:
    """What one stretch of pressing came to; waits are from the press to the visible message, in milliseconds."""

    presses: int = 0
    seconds: float = 0.0  # from the first press to the last screen
    waits: list[float] = field(default_factory=list)

    @property
    def rate(self) -> float:
        return self.presses / self.seconds


@dataclass
class Scenario:
    """Buttons by turns, so that no screen is put in its own place; `done` presses so far, over all stretches."""

    name: str
    buttons: Sequence[str]
    done: int = 0


class Crowd:
    """Each person has one message of the bot and presses under it, again only when everybody else has."""

    def __init__(self, telegram: Emulator, people: Sequence[int]) -> None:
        self._telegram, self._people = telegram, people
        self._pressed: dict[int, float] = {}
        self._began, self._to_come = 0.0, 0
        self._flow, self._scenario = Flow(), Scenario("", ())
        telegram.world.listeners.add(self._changed)
        for number in people:
            chat = telegram.chat(telegram.person(f"Guest {number}", id=number, started=True))
            telegram.world.add_message(chat, None, {"text": "…"})

    async def together(self, scenario: Scenario, width: int, presses: int) -> Flow:
        """Closed loop: `width` presses in flight, the next one as soon as a screen is visible."""
        with self._begun(scenario) as flow:
            self._to_come = presses
            for _ in range(min(width, presses)):
                self._press_next()
            await self._answered()
        await asyncio.sleep(SETTLE)
        return flow

    async def in_step(self, scenario: Scenario, rate: float, seconds: float) -> Flow:
        """Open loop: a press every 1/rate seconds, whether the earlier ones are answered or not."""
        with self._begun(scenario) as flow:
            for step in range(int(rate * seconds)):
                await asyncio.sleep(max(0.0, self._began + step / rate - time.monotonic()))
                self._press()
            await self._answered()
        await asyncio.sleep(SETTLE)
        return flow

    @contextmanager
    def _begun(self, scenario: Scenario) -> Iterator[Flow]:
        """No collection of garbage in the emulator while it measures; nothing left of the stretch after it."""
        self._flow, self._scenario = Flow(), scenario
        refused = sum(self._telegram.calls.codes.values()) - self._telegram.calls.codes[200]
        gc.collect()
        gc.freeze()
        gc.disable()
        self._began, self._to_come = time.monotonic(), 0
        try:
            yield self._flow
        finally:
            gc.enable()
            self._telegram.queries.clear()
        codes = self._telegram.calls.codes
        assert sum(codes.values()) - codes[200] == refused, f"calls were refused: {dict(codes)}"

    def _press_next(self) -> None:
        if self._to_come:
            self._to_come -= 1
            self._press()

    def _press(self) -> None:
        scenario = self._scenario
        lap, who = divmod(scenario.done, len(self._people))
        scenario.done += 1
        button = scenario.buttons[(lap + who) % len(scenario.buttons)]
        person = self._people[who]
        self._pressed[person] = time.monotonic()
        self._flow.presses += 1
        self._telegram.press(person, data=button, message_id=1, forge=True)

    def _changed(self, event: Wire) -> None:
        """The emulator says that a chat shows something new."""
        pressed = self._pressed.pop(event["chat"], None) if event["type"] == "chat" else None
        if pressed is None:
            return
        now = time.monotonic()
        self._flow.waits.append((now - pressed) * 1000)
        self._flow.seconds = now - self._began
        self._press_next()

    async def _answered(self) -> None:
        """Until every press has its screen, its answer, and is confirmed."""
        seen, since = -1, time.monotonic()
        while self._to_come or self._pressed or self._telegram.pending or self._spinning():
            if len(self._flow.waits) != seen:
                seen, since = len(self._flow.waits), time.monotonic()
            assert time.monotonic() - since < PATIENCE, SILENCE.format(count=len(self._pressed))
            await asyncio.sleep(0.005)

    def _spinning(self) -> bool:
        return not all(query.answers for query in self._telegram.queries.values())
