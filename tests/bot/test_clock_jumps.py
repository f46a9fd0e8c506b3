"""Forty and more ways for the machine's clock to jump beside reminders: each comes at most once, none early, and what
is too late in the end is counted as that."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Connection
from structlog.typing import EventDict

from bot.clock import Clock, Reading
from bot.nursery import Nursery
from db import consents, migrate, people, signups
from db import store as store_module
from db.rules.seats import Party
from db.rules.walltime import moment
from db.store import Store
from tests.bot.machine import ZERO, Bench, Machine
from tests.db.scene import add_event

GUEST, OWNER = 7, 500
MINUTE, HOUR, DAY, YEAR = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1), timedelta(days=365)
STEP = timedelta(minutes=30)
BOTH, NONE = frozenset({"evening", "hours"}), frozenset[str]()
HOURS_ONLY = frozenset({"hours"})

TOMSK, BERLIN = "Asia/Tomsk", "Europe/Berlin"
SPRING, AUTUMN, EARLY = "2027-03-28T12:00", "2027-10-31T12:00", "2027-03-28T02:30"  # the last is an hour nobody sees


@dataclass(frozen=True)
class Case:
    """The clock takes on the error `by` at `at`, counted from when the evening reminder is due, and loses it `lasts`
    later; `come` are the reminders that have to arrive all the same."""

    name: str
    by: timedelta
    at: timedelta
    lasts: timedelta = 2 * HOUR
    come: frozenset[str] = BOTH
    zone: str = TOMSK
    starts: str = SPRING
    before: timedelta = ZERO  # the error there was before: `at` puts the clock right, and an owner says so
    restart: str = ""
    quiet: tuple[int, int] = (1260, 540)


JUMPS = {
    f"{'+' if sign > 0 else '-'}{name}": sign * span
    for name, span in (("hour", HOUR), ("day", DAY), ("year", YEAR))
    for sign in (1, -1)
}
WHEN = {"an hour before it is due": -HOUR, "as it is due": ZERO, "a minute after": MINUTE}


def cases() -> Iterator[Case]:
    for name, by in JUMPS.items():
        for words, at in WHEN.items():
            yield Case(f"{name}, {words}", by, at)
        yield Case(f"{name}, until it is too late", by, -HOUR, lasts=3 * DAY, come=NONE)
        yield Case(f"{name}, until the evening one is too late", by, -HOUR, lasts=17 * HOUR, come=HOURS_ONLY)
        yield Case(f"{name}, and the process starts again", by, -HOUR, restart="process")
        yield Case(f"{name}, while the process is down", by, -HOUR, restart="down")
    for name in ("-hour", "-day", "-year"):
        yield Case(f"{name}, and the machine starts again", JUMPS[name], -HOUR, restart="machine")
        yield Case(f"{name} from the beginning, then put right", ZERO, -10 * HOUR, before=JUMPS[name])
    yield Case("+hour from the beginning, then put right", ZERO, -10 * HOUR, before=HOUR)
    for name in ("-hour", "-day", "+day"):
        yield Case(f"{name}, while it is being sent", JUMPS[name], ZERO, restart="in flight")
    for zone in (BERLIN, TOMSK):
        for season, starts, night in (("spring", SPRING, 8 * HOUR), ("autumn", AUTUMN, 9 * HOUR)):
            for name in ("+hour", "-hour"):
                yield Case(f"{name}, in {zone}, the night of {season}", JUMPS[name], night, HOUR, BOTH, zone, starts)
    evening_only = frozenset({"evening"})  # the other would be due at half past midnight
    yield Case("+hour, and an event in the hour that is left out", HOUR, ZERO, HOUR, evening_only, BERLIN, EARLY)
    yield Case("from the day into the quiet hours", 6 * HOUR, -HOUR)
    yield Case("out of the quiet hours", 10 * HOUR, ZERO, quiet=(1110, 540))


CASES = {case.name: case for case in cases()}


def sign_up(conn: Connection, case: Case, now: datetime) -> datetime:
    """The scene: an owner, an event, a guest who comes; gives when the evening reminder is due."""
    people.make_owners(conn, (OWNER,), TOMSK, now)
    end = case.starts.replace("T12", "T15").replace("T02", "T05")
    event = add_event(conn, zone=case.zone, starts_local=case.starts, ends_local=end, closes_local=case.starts)
    guest = people.meet(conn, GUEST, case.zone, now)
    conn.exec_driver_sql("UPDATE people SET quiet_from = ?, quiet_to = ?", case.quiet)
    consents.give(conn, guest.id, "ru", now)
    signups.join(conn, event, guest.id, Party(1), "Гость", now)
    return datetime.fromisoformat(
        conn.exec_driver_sql("SELECT due_at FROM outbox WHERE kind = 'evening'").scalar_one()
    ).replace(tzinfo=UTC)


class Played:
    """A case from the signup to long after the event."""

    def __init__(self, case: Case, bench: Bench) -> None:
        self.case, self.bench, self.machine = case, bench, bench.machine
        self.owner = 0

    async def play(self) -> None:
        case, machine = self.case, self.machine
        starts = moment(case.starts, case.zone)
        machine.true = starts - timedelta(hours=30)
        machine.error = case.before
        await self.bench.start()
        due = await self.bench.store.write(sign_up, case, self.bench.clock.now())
        if case.restart == "in flight":
            self.bench.in_flight = [case.by]
        await self.walk(due + case.at)
        await self.jump()
        await self.walk(due + case.at + case.lasts)
        machine.error = ZERO
        await self.walk(max(starts, machine.true) + HOUR)

    async def walk(self, until: datetime) -> None:
        """By half hours, and a second before and after everything that is due."""
        here, stops = self.machine.true, {until}
        for row in self.bench.rows("evening", "hours"):
            stops |= {row["due_at"] + timedelta(seconds=off) for off in (-1, 0, 1)}
        while here < until:
            here = min([here + STEP, *(stop for stop in stops if stop > here)])
            await self.bench.at(here)

    async def jump(self) -> None:
        case, bench = self.case, self.bench
        self.machine.error = case.by
        if case.restart == "process":
            await bench.at(self.machine.true)
        if case.restart == "machine":
            self.machine.reboot()
        if case.restart in ("machine", "process", "down"):
            self.machine.true += 10 * MINUTE
            await bench.start()
        await bench.at(self.machine.true)
        if case.before:
            assert await bench.say_right(await bench.store.read(owner))


def owner(conn: Connection) -> int:
    return int(conn.exec_driver_sql("SELECT person_id FROM roles").scalar_one())


def faults(bench: Bench) -> list[str]:
    """What must never happen to a reminder: sent before its time, sent twice, given up before its deadline, or left."""
    found, ours = list[str](), list[int]()
    for row in bench.rows("evening", "hours"):
        if row["state"] == "sent":
            ours.append(row["message_id"])
            true, _, _ = bench.sent[row["message_id"] - 1]
            found += [f"{row['kind']} was sent {row['planned_at'] - true} early"] if true < row["planned_at"] else []
        elif row["state"] != "dropped" or bench.dropped[row["id"]] < row["deadline"]:
            found.append(f"{row['kind']} is {row['state']}: {row['error']}")
    told = [number for number, (_, chat, _) in enumerate(bench.sent, 1) if chat == GUEST]
    return found + (["something was sent twice"] if told != sorted(ours) else [])


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("template") / "template.db"
    migrate.upgrade(path)
    return path


@pytest.fixture
def database(template: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(template, tmp_path / "druzhba.db"))


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """No power is cut here: days go by faster without waiting for the disk."""
    monkeypatch.setattr(store_module, "PRAGMAS", tuple(one.replace("FULL", "OFF") for one in store_module.PRAGMAS))


@pytest.fixture
def bench(quick: None, store: Store, database: Path, nursery: Nursery) -> Bench:
    return Bench(store, database, nursery, Machine(datetime(2027, 3, 1, tzinfo=UTC)))


@pytest.mark.parametrize("name", CASES)
async def test_each_comes_at_most_once_none_early_and_the_rest_is_counted(
    name: str, bench: Bench, logged: list[EventDict]
) -> None:
    case = CASES[name]
    await Played(case, bench).play()
    assert faults(bench) == []
    rows = bench.rows("evening", "hours")
    assert {row["kind"] for row in rows if row["state"] == "sent"} == case.come
    assert all(row["error"] == "past its deadline" for row in rows if row["state"] == "dropped")
    (alarm,) = bench.rows("alarm")
    assert alarm["state"] == "sent", "the owners are told, once"
    assert [entry["log_level"] for entry in logged if entry["event"].startswith("the clock has jumped")] == ["error"]


def test_there_are_forty_and_more() -> None:
    assert len(CASES) >= 40


class Credulous(Clock):
    """The broken twin: it believes the wall clock, whatever it shows."""

    def reading(self) -> Reading:
        return self._read()

    def jump(self) -> None:
        return None


@pytest.mark.parametrize("by", ["+hour", "+day", "+year"])
async def test_a_clock_that_believes_everything_is_found(
    by: str, quick: None, store: Store, database: Path, nursery: Nursery
) -> None:
    bench = Bench(store, database, nursery, Machine(datetime(2027, 3, 1, tzinfo=UTC)), Credulous)
    await Played(CASES[f"{by}, an hour before it is due"], bench).play()
    assert faults(bench) != []
