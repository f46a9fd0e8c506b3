"""A person's own settings, and the one form in which text is typed: their name."""

from aiogram import F, Router
from aiogram.filters import Command, Filter
from aiogram.types import CallbackQuery, Message

from db import drafts, people, reminders
from handlers import buttons as to
from handlers import settings_screens as screens
from handlers.home import show_menu
from handlers.turn import Turn
from handlers.words import clean

router = Router(name="settings")


class InForm(Filter):
    """The person is in the middle of one of these forms."""

    def __init__(self, *kinds: str) -> None:
        self._kinds = kinds

    async def __call__(self, message: Message, turn: Turn) -> bool:
        return turn.person.form in self._kinds


@router.message(Command("settings"))
@router.callback_query(to.Settings.filter())
async def settings(event: Message | CallbackQuery, turn: Turn) -> None:
    await turn.show(screens.settings(turn.words, turn.person))


@router.callback_query(to.Reminders.filter())
async def ask_reminders(press: CallbackQuery, turn: Turn) -> None:
    await turn.show(screens.reminders(turn.words, turn.person))


@router.callback_query(to.SetReminders.filter())
async def set_reminders(press: CallbackQuery, callback_data: to.SetReminders, turn: Turn) -> None:
    quiet = turn.person.wishes.quiet
    await _wish(turn, callback_data.evening, callback_data.hours, (quiet.start, quiet.end))


@router.callback_query(to.Quiet.filter())
async def ask_quiet(press: CallbackQuery, turn: Turn) -> None:
    await turn.show(screens.quiet(turn.words))


@router.callback_query(to.SetQuiet.filter())
async def set_quiet(press: CallbackQuery, callback_data: to.SetQuiet, turn: Turn) -> None:
    wishes = turn.person.wishes
    await _wish(turn, wishes.evening, wishes.hours, (callback_data.start, callback_data.end))


async def _wish(turn: Turn, evening: bool, hours: bool, quiet: tuple[int, int]) -> None:
    await turn.write(reminders.wish, turn.person.id, turn.now, evening=evening, hours=hours, quiet=quiet)
    await turn.show(screens.settings(turn.words, turn.person, screens.saved(turn.words)))


@router.callback_query(to.Name.filter())
async def ask_name(press: CallbackQuery, turn: Turn) -> None:
    if not turn.person.consented:
        await settings(press, turn)
        return
    await turn.write(drafts.name, turn.person.id, turn.now)
    await turn.show(screens.ask_name(turn.words, turn.person))


@router.callback_query(to.Drop.filter())
async def drop_form(press: CallbackQuery, turn: Turn) -> None:
    await turn.write(drafts.drop, turn.person.id)
    await show_menu(turn)


@router.message(InForm("name"), ~F.text.startswith("/"))
async def take_name(message: Message, turn: Turn) -> None:
    name = clean(message.text or "")
    if len(name) > people.NAME_LENGTH or not any(letter.isalpha() for letter in name):
        await turn.show(screens.ask_name(turn.words, turn.person, screens.bad_name(turn.words)))
        return
    await turn.write(people.rename, turn.person.id, name)
    await turn.show(screens.settings(turn.words, turn.person, screens.saved(turn.words)))
