"""The poster: what is coming, by date, narrowed by two questions."""

from datetime import datetime, timedelta

from aiogram import Router
from aiogram.filters import Command
from aiogram.types import CallbackQuery, Message

from db.events import Event
from handlers import buttons as to
from handlers.events import poster_screens as screens
from handlers.events.poster_screens import Choice
from handlers.turn import Turn

router = Router(name="browse")

KINDS = {
    to.What.HOLIDAY: {"holiday", "festival"},
    to.What.CONCERT: {"concert"},
    to.What.TALK: {"lecture", "round_table"},
    to.What.EXHIBITION: {"exhibition"},
    to.What.TOURNAMENT: {"tournament"},
}
SPANS = {to.When.WEEK: timedelta(days=7), to.When.MONTH: timedelta(days=30)}


@router.message(Command("events"))
async def poster(message: Message, turn: Turn) -> None:
    await _show(turn, 0, Choice())


@router.callback_query(to.Poster.filter())
async def poster_page(press: CallbackQuery, callback_data: to.Poster, turn: Turn) -> None:
    await _show(turn, callback_data.page, Choice(callback_data.when, callback_data.what))


async def _show(turn: Turn, page: int, choice: Choice) -> None:
    events = await turn.house.programme.events()
    found = [event for event in events.values() if wanted(event, choice, turn.now)]
    await turn.show(screens.poster(turn.words, found, page, choice, turn.now))


def wanted(event: Event, choice: Choice, now: datetime) -> bool:
    """Whether an event is still to come and is what the reader asked for."""
    if event.ends_at <= now:
        return False
    if choice.when in SPANS and event.starts_at > now + SPANS[choice.when]:
        return False
    if choice.what is to.What.CHILDREN:
        return event.for_children
    return choice.what is to.What.ANY or event.kind in KINDS[choice.what]


@router.callback_query(to.FilterWhen.filter())
async def filter_when(press: CallbackQuery, callback_data: to.FilterWhen, turn: Turn) -> None:
    await turn.show(screens.filter_when(turn.words, Choice(callback_data.when, callback_data.what)))


@router.callback_query(to.FilterWhat.filter())
async def filter_what(press: CallbackQuery, callback_data: to.FilterWhat, turn: Turn) -> None:
    await turn.show(screens.filter_what(turn.words, Choice(callback_data.when, callback_data.what)))
