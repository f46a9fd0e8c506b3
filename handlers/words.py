"""The words of one language: texts through gettext, dates through our own tables; handed on, never global."""

import html
import re
from datetime import date, datetime, timedelta
from functools import cache
from gettext import GNUTranslations, NullTranslations
from pathlib import Path
from zoneinfo import ZoneInfo

from db.rules.languages import LANGUAGES, SOURCE
from handlers import words_data as data

LOCALES = Path(__file__).parent.parent / "locales"

Note = tuple[str, str, "Safe"]  # what stands in the code, what the catalog has for it, what was said

# Marks that turn the direction of what follows, controls, and letters that draw nothing: they have no business in a
# name or a title. What joins emoji (U+200D) stays.
_UNSEEN = re.compile(
    r"[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u00ad\u061c\u115f\u1160\u180e\u200b\u200e\u200f\u202a-\u202e"
    r"\u2060-\u2064\u2066-\u2069\u2800\u3164\ufeff\uffa0]"
)


class Safe(str):
    """Text that is ours, or has been made harmless: it may stand in a message as HTML."""

    __slots__ = ()


def clean(text: str) -> str:
    """What a person typed, without unseen marks, in one line."""
    return " ".join(_UNSEEN.sub("", text).split())


def safe(value: object) -> Safe:
    """Anything as harmless HTML text."""
    if isinstance(value, Safe):
        return value
    return Safe(html.escape(_UNSEEN.sub("", str(value)), quote=False))


def plain(text: str) -> str:
    """The same text where HTML is not read: labels of buttons, alerts."""
    return html.unescape(re.sub("<[^>]+>", "", text))


def one_line(text: str) -> str:
    """The same for where a line cannot be broken: titles and places in other programs."""
    return clean(plain(text))


class Texts:
    """`t("…")`, `t.n(one, many, n)` for counted things, `t.p(context, "…")` where one word has two meanings."""

    def __init__(self, catalog: NullTranslations, notes: list[Note] | None) -> None:
        self._catalog, self._notes = catalog, notes

    def __call__(self, text: str, **values: object) -> Safe:
        return self._say(text, self._catalog.gettext(text), values)

    def n(self, one: str, many: str, n: int, **values: object) -> Safe:
        return self._say(many, self._catalog.ngettext(one, many, n), {"n": n, **values})

    def p(self, context: str, text: str, **values: object) -> Safe:
        return self._say(text, self._catalog.pgettext(context, text), values)

    def _say(self, source: str, text: str, values: dict[str, object]) -> Safe:
        said = Safe(text.format(**{name: safe(value) for name, value in values.items()}))
        if self._notes is not None:
            self._notes.append((source, text, said))
        return said


class Words:
    """Everything a screen needs to speak one language."""

    def __init__(self, language: str, catalog: NullTranslations, notes: list[Note] | None = None) -> None:
        self.language, self._catalog, self.notes = language, catalog, notes
        self.t = Texts(catalog, notes)

    def noting(self) -> "Words":
        """The same words, that note in `notes` what they say from now on."""
        return Words(self.language, self._catalog, [])

    def day(self, day: date, today: date) -> Safe:
        """A date with its weekday: "завтра, суббота, 20 марта"; the year only when it is not this one."""
        pattern = data.DAY if day.year == today.year else data.DAY_AND_YEAR
        text = pattern[self.language].format(
            weekday=data.WEEKDAYS[self.language][day.weekday()],
            day=day.day,
            month=data.MONTHS[self.language][day.month - 1],
            year=day.year,
        )
        near = (day - today) // timedelta(days=1)
        return Safe(f"{data.TODAY_TOMORROW[self.language][near]}, {text}" if near in (0, 1) else text)

    def short_day(self, day: date) -> Safe:
        """A date for a button: "20 марта"."""
        month = data.MONTHS[self.language][day.month - 1]
        return Safe(data.SHORT_DAY[self.language].format(day=day.day, month=month))

    def moment(self, at: datetime, now: datetime, zone: str, until: datetime | None = None) -> Safe:
        """A moment as the clocks of `zone` show it, to its end if it has one: "суббота, 20 марта, 18:00–20:00"."""
        local, today = at.astimezone(ZoneInfo(zone)), now.astimezone(ZoneInfo(zone)).date()
        time = f"{local:%H:%M}"
        if until is not None:
            end = until.astimezone(ZoneInfo(zone))
            time += f"–{end:%H:%M}" if end.date() == local.date() else f" – {self.day(end.date(), today)}, {end:%H:%M}"
        return Safe(data.DAY_AND_TIME[self.language].format(day=self.day(local.date(), today), time=time))

    def clock(self, at: datetime, zone: str) -> Safe:
        return Safe(f"{at.astimezone(ZoneInfo(zone)):%H:%M}")


@cache
def words(language: str | None) -> Words:
    """The words of a language; of the source for None. Raises FileNotFoundError where the catalogs are not built."""
    known = language if language in LANGUAGES else SOURCE
    with (LOCALES / known / "LC_MESSAGES" / "messages.mo").open("rb") as file:
        return Words(known, GNUTranslations(file))
