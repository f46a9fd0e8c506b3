"""The file of everything that is kept of a person: plain lines in their language, to be read on a phone."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from db.events import Event
from db.inbox import KEPT
from db.own_data import Consent, Form, Kept, Message, Mistake, Signup
from db.people import Person
from db.places import Mine
from db.rules.codes import spoken
from db.rules.retention import MISTAKES
from db.rules.seats import NOBODY, Party
from handlers.events import read
from handlers.own_data_screens import answers
from handlers.screen import File, blocks, lines
from handlers.screens import Operator
from handlers.settings_screens import hours_between, which
from handlers.words import Safe, Words, plain
from handlers.words_data import AUTONYMS

LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)  # seen from there every date has its year, and none is "today"

Events = Mapping[int, Event]


def file(w: Words, person: Person, kept: Kept, events: Events, operator: Operator, now: datetime) -> File:
    """With the mark that tells old editors it is UTF-8."""
    day = now.astimezone(ZoneInfo(kept.zone)).date()
    text = plain(_text(w, person, kept, events, operator, now))
    return File(f"druzhba-{day}.txt", f"{text}\n".encode("utf-8-sig"))


def _text(w: Words, person: Person, kept: Kept, events: Events, operator: Operator, now: datetime) -> Safe:
    t = w.t
    return blocks(
        lines(t("Дружба, бот Ассамблеи народов Сибири"), t("Всё, что мы о вас храним: {date}", date=_at(w, now, kept))),
        lines(*_person(w, person, kept)),
        *(_consent(w, one, kept) for one in kept.consents),
        *(_signup(w, one, kept, events[one.mine.event_id], operator) for one in kept.signups),
        _form(w, kept.form, kept, events) if kept.form else None,
        *(_mistake(w, one, kept) for one in kept.mistakes),
        lines(*(_message(w, one, kept) for one in kept.messages)),
        _updates(w, kept),
        answers(w, operator),
    )


def _updates(w: Words, kept: Kept) -> Safe:
    n, days = kept.updates, KEPT.days
    return w.t("Отметок о ваших сообщениях и нажатиях, без текста: {n}. Храним дней: {days}.", n=n, days=days)


def _at(w: Words, at: datetime, kept: Kept) -> Safe:
    return w.moment(at, LONG_AGO, kept.zone)


def _day(w: Words, at: datetime, kept: Kept) -> Safe:
    return w.day(at.astimezone(ZoneInfo(kept.zone)).date(), LONG_AGO.date())


def _person(w: Words, person: Person, kept: Kept) -> Iterator[Safe | None]:
    t, quiet = w.t, person.wishes.quiet
    yield t("Номер чата: {number} (это не телефон)", number=person.user_id)
    yield t("Язык: {language}", language=AUTONYMS[w.language])
    yield t("Имя в списке гостей: {name}", name=person.name) if person.name else None
    yield t("Часовой пояс: {zone}", zone=kept.zone)
    yield t("Напоминания: {which}", which=which(w, person))
    yield t("Не беспокоим: {hours}", hours=hours_between((quiet.start, quiet.end)))
    yield t("Вы пришли впервые: {date}", date=_at(w, kept.met_at, kept))
    yield t("Последний раз вы писали: {date}", date=_day(w, kept.seen_at, kept)) if kept.seen_at else None
    yield t("Вы пришли по ссылке: {link}", link=person.arrived_by) if person.arrived_by else None
    yield t("Последний год, когда вы у нас были: {year}", year=kept.visited_year) if kept.visited_year else None
    for role, given_at in kept.roles:
        yield t("Роль: {role}. С какого дня: {date}", role=roles(w)[role], date=_day(w, given_at, kept))


def _consent(w: Words, one: Consent, kept: Kept) -> Safe:
    t = w.t
    return lines(
        t("Согласие на запись. Дано: {date}", date=_at(w, one.given_at, kept)),
        t("Текст согласия: {version}", version=one.version),
        t("Язык: {language}", language=AUTONYMS[one.language]),
        t("Отозвано: {date}.", date=_at(w, one.withdrawn_at, kept)) if one.withdrawn_at else None,
    )


def _signup(w: Words, one: Signup, kept: Kept, event: Event, operator: Operator) -> Safe:
    t, mine = w.t, one.mine
    kept_till = event.ends_at + operator.keep.signups
    return lines(
        t("Запись: {event}", event=read.title(w, event)),
        t("🗓 Когда: {when}", when=read.when(w, event, LONG_AGO)),
        states(w)[mine.state],
        *_places(w, mine, kept),
        t("Ваш код: {code}", code=spoken(mine.code)),
        t("Вы ответили, что придёте") if mine.confirmed else None,
        t("Отдали мест: {n}", n=one.given_up) if one.given_up else None,
        t("Получили файлов для календаря: {n}", n=mine.calendar) if mine.calendar else None,
        t("Записались: {date}", date=_at(w, one.created_at, kept)),
        t("Сотрём: {date}", date=_day(w, kept_till, kept)),
    )


def _places(w: Words, mine: Mine, kept: Kept) -> Iterator[Safe]:
    """Those who come, and what is held, wanted or offered beside them."""
    t = w.t
    if mine.party != NOBODY:
        yield _headcount(w, mine.party)
    if mine.held != NOBODY and mine.held_until is not None:
        yield t("Держим для вас: {who}", who=_headcount(w, mine.held))
        yield t("Держим до: {date}", date=_at(w, mine.held_until, kept))
    if mine.wanted != NOBODY:
        yield t("В очереди, всего хотите прийти: {who}", who=_headcount(w, mine.wanted))
    if mine.offered != NOBODY and mine.offered_until is not None:
        yield t("Предложили вам: {who}", who=_headcount(w, mine.offered))
        yield t("Ждём ответа до: {date}", date=_at(w, mine.offered_until, kept))


def _headcount(w: Words, who: Party) -> Safe:
    return w.t("Взрослых: {adults}, детей: {children}", adults=who.adults, children=who.children)


def _form(w: Words, form: Form, kept: Kept, events: Events) -> Safe:
    t = w.t
    about_nothing = {"name": t("ваше имя"), "mistake": t("сообщение об ошибке")}
    what = about_nothing[form.kind] if form.event_id is None else read.title(w, events[form.event_id])
    return lines(
        t("Незаконченная форма: {what}", what=what),
        t("Взрослых: {n}", n=form.adults) if form.adults else None,
        t("Когда начали: {date}", date=_at(w, form.updated_at, kept)),
    )


def _mistake(w: Words, one: Mistake, kept: Kept) -> Safe:
    t = w.t
    return lines(
        t("Вы написали об ошибке в переводе: {date}", date=_at(w, one.at, kept)),
        t("Язык: {language}", language=AUTONYMS[one.language]),
        t("Экран: {title}", title=one.title) if one.title else None,
        t("Ваши слова: {said}", said=one.said) if one.said else None,
        t("Вы прислали голос, фото или файл. Копия ушла владельцам.") if one.copied else None,
        t("Сотрём: {date}", date=_day(w, one.at + MISTAKES, kept)),
    )


def _message(w: Words, one: Message, kept: Kept) -> Safe:
    t, date = w.t, _at(w, one.at, kept)
    if one.state in ("pending", "sending"):
        how = t("Придёт: {date}", date=date)
    elif one.state == "sent":
        how = t("Отправили: {date}", date=date)
    else:
        how = t("Не отправили: {date}", date=date)
    return Safe(f"{kinds(w)[one.kind]}. {how}")


def kinds(w: Words) -> Mapping[str, Safe]:
    """Every kind of message of handlers/notices.py."""
    t = w.t
    return {
        "evening": t("Напоминание за день"),
        "hours": t("Напоминание за 2 часа"),
        "apology": t("Извинение за сбой"),
        "commands": t("Список команд"),
        "inactive": t("Вопрос, нужен ли вам бот"),
        "flood": t("Слишком много сообщений сразу"),
        "offer": t("Для вас освободилось место"),
        "offer_over": t("Время ответить вышло"),
        "queue_over": t("Очередь закончилась"),
        "event_off": t("Мероприятие не состоится"),
        "alarm": t("Сообщение владельцу о работе бота"),
        "mistake": t("Сообщение владельцу об ошибке в переводе"),
    }


def states(w: Words) -> Mapping[str, Safe]:
    """Every state of a signup."""
    t = w.t
    return {"active": t("Вы записаны"), "waiting": t("Вы ждёте места"), "left": t("Вы не придёте")}


def roles(w: Words) -> Mapping[str, Safe]:
    return {"owner": w.t("владелец бота")}
