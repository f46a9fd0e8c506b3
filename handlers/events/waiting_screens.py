"""The queue: one's place in it, what is offered, the way out. Each screen says what comes next by itself."""

from datetime import datetime

from db.events import Event
from db.places import Mine
from db.rules.seats import NOBODY
from db.standing import Line, Signed
from handlers import buttons as to
from handlers.events import read
from handlers.events.screens import out_of_calendar, party
from handlers.screen import Button, Screen, blocks, bold, button, column, lines
from handlers.screens import menu_button, poster_button
from handlers.words import Safe, Words


def queue(w: Words, event: Event, signed: Signed, now: datetime, news: Safe | None = None) -> Screen:
    """Waiting, with nothing offered: the place in the queue, and that there is nothing to be done."""
    t, mine = w.t, signed.mine
    return Screen(
        blocks(
            news,
            t("⏳ Вы в очереди: {event}", event=read.title(w, event)),
            lines(read.when_where(w, event, now), party(w, event, mine.wanted), place_in_line(w, signed.line)),
            all_at_once(w, mine),
            t("Когда место освободится, мы напишем. Ничего делать не нужно."),
        ),
        column(
            button(t("👥 Изменить число"), to.Queue(event=event.id)),
            *queue_buttons(w, mine),
            button(t("✅ Мои записи"), to.Mine()),
            menu_button(w),
        ),
    )


def all_at_once(w: Words, mine: Mine) -> Safe | None:
    return w.t("Ждём места сразу для всех.") if mine.together else None


def queue_buttons(w: Words, mine: Mine) -> tuple[Button | None, ...]:
    """What one who waits can do about it."""
    t = w.t
    if not mine.waiting:
        return ()
    any_part = button(t("Можно и не всем сразу"), to.Together(event=mine.event_id, on=False))
    return (
        any_part if mine.together else None,
        button(t("🚪 Выйти из очереди"), to.LeaveQueue(event=mine.event_id, sure=False)),
    )


def place_in_line(w: Words, line: Line | None) -> Safe | None:
    if line is None:
        return None
    t = w.t
    return lines(
        t("Ваше место в очереди: {n}", n=line.position),
        t("Обычно освобождается мест: {n}", n=line.usually) if line.usually else None,
    )


def offer(w: Words, event: Event, mine: Mine, now: datetime, news: Safe | None = None) -> Screen:
    """What is free for them, until when, and the answers; for a part of a party there is one answer more."""
    t, offered = w.t, mine.offer(now)
    part = mine.party.size + offered.size < mine.wanted.size
    until = w.moment(mine.offered_until or now, now, event.zone)
    return Screen(
        blocks(
            news,
            t("🎉 Для вас освободилось место: {event}", event=read.title(w, event)),
            lines(read.when_where(w, event, now), _how_many(w, mine, offered.size)),
            bold(t("Держим место за вами. Срок: {t}.", t=until)),
        ),
        column(
            button(t("✅ Берём {n}, остальные ждут", n=offered.size), to.TakeOffer(event=event.id)) if part else None,
            button(t("👪 Только все вместе"), to.Together(event=event.id, on=True)) if part else None,
            button(t("✅ Беру место"), to.TakeOffer(event=event.id)) if not part else None,
            button(t("✖️ Не нужно"), to.LeaveQueue(event=event.id, sure=False)),
        ),
    )


def _how_many(w: Words, mine: Mine, free: int) -> Safe:
    t = w.t
    return lines(
        t("Свободно для вас: {n}", n=free),
        t("Вам нужно: {n}", n=mine.wanted.size - mine.party.size),
        t("У вас уже есть: {n}", n=mine.party.size) if mine.party.size else None,
    )


def leave_sure(w: Words, event: Event, mine: Mine, now: datetime) -> Screen:
    t = w.t
    back = to.Offer(event=event.id) if mine.offer(now) != NOBODY else to.Ticket(event=event.id)
    return Screen(
        blocks(
            t("Выйти из очереди? {event}", event=read.title(w, event)),
            t("Место в очереди займёт следующий."),
            t("Ваша запись остаётся. {party}", party=party(w, event, mine.party)) if mine.party.size else None,
        ),
        column(
            button(t("⏳ Нет, подожду"), back),
            button(t("🚪 Да, выйти"), to.LeaveQueue(event=event.id, sure=True)),
        ),
    )


def out(w: Words, event: Event, mine: Mine) -> Screen:
    """Out by their own wish."""
    return _end(w, event, mine, w.t("Вы вышли из очереди: {event}", event=read.title(w, event)))


def too_late(w: Words, event: Event, mine: Mine) -> Screen:
    """No answer in time: said kindly, and what can be done is on the event's own screen."""
    t = w.t
    return _end(
        w,
        event,
        mine,
        t("Время вышло. Место за вами больше не держим: {event}", event=read.title(w, event)),
        t("Ничего страшного. Откройте мероприятие: там видно, есть ли места."),
    )


def no_more(w: Words, event: Event, mine: Mine) -> Screen:
    """The queue is over: the start, or the end of signing up, has come."""
    t = w.t
    return _end(
        w,
        event,
        mine,
        t("Очередь закончилась: {event}", event=read.title(w, event)),
        t("К сожалению, мест больше не освободилось."),
    )


def _end(w: Words, event: Event, mine: Mine, *said: Safe) -> Screen:
    t = w.t
    stays = mine.active
    return Screen(
        blocks(*said, t("Ваша запись остаётся. {party}", party=party(w, event, mine.party)) if stays else None),
        column(
            button(t("🎟 Моя запись"), to.Ticket(event=event.id)) if stays else None,
            button(t("Открыть мероприятие"), to.Card(event=event.id)),
            poster_button(w),
            menu_button(w),
        ),
    )


def called_off(w: Words, event: Event, mine: Mine, now: datetime) -> Screen:
    """To everybody who comes or waits."""
    t = w.t
    return Screen(
        blocks(
            t("❌ Мероприятие не состоится: {event}", event=read.title(w, event)),
            t("🗓 Когда должно было быть: {when}", when=read.when(w, event, now)),
            t("Простите, что так вышло. Ничего делать не нужно, приходить не надо."),
        ),
        column(out_of_calendar(w, event, mine), poster_button(w), menu_button(w)),
    )
