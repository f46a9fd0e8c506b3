"""Waiting for places: how it stands, the answers to an offer, the way out of the queue."""

from aiogram import Router
from aiogram.types import CallbackQuery

from db import signups, waiting
from db.events import Event
from db.rules.seats import NOBODY
from db.standing import Signed
from handlers import buttons as to
from handlers.events import waiting_screens as screens
from handlers.events.mine import show_signed
from handlers.turn import Turn

router = Router(name="waiting")


async def show_offer(turn: Turn, event: Event, signed: Signed) -> None:
    """What is offered, if anything is; else how things stand."""
    if signed.mine.offer(turn.now) == NOBODY:
        await show_signed(turn, event, signed)
        return
    screen = screens.offer(turn.words, event, signed.mine, turn.now)
    await turn.show_result(screen, new=signed.new)


@router.callback_query(to.Offer.filter())
async def offer(press: CallbackQuery, callback_data: to.Offer, turn: Turn) -> None:
    event = await turn.house.programme.event(callback_data.event)
    await show_offer(turn, event, await turn.read(signups.signed, event.id, turn.person.id, turn.now))


@router.callback_query(to.TakeOffer.filter())
async def take(press: CallbackQuery, callback_data: to.TakeOffer, turn: Turn) -> None:
    event = await turn.house.programme.event(callback_data.event)
    await show_signed(turn, event, await turn.write(waiting.take, event.id, turn.person.id, turn.now))


@router.callback_query(to.Together.filter())
async def together(press: CallbackQuery, callback_data: to.Together, turn: Turn) -> None:
    event = await turn.house.programme.event(callback_data.event)
    signed = await turn.write(waiting.together, event.id, turn.person.id, turn.now, on=callback_data.on)
    await show_offer(turn, event, signed)


@router.callback_query(to.LeaveQueue.filter())
async def leave_queue(press: CallbackQuery, callback_data: to.LeaveQueue, turn: Turn) -> None:
    event = await turn.house.programme.event(callback_data.event)
    if callback_data.sure:
        signed = await turn.write(waiting.leave, event.id, turn.person.id, turn.now)
        screen = screens.out(turn.words, event, signed.mine)
        await turn.show_result(screen, new=signed.new)
        return
    signed = await turn.read(signups.signed, event.id, turn.person.id, turn.now)
    if signed.mine.waiting:
        await turn.show(screens.leave_sure(turn.words, event, signed.mine, turn.now))
    else:
        await show_signed(turn, event, signed)
