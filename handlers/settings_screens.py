"""The screens of a person's own settings."""

from db.people import Person
from handlers import buttons as to
from handlers.screen import Button, Screen, blocks, button, column, lines
from handlers.screens import menu_button
from handlers.words import Safe, Words
from handlers.words_data import AUTONYMS

# Quiet hours offered, as minutes after midnight: the usual night, a short one, the day of someone who works at night.
NIGHT = (21 * 60, 9 * 60)
LATE = (23 * 60, 7 * 60)
DAY = (9 * 60, 17 * 60)


def hours_between(span: tuple[int, int]) -> Safe:
    return Safe("–".join(f"{minute // 60:02}:{minute % 60:02}" for minute in span))


def settings(w: Words, person: Person, news: Safe | None = None) -> Screen:
    t = w.t
    quiet = (person.wishes.quiet.start, person.wishes.quiet.end)
    return Screen(
        blocks(
            news,
            t("<b>Настройки</b>"),
            lines(
                t("Язык: {language}", language=AUTONYMS[w.language]),
                t("Имя в списке гостей: {name}", name=person.name) if person.name else None,
                t("Напоминания: {which}", which=which(w, person)),
                t("Не беспокоим: {hours}", hours=hours_between(quiet)),
            ),
        ),
        column(
            button(t("🌐 Язык"), to.Languages()),
            button(t("🔔 Напоминания"), to.Reminders()),
            button(t("🌙 Тихие часы"), to.Quiet()),
            button(t("✏️ Моё имя"), to.Name()) if person.consented else None,
            button(t("🔒 Мои данные"), to.Privacy()),
            button(t("✍️ Ошибка в переводе?"), to.Mistake()),
            menu_button(w),
        ),
        passing=True,
    )


def which(w: Words, person: Person) -> Safe:
    """The reminders the person wants, in words."""
    t = w.t
    names = {
        (True, True): t("за день и за 2 часа"),
        (True, False): t("за день"),
        (False, True): t("за 2 часа"),
        (False, False): t("не нужны"),
    }
    return names[person.wishes.evening, person.wishes.hours]


def reminders(w: Words, person: Person) -> Screen:
    t = w.t
    return Screen(
        t("Когда напомнить о мероприятии? Сейчас: {which}", which=which(w, person)),
        column(
            button(t("За день и за 2 часа"), to.SetReminders(evening=True, hours=True)),
            button(t("Только за день"), to.SetReminders(evening=True, hours=False)),
            button(t("Только за 2 часа"), to.SetReminders(evening=False, hours=True)),
            button(t("Не напоминать"), to.SetReminders(evening=False, hours=False)),
            _back(w),
        ),
    )


def quiet(w: Words) -> Screen:
    t = w.t
    return Screen(
        t("Когда вас не беспокоить? В эти часы напоминания не приходят."),
        column(
            _span(t("Ночь: {hours}", hours=hours_between(NIGHT)), NIGHT),
            _span(t("Поздно: {hours}", hours=hours_between(LATE)), LATE),
            _span(t("Работаю ночью: {hours}", hours=hours_between(DAY)), DAY),
            _back(w),
        ),
    )


def _span(label: Safe, span: tuple[int, int]) -> Button:
    return button(label, to.SetQuiet(start=span[0], end=span[1]))


def ask_name(w: Words, person: Person, problem: Safe | None = None) -> Screen:
    t = w.t
    return Screen(
        blocks(
            problem,
            t("Как вас записать? Напишите имя одним сообщением."),
            t("Сейчас: {name}", name=person.name) if person.name else None,
        ),
        column(button(t("Оставить как есть"), to.Drop())),
    )


def bad_name(w: Words) -> Safe:
    return w.t("Имя нужно буквами, не длиннее 80 знаков. Фото и голос здесь не подходят.")


def saved(w: Words) -> Safe:
    return w.t("Готово, сохранено.")


def _back(w: Words) -> Button:
    return button(w.t("◀️ Назад"), to.Settings())
