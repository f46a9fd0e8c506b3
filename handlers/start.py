"""The first words: the language, the menu, and links that open an event."""

from aiogram import Router
from aiogram.filters import Command, CommandObject, CommandStart
from aiogram.types import CallbackQuery, Message

from db import people
from db.events import Event
from db.rules.languages import LANGUAGES
from handlers import buttons as to
from handlers import links, screens
from handlers.events.card import show_card
from handlers.home import show_menu
from handlers.turn import Turn

router = Router(name="start")
strangers = Router(name="strangers")  # before everybody else: a language comes first


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
    link = links.read(command.args)
    if link is not None and link.kind is links.EVENT:
        await turn.write(people.arrive, turn.person.id, command.args or "")
    await ask_language(message, turn)
    if link is None:
        turn.missed()


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
    event = await _named(turn, link)
    if event is None:
        await show_menu(turn, news=turn.words.t("По этой ссылке ничего нет. Вот что есть."))
        turn.missed()
    else:
        await show_card(turn, event)


async def _named(turn: Turn, payload: str) -> Event | None:
    link = links.read(payload)
    return await turn.house.programme.by_slug(link.name) if link is not None and link.kind is links.EVENT else None
