"""A file for the calendar of one's own phone, and the one that takes the event out of it again."""

from aiogram import Router
from aiogram.types import CallbackQuery

from db import calendar_files, places
from db.events import Event
from db.rules.refusals import Gone
from handlers import buttons as to
from handlers.events import calendar_screens as screens
from handlers.screen import File
from handlers.turn import Turn

router = Router(name="calendar")


@router.callback_query(to.IntoCalendar.filter())
async def into_calendar(press: CallbackQuery, callback_data: to.IntoCalendar, turn: Turn) -> None:
    event = await turn.house.programme.event(callback_data.event)
    await turn.write(calendar_files.give, event.id, turn.person.id)
    file = await _file(turn, event, out=False)
    await turn.tell(screens.into_calendar(turn.words, event, file, turn.house.link(event.slug)))


@router.callback_query(to.OutOfCalendar.filter())
async def out_of_calendar(press: CallbackQuery, callback_data: to.OutOfCalendar, turn: Turn) -> None:
    event = await turn.house.programme.event(callback_data.event)
    await turn.write(calendar_files.take_back, event.id, turn.person.id)
    await turn.tell(screens.out_of_calendar(turn.words, event, await _file(turn, event, out=True)))


async def _file(turn: Turn, event: Event, *, out: bool) -> File:
    """Of the signup as the store has it once the file is counted, so that a press handled again makes the same one.

    What `write` gives would not do: handled again it is run for its result alone, and two files would bear one number.
    """
    from handlers.events import calendar_file  # 25 ms and 2.6 MB: for those alone who ask for a file

    mine = await turn.read(places.mine, event.id, turn.person.id)
    if mine is None:
        raise Gone
    origin = calendar_file.Origin(turn.house.bot.id, turn.house.link(event.slug))
    make = calendar_file.out if out else calendar_file.into
    return make(turn.words, event, mine, origin, turn.now)
