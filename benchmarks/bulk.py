"""Many due reminders: our delivery beside three other ways to send, at one limit; and a press while they go out."""

import asyncio
import sys
import tempfile
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import quantiles

from sqlalchemy import Connection, select
from sqlalchemy.dialects.sqlite import insert

from benchmarks import process, sides, town
from benchmarks.crowd import Crowd, Scenario
from benchmarks.senders import KINDS
from benchmarks.sides import Running
from db.rules.reminders import EVENING
from db.store import Store
from db.tables import events, outbox, people, signups
from emulator import Emulator
from emulator.calls import Record
from handlers import buttons as to

LIMIT = 30.0  # messages a second that the emulator bears, a burst of as many beside
TRIPS = (0.05, 0.15)  # seconds
HEAD = 2.0  # seconds at the beginning that are not counted: the burst
PRESSED, PRESS_RATE, OURS_BESIDE = 40, 4.0, 25.0  # people, presses a second, BULK_RATE as it comes
QUIET = {"quiet_from": 0, "quiet_to": 0}  # nobody sleeps
SENT = ("sendMessage",)


@dataclass(frozen=True)
class Sending:
    """One way at one round trip; `rate` in messages a second, after HEAD; `cpu` in milliseconds a message."""

    way: str
    trip: float
    sent: int
    rate: float
    refused: int
    cpu: float


@dataclass(frozen=True)
class Beside:
    """Presses while reminders go out: milliseconds, the round trip included."""

    trip: float
    presses: int
    p50: float
    p95: float
    rate: float  # of the reminders meanwhile


async def run(count: int, seconds: float) -> tuple[list[Sending], list[Beside]]:
    """Each way with `count` people to write to, measured for `seconds`, or until all is sent."""
    found, beside = list[Sending](), list[Beside]()
    with tempfile.TemporaryDirectory(prefix="bulk-") as name:
        for trip in TRIPS:
            for way in (*KINDS, "druzhba"):
                found.append(await _way(Path(name), way, trip, count, seconds))
            beside.append(await _beside(Path(name), trip, count, seconds))
    return found, beside


async def _way(folder: Path, way: str, trip: float, count: int, seconds: float) -> Sending:
    async with _telegram(trip, count) as telegram:
        if way == "druzhba":
            running = await Running.start(await _ours(folder, count, LIMIT), telegram)
            try:
                return await _measured(telegram, way, trip, running.pid, count, seconds)
            finally:
                await running.stop(telegram)
        started = await _sender(folder, way, telegram, count)
        try:
            return await _measured(telegram, way, trip, started.pid, count, seconds)
        finally:
            if started.returncode is None:
                started.terminate()
            await started.wait()


def _telegram(trip: float, count: int) -> Emulator:
    telegram = Emulator()
    telegram.world.limits.configure(on=True, bulk=LIMIT)
    telegram.faults.latency = trip
    for number in town.numbers()[-count:]:
        telegram.person(f"Guest {number}", id=number, started=True)
    return telegram


async def _sender(folder: Path, way: str, telegram: Emulator, count: int) -> asyncio.subprocess.Process:
    first = town.numbers()[-count]
    with (folder / f"{way}.log").open("a") as log:
        command = (sys.executable, "-m", "benchmarks.senders", way, str(first), str(count))
        return await asyncio.create_subprocess_exec(*command, env=sides.environment(telegram), stdout=log, stderr=log)


async def _measured(telegram: Emulator, way: str, trip: float, pid: int, count: int, seconds: float) -> Sending:
    """From HEAD after the first message on, until all are sent or the time is over."""
    loop = asyncio.get_running_loop()
    while not (sent := _sent(telegram)):
        await asyncio.sleep(0.01)
    began = sent[0].at
    await asyncio.sleep(max(0.0, began + HEAD - loop.time()))
    before, spent = len(_sent(telegram)), process.cpu_ms(pid)
    while len(sent := _sent(telegram)) < count and loop.time() < began + HEAD + seconds:
        await asyncio.sleep(0.05)
    cpu = process.cpu_ms(pid) - spent
    counted = [one.at for one in sent[before:]]
    rate = (len(counted) - 1) / (counted[-1] - counted[0])
    return Sending(way, trip, len(sent), rate, telegram.calls.codes[429], cpu / len(counted))


def _sent(telegram: Emulator) -> list[Record]:
    return [one for one in telegram.calls if one.method in SENT and one.ok]


async def _ours(folder: Path, count: int, rate: float) -> sides.Side:
    """Our bot on a store of its own with so many reminders due."""
    database = Path(tempfile.mkdtemp(dir=folder)) / "druzhba.db"
    await town.build(database, datetime.now(UTC))
    store = await Store.open(database)
    await store.write(_due, count, datetime.now(UTC))
    await store.close()
    side = sides.ours(folder, database)
    return sides.Side(side.name, side.command, folder, {**side.surroundings, "BULK_RATE": str(rate)}, side.port)


def _due(conn: Connection, count: int, now: datetime) -> None:
    """The last of the town come to an event tomorrow, and their evening reminder is due."""
    conn.execute(people.update().values(QUIET))
    twin = conn.scalar(select(events.c.id).where(events.c.slug == "twin-0"))
    own = list(conn.scalars(select(people.c.id).order_by(people.c.id.desc()).limit(count)))
    conn.execute(signups.delete().where(signups.c.event_id == twin))
    party = {"event_id": twin, "state": "active", "adults": 1, "created_at": now, "changed_at": now}
    rows = [{"person_id": person, "code": 1000 + n, **party} for n, person in enumerate(own)]
    made = conn.execute(insert(signups).returning(signups.c.id, signups.c.person_id), rows).all()
    when = {"planned_at": now, "due_at": now, "deadline": now + timedelta(days=1), "slot": "bench"}
    conn.execute(insert(outbox), [{"kind": EVENING, "subject_id": one, "person_id": who, **when} for one, who in made])


async def _beside(folder: Path, trip: float, count: int, seconds: float) -> Beside:
    """Some press their poster by turns while the reminders of the others go out."""
    async with _telegram(trip, count) as telegram:
        crowd = Crowd(telegram, town.numbers()[:PRESSED])
        running = await Running.start(await _ours(folder, count, OURS_BESIDE), telegram)
        try:
            buttons = [to.Poster(page=page, when=to.When.ANY, what=to.What.ANY).pack() for page in (0, 1)]
            before, began = len(_sent(telegram)), asyncio.get_running_loop().time()
            flow = await crowd.in_step(Scenario("poster", buttons), PRESS_RATE, seconds)
            rate = (len(_sent(telegram)) - before) / (asyncio.get_running_loop().time() - began)
        finally:
            await running.stop(telegram)
    cuts = quantiles(flow.waits, n=20)
    return Beside(trip, flow.presses, cuts[9], cuts[18], rate)
