"""Back to the menu from anywhere, with the way into a half-filled form."""

from handlers import screens
from handlers.events import read
from handlers.turn import Turn
from handlers.words import Safe


async def show_menu(turn: Turn, news: Safe | None = None) -> None:
    await turn.show(screens.menu(turn.words, owner=turn.person.owner, unfinished=await unfinished(turn), news=news))


async def unfinished(turn: Turn) -> Safe | None:
    """The name of the form the person is in, if it can still be gone on with."""
    if turn.person.form == "name":
        return turn.words.t("ваше имя")
    if turn.person.form == "mistake":
        return turn.words.t("сообщение об ошибке")
    event = (await turn.house.programme.events()).get(turn.person.form_event_id or 0)
    return read.title(turn.words, event) if event and turn.now < event.closes_at else None
