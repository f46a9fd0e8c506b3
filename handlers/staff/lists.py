"""Owners see, for each event, who has signed up. The store checks the right; for anyone else the button is stale."""

from aiogram import Router
from aiogram.types import CallbackQuery

from db import destructions
from db import lists as store_lists
from handlers import buttons as to
from handlers.staff import act as act_file
from handlers.staff import screens
from handlers.turn import Turn

router = Router(name="lists")


@router.callback_query(to.Lists.filter())
async def lists(press: CallbackQuery, callback_data: to.Lists, turn: Turn) -> None:
    counts = await turn.read(store_lists.counts, turn.person.id, turn.now)
    events = await turn.house.programme.events()
    found = [(events[count.event_id], count) for count in counts if count.event_id in events]
    await turn.show(screens.lists(turn.words, found, callback_data.page, turn.now))


@router.callback_query(to.Act.filter())
async def act(press: CallbackQuery, turn: Turn) -> None:
    found = await turn.read(destructions.since, turn.person.id, turn.now - act_file.PERIOD)
    file = act_file.file(turn.house.operator, found, turn.now, turn.person.wishes.quiet.zone)
    await turn.tell(screens.act(turn.words, len(found), file))


@router.callback_query(to.Guests.filter())
async def guests(press: CallbackQuery, callback_data: to.Guests, turn: Turn) -> None:
    found = await turn.read(store_lists.guests, turn.person.id, callback_data.event)
    event = await turn.house.programme.event(callback_data.event)
    await turn.show(screens.guests(turn.words, event, found, callback_data.page))
