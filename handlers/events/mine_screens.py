"""The list of what one is signed up for."""

from collections.abc import Sequence
from datetime import datetime

from db.events import Event
from db.places import Mine
from db.rules.codes import spoken
from db.rules.seats import NOBODY
from handlers import buttons as to
from handlers.events import read
from handlers.events.form_screens import heading
from handlers.events.screens import awaited, party
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
    buttons = (_line_button(w, event, mine, now) for event, mine in shown)
    return Screen(
        blocks(t("<b>Мои записи</b>"), *(_line(w, event, mine, now) for event, mine in shown)),
        (
            *column(resume, *buttons),
            *turning,
            *column(menu_button(w)),
        ),
    )


def _line(w: Words, event: Event, mine: Mine, now: datetime) -> Safe:
    t, name = w.t, heading(w, event, now)
    if event.state != "published":
        return lines(name, t("❌ Не состоится"))
    if not mine.active and not mine.waiting:
        return lines(name, t("Запись отменена, место можно вернуть."))
    comes = lines(party(w, event, mine.party), t("Код: {code}", code=spoken(mine.code))) if mine.active else None
    until = w.moment(mine.offered_until or now, now, event.zone)
    held = t("Держим место за вами. Срок: {t}.", t=until) if mine.offer(now) != NOBODY else None
    return lines(name, comes, awaited(w, mine, now), held)


def _line_button(w: Words, event: Event, mine: Mine, now: datetime) -> Button:
    """To the ticket, the place in the queue, or, before both, the offer that waits for an answer."""
    asked = mine.offer(now) != NOBODY
    mark = "🎉" if asked else "🎟" if mine.active else "⏳"
    target = to.Offer(event=event.id) if asked else to.Ticket(event=event.id)
    return button(f"{mark} {read.title(w, event)}", target)
