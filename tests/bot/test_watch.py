"""The machine's clock, watched: what is a jump and what is none, who is told how often, and how it ends."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Connection
from structlog.typing import EventDict

from bot.clock import JUMP, Clock, Reading, machine
from bot.jobs.watch import FACT
from bot.nursery import Nursery
from db import facts, jumps, outbox, people
from db.rules.refusals import Gone
from db.store import Store
from tests.bot.machine import ZERO, Bench, Machine
from tests.db.scene import DAY, HOUR, MINUTE, NOW, add_guest

OWNER, GUEST = 500, 7
SECOND = timedelta(seconds=1)


@pytest.fixture
def metal() -> Machine:
    return Machine(NOW)


@pytest.fixture
async def bench(store: Store, database: Path, nursery: Nursery, metal: Machine) -> Bench:
    await store.write(people.make_owners, (OWNER,), "Asia/Tomsk", NOW)
    await store.write(add_guest, GUEST)
    bench = Bench(store, database, nursery, metal)
    await bench.start()
    await bench.at(NOW)
    return bench


def alarms_said(bench: Bench) -> list[str]:
    """How far and which way, as owners read it."""
    return [text.split("\n\n")[1] for _, chat, text in bench.sent if chat == OWNER]


def test_small_differences_are_followed_and_never_add_up(metal: Machine) -> None:
    clock = Clock(metal.read)
    for _ in range(100):
        metal.true += HOUR
        metal.error += 4 * MINUTE
        assert clock.jump() is None
        assert clock.now() == metal.true + metal.error


def test_five_minutes_are_none_and_a_second_more_is(metal: Machine) -> None:
    for sign in (1, -1):
        clock = Clock(metal.read)
        metal.error += sign * JUMP
        assert clock.jump() is None
        metal.error += sign * SECOND
        assert clock.jump() == sign * (JUMP + SECOND)
        clock.reading()
        assert clock.jump() is not None, "looking at it follows no jump"
        clock.follow()


def test_the_sleep_of_the_machine_and_the_demos_walk_are_none(metal: Machine) -> None:
    clock = Clock(metal.read)
    metal.true += 9 * HOUR
    clock.offset += 7 * DAY
    assert clock.jump() is None
    assert clock.now() == metal.true + 7 * DAY


def test_business_time_goes_on_as_before(metal: Machine) -> None:
    clock = Clock(metal.read)
    metal.error = -365 * DAY
    for _ in range(3):
        metal.true += HOUR
        assert clock.now() == metal.true
    metal.error = ZERO
    assert (clock.jump(), clock.now()) == (None, metal.true)


def test_the_machine_of_these_tests_has_a_steady_clock_and_tells_its_starts_apart() -> None:
    first, second = machine(), machine()
    assert first.start == second.start and first.start
    assert second.since(first) >= ZERO
    assert Reading.of(first.kept()) == first
    other = second._replace(start="another", steady=0.0)
    assert other.since(first) == second.wall - first.wall


async def test_it_is_logged_and_told_once(bench: Bench, metal: Machine, logged: list[EventDict]) -> None:
    metal.error = HOUR
    await bench.through(NOW + number * MINUTE for number in range(1, 30))
    assert alarms_said(bench) == ["Вперёд: 60 минут."]
    (line,) = logged
    assert (line["event"], line["seconds"]) == ("the clock has jumped: what goes by the time of day waits", 3600)
    metal.error = ZERO
    await bench.at(NOW + 31 * MINUTE)
    assert [entry["event"] for entry in logged][1:] == ["the clock has come back from its jump"]
    assert await bench.store.read(jumps.going_on) is None


async def test_a_clock_that_jumps_to_and_fro_does_not_ring_all_the_time(bench: Bench, metal: Machine) -> None:
    for number in range(60):
        metal.error = DAY if number % 2 else ZERO
        await bench.at(NOW + number * MINUTE)
    assert len(alarms_said(bench)) == 6


async def test_answers_go_out_meanwhile_and_what_goes_by_the_time_of_day_waits(bench: Bench, metal: Machine) -> None:
    guest = await bench.store.write(add_guest, GUEST)
    metal.error = DAY
    for kind in ("apology", "evening"):
        await bench.store.write(outbox.put, kind, 1, guest, "once", NOW, NOW + HOUR)
    await bench.at(NOW + MINUTE)
    states = {row["kind"]: row["state"] for row in bench.rows("apology", "evening", "alarm")}
    assert states == {"apology": "sent", "evening": "pending", "alarm": "sent"}
    assert await bench.delivery.settled(), "the demo's walk waits for nothing that waits for an owner"


async def test_an_owner_says_that_it_is_right(bench: Bench, metal: Machine, logged: list[EventDict]) -> None:
    metal.error = -DAY
    await bench.at(NOW + MINUTE)
    assert await bench.say_right(1)
    await bench.at(NOW + 2 * MINUTE)
    assert (bench.clock.jump(), bench.clock.now()) == (None, NOW + 2 * MINUTE - DAY)
    assert "the clock goes on from where it has jumped to" in [entry["event"] for entry in logged]
    await bench.start()
    assert bench.clock.jump() is None, "it is kept over a restart"
    assert not await bench.say_right(1), "nothing goes on any more"


async def test_the_answer_outlives_the_process(bench: Bench, metal: Machine, logged: list[EventDict]) -> None:
    metal.error = DAY
    await bench.at(NOW + MINUTE)
    await bench.say_right(1)
    await bench.start()
    assert bench.clock.jump() == DAY, "a restart believes nothing by itself"
    await bench.at(NOW + 2 * MINUTE)
    assert bench.clock.jump() is None


async def test_nobody_but_an_owner_says_so(bench: Bench, metal: Machine) -> None:
    metal.error = DAY
    await bench.at(NOW + MINUTE)
    with pytest.raises(Gone):
        await bench.say_right(2)


async def test_the_answer_to_one_jump_is_none_to_another(bench: Bench, metal: Machine, logged: list[EventDict]) -> None:
    metal.error = HOUR
    await bench.at(NOW + MINUTE)
    first = await bench.store.read(jumps.going_on)
    assert first is not None
    metal.error = 365 * DAY
    await bench.at(NOW + 12 * MINUTE)
    assert alarms_said(bench) == ["Вперёд: 60 минут.", "Вперёд: 365 дней."]
    assert not await bench.store.write(jumps.say_right, 1, first.alarm)
    await bench.at(NOW + 13 * MINUTE)
    assert bench.clock.jump() == 365 * DAY


async def test_an_answer_that_comes_while_it_jumps_again_is_none_to_the_new_one(bench: Bench, metal: Machine) -> None:
    metal.error = HOUR
    await bench.at(NOW + MINUTE)
    await bench.say_right(1)
    metal.error = 365 * DAY
    await bench.at(NOW + 2 * MINUTE)
    assert bench.clock.jump() == 365 * DAY


def kept(conn: Connection) -> datetime | None:
    found = facts.get(conn, FACT)
    return Reading.of(found).wall if found else None


async def test_the_reading_is_kept_once_a_minute_and_never_a_wrong_one(bench: Bench, metal: Machine) -> None:
    moments = [await bench.store.read(kept)]
    for seconds in range(5, 130, 5):
        await bench.at(NOW + seconds * SECOND)
        moments.append(await bench.store.read(kept))
    assert list(dict.fromkeys(moments)) == [NOW, NOW + MINUTE, NOW + 2 * MINUTE]
    metal.error = DAY
    await bench.at(NOW + 5 * MINUTE)
    assert await bench.store.read(kept) == NOW + 2 * MINUTE


async def test_over_a_start_of_the_machine_a_clock_set_back_is_seen_until_it_is_put_right(
    bench: Bench, metal: Machine, logged: list[EventDict]
) -> None:
    metal.true, metal.error = NOW + HOUR, -2 * HOUR
    metal.reboot()
    await bench.start()
    await bench.at(metal.true)
    assert bench.clock.jump() == -HOUR
    assert bench.clock.now() == NOW, "it is at least as late as it was"
    metal.error = ZERO
    await bench.at(metal.true + MINUTE)
    assert (bench.clock.jump(), bench.clock.now()) == (None, NOW + HOUR + MINUTE)


async def test_over_a_start_of_the_machine_a_clock_set_ahead_looks_like_a_long_sleep(
    bench: Bench, metal: Machine
) -> None:
    metal.error = DAY
    metal.reboot()
    await bench.start()
    assert (bench.clock.jump(), bench.clock.now()) == (None, NOW + DAY)


async def test_the_first_start_of_all(store: Store, database: Path, nursery: Nursery) -> None:
    bench = Bench(store, database, nursery, Machine(datetime(2020, 1, 1, tzinfo=UTC)))
    await bench.start()
    assert bench.clock.jump() is None
