"""A bad translation, as the owners read of it."""

from collections.abc import Iterator

from db.events import Event
from db.mistakes import About, Report
from handlers.screen import Screen, blocks, column, lines
from handlers.screens import menu_button
from handlers.words import Safe, Words, plain, safe
from handlers.words_data import AUTONYMS


def mistake(w: Words, report: Report, event: Event | None, room: int) -> Screen:
    """What owners read, in at most `room` units: where it is, what was written, as many of the texts as fit."""
    t = w.t
    head = blocks(
        t("<b>Ошибка в переводе</b>"),
        lines(t("Язык: {language}", language=AUTONYMS[report.language]), *_where(w, report.about, event)),
        t("Пишут: {said}", said=_cut(report.said, room * 2 // 3)) if report.said else None,
        t("Голос, фото или файл передать уже не получилось.") if report.copied and not report.reachable else None,
    )
    texts = report.about.texts if report.about else ()
    return Screen(blocks(head, _texts(w, texts, room - _units(plain(head)) - 2)), column(menu_button(w)))


def _where(w: Words, about: About | None, event: Event | None) -> Iterator[Safe | None]:
    t = w.t
    if about is None:
        yield t("Какой это был экран, бот уже не помнил.")
        return
    yield t("Экран: {title}", title=about.title)
    yield t("В программе: {name}", name=about.screen) if about.screen else None
    yield t("Мероприятие: {slug}", slug=event.slug) if event else None


def _texts(w: Words, texts: tuple[tuple[str, str], ...], room: int) -> Safe | None:
    """Each as it stands in the code and in the catalog, the first ones first."""
    said = [_pair(source, text) for source, text in texts]
    for shown in range(len(said), 0, -1):
        left = w.t("Не поместилось текстов: {n}", n=len(said) - shown) if shown < len(said) else None
        found = blocks(w.t("Тексты на экране:"), *said[:shown], left)
        if _units(plain(found)) <= room:
            return found
    return None


def _pair(source: str, text: str) -> Safe:
    return lines(safe(source), Safe(f"→ {safe(text)}") if text != source else None)


def _cut(text: str, room: int) -> str:
    """The text, or as much of its beginning as fits."""
    if _units(text) <= room:
        return text
    return text.encode("utf-16-le")[: 2 * (room - 1)].decode("utf-16-le", errors="ignore") + "…"


def _units(text: str) -> int:
    """How much of a message it takes, as Telegram counts."""
    return len(text.encode("utf-16-le")) // 2
