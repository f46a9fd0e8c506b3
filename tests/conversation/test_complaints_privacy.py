"""What users of other systems asked for about their data and did not get, each named by its thread or its system."""

import hashlib
from datetime import timedelta

import pytest

from bot.jobs.tidy import Tidying
from db.rules.retention import Keep
from db.tables import destructions, event_sums, people, signups
from tests.conversation.person import Person
from tests.conversation.world import World


@pytest.fixture
async def guest(ivan: Person) -> Person:
    """Two people signed up for a lecture in April."""
    await ivan.start("e_lektsiya-2027")
    await ivan.chooses("Записаться", "Согласен", "2")
    return ivan


async def months_later(world: World) -> None:
    """A quarter of a year, and what runs by itself at night."""
    world.app.clock.offset += timedelta(days=100)
    await Tidying(world.app.store, world.app.known, Keep(), lambda: world.now).run()


async def test_pretix_1713_and_zammad_4838_signups_lose_their_person_by_themselves_in_time(
    world: World, guest: Person
) -> None:
    assert len(await world.dump(signups)) == 1
    await months_later(world)
    assert await world.dump(signups) == []


async def test_concrexit_880_the_numbers_stay(world: World, guest: Person) -> None:
    event = await world.event("lektsiya-2027")
    await months_later(world)
    assert await world.dump(event_sums) == [(event.id, 1, 2, 0, 0, 1)]


async def test_mitup_what_is_kept_can_be_taken_by_a_button_and_read_without_a_program(guest: Person) -> None:
    await guest.says("/privacy")
    await guest.press("Получить файл")
    assert guest.screen.file is not None
    name, content = guest.screen.file
    assert name.endswith(".txt")
    assert "Иван" in content.decode("utf-8-sig")
    assert "{" not in content.decode("utf-8-sig"), "no JSON, no unfilled word"


async def test_mitup_erasing_is_done_at_once_and_not_within_a_day(world: World, guest: Person) -> None:
    await guest.says("/privacy")
    await guest.chooses("Удалить мои данные", "Да, удалить", "Удалить навсегда")
    assert [row for row in await world.dump(people) if row[2] == guest.id] == []


async def test_rapidpro_contact_release_nothing_stays_but_a_tombstone_that_leads_back_to_nobody(
    world: World, guest: Person
) -> None:
    await guest.says("/privacy")
    await guest.chooses("Удалить мои данные", "Да, удалить", "Удалить навсегда")
    (line,) = await world.dump(destructions)
    assert guest.id not in line
    digests = {hashlib.new(name, str(guest.id).encode()).hexdigest() for name in ("md5", "sha1", "sha256", "sha512")}
    assert len(bytes.fromhex(line[1])) == 8 and not any(line[1] in digest for digest in digests)
