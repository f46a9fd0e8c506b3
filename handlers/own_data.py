"""One's own data: what is kept, the file of it, the consent taken back, everything erased."""

from contextlib import suppress

from aiogram import F, Router
from aiogram.exceptions import TelegramAPIError
from aiogram.filters import Command
from aiogram.methods import DeleteMyCommands
from aiogram.types import BotCommandScopeChat, CallbackQuery, Message

from db import departures, erasure, own_data
from db import events as store_events
from db.events import Event
from db.own_data import Kept
from handlers import buttons as to
from handlers import forgetting_screens as goodbye
from handlers import own_data_screens as screens
from handlers.home import show_menu
from handlers.own_data_file import file
from handlers.start import speaks_none
from handlers.turn import Turn
from handlers.words import words

router = Router(name="own data")
gone = Router(name="gone")  # who speaks no language has been erased a moment ago, or has nothing to erase
gone.callback_query.filter(speaks_none)

PATIENCE = 15  # minutes; an older question is asked again: nobody erases themselves by an old button


async def _kept(turn: Turn) -> tuple[Kept, dict[int, Event]]:
    """With every event there is: also those that are not shown any more."""
    events = {event.id: event for event in await turn.read(store_events.published)}
    return await turn.read(own_data.kept, turn.person.id), events


@router.message(Command("privacy"))
@router.callback_query(to.Privacy.filter())
async def privacy(event: Message | CallbackQuery, turn: Turn) -> None:
    kept, events = await _kept(turn)
    await turn.show(screens.privacy(turn.words, turn.person, kept, events, turn.house.operator, turn.now))


@router.callback_query(to.MyFile.filter())
async def my_file(press: CallbackQuery, turn: Turn) -> None:
    kept, events = await _kept(turn)
    made = file(turn.words, turn.person, kept, events, turn.house.operator, turn.now)
    await turn.tell(screens.my_file(turn.words, made))


@router.callback_query(to.Withdraw.filter())
async def withdraw(press: CallbackQuery, callback_data: to.Withdraw, turn: Turn) -> None:
    if not callback_data.sure:
        await turn.show(screens.withdraw_sure(turn.words))
        return
    await turn.write(departures.withdraw_consent, turn.person.id, turn.now)
    await turn.show(screens.withdrawn(turn.words))


@router.callback_query(to.Forget.filter())
async def forget(press: CallbackQuery, callback_data: to.Forget, turn: Turn) -> None:
    """Asked twice, each time with what it means; then done at once. Raises LastOwner before anything is asked."""
    minute = int(turn.now.timestamp()) // 60
    if callback_data.step == 1 or abs(minute - callback_data.asked) >= PATIENCE:
        await turn.read(erasure.check, turn.person.id)
        await turn.show(goodbye.forget_sure(turn.words, await _coming(turn), minute))
    elif callback_data.step == 2:
        await turn.show(goodbye.forget_last(turn.words, minute))
    else:
        await _forget(turn)


async def _coming(turn: Turn) -> int:
    kept, events = await _kept(turn)
    return sum(one.mine.state != "left" and events[one.mine.event_id].ends_at > turn.now for one in kept.signups)


async def _forget(turn: Turn) -> None:
    """The goodbye stands where the question stood: no button that erases is left on the screen."""
    erased = await turn.part(erasure.erase, turn.person.id, "asked", turn.now)
    await turn.show(goodbye.forgotten(turn.words, erased.number))
    with suppress(TelegramAPIError):  # Telegram keeps the chat's own list of commands: it goes as well
        await turn.house.bot(DeleteMyCommands(scope=BotCommandScopeChat(chat_id=turn.person.user_id)))


@gone.callback_query(to.Forget.filter(F.step == 3))
async def forgotten_already(press: CallbackQuery, turn: Turn) -> None:
    """Pressed once more: whom the gate has just made for this press goes again, and the goodbye stays on the screen."""
    await turn.part(erasure.erase, turn.person.id, "asked", turn.now)
    said = goodbye.gone_already(words(press.from_user.language_code))
    await turn.answer(said)


@router.callback_query(to.Stay.filter())
async def stay(press: CallbackQuery, turn: Turn) -> None:
    """The gate has noted that they are here; that is all that is needed."""
    await show_menu(turn, news=screens.stays(turn.words))
