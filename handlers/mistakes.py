"""A bad translation: asked about the last screen, and what is sent next goes to the owners."""

from aiogram import F, Router
from aiogram.filters import Filter
from aiogram.types import CallbackQuery, Message

from db import mistakes
from db.mistakes import About
from handlers import buttons as to
from handlers import mistake_screens as screens
from handlers.events.card import show_card
from handlers.home import show_menu
from handlers.settings import InForm
from handlers.turn import Turn
from handlers.words import Safe, clean

router = Router(name="mistakes")

COPIED = ("voice", "photo", "video", "document", "audio")  # what goes along, with our words below it


@router.callback_query(to.Mistake.filter())
async def ask_mistake(press: CallbackQuery, turn: Turn) -> None:
    about = turn.house.lately.of(turn.person.id)
    await turn.write(mistakes.begin, turn.person.id, about, turn.now)
    await turn.show(screens.ask(turn.words, about))


async def ask_again(turn: Turn) -> None:
    """The form is gone on with: its time begins anew."""
    await turn.show(screens.ask(turn.words, await turn.write(mistakes.reopen, turn.person.id, turn.now)))


@router.message(InForm("mistake"), ~F.text.startswith("/"))
async def take_report(message: Message, turn: Turn) -> None:
    about = await turn.read(mistakes.asked, turn.person.id)
    said = _said(message)
    copied = any(getattr(message, kind) for kind in COPIED)
    if not said and not copied:
        await turn.show(screens.ask(turn.words, about, screens.not_that(turn.words)))
        return
    whose = (turn.person.id, turn.words.language)
    if await turn.write(mistakes.report, *whose, said, copied, message.message_id, turn.now):
        most = mistakes.longest(copied)
        await _thank(turn, about, screens.thanks(turn.words, most if len(said or "") > most else None))
    else:
        await turn.show(screens.ask(turn.words, about, screens.late(turn.words)))


def _said(message: Message) -> str | None:
    """What they wrote, or wrote below a picture, line by line."""
    words = (clean(line) for line in (message.text or message.caption or "").splitlines())
    return "\n".join(line for line in words if line) or None


async def _thank(turn: Turn, about: About | None, thanks: Safe) -> None:
    """Back to where they were, as far as that was an event."""
    event = (await turn.house.programme.events()).get(about.event_id or 0) if about else None
    if event is None:
        await show_menu(turn, thanks)
    else:
        await show_card(turn, event, thanks)


class Taken(Filter):
    """This very message is a report already: the process ended before it could say so."""

    async def __call__(self, message: Message, turn: Turn) -> bool:
        return await turn.read(mistakes.taken, turn.person.id, message.message_id)


@router.message(Taken())
async def thank_again(message: Message, turn: Turn) -> None:
    await show_menu(turn, screens.thanks(turn.words))
