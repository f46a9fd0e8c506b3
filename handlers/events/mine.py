"""What one is signed up for: change the number, leave, take the place back, answer a reminder."""

from datetime import datetime

from aiogram import Router
from aiogram.filters import Command
from aiogram.types import CallbackQuery, Message

from db import places as store_places
from db import signups
from db.events import Event
from db.places import Places
from db.rules.refusals import Gone
from db.rules.seats import NOBODY, Party
from db.standing import Signed
from handlers import buttons as to
from handlers.events import form_screens, mine_screens, waiting_screens
from handlers.events import signup_screens as screens
from handlers.events.card import show_card
from handlers.events.form_screens import Bounds
from handlers.events.screens import queue_open
from handlers.home import unfinished
from handlers.turn import Turn
from handlers.words import Safe

router = Router(name="mine")


async def show_signed(turn: Turn, event: Event, signed: Signed, news: Safe | None = None) -> None:
    """The ticket, or how the waiting stands: below as a new message when this press changed something, else in place.

    Someone who neither comes nor waits is shown the event, and so is everybody where it does not take place.
    """
    mine = signed.mine
    if event.state != "published":
        await show_card(turn, event, news)
        return
    if mine.active:
        events = await turn.house.programme.events()
        screen = screens.ticket(turn.words, event, signed, events, turn.now, news)
    elif mine.offer(turn.now) != NOBODY:
        screen = waiting_screens.offer(turn.words, event, mine, turn.now, news)
    elif mine.waiting:
        screen = waiting_screens.queue(turn.words, event, signed, turn.now, news)
    else:
        await show_card(turn, event, news)
        return
    await turn.show_result(screen, new=signed.new)


async def show_standing(turn: Turn, event: Event) -> None:
    """The same for how it stands in the store at this moment."""
    await show_signed(turn, event, await turn.read(signups.signed, event.id, turn.person.id, turn.now))


@router.message(Command("my"))
@router.callback_query(to.Mine.filter())
async def mine(event: Message | CallbackQuery, turn: Turn) -> None:
    await _show_mine(turn, 0)


@router.callback_query(to.MinePage.filter())
async def mine_page(press: CallbackQuery, callback_data: to.MinePage, turn: Turn) -> None:
    await _show_mine(turn, callback_data.page)


async def _show_mine(turn: Turn, page: int) -> None:
    events = await turn.house.programme.events()
    found = await turn.read(signups.coming, turn.person.id, turn.now)
    shown = [(events[one.event_id], one) for one in found if one.event_id in events]
    waiting = await unfinished(turn) is not None
    await turn.show(mine_screens.mine_list(turn.words, shown, page, turn.now, unfinished=waiting))


@router.callback_query(to.Ticket.filter())
async def ticket(press: CallbackQuery, callback_data: to.Ticket, turn: Turn) -> None:
    await show_standing(turn, await turn.house.programme.event(callback_data.event))


@router.callback_query(to.Change.filter())
async def change(press: CallbackQuery, callback_data: to.Change, turn: Turn) -> None:
    event = await turn.house.programme.event(callback_data.event)
    places = await turn.read(store_places.places, event.id, turn.person.id, turn.now)
    if places.mine is None or not places.mine.active:
        raise Gone
    asked = bounds(event, places, to.Purpose.CHANGE, turn.now)
    await turn.show(form_screens.how_many(turn.words, event, to.Purpose.CHANGE, asked, turn.now))


def bounds(event: Event, places: Places, purpose: to.Purpose, now: datetime) -> Bounds:
    """What may be chosen in the form: by what is free, or, for the queue, by what they have already."""
    largest = min(event.largest_party, event.capacity or event.largest_party)
    waiting = places.mine is not None and places.mine.waiting
    if purpose is to.Purpose.QUEUE:
        return Bounds(places.mine.party if places.mine else NOBODY, largest, more=False, waiting=waiting)
    most = event.largest_party if (free := room(places, now)) is None else min(event.largest_party, free)
    more = most < largest and not waiting and queue_open(event, now)
    return Bounds(NOBODY, most, more, waiting)


def room(places: Places, now: datetime) -> int | None:
    """How large a party may be for this person: what is free, and what they have already. None: no bound."""
    if places.free is None:
        return None
    return places.free + (places.mine.party.size + places.mine.returnable(now).size if places.mine else 0)


async def change_party(turn: Turn, event: Event, party: Party) -> None:
    signed = await turn.write(signups.change, event.id, turn.person.id, party, turn.now)
    await show_signed(turn, event, signed, turn.words.t("Число изменено.") if signed.new else None)


@router.callback_query(to.Leave.filter())
async def leave(press: CallbackQuery, callback_data: to.Leave, turn: Turn) -> None:
    event = await turn.house.programme.event(callback_data.event)
    if not callback_data.all:
        signed = await turn.read(signups.signed, event.id, turn.person.id, turn.now)
        if not signed.mine.active:
            raise Gone
        await turn.show(screens.all_or_some(turn.words, event, signed.mine, turn.now))
        return
    signed = await turn.write(signups.leave, event.id, turn.person.id, turn.now)
    if signed.mine.waiting:
        await show_signed(turn, event, signed)
        return
    screen = screens.left(turn.words, event, signed.mine, turn.now)
    await turn.show_result(screen, new=signed.new)


@router.callback_query(to.GiveBack.filter())
async def give_back(press: CallbackQuery, callback_data: to.GiveBack, turn: Turn) -> None:
    event = await turn.house.programme.event(callback_data.event)
    signed = await turn.write(signups.give_back, event.id, turn.person.id, turn.now)
    await show_signed(turn, event, signed)


@router.callback_query(to.Coming.filter())
async def coming(press: CallbackQuery, callback_data: to.Coming, turn: Turn) -> None:
    event = await turn.house.programme.event(callback_data.event)
    signed = await turn.write(signups.confirm, event.id, turn.person.id, turn.now)
    await show_signed(turn, event, signed, turn.words.t("Спасибо! Ждём вас!"))
