"""What is kept of a person, in plain words, and the consent taken back."""

from collections.abc import Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from db.events import Event
from db.own_data import Consent, Kept
from db.people import Person
from db.rules.retention import MISTAKES
from handlers import buttons as to
from handlers.screen import Button, File, Screen, blocks, button, column, lines
from handlers.screens import Operator, menu_button
from handlers.settings_screens import hours_between, which
from handlers.words import Safe, Words
from handlers.words_data import AUTONYMS

CONSENTS = 5  # shown at most; the file has all of them

Events = Mapping[int, Event]


def privacy(w: Words, person: Person, kept: Kept, events: Events, operator: Operator, now: datetime) -> Screen:
    t = w.t
    return Screen(
        blocks(
            t("<b>Мои данные</b>"),
            _facts(w, person, kept, events, operator, now),
            t("Ещё храним день, когда вы писали в последний раз, и отметки о сообщениях. Всё целиком есть в файле."),
            lines(*(consent(w, one, kept.zone, now) for one in kept.consents[-CONSENTS:])) or None,
            t("Имя видят только те, кто встречает гостей."),
            t(
                "Мы не спрашиваем национальность, веру, здоровье, паспорт и патент. "
                "Мы не полиция и не миграционная служба."
            ),
            _goes_by_itself(w, operator),
            answers(w, operator),
        ),
        column(
            file_button(w),
            button(t("Отозвать согласие"), to.Withdraw(sure=False)) if person.consented else None,
            button(t("🗑 Удалить мои данные"), to.Forget(step=1, asked=0)),
            menu_button(w),
        ),
    )


def _facts(w: Words, person: Person, kept: Kept, events: Events, operator: Operator, now: datetime) -> Safe:
    t, quiet = w.t, person.wishes.quiet
    ends = [events[one.mine.event_id].ends_at + operator.keep.signups for one in kept.signups]
    return lines(
        t("Что мы храним о вас сейчас:"),
        t("Номер чата: {number} (это не телефон)", number=person.user_id),
        t("Язык: {language}", language=AUTONYMS[w.language]),
        t("Имя в списке гостей: {name}", name=person.name) if person.name else None,
        t("Напоминания: {which}", which=which(w, person)),
        t("Не беспокоим: {hours}", hours=hours_between((quiet.start, quiet.end))),
        t("Записей: {n}. Последнюю сотрём: {date}", n=len(ends), date=_day(w, max(ends), kept.zone, now))
        if ends
        else None,
        _mistakes(w, kept, now),
    )


def _mistakes(w: Words, kept: Kept, now: datetime) -> Safe | None:
    if not kept.mistakes:
        return None
    n, last = len(kept.mistakes), max(one.at for one in kept.mistakes) + MISTAKES
    return w.t(
        "Сообщений об ошибках в переводе: {n}. Последнее сотрём: {date}", n=n, date=_day(w, last, kept.zone, now)
    )


def _day(w: Words, at: datetime, zone: str, now: datetime) -> Safe:
    there = ZoneInfo(zone)
    return w.day(at.astimezone(there).date(), now.astimezone(there).date())


def consent(w: Words, one: Consent, zone: str, now: datetime) -> Safe:
    """When it was given, to which text, and since when it holds no more."""
    t = w.t
    given = t(
        "Согласие на запись: {date}. Текст: {version}.", date=_day(w, one.given_at, zone, now), version=one.version
    )
    if one.withdrawn_at is None:
        return given
    return Safe(f"{given} {t('Отозвано: {date}.', date=_day(w, one.withdrawn_at, zone, now))}")


def _goes_by_itself(w: Words, operator: Operator) -> Safe:
    t, keep = w.t, operator.keep
    return lines(
        t.n(
            "Записи стираем сами через {n} день после мероприятия.",
            "Записи стираем сами через {n} дней после мероприятия.",
            keep.signups_days,
        ),
        t.n(
            "Если вы молчите {n} месяц, спросим, нужен ли вам бот. Не ответите, сотрём всё.",
            "Если вы молчите {n} месяцев, спросим, нужен ли вам бот. Не ответите, сотрём всё.",
            keep.inactive_months,
        ),
    )


def answers(w: Words, operator: Operator) -> Safe | None:
    """Who answers for the data, once somebody has said it."""
    if not operator.name:
        return None
    return w.t("За данные отвечает: {name}. Связь: {contact}", name=operator.name, contact=operator.contact)


def file_button(w: Words) -> Button:
    return button(w.t("📄 Получить файл"), to.MyFile())


def own_data_button(w: Words) -> Button:
    return button(w.t("🔒 Мои данные"), to.Privacy())


def keep_button(w: Words) -> Button:
    """The safe way out, always the first."""
    return button(w.t("Нет, оставить"), to.Privacy())


def my_file(w: Words, file: File) -> Screen:
    return Screen(
        w.t("Вот файл: всё, что мы о вас храним. Его можно открыть на телефоне."),
        column(own_data_button(w), menu_button(w)),
        file=file,
    )


def withdraw_sure(w: Words) -> Screen:
    t = w.t
    return Screen(
        t("Отозвать согласие? Все ваши записи отменятся, места отдадим другим. Имя мы сотрём."),
        column(keep_button(w), button(t("Да, отозвать"), to.Withdraw(sure=True))),
    )


def withdrawn(w: Words) -> Screen:
    return Screen(
        w.t("Согласие отозвано. Записей больше нет, имя стёрто. Афишу можно смотреть и дальше."), column(menu_button(w))
    )


def silent(w: Words, going_at: datetime, zone: str, now: datetime) -> Screen:
    """What comes a month before an inactive profile goes."""
    t = w.t
    return Screen(
        blocks(
            t("Здравствуйте! Вы давно не заходили в бот Дружба."),
            t("Бот вам ещё нужен? Если нет, делать ничего не надо: мы сотрём всё, что о вас храним."),
            t("Сотрём: {date}", date=_day(w, going_at, zone, now)),
        ),
        column(button(t("👋 Остаться"), to.Stay()), own_data_button(w)),
    )


def stays(w: Words) -> Safe:
    return w.t("Хорошо, что вы с нами. Ничего не сотрём.")
