"""A bad translation: the question to who has found it."""

from db.mistakes import About
from handlers import buttons as to
from handlers.screen import Screen, blocks, button, column, lines
from handlers.words import Safe, Words


def ask(w: Words, about: About | None, problem: Safe | None = None) -> Screen:
    """Which screen it is about, and that the next message goes to the owners."""
    t = w.t
    if about is None:
        which = t("Какой экран вы смотрели, бот не помнит. Скажите, пожалуйста, и об этом.")
    else:
        which = t("Вы смотрели экран: {title}", title=about.title)
    return Screen(
        blocks(
            problem,
            which,
            t("Что там не так? Напишите одним сообщением, скажите голосом или пришлите снимок экрана."),
            t("Сообщение прочтут владельцы бота. Ваше имя мы им не скажем."),
        ),
        column(button(t("Не сейчас"), to.Drop())),
        passing=True,
    )


def not_that(w: Words) -> Safe:
    return w.t("Это передать не получится. Подойдут слова, голос, фото или файл.")


def late(w: Words) -> Safe:
    return w.t("Мы спрашивали давно, поэтому это сообщение никому не передали. Если оно об ошибке, пришлите ещё раз.")


def thanks(w: Words, told: int | None = None) -> Safe:
    """`told`: how many letters of it, where that is not all."""
    t = w.t
    return lines(
        t("Спасибо! Мы передали это владельцам бота."),
        t("Сообщение длинное, передали начало. Знаков: {n}", n=told) if told else None,
    )
