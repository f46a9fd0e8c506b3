"""What the tests of the queue share: an event with few places, guests who hold them, and people who wait."""

from datetime import timedelta

from db import offers
from db.events import Event
from tests.conversation.person import Person
from tests.conversation.world import World

SLUG = "vecher"
NEVER_HELD = timedelta(minutes=10)  # how long places given away may be taken back


async def newcomer(world: World, number: int, name: str, language: str = "Русский") -> Person:
    person = world.person(number, name)
    await person.start()
    await person.press(language)
    return person


async def evening(
    world: World, capacity: int, starts: str = "2027-03-25T18:00", slug: str = SLUG, closes: str | None = None
) -> Event:
    """In six days and six hours: an offer is held for twelve waking hours."""
    texts = {"ru": {"title": "Вечер"}, "uz": {"title": "Oqshom"}}
    return await world.add(slug, starts, capacity=capacity, closes_local=closes, texts=texts)


async def full_evening(
    world: World, places: int = 4, starts: str = "2027-03-25T18:00", closes: str | None = None
) -> Person:
    """All places are taken by one guest, who is given back."""
    await evening(world, places, starts, closes=closes)
    holder = await newcomer(world, 8, "Пётр")
    await holder.start(f"e_{SLUG}")
    await holder.chooses("Записаться", "Согласен", str(places))
    return holder


async def queues(person: Person, count: int, *consent: str, slug: str = SLUG) -> None:
    await person.start(f"e_{slug}")
    await person.chooses("Встать в очередь", *consent, str(count))


async def gives_away(holder: Person, stay: int, slug: str = SLUG) -> None:
    """Only so many still come; the places of the others are free once nobody can take them back."""
    await holder.start(f"e_{slug}")
    if stay:
        await holder.chooses("Моя запись", "Изменить число", str(stay))
    else:
        await holder.chooses("Моя запись", "Не приду", "Никто не придёт")
    await holder.world.later(NEVER_HELD)


async def holds(world: World, capacity: int, slug: str = SLUG) -> None:
    """The hall has so many places from now on."""
    event = await world.event(slug)
    await world.app.store.write(offers.resize, event.id, capacity, world.now)
    world.app.house.programme.drop()
    await world.due()
