"""The first words: the language, the menu, and links that open an event."""

import re

from aiogram import Router
from aiogram.filters import Command, CommandObject, CommandStart
from aiogram.types import CallbackQuery, Message

from db import people
from db.rules.languages import LANGUAGES
from handlers import buttons as to
from handlers import screens
from handlers.events.card import show_card
from handlers.home import show_menu
from handlers.turn import Turn

router = Router(name="start")
strangers = Router(name="strangers")  # before everybody else: a language comes first

LINK = re.compile(r"e_([a-z0-9-]{1,60})\Z")


async def speaks_none(_: Message | CallbackQuery, turn: Turn) -> bool:
    return turn.person.language is None


strangers.message.filter(speaks_none)
strangers.edited_message.filter(speaks_none)
strangers.callback_query.filter(speaks_none)


@router.callback_query(to.ChooseLanguage.filter())
@strangers.callback_query(to.ChooseLanguage.filter())
async def choose_language(press: CallbackQuery, callback_data: to.ChooseLanguage, turn: Turn) -> None:
    """The one place where a language is set: because the person pressed it."""
    chosen, before = callback_data.language.value, turn.person.language
    await turn.write(people.choose_language, turn.person.id, chosen, turn.now)
    await _follow(turn, turn.person.arrived_by if before in (None, chosen) else None)


@strangers.message(CommandStart(deep_link=True))
async def arrive_by_link(message: Message, command: CommandObject, turn: Turn) -> None:
    if LINK.match(command.args or ""):
        await turn.write(people.arrive, turn.person.id, command.args or "")
    await ask_language(message, turn)


@strangers.message()
@strangers.edited_message()
@strangers.callback_query()
@router.message(Command("language"))
@router.callback_query(to.Languages.filter())
async def ask_language(event: Message | CallbackQuery, turn: Turn) -> None:
    code = event.from_user.language_code if event.from_user else None
    await turn.show(screens.languages(turn.person.language or (code if code in LANGUAGES else None)))


@router.message(CommandStart(deep_link=True))
async def start_by_link(message: Message, command: CommandObject, turn: Turn) -> None:
    await _follow(turn, command.args)


@router.message(CommandStart())
async def start(message: Message, turn: Turn) -> None:
    await show_menu(turn)


@router.callback_query(to.Menu.filter())
async def menu(press: CallbackQuery, turn: Turn) -> None:
    await show_menu(turn)


async def _follow(turn: Turn, link: str | None) -> None:
    """Open what a link names; a link to nothing says so and shows the menu."""
    if link is None:
        await show_menu(turn)
        return
    found = LINK.match(link)
    event = await turn.house.programme.by_slug(found[1]) if found else None
    if event is None:
        await show_menu(turn, news=turn.words.t("По этой ссылке ничего нет. Вот что есть."))
    else:
        await show_card(turn, event)
