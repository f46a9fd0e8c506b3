"""The card of an event, its place, its photo, and the words to hold out to a stranger."""

from dataclasses import replace

from aiogram import Router
from aiogram.types import CallbackQuery

from db import places as store_places
from db.events import Event, Venue
from db.rules.refusals import Gone
from handlers import buttons as to
from handlers.events import place_screens, read, screens
from handlers.turn import Turn
from handlers.words import Safe

router = Router(name="card")


async def show_card(turn: Turn, event: Event, news: Safe | None = None) -> None:
    turn.way = replace(turn.way, event_id=event.id)  # by a link, or in place of something else
    places = await turn.read(store_places.places, event.id, turn.person.id, turn.now)
    await turn.show(screens.card(turn.words, event, places, turn.now, turn.house.link(event.slug), news))


@router.callback_query(to.Card.filter())
async def card(press: CallbackQuery, callback_data: to.Card, turn: Turn) -> None:
    await show_card(turn, await turn.house.programme.event(callback_data.event))


@router.callback_query(to.CardInRussian.filter())
async def card_in_russian(press: CallbackQuery, callback_data: to.CardInRussian, turn: Turn) -> None:
    event = await turn.house.programme.event(callback_data.event)
    places = await turn.read(store_places.places, event.id, turn.person.id, turn.now)
    await turn.show(screens.in_russian(turn.words, event, places, turn.now))


async def _event_and_venue(turn: Turn, event_id: int) -> tuple[Event, Venue]:
    """Raises Gone where there is no such event to be seen, or it has no place."""
    event = await turn.house.programme.event(event_id)
    if event.venue is None:
        raise Gone
    return event, event.venue


@router.callback_query(to.Place.filter())
async def place(press: CallbackQuery, callback_data: to.Place, turn: Turn) -> None:
    event, venue = await _event_and_venue(turn, callback_data.event)
    await turn.show(place_screens.place(turn.words, event, venue))


@router.callback_query(to.PlaceInRussian.filter())
async def place_in_russian(press: CallbackQuery, callback_data: to.PlaceInRussian, turn: Turn) -> None:
    event, venue = await _event_and_venue(turn, callback_data.event)
    await turn.show(place_screens.place_in_russian(turn.words, event, venue))


@router.callback_query(to.Photo.filter())
async def photo(press: CallbackQuery, callback_data: to.Photo, turn: Turn) -> None:
    event = await turn.house.programme.event(callback_data.event)
    if not read.has_photo(event):
        await show_card(turn, event, turn.words.t("Фото сейчас нет."))
        return
    await turn.show(screens.photo(turn.words, event))


@router.callback_query(to.ShowThis.filter())
async def show_this(press: CallbackQuery, callback_data: to.ShowThis, turn: Turn) -> None:
    """A message of its own, which stays in the chat when there is no signal."""
    event, venue = await _event_and_venue(turn, callback_data.event)
    mine = await turn.read(store_places.mine, event.id, turn.person.id)
    await turn.tell(place_screens.show_this(turn.words, event, venue, mine, turn.now))
