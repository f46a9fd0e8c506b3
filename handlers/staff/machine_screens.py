"""What owners read when the machine fails the bot: its clock, its way to Telegram, its disk."""

from collections.abc import Mapping
from typing import Any

from handlers import buttons as to
from handlers.screen import Button, Screen, blocks, button, column
from handlers.screens import menu_button
from handlers.words import Safe, Words

Facts = Mapping[str, Any]

HOUR, DAY = 60, 24 * 60
FEW = 2  # of an hour or a day: below it, the smaller measure says more


def span(w: Words, minutes: int) -> Safe:
    """So many minutes, as people say it; at least one."""
    t = w.t
    if minutes >= FEW * DAY:
        return t.n("{n} день", "{n} дней", minutes // DAY)
    if minutes >= FEW * HOUR:
        return t.n("{n} час", "{n} часов", minutes // HOUR)
    return t.n("{n} минута", "{n} минут", max(1, minutes))


def clock(w: Words, facts: Facts) -> Safe:
    t, minutes = w.t, int(facts["minutes"])
    how_far = span(w, abs(minutes))
    return blocks(
        t("⏰ Часы на сервере перескочили."),
        t("Вперёд: {span}.", span=how_far) if minutes > 0 else t("В обратную сторону: {span}.", span=how_far),
        t("На нажатия бот отвечает. Напоминания и очередь ждут, чтобы не прийти не вовремя."),
        t("Посмотрите время на сервере. Если оно верное, нажмите кнопку. Если нет, исправьте: бот продолжит сам."),
    )


def clock_button(w: Words, number: int) -> Button:
    return button(w.t("✅ Часы верны"), to.ClockRight(alarm=number))


def clock_is_right(w: Words) -> Screen:
    return Screen(w.t("Хорошо. Бот верит часам и продолжает."), column(menu_button(w)))


def outage(w: Words, facts: Facts) -> Safe:
    t = w.t
    lost = t("Телеграм хранит сообщения 24 часа. Более ранние могли пропасть: попросите людей нажать ещё раз.")
    return blocks(
        t("📡 Бот был без связи: {span}.", span=span(w, int(facts["minutes"]))),
        t("Сейчас он работает и отвечает на всё, что пришло за это время."),
        lost if facts["dropped"] else None,
    )


def disk_refuses(w: Words) -> Screen:
    """Said at once, while nothing can be written."""
    t = w.t
    return Screen(
        blocks(
            t("⚠️ Бот не может сохранять: на сервере кончилось место или диск не работает."),
            t("Ничего не потеряно. Людям бот говорит, что ответит позже."),
            t("Освободите место на сервере. Перезапускать бота не нужно: он продолжит сам."),
        ),
        column(menu_button(w)),
    )


def disk(w: Words, facts: Facts) -> Safe:
    t = w.t
    return blocks(
        t("💾 Бот не мог сохранять: {span}.", span=span(w, int(facts["minutes"]))),
        t("Сейчас всё работает. Ничего не потеряно: бот ответит на всё, что люди нажали."),
        t("Чтобы это не повторилось, проверьте свободное место на сервере."),
    )


def wal(w: Words, facts: Facts) -> Safe:
    t = w.t
    return blocks(
        t("⚠️ Журнал базы слишком вырос. Мегабайт: {n}", n=int(facts["megabytes"])),
        t("Бот работает, но место на сервере может кончиться."),
        t("Обычно помогает перезапуск бота. Если придёт ещё раз, позовите того, кто следит за сервером."),
    )
