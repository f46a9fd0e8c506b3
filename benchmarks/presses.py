"""A press beside a bare echo: processor time, rate and waits for three screens, start-up and memory."""

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from benchmarks import sides, town
from benchmarks.crowd import Crowd, Flow, Scenario
from benchmarks.sides import Running, Side
from emulator import Emulator
from handlers import buttons as to

PRESSING = 1_000  # people; the rest of the town is only there
IN_FLIGHT = 100
RATE, STEP_SECONDS = 100.0, 2.5
NAMES = ("poster", "card", "sign up")


@dataclass(frozen=True)
class Stretch:
    """One scenario in one loop, once; `cpu` in milliseconds of the bot a press."""

    scenario: str
    closed: bool
    flow: Flow
    cpu: float


@dataclass
class Session:
    """One side from its start to its end; seconds and MB."""

    side: str
    polled: float
    healthy: float | None
    warm_mb: float
    end_mb: float = 0.0
    stretches: list[Stretch] = field(default_factory=list)


@dataclass(frozen=True)
class Part:
    """A scenario, and the press that has to come before it without being measured."""

    measured: Scenario
    before: Scenario | None = None


@dataclass(frozen=True)
class Cast:
    """Both sides with what is pressed in each."""

    parts: dict[str, tuple[Part, ...]]
    sides: tuple[Side, Side]


async def run(rounds: int) -> list[Session]:
    """Sessions in the order echo, ours, ours, echo, … Raises AssertionError where a press was lost or refused."""
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        folder = Path(name)
        database = folder / "druzhba.db"
        coming, joinable = await town.build(database, datetime.now(UTC))
        before = await town.signed_up(database)
        cast = _cast(folder, database, coming, joinable)
        async with Emulator() as telegram:
            crowd = Crowd(telegram, town.numbers()[:PRESSING])
            sessions = []
            for number in range(rounds):
                for side in cast.sides if number % 2 == 0 else cast.sides[::-1]:
                    sessions.append(await _session(telegram, crowd, side, cast.parts[side.name]))
        pressed = cast.parts[cast.sides[1].name][-1].measured.done
        made = await town.signed_up(database) - before
        assert made == pressed, f"{pressed} presses made {made} signups"
    return sessions


def _cast(folder: Path, database: Path, coming: Sequence[int], joinable: Sequence[int]) -> Cast:
    echo, ours = sides.echo(folder), sides.ours(folder, database)
    return Cast(
        {
            echo.name: tuple(Part(Scenario(name, [f"{name} {n}" for n in range(10)])) for name in NAMES),
            ours.name: (
                Part(
                    Scenario("poster", [to.Poster(page=n, when=to.When.ANY, what=to.What.ANY).pack() for n in (0, 1)])
                ),
                Part(Scenario("card", [to.Card(event=event).pack() for event in coming])),
                Part(
                    Scenario("sign up", [_join(event) for event in joinable]),
                    before=Scenario("begin", [to.SignUp(event=event).pack() for event in joinable]),
                ),
            ),
        },
        (echo, ours),
    )


def _join(event: int) -> str:
    return to.Adults(event=event, purpose=to.Purpose.JOIN, adults=1).pack()


async def _session(telegram: Emulator, crowd: Crowd, side: Side, parts: Sequence[Part]) -> Session:
    running = await Running.start(side, telegram)
    try:
        await crowd.together(parts[0].measured, IN_FLIGHT, PRESSING)  # everybody once: warm
        session = Session(side.name, running.polled, running.healthy, running.resident_mb)
        for part in parts:
            for closed in (True, False):
                session.stretches.append(await _stretch(crowd, running, part, closed))
        session.end_mb = running.resident_mb
    finally:
        await running.stop(telegram)
    return session


async def _stretch(crowd: Crowd, running: Running, part: Part, closed: bool) -> Stretch:
    presses = PRESSING if closed else int(RATE * STEP_SECONDS)
    if part.before is not None:
        await crowd.together(part.before, IN_FLIGHT, presses)
    before = running.cpu_ms
    if closed:
        flow = await crowd.together(part.measured, IN_FLIGHT, presses)
    else:
        flow = await crowd.in_step(part.measured, RATE, STEP_SECONDS)
    return Stretch(part.measured.name, closed, flow, (running.cpu_ms - before) / flow.presses)
