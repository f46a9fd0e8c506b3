"""The clock wakes jobs whatever becomes of them; the demo's clock is walked so that nothing is skipped over."""

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta, tzinfo
from itertools import pairwise

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from apscheduler.schedulers import base as scheduler_module
from structlog.typing import EventDict

from bot.clock import Clock
from bot.jobs import clock as jobs_module
from bot.jobs.clock import Jobs
from bot.jobs.demo import STEP, DemoClock
from db.store import Store
from tests.bot.parts import until

DAY = timedelta(days=1)


@pytest.fixture
async def jobs() -> AsyncIterator[Jobs]:
    jobs = Jobs()
    yield jobs
    await jobs.end(1)


async def test_a_failing_job_is_logged_and_woken_again(jobs: Jobs, logged: list[EventDict]) -> None:
    woken: list[int] = []

    async def work() -> None:
        woken.append(1)
        if len(woken) < 3:
            raise KeyError("x")

    jobs.add("odd", 0.02, work)
    jobs.start()
    await until(lambda: len(woken) >= 4)
    failed = [(entry["event"], entry["job"]) for entry in logged if entry["event"] == "a job failed"]
    assert failed == [("a job failed", "odd")] * 2


async def test_a_slow_job_is_not_begun_twice_and_holds_up_no_other(jobs: Jobs) -> None:
    gate, begun, other = asyncio.Event(), list[int](), list[int]()

    async def slow() -> None:
        begun.append(1)
        await gate.wait()

    async def quick() -> None:
        other.append(1)

    jobs.add("slow", 0.02, slow)
    jobs.add("quick", 0.02, quick)
    jobs.start()
    await until(lambda: len(other) >= 4)
    assert len(begun) == 1
    gate.set()
    await until(lambda: len(begun) == 2)


async def test_a_job_is_late_when_it_only_fails(
    jobs: Jobs, monkeypatch: pytest.MonkeyPatch, logged: list[EventDict]
) -> None:
    monkeypatch.setattr(jobs_module, "LATE", 0.1)

    async def fails() -> None:
        raise KeyError("x")

    async def works() -> None:
        pass

    jobs.add("bad", 0.02, fails)
    jobs.add("good", 0.02, works)
    jobs.start()
    await until(lambda: not jobs.ages()["bad"][1])
    assert jobs.ages()["good"][1]
    assert jobs.ages()["good"][0] < 5


class Work:
    """A job in the middle of its work until the gate opens."""

    def __init__(self) -> None:
        self.begun, self.gate, self.done = asyncio.Event(), asyncio.Event(), False

    async def run(self) -> None:
        self.begun.set()
        await self.gate.wait()
        self.done = True


async def test_the_end_waits_for_a_job_in_the_middle_of_its_work(jobs: Jobs, logged: list[EventDict]) -> None:
    work = Work()
    jobs.add("tidy", 60, work.run)
    jobs.start()
    await work.begun.wait()
    asyncio.get_running_loop().call_later(0.05, work.gate.set)
    assert await jobs.end(5)
    assert work.done
    assert [entry for entry in logged if entry["log_level"] == "error"] == []


async def test_a_job_that_does_not_end_in_time_is_cut_off(jobs: Jobs) -> None:
    work = Work()
    jobs.add("tidy", 60, work.run)
    jobs.start()
    await work.begun.wait()
    assert not await jobs.end(0.05)
    await asyncio.sleep(0)
    work.gate.set()
    await asyncio.sleep(0)
    assert not work.done


async def test_after_the_end_no_job_is_woken(jobs: Jobs) -> None:
    woken: list[int] = []

    async def work() -> None:
        woken.append(1)

    jobs.add("quick", 0.02, work)
    jobs.start()
    await until(lambda: bool(woken))
    assert await jobs.end(1)
    seen = len(woken)
    await asyncio.sleep(0.1)
    assert len(woken) == seen


class SetBack(datetime):
    """A wall clock that shows less than it did."""

    by = timedelta(0)

    @classmethod
    def now(cls, tz: tzinfo | None = None) -> "SetBack":
        return super().now(tz) - cls.by


async def woken_after_a_day_back(jobs: Jobs, monkeypatch: pytest.MonkeyPatch) -> Callable[[], int]:
    """A job of 50 a second, and then the clock set back; gives how often it has been woken since."""
    for module in (jobs_module, scheduler_module):
        monkeypatch.setattr(module, "datetime", SetBack)
    monkeypatch.setattr(SetBack, "by", timedelta(0))
    woken: list[int] = []

    async def work() -> None:
        woken.append(1)

    jobs.add("quick", 0.02, work)
    jobs.start()
    await until(lambda: len(woken) > 2)
    monkeypatch.setattr(SetBack, "by", DAY)
    await asyncio.sleep(0.1)  # the one that was due already
    seen = len(woken)
    return lambda: len(woken) - seen


async def test_a_clock_set_back_puts_no_job_to_sleep(jobs: Jobs, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jobs_module, "LOOK", 0.05)
    woken = await woken_after_a_day_back(jobs, monkeypatch)
    await until(lambda: woken() > 4)


async def test_jobs_that_nobody_looks_after_sleep_on(jobs: Jobs, monkeypatch: pytest.MonkeyPatch) -> None:
    """The broken twin: APScheduler alone."""
    monkeypatch.setattr(jobs_module, "LOOK", 1e6)
    woken = await woken_after_a_day_back(jobs, monkeypatch)
    await asyncio.sleep(0.3)
    assert woken() == 0


def test_the_clock_shows_aware_utc_and_its_offset() -> None:
    clock = Clock()
    assert abs(clock.now() - datetime.now(UTC)) < timedelta(seconds=1)
    clock.offset = DAY
    assert abs(clock.now() - datetime.now(UTC) - DAY) < timedelta(seconds=1)


class Turned:
    """The emulator's clock as the bot sees it, and what the bot did on its way."""

    def __init__(self, store: Store) -> None:
        self.offset, self.url = timedelta(0), ""
        self.store, self.clock = store, Clock()
        self.stops: list[timedelta] = []
        self.die_after: int | None = None
        self.stopping = False

    async def answer(self, _: web.Request) -> web.Response:
        return web.json_response({"offset": self.offset.total_seconds(), "now": "x"})

    async def settled(self) -> bool:
        if self.die_after is not None and len(self.stops) >= self.die_after:
            raise KeyboardInterrupt
        if self.stopping:
            return False
        self.stops.append(self.clock.offset)
        return True

    def demo(self) -> DemoClock:
        return DemoClock(self.url, self.clock, self.store, self.settled)


@pytest.fixture
async def turned(store: Store) -> AsyncIterator[Turned]:
    turned, app = Turned(store), web.Application()
    app.router.add_get("/demo/clock", turned.answer)
    async with TestServer(app) as server:
        turned.url = str(server.make_url("/demo/clock"))
        yield turned


async def test_at_the_first_start_it_stands_where_the_emulators_clock_stands(turned: Turned) -> None:
    turned.offset = 100 * DAY
    demo = turned.demo()
    await demo.begin()
    assert turned.clock.offset == 100 * DAY
    await demo.walk()
    assert turned.stops == []


async def test_a_day_is_walked_in_quarters_of_an_hour_and_everything_due_is_sent_at_each(turned: Turned) -> None:
    demo = turned.demo()
    await demo.begin()
    turned.offset = DAY + timedelta(minutes=7)
    await demo.walk()
    assert turned.stops == [*(STEP * number for number in range(1, 97)), turned.offset]
    assert turned.clock.offset == turned.offset


async def test_turned_in_the_middle_of_a_walk_it_goes_on_from_there(turned: Turned) -> None:
    demo = turned.demo()
    await demo.begin()
    for hours in (1, 3):
        turned.offset = timedelta(hours=hours)
        await demo.walk()
    assert turned.stops == [STEP * number for number in range(1, 13)]


async def test_the_clock_is_never_walked_back(turned: Turned) -> None:
    turned.offset = DAY
    demo = turned.demo()
    await demo.begin()
    turned.offset = timedelta(0)
    await demo.walk()
    assert turned.clock.offset == DAY


async def test_killed_on_its_way_it_goes_on_from_the_last_step_and_skips_nothing(turned: Turned) -> None:
    demo = turned.demo()
    await demo.begin()
    turned.offset, turned.die_after = DAY, 40
    with pytest.raises(KeyboardInterrupt):
        await demo.walk()
    walked, turned.stops, turned.die_after = turned.stops, [], None
    turned.clock = Clock()
    again = turned.demo()
    await again.begin()
    assert turned.clock.offset <= walked[-1]
    await again.walk()
    way = [*walked, *turned.stops]
    assert timedelta(0) <= DAY - turned.clock.offset <= timedelta(milliseconds=1)  # less is no step worth walking
    assert max(after - before for before, after in pairwise(way)) <= STEP + timedelta(seconds=5)


async def test_stopped_on_its_way_it_goes_no_further_and_counts_no_step_that_was_not_served(turned: Turned) -> None:
    demo = turned.demo()
    await demo.begin()
    turned.offset, turned.stopping = DAY, True
    await demo.walk()
    turned.clock, turned.stopping = Clock(), False
    await turned.demo().begin()
    assert turned.clock.offset < timedelta(seconds=5)


async def test_a_clock_set_at_once_would_skip_what_is_due_on_the_way(turned: Turned) -> None:
    """The broken twin of the walk: one stop in a whole day."""
    turned.offset = DAY
    turned.clock.offset = turned.offset
    await turned.settled()
    assert turned.stops == [DAY]
