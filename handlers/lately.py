"""The last screen of each person, for a report of a bad translation. In memory alone: a restart forgets it."""

import re
from dataclasses import dataclass

from aiogram.types import CallbackQuery, Message

from db.mistakes import About
from db.people import Person
from handlers.buttons import event_of, name_of
from handlers.screen import Screen
from handlers.words import Words, plain

PEOPLE_MOST = 1_000
TITLE = 60  # letters
_HEADING = re.compile("<b>(.+?)</b>")


@dataclass(frozen=True)
class Way:
    """How a screen came: the button (as handlers/buttons.py calls it), command, form or message; about which event."""

    name: str
    event_id: int | None = None


def came_by(event: Message | CallbackQuery, person: Person) -> Way:
    if isinstance(event, CallbackQuery):
        return Way(name_of(event.data or ""), event_of(event.data or ""))
    words = (event.text or "").split()
    if words and words[0].startswith("/"):
        return Way(words[0].partition("@")[0])
    return Way(person.form or "", person.form_event_id)


class Lately:
    """By people's numbers in the store, which are never given again: whoever is erased needs no forgetting here."""

    def __init__(self) -> None:
        self._last: dict[int, About] = {}

    def put(self, person_id: int, way: Way, w: Words, screen: Screen) -> None:
        """What they see now; `w` has noted what it says. Whoever saw nothing for the longest time is forgotten."""
        if screen.passing or not screen.text:
            return
        self._last.pop(person_id, None)
        self._last[person_id] = About(way.name, _title(screen), way.event_id, w.language, _texts(w, screen))
        if len(self._last) > PEOPLE_MOST:
            del self._last[next(iter(self._last))]

    def of(self, person_id: int) -> About | None:
        return self._last.get(person_id)


def _title(screen: Screen) -> str:
    """Its heading; without one, the first line."""
    heading = _HEADING.search(screen.text)
    line = plain(heading[1] if heading else screen.text.partition("\n")[0])
    return line if len(line) <= TITLE else f"{line[: TITLE - 1].rstrip()}…"


def _texts(w: Words, screen: Screen) -> tuple[tuple[str, str], ...]:
    """Of what was said, what stands on the screen, each once: a screen may ask for more words than it shows."""
    labels = {one.label for row in screen.rows for one in row}
    found = (
        (source, text)
        for source, text, said in w.notes or ()
        if said in labels or said in screen.text or plain(said) in labels
    )
    return tuple(dict.fromkeys(found))
