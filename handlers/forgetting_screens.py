"""Everything erased: two questions, each with its consequence and the safe way out first; then goodbye."""

from db.rules.retention import BACKUP_DAYS
from handlers import buttons as to
from handlers.own_data_screens import file_button, keep_button
from handlers.screen import Screen, blocks, button, column
from handlers.words import Safe, Words

BACK = "/start"


def forget_sure(w: Words, coming: int, asked: int) -> Screen:
    """The first question: what will be lost."""
    t = w.t
    return Screen(
        blocks(
            t("<b>Удалить все мои данные?</b>"),
            t("Записей, которые отменятся: {n}. Места сразу отдадим другим.", n=coming) if coming else None,
            t("Сотрём имя, язык, настройки, согласия и всё, что есть в файле. Бот вас забудет."),
            t("Если файл вам нужен, возьмите его сейчас."),
        ),
        column(keep_button(w), file_button(w), button(t("Да, удалить"), to.Forget(step=2, asked=asked))),
    )


def forget_last(w: Words, asked: int) -> Screen:
    """The second question: that there is no way back."""
    t = w.t
    return Screen(
        blocks(
            t("<b>Это последний вопрос.</b>"),
            t("Вернуть данные не сможете ни вы, ни мы. Записи отменятся, места займут другие люди."),
            _backups(w),
        ),
        column(keep_button(w), button(t("🗑 Удалить навсегда"), to.Forget(step=3, asked=asked))),
    )


def _backups(w: Words) -> Safe:
    return w.t("Из резервных копий данные исчезнут не позже чем через {n} дней.", n=BACKUP_DAYS)


def forgotten(w: Words, number: str) -> Screen:
    """The goodbye: no buttons, since there is nobody left who could press them."""
    t = w.t
    return Screen(
        blocks(
            t("Готово. Ваши данные удалены."),
            _backups(w),
            t("Номер удаления: {number}. По нему нельзя узнать, кто вы.", number=number),
            t("Сообщения в этом чате остались в вашем телефоне, их можно удалить самим."),
            t("Захотите вернуться, отправьте: {command}", command=BACK),
        )
    )


def gone_already(w: Words) -> Safe:
    """Said in an alert to who presses once more; the goodbye stays on the screen."""
    return w.t("Ваши данные уже удалены. Захотите вернуться, отправьте: {command}", command=BACK)
