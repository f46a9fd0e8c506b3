"""What owners answer about the machine. The store checks the right."""

from aiogram import Router
from aiogram.types import CallbackQuery

from db import jumps
from handlers import buttons as to
from handlers.staff import machine_screens as screens
from handlers.stale import stale_button
from handlers.turn import Turn

router = Router(name="machine")


@router.callback_query(to.ClockRight.filter())
async def clock_right(press: CallbackQuery, callback_data: to.ClockRight, turn: Turn) -> None:
    """It is bot/jobs/watch.py that goes on from there, within seconds."""
    if await turn.write(jumps.say_right, turn.person.id, callback_data.alarm):
        await turn.show(screens.clock_is_right(turn.words))
    else:
        await stale_button(press, turn)
