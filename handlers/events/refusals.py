"""A refusal of the store in words: it carries data, this says it."""

from db.events import Event
from db.rules.refusals import (
    BadParty,
    Cancelled,
    Closed,
    Enough,
    Full,
    Gone,
    LastOwner,
    NothingHeld,
    OfferOver,
    QueueOver,
    Refusal,
)
from handlers.events import read
from handlers.words import Safe, Words


def why(w: Words, refusal: Refusal, event: Event | None) -> Safe:
    """One sentence; the screen that follows it shows what is true now and what can be done."""
    t = w.t
    match refusal:
        case Full() | BadParty():
            return _how_many(w, refusal)
        case Closed():
            return t("Запись уже закрыта.")
        case Cancelled():
            return t("Это мероприятие не состоится.")
        case NothingHeld() if event is not None:
            return t("Время вышло, место уже отдали: {event}", event=read.title(w, event))
        case OfferOver():
            return t("Это предложение уже не действует.")
        case QueueOver():
            return t("Очередь уже закрыта: скоро начало.")
        case LastOwner():
            return t("Вы единственный владелец бота. Пока нет другого, удалить ваши данные нельзя.")
        case Enough():
            return t("Спасибо! Сегодня вы помогли уже много раз. Остальное пришлите, пожалуйста, завтра.")
        case Gone():
            return t("Такой записи или мероприятия нет.")
        case _:
            return t("Сейчас так не получится. Вот что есть.")


def _how_many(w: Words, refusal: Full | BadParty) -> Safe:
    t = w.t
    match refusal:
        case Full(free=0):
            return t("Пока вы выбирали, места закончились.")
        case Full(free=n):
            return t.n("Осталось только {n} место. Выберите меньше.", "Осталось только {n} мест. Выберите меньше.", n)
        case BadParty(largest=largest, least=1):
            return t("Можно от 1 до {largest} человек, хотя бы один взрослый.", largest=largest)
    least, largest = refusal.least, refusal.largest
    return t("Часть мест у вас уже есть. Всего можно от {least} до {largest}.", least=least, largest=largest)
