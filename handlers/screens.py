"""The screens everybody meets: language, menu, help, and the answers to odd things."""

from dataclasses import dataclass

from db.rules.languages import LANGUAGES
from db.rules.retention import USUAL, Keep
from handlers import buttons as to
from handlers.screen import Button, Screen, blocks, button, column, lines
from handlers.words import Safe, Words, safe
from handlers.words_data import AUTONYMS, FIRST_WORDS


@dataclass(frozen=True)
class Operator:
    """Who answers for the data (OPERATOR_NAME, OPERATOR_CONTACT; empty while unknown), and how long it is kept."""

    name: str
    contact: str
    keep: Keep = USUAL


@dataclass(frozen=True)
class Contacts:
    """The Assembly's own contacts, as far as they may be shown."""

    phone: str
    email: str
    address: str


def languages(first: str | None) -> Screen:
    """The first screen of all. `first` is the phone's language: it comes first, and that is all it does."""
    order = sorted(LANGUAGES, key=lambda code: code != first)
    return Screen(
        lines(*(safe(FIRST_WORDS[code]) for code in order)),
        column(*(button(AUTONYMS[code], to.ChooseLanguage(language=to.Lang(code))) for code in order)),
        passing=True,
    )


def menu(w: Words, *, owner: bool, unfinished: Safe | None, news: Safe | None = None) -> Screen:
    """The main menu; above it what has just happened, and the way back into a half-filled form."""
    t = w.t
    return Screen(
        blocks(
            news,
            t("Вы не закончили: {what}. Продолжить?", what=unfinished) if unfinished else None,
            t("Это Дружба, бот Ассамблеи народов Сибири. Что вам нужно?"),
        ),
        (
            *(_resume_or_drop(w) if unfinished else ()),
            *column(
                button(t("📅 Афиша"), to.Poster(page=0, when=to.When.ANY, what=to.What.ANY)),
                button(t("✅ Мои записи"), to.Mine()),
                button(t("🆘 Помощь"), to.Help()),
                button(t("⚙️ Настройки"), to.Settings()),
                button(t("📋 Списки гостей"), to.Lists(page=0)) if owner else None,
            ),
        ),
        passing=True,
    )


def resume_button(w: Words) -> Button:
    return button(w.t("▶️ Продолжить"), to.Resume())


def _resume_or_drop(w: Words) -> tuple[tuple[Button, ...], ...]:
    return ((resume_button(w), button(w.t("✖️ Не нужно"), to.Drop())),)


def menu_button(w: Words) -> Button:
    return button(w.t("☰ Меню"), to.Menu())


def poster_button(w: Words) -> Button:
    return button(w.t("📅 Афиша"), to.Poster(page=0, when=to.When.ANY, what=to.What.ANY))


def help_(w: Words, contacts: Contacts | None) -> Screen:
    t = w.t
    return Screen(
        blocks(
            t("<b>Если случилась беда, звоните. Это бесплатно.</b>"),
            lines(
                t("Любая беда: {phone}", phone="112"),
                t("Пожар: {phone}", phone="101"),
                t("Полиция: {phone}", phone="102"),
                t("Скорая помощь: {phone}", phone="103"),
            ),
            _contacts(w, contacts),
        ),
        column(menu_button(w)),
    )


def _contacts(w: Words, contacts: Contacts | None) -> Safe | None:
    if contacts is None:
        return None
    t = w.t
    return lines(
        t("<b>Ассамблея народов Сибири</b>"),
        t("Телефон: {phone}", phone=contacts.phone) if contacts.phone else None,
        t("Почта: {email}", email=contacts.email) if contacts.email else None,
        t("Адрес: {address}", address=contacts.address) if contacts.address else None,
    )


def stale(w: Words) -> Safe:
    """Said in an alert and on the screen that follows it."""
    return w.t("Эта кнопка устарела. Вот что есть сейчас.")


def apology(w: Words) -> Screen:
    """What a person gets, once, when we failed them."""
    return Screen(
        w.t("Простите, у нас что-то сломалось, и мы не смогли ответить. Попробуйте ещё раз."),
        column(menu_button(w)),
    )


def unsaved(w: Words) -> Screen:
    """What a person gets, once a trouble, whose press or message cannot be put on disk."""
    return Screen(
        w.t("Сейчас не получается сохранить. Ничего не потеряно: ответим, как только сможем."),
        column(menu_button(w)),
    )


def flood(w: Words, unread: int) -> Screen:
    """What a person gets, once, who sent more at once than we can read."""
    t = w.t
    return Screen(
        lines(
            t("Сообщений пришло очень много сразу, и мы прочитали не все."),
            t("Не прочитано: {unread}", unread=unread),
            t("Пожалуйста, пришлите важное ещё раз."),
        ),
        column(menu_button(w)),
    )


def not_understood(w: Words) -> Safe:
    return w.t("Я понимаю кнопки. Выберите, что вам нужно.")


def edited(w: Words) -> Safe:
    return w.t("Исправленное сообщение я не вижу. Напишите, пожалуйста, новое.")


def in_group(w: Words, username: str | None) -> Screen:
    """Said in a group, where the bot knows nobody and keeps nothing."""
    way = button(w.t("Открыть бота"), f"https://t.me/{username}") if username else None
    return Screen(w.t("Я работаю только в личных сообщениях. Откройте меня и нажмите START."), column(way))
