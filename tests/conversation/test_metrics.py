"""/metrics after people have pressed: what they did stands in it as numbers, and nothing of theirs as words."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import aiohttp
import pytest
from prometheus_client.parser import text_string_to_metric_families

from bot import handling
from bot.http import serve
from db import inbox, outbox
from db.inbox import Received
from handlers import routers
from handlers.events import poster_screens
from tests.conversation.person import Person
from tests.conversation.queueing import full_evening, queues
from tests.conversation.world import World
from tests.db.scene import DAY, MINUTE
from tests.logs.canaries import NAME, PHONE, TEXT, canaries
from tests.logs.paths import raising

Scrape = dict[tuple[str, ...], float]  # the sample's name and the values of its labels


class Prometheus:
    def __init__(self, url: str) -> None:
        self._url, self.text = url, ""

    async def scrape(self) -> Scrape:
        async with aiohttp.ClientSession() as session, session.get(self._url) as answer:
            assert answer.status == 200
            assert answer.headers["Content-Type"].startswith("text/plain; version=0.0.4")
            self.text = await answer.text()
        families = text_string_to_metric_families(self.text)
        return {(one.name, *one.labels.values()): one.value for family in families for one in family.samples}


@asynccontextmanager
async def asked(world: World) -> AsyncIterator[Prometheus]:
    runner = await serve("127.0.0.1", 0, {"/metrics": world.app.metrics.page})
    try:
        yield Prometheus(f"http://127.0.0.1:{runner.addresses[0][1]}/metrics")
    finally:
        await runner.cleanup()


@pytest.fixture
async def prometheus(world: World) -> AsyncIterator[Prometheus]:
    async with asked(world) as prometheus:
        yield prometheus


async def test_presses_by_screen_and_how_long_they_took(prometheus: Prometheus, ivan: Person) -> None:
    before = await prometheus.scrape()
    await ivan.chooses("Афиша", "21 марта", "Записаться")
    await ivan.says("/my")
    await ivan.says("что?")
    await ivan.forges("zz:1")
    found = await prometheus.scrape()
    new = {key: value - before.get(key, 0) for key, value in found.items() if value != before.get(key, 0)}
    screens = {key[1]: value for key, value in new.items() if key[0] == "druzhba_presses_total"}
    assert screens == {"poster_page": 1, "card": 1, "sign_up": 1, "mine": 1, "not_understood": 1, "stale_button": 1}
    assert new["druzhba_updates_total", "callback_query", "done"] == 4
    assert new["druzhba_updates_total", "message", "done"] == 2
    assert new["druzhba_update_seconds_count",] == new["druzhba_update_seconds_bucket", "+Inf"] == 6
    assert 0 < found["druzhba_update_p95_seconds",] < 30
    assert found["druzhba_healthy",] == 1


async def test_the_outbox_the_queues_and_who_cannot_be_reached(
    prometheus: Prometheus, world: World, ivan: Person, amina: Person
) -> None:
    await full_evening(world)
    await queues(ivan, 2, "Согласен")
    await world.due()
    found = await prometheus.scrape()
    assert (found["druzhba_queued_parties",], found["druzhba_people", "uz", "yes"]) == (1, 1)
    sent = found["druzhba_outbox_rows", "sent"]
    assert sent == found["druzhba_messages_total", "sent"] > 0

    await amina.becomes("kicked")
    await world.at(24, "18:00")  # the evening reminder of the guest who holds the places
    found = await prometheus.scrape()
    assert found["druzhba_outbox_rows", "sent"] == found["druzhba_messages_total", "sent"] == sent + 1
    assert found["druzhba_outbox_rows", "pending"] > 0
    assert (found["druzhba_people", "uz", "yes"], found["druzhba_people", "uz", "no"]) == (0, 1)


async def test_ages_of_what_waits(prometheus: Prometheus, world: World, ivan: Person) -> None:
    person = await world.app.known.get(ivan.id)
    now = world.now
    await world.app.store.write(outbox.put, "apology", 1, person.id, "once", now - 10 * MINUTE, now + DAY)
    await world.app.store.write(inbox.store, [Received(1, ivan.id, "{}")], now - 3 * MINUTE)
    found = await prometheus.scrape()
    assert found["druzhba_oldest_message_seconds",] == pytest.approx(600, abs=5)
    assert found["druzhba_oldest_update_seconds",] == pytest.approx(180, abs=5)
    assert (found["druzhba_open_updates",], found["druzhba_healthy",]) == (1, 0)
    await world.app.store.write(inbox.finish, [1])
    await world.due()


async def test_what_failed(prometheus: Prometheus, world: World, ivan: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    world.expect_aside = True
    with monkeypatch.context() as patch:
        patch.setattr(poster_screens, "poster", raising(RuntimeError()))
        await ivan.press("Афиша")
    found = await prometheus.scrape()
    tries = len(handling.BUG_STEPS) + 1
    assert (found["druzhba_failures_total", "ours"], found["druzhba_failures_total", "telegram"]) == (tries, 0)
    assert found["druzhba_updates_total", "callback_query", "aside"] == 1
    assert found["druzhba_presses_total", "poster_page"] == 1


async def test_a_restart_begins_the_counts_again_and_the_store_keeps_its_figures(world: World, amina: Person) -> None:
    async with asked(world) as prometheus:
        before = await prometheus.scrape()
        assert before["druzhba_updates_total", "message", "done"] == 1
    await world.restart()
    async with asked(world) as prometheus:
        after = await prometheus.scrape()
    assert after["druzhba_updates_total", "message", "done"] == 0
    assert after["druzhba_people", "uz", "yes"] == before["druzhba_people", "uz", "yes"] == 1
    assert not any(key[0] in ("druzhba_presses_total", "druzhba_update_p95_seconds") for key in after)


async def test_nothing_that_came_from_people_stands_in_it(prometheus: Prometheus, world: World, ivan: Person) -> None:
    guest = world.person(7001002003, NAME)
    await guest.start()
    await guest.press("Русский")
    await guest.start(f"e_{TEXT}")
    await guest.says(f"/{TEXT}")
    await guest.says(TEXT)
    await guest.edits(TEXT)
    await guest.forges(f"kanareyka:{TEXT}"[:64])
    await guest.forges("ev:kanareyka")
    await guest.sends(contact={"phone_number": PHONE, "first_name": NAME})
    found = await prometheus.scrape()
    assert canaries(prometheus.text) == []
    assert str(guest.id) not in prometheus.text
    assert {key[1] for key in found if key[0] == "druzhba_presses_total"} <= screens()


def screens() -> set[str]:
    """Every label that presses can ever have: names of functions in handlers/."""
    kinds = ("message", "edited_message", "callback_query")
    return {one.callback.__name__ for router in routers() for kind in kinds for one in router.observers[kind].handlers}


def test_no_two_screens_have_one_name() -> None:
    functions = {
        one.callback for router in routers() for observer in router.observers.values() for one in observer.handlers
    }
    assert len({one.__name__ for one in functions}) == len(functions)
