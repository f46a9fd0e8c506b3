"""The queue under odd presses: twice, too late, forged, by others; and by people who cannot be reached."""

from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import Connection

from db import offers
from db.tables import outbox, signups
from tests.conversation.person import Person
from tests.conversation.queueing import SLUG, evening, full_evening, gives_away, holds, newcomer, queues
from tests.conversation.world import World

ANSWERS = ["of:{}", "ot:{}", "oa:{}:1", "oa:{}:0", "ql:{}:0", "ql:{}:1"]


@pytest.fixture
async def holder(world: World) -> Person:
    """Has all four places of an evening six days from now."""
    return await full_evening(world)


async def unchanged(world: World, before: list[tuple[Any, ...]]) -> bool:
    return await world.dump(signups, outbox) == before


async def test_an_offer_taken_twice_is_taken_once(world: World, holder: Person, ivan: Person) -> None:
    await queues(ivan, 2, "Согласен")
    await gives_away(holder, 2)
    question = ivan.screen
    await ivan.press("Беру место")
    before = await world.dump(signups, outbox)
    await ivan.press("Беру место", on=question)
    ivan.sees("Вы записаны", "Вас придёт: 2")
    assert await unchanged(world, before)


async def test_a_part_taken_twice_is_taken_once(world: World, holder: Person, ivan: Person) -> None:
    await queues(ivan, 4, "Согласен")
    await gives_away(holder, 2)
    question = ivan.screen
    await ivan.press("Берём 2")
    before = await world.dump(signups, outbox)
    await ivan.press("Берём 2", on=question)
    ivan.sees("Вас придёт: 2", "Ждём ещё мест: 2")
    assert await unchanged(world, before)
    await ivan.press("Только все вместе", on=question)
    ivan.sees("Ждём места сразу для всех.")
    await ivan.press("Можно и не всем сразу")
    ivan.sees("Вас придёт: 2", "Ждём ещё мест: 2")


async def test_queueing_twice_and_leaving_twice_change_nothing(world: World, holder: Person, ivan: Person) -> None:
    await ivan.start(f"e_{SLUG}")
    await ivan.chooses("Встать в очередь", "Согласен")
    question = ivan.screen
    await ivan.press("2")
    queue = ivan.screen
    before = await world.dump(signups, outbox)
    await ivan.press("2", on=question)
    ivan.sees("Ваше место в очереди: 1")
    assert await unchanged(world, before)
    await ivan.press("Выйти из очереди", on=queue)
    sure = ivan.screen
    await ivan.press("Да, выйти")
    before = await world.dump(signups, outbox)
    await ivan.press("Да, выйти", on=sure)
    ivan.sees("Вы вышли из очереди: Вечер")
    assert await unchanged(world, before)
    await ivan.press("Открыть мероприятие")
    assert ivan.can_press("Встать в очередь")


async def test_every_old_button_of_one_who_has_left_the_queue_shows_what_is_true(
    world: World, holder: Person, ivan: Person
) -> None:
    await queues(ivan, 4, "Согласен")
    await gives_away(holder, 2)
    old = ivan.screen
    await ivan.chooses("Не нужно", "Да, выйти")
    before = await world.dump(signups, outbox)
    for label in ("Берём 2", "Только все вместе"):
        await ivan.press(label, on=old)
        assert ivan.alert == "Это предложение уже не действует."
        ivan.sees("Это предложение уже не действует.", "Свободных мест: 2")
        assert ivan.can_press("Записаться")
    await ivan.press("Не нужно", on=old)
    ivan.sees("Свободных мест: 2")
    assert await unchanged(world, before)


@pytest.mark.parametrize("data", ANSWERS)
async def test_answers_of_one_who_was_never_in_the_queue_do_nothing(
    world: World, holder: Person, ivan: Person, data: str
) -> None:
    maria = await newcomer(world, 9, "Мария")
    await queues(maria, 2, "Согласен")
    await gives_away(holder, 2)
    event = await world.event(SLUG)
    before = await world.dump(signups, outbox)
    await ivan.forges(data.format(event.id))
    ivan.sees("Такой записи или мероприятия нет.", "Мест нет. Можно встать в очередь.")
    await ivan.forges(data.format(event.id + 1000))
    ivan.sees("Такой записи или мероприятия нет.")
    assert await unchanged(world, before)


@pytest.mark.parametrize("data", ANSWERS)
async def test_answers_of_one_who_comes_and_waits_for_nothing_do_nothing(
    world: World, holder: Person, data: str
) -> None:
    before = await world.dump(signups, outbox)
    await holder.forges(data.format((await world.event(SLUG)).id))
    assert holder.can_press("Моя запись") or holder.can_press("Изменить число")
    assert await unchanged(world, before)


async def test_an_old_cannot_come_of_one_who_waits_shows_the_queue(world: World, holder: Person, ivan: Person) -> None:
    """The ticket of an earlier signup still stands in the chat."""
    await holder.start(f"e_{SLUG}")
    await holder.chooses("Моя запись", "Не приду")
    question = holder.screen
    await holder.press("Никто не придёт")
    await queues(ivan, 4, "Согласен")
    await world.at(19, "12:11")
    await ivan.press("Беру место")
    await queues(holder, 1)
    await holder.press("Никто не придёт", on=question)
    holder.sees("Вы в очереди: Вечер", "Ваше место в очереди: 1")
    assert holder.can_press("Выйти из очереди")


async def test_a_number_pressed_late_in_the_form_meets_the_offer(world: World, holder: Person, ivan: Person) -> None:
    await queues(ivan, 4, "Согласен")
    await ivan.press("Изменить число")
    form = ivan.screen
    await gives_away(holder, 3)
    await ivan.press("3", on=form)
    ivan.sees("Свободно для вас: 1", "Вам нужно: 4")
    assert ivan.can_press("Берём 1")


# -- who cannot be reached


async def test_an_offer_that_cannot_be_delivered_passes_on_at_once(world: World, holder: Person, ivan: Person) -> None:
    maria = await newcomer(world, 9, "Мария")
    await queues(ivan, 2, "Согласен")
    await queues(maria, 2, "Согласен")
    world.telegram.blocked.add(ivan.id)
    await gives_away(holder, 2)
    maria.sees("Свободно для вас: 2")


async def test_who_blocks_the_bot_with_an_offer_open_passes_it_on_at_once(
    world: World, holder: Person, ivan: Person
) -> None:
    maria = await newcomer(world, 9, "Мария")
    await queues(ivan, 2, "Согласен")
    await queues(maria, 2, "Согласен")
    await gives_away(holder, 2)
    await ivan.becomes("kicked")
    await world.due()
    maria.sees("Свободно для вас: 2")
    await ivan.becomes("member")
    await holds(world, 6)
    ivan.sees("Свободно для вас: 2")  # back in front, without having asked for it


async def test_a_place_waits_for_no_one_who_cannot_be_reached(world: World, holder: Person, ivan: Person) -> None:
    maria = await newcomer(world, 9, "Мария")
    await queues(maria, 2, "Согласен")
    await maria.becomes("kicked")
    await gives_away(holder, 2)
    await ivan.start(f"e_{SLUG}")
    ivan.sees("Свободных мест: 2")
    await ivan.chooses("Записаться", "Согласен", "2")
    ivan.sees("Вы записаны")


async def test_taking_the_consent_back_leaves_the_queue(world: World, holder: Person, ivan: Person) -> None:
    maria = await newcomer(world, 9, "Мария")
    await queues(ivan, 2, "Согласен")
    await queues(maria, 1, "Согласен")
    maria.sees("Ваше место в очереди: 2")
    await gives_away(holder, 2)
    await ivan.says("/privacy")
    await ivan.chooses("Отозвать согласие", "Да, отозвать")
    await world.due()
    maria.sees("Свободно для вас: 1")
    await ivan.says("/my")
    ivan.sees("У вас пока нет записей")


async def test_a_queue_that_cannot_be_served_does_not_hold_up_the_others(
    world: World, holder: Person, ivan: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = await evening(world, 1, slug="a-broken-one")
    other = await newcomer(world, 9, "Мария")
    await other.start(f"e_{broken.slug}")
    await other.chooses("Записаться", "Согласен", "1")
    await queues(ivan, 1, "Согласен", slug=broken.slug)
    await queues(ivan, 2)
    for slug, capacity in ((broken.slug, 2), (SLUG, 6)):
        await world.change(slug, capacity=capacity)
    real = offers.serve_event

    def serve_event(conn: Connection, event_id: int, now: datetime) -> None:
        if event_id == broken.id:
            raise RuntimeError("broken")
        real(conn, event_id, now)

    monkeypatch.setattr(offers, "serve_event", serve_event)
    with pytest.raises(RuntimeError):
        await world.due()
    await world.app.delivery.settled()
    ivan.sees("Для вас освободилось место: Вечер", "Свободно для вас: 2")
