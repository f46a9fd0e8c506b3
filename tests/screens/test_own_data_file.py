"""The file of one's own data: everything that is kept, in plain lines, in every language; and the owners' act."""

import re
from collections.abc import Mapping
from html.parser import HTMLParser

import pytest
from sqlalchemy import CheckConstraint

from db.destructions import Destruction
from db.rules.codes import spoken
from db.rules.languages import LANGUAGES
from db.tables import destructions, roles, signups
from handlers import own_data_file
from handlers.notices import NOTICES
from handlers.screens import Operator
from handlers.staff import act
from handlers.words import words
from tests.screens import things
from tests.screens.things import HOSTILE, NOW, stretched

OPERATOR = Operator("Ассамблея <народов>", "+7 & Ко")
SPOKEN = pytest.mark.parametrize("language", LANGUAGES)


def text(language: str, **given: object) -> str:
    person = things.person(user_id=4_815_162_342, language=language, name="<b>Али & Ко</b> {n}", arrived_by="e_navruz")
    made = own_data_file.file(words(language), person, things.kept(**given), things.held_at(), OPERATOR, NOW)
    assert made.content.startswith(b"\xef\xbb\xbf"), "an old editor would take it for another encoding"
    return made.content.decode("utf-8-sig")


@SPOKEN
def test_it_holds_everything_and_no_markup_of_ours(language: str) -> None:
    found = text(language)
    for kept in ("4815162342", "<b>Али & Ко</b> {n}", "Asia/Tomsk", "e_navruz", "21:00–09:00", "2026-11", "2026"):
        assert kept in found, kept
    assert spoken(9999) in found
    assert found.count(spoken(9999)) == len(things.kept().signups)
    assert "Ассамблея <народов>" in found and "+7 & Ко" in found
    assert "&lt;" not in found and "&amp;" not in found
    assert "\n\n\n" not in found


def test_it_tells_how_many_calendar_files_were_taken() -> None:
    assert text("ru").count("Получили файлов для календаря: 5000\n") == 2  # once an event


@SPOKEN
def test_every_date_in_it_says_its_year(language: str) -> None:
    """It is read long after today: no "today", and no day without a year."""
    days = [line for line in text(language).split("\n") if re.search(r"\d\d:\d\d(?!–\d\d:\d\d$)", line)]
    dated = [line for line in days if "21:00–09:00" not in line]
    assert dated
    assert [line for line in dated if not re.search(r"\b20\d\d\b", line)] == []


@SPOKEN
def test_of_a_newcomer_it_is_short(language: str) -> None:
    nothing = text(language, signups=(), consents=(), messages=(), form=None, roles=(), visited_year=None)
    assert spoken(9999) not in nothing
    assert len(nothing) < 1500


def test_its_name_tells_nobody_whose_it_is() -> None:
    named = things.person(name=stretched(HOSTILE, 80), user_id=77)
    made = own_data_file.file(words("ru"), named, things.kept(), things.held_at(), OPERATOR, NOW)
    assert made.name == "druzhba-2027-03-19.txt"


def allowed(column: str, checks: set[CheckConstraint]) -> set[str]:
    """The values a CHECK of db/tables.py lets into a column."""
    (found,) = (str(check.sqltext) for check in checks if str(check.sqltext).startswith(f"{column} IN ("))
    return set(re.findall(r"'(\w+)'", found))


def checks_of(table: object) -> set[CheckConstraint]:
    return {one for one in getattr(table, "constraints", ()) if isinstance(one, CheckConstraint)}


def test_it_has_words_for_whatever_the_store_can_hold() -> None:
    w = words("ru")
    assert set(own_data_file.kinds(w)) == set(NOTICES)
    assert set(own_data_file.states(w)) == allowed("state", checks_of(signups))
    assert set(own_data_file.roles(w)) == allowed("role", checks_of(roles))
    assert set(act.CAUSES) == allowed("cause", checks_of(destructions))


# -- the act


class Page(HTMLParser):
    """What stands in the cells of the table, row by row, and which tags there are."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.rows: list[list[str]] = []
        self.tags: set[str] = set()
        self.text = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        if tag == "tr":
            self.rows.append([])
        if tag in ("td", "th"):
            self.rows[-1].append("")

    def handle_data(self, data: str) -> None:
        self.text += data
        if self.rows and self.rows[-1]:
            self.rows[-1][-1] += data.strip()


def page(erased: Mapping[str, int], name: str = "Ассамблея") -> Page:
    line = Destruction("0123456789abcdef", NOW, "asked", erased)
    made = act.file(Operator(name, ""), [line], NOW, "Asia/Tomsk")
    assert made.name == "akt-2027-03-19.html"
    return Page(made.content.decode())


def test_the_act_names_time_cause_kinds_and_how_many() -> None:
    made = page({"profiles": 1, "signups": 2})
    _, row = made.rows[0], made.rows[1]
    assert row[:2] == ["0123456789abcdef", "19.03.2027 12:00"]
    assert "требование" in row[2]
    assert "записи на мероприятия: 2" in row[3] and "номер чата" in row[3]
    assert "18.03.2026 – 19.03.2027" in made.text
    assert "Ассамблея" in made.text and "подпись" in made.text and "30 дней" in made.text


def test_what_stands_in_the_act_is_never_markup() -> None:
    made = page({"<script>": 1}, name="<script>&\u202e")
    assert "script" not in made.tags
    assert "<script>&" in made.text and "\u202e" not in made.text


def test_an_act_of_nothing_and_without_an_operator_can_still_be_filled_in_by_hand() -> None:
    made = act.file(Operator("", ""), [], NOW, "Asia/Tomsk").content.decode()
    assert "Оператор: ____" in made
    assert "{" not in made.split("</style>")[1]


def test_it_knows_every_kind_that_is_erased() -> None:
    from db.erasure import OF_A_PERSON

    assert set(act.KINDS) == {*OF_A_PERSON, "profiles", "names", "signups", "updates"}
