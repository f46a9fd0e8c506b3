"""What nobody else takes: stale and forged buttons, text where none was asked, edited messages. Registered last."""

from aiogram import Router
from aiogram.types import CallbackQuery, Message

from db.rules.refusals import NoConsent, Refusal
from handlers import screens
from handlers.events.card import show_card
from handlers.events.form_screens import consent
from handlers.events.refusals import why
from handlers.home import show_menu, unfinished
from handlers.turn import Turn

router = Router(name="stale")


@router.callback_query()
async def stale_button(press: CallbackQuery, turn: Turn) -> None:
    text = screens.stale(turn.words)
    menu = screens.menu(turn.words, owner=turn.person.owner, unfinished=await unfinished(turn), news=text)
    await turn.show_after(text, menu)


@router.message()
async def not_understood(message: Message, turn: Turn) -> None:
    await show_menu(turn, news=screens.not_understood(turn.words))


@router.edited_message()
async def edited(message: Message, turn: Turn) -> None:
    await show_menu(turn, news=screens.edited(turn.words))


async def refused(turn: Turn, refusal: Refusal, event_id: int | None) -> None:
    """The store said no: why, in an alert, and on the screen of what is true now."""
    event = (await turn.house.programme.events()).get(event_id or 0)
    text = why(turn.words, refusal, event)
    await turn.answer(text)
    if event is None:
        await show_menu(turn, news=text)
    elif isinstance(refusal, NoConsent):
        await turn.show(consent(turn.words, event, turn.house.operator))
    else:
        await show_card(turn, event, text)
