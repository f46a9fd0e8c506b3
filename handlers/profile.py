"""What Telegram itself shows of us: the words above START, and the list of commands, in each language."""

from aiogram.types import BotCommand

from handlers.words import Words, plain


def description(w: Words) -> str:
    """Shown in the empty chat before START; at most 512 letters."""
    t = w.t
    return plain(
        t(
            "Дружба, бот Ассамблеи народов Сибири (Томск). Праздники, концерты, кружки: "
            "посмотрите афишу и запишитесь. Всё бесплатно. Мы не полиция и не миграционная служба. Нажмите START."
        )
    )


def short_description(w: Words) -> str:
    """Shown in our profile and beside shared links; at most 120 letters."""
    return plain(w.t("Бот Ассамблеи народов Сибири, Томск. Афиша и запись. Бесплатно."))


def commands(w: Words) -> tuple[tuple[str, str], ...]:
    """Command and what it does, in the order of the menu."""
    t = w.t
    return (
        ("start", plain(t("Начать"))),
        ("events", plain(t("Афиша"))),
        ("my", plain(t("Мои записи"))),
        ("help", plain(t("Помощь"))),
        ("language", plain(t("Язык"))),
        ("settings", plain(t("Настройки"))),
        ("privacy", plain(t("Мои данные"))),
    )


def command_list(w: Words) -> list[BotCommand]:
    """The same, as Telegram takes it."""
    return [BotCommand(command=name, description=text) for name, text in commands(w)]
