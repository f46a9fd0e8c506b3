"""The list of what one is signed up for."""

from collections.abc import Sequence
from datetime import datetime

from db.events import Event, Mine
from db.rules.codes import spoken
from handlers import buttons as to
from handlers.events import read
from handlers.events.screens import party
from handlers.events.signup_screens import heading
from handlers.pages import pager, turn_to
from handlers.screen import Button, Screen, blocks, button, column, lines
from handlers.screens import menu_button, poster_button, resume_button
from handlers.words import Safe, Words


def mine_list(w: Words, found: Sequence[tuple[Event, Mine]], page: int, now: datetime, *, unfinished: bool) -> Screen:
    """One page of them, by date; with an interrupted form the way back into it."""
    t = w.t
    resume = resume_button(w) if unfinished else None
    if not found:
        return Screen(t("У вас пока нет записей. Посмотрите афишу."), column(resume, poster_button(w), menu_button(w)))
    page, shown = turn_to(found, page)
    turning = pager(w, page, len(found), lambda to_page: to.MinePage(page=to_page))
    return Screen(
        blocks(t("<b>Мои записи</b>"), *(_line(w, event, mine, now) for event, mine in shown)),
        (*column(resume, *(_line_button(w, event) for event, _ in shown)), *turning, *column(menu_button(w))),
    )


def _line(w: Words, event: Event, mine: Mine, now: datetime) -> Safe:
    t = w.t
    if event.state != "published":
        how = t("❌ Не состоится")
    elif mine.active:
        how = lines(party(w, event, mine.party), t("Код: {code}", code=spoken(mine.code)))
    else:
        how = t("Запись отменена, место можно вернуть.")
    return lines(heading(w, event, now), how)


def _line_button(w: Words, event: Event) -> Button:
    return button(f"🎟 {read.title(w, event)}", to.Ticket(event=event.id))
