"""The machine's clock has jumped: what an owner is shown, and what their one button does."""

from datetime import timedelta

from sqlalchemy import Connection

from db import jumps
from tests.conversation.person import Person
from tests.conversation.world import World

HOUR = timedelta(hours=1)
STALE = "Эта кнопка устарела"


async def jumped(world: World, by: timedelta = HOUR) -> None:
    assert await world.app.store.write(jumps.tell, by, world.now)
    await world.due()


async def said_right(world: World) -> bool | None:
    jump = await world.app.store.read(jumps.going_on)
    return None if jump is None else jump.right


async def test_an_owner_is_told_and_says_that_the_clock_is_right(world: World, owner: Person) -> None:
    await jumped(world)
    owner.sees("Часы на сервере перескочили", "Вперёд: 60 минут")
    assert owner.labels == ("Часы верны", "Меню")
    await owner.press("Часы верны")
    owner.sees("Бот верит часам и продолжает")
    assert await said_right(world)


async def test_a_button_of_a_jump_that_is_over_is_stale(world: World, owner: Person) -> None:
    await jumped(world, -HOUR)
    owner.sees("В обратную сторону: 60 минут")
    await world.app.store.write(jumps.settle)
    await owner.press("Часы верны")
    owner.sees(STALE)
    assert await said_right(world) is None


async def test_the_button_answers_for_its_own_jump_alone(world: World, owner: Person) -> None:
    await jumped(world)
    first = owner.screen
    await world.later(timedelta(minutes=11))
    await jumped(world, 24 * HOUR)
    await owner.press("Часы верны", on=first)
    owner.sees(STALE)
    assert await said_right(world) is False


async def test_one_who_is_no_owner_any_more_decides_nothing(world: World, owner: Person) -> None:
    def resign(conn: Connection) -> None:
        conn.exec_driver_sql("DELETE FROM roles")

    await jumped(world)
    await world.app.store.write(resign)
    await owner.press("Часы верны")
    assert await said_right(world) is False


async def test_nobody_else_is_told(world: World, ivan: Person) -> None:
    seen = len(ivan.room.touched)
    await jumped(world)
    assert len(ivan.room.touched) == seen
