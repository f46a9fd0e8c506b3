"""What can be wrong with the content file, where it is noted, and how it is said to the volunteer who wrote it.

The content file is read by the operator's command line alone, so its reasons are Russian and stand here, not in `t`.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import TypeVar

from ruamel.yaml.nodes import Node, ScalarNode, SequenceNode

T = TypeVar("T")

YES = frozenset({"yes", "true", "да"})
NO = frozenset({"no", "false", "нет"})

REASONS: Mapping[str, str] = {
    # the file as a whole
    "no_file": "такого файла нет",
    "unreadable": "файл не открывается: это папка или на него нет прав",
    "not_utf8": "файл сохранён не в кодировке UTF-8, сохраните его заново в UTF-8",
    "empty": "файл пуст",
    "broken_yaml": "запись YAML нарушена: проверьте отступы, двоеточия и кавычки в этой строке и над ней",
    "too_deep": "слишком много вложенных уровней",
    "odd_character": "невидимый или управляющий знак {char}, сотрите его",
    # its shape
    "not_a_map": "здесь нужны поля вида «имя: значение»",
    "not_a_list": "здесь нужен список: каждая запись с новой строки и с дефиса",
    "not_a_value": "здесь нужно одно значение, а не список и не вложенные поля",
    "unknown_key": "неизвестное поле «{given}»",
    "unknown_language": "неизвестный код языка «{given}», есть ru, uz, tg, ky",
    "repeated_key": "поле «{given}» записано дважды",
    "missing": "нет обязательного поля",
    # one value
    "bad_slug": "только строчные латинские буквы, цифры и дефис, от 1 до 60 знаков",
    "repeated_slug": "имя «{given}» уже занято в строке {first}",
    "bad_flag": "нужно yes или no, а стоит «{given}»",
    "not_a_number": "нужно число цифрами, а стоит «{given}»",
    "out_of_range": "число {given} не подходит, можно от {low} до {high}",
    "bad_moment": "дату и время пишут так: 2027-03-21 12:00, а стоит «{given}»",
    "bad_day": "дату пишут так: 2027-03-21, а стоит «{given}»",
    "bad_zone": "неизвестный часовой пояс «{given}», для Томска это Asia/Tomsk",
    "bad_phone": "телефон пишут так: +73822517757 (+7 и ещё 10 цифр), а стоит «{given}»",
    "bad_email": "это не похоже на адрес почты: «{given}»",
    "bad_photo": "нужен снимок .jpg или .png в той же папке или ниже, а стоит «{given}»",
    "no_photo": "файла «{given}» нет рядом с этим файлом",
    "unknown_kind": "неизвестный вид мероприятия «{given}», можно: {known}",
    "unknown_venue": "в этом файле нет площадки «{given}»",
    "too_long": "слишком длинно: {length} знаков, можно до {limit}",
    "line_break": "здесь нужна одна строка, без переносов",
    # two values together
    "ends_before_start": "окончание ({ends}) должно быть позже начала ({starts})",
    "closes_late": "запись не может закрываться ({closes}) позже, чем всё кончится ({last})",
    "half_a_point": "широта и долгота нужны обе или ни одной",
}

NEAR = "; может быть, «{near}»?"
LINE = "строка {line}"


@dataclass(frozen=True, slots=True)
class Mistake:
    """One thing to put right. `line` counts from 1, 0 is the file as a whole; `path` is like `events[0].starts`."""

    line: int
    path: str
    code: str
    values: Mapping[str, object] = field(default_factory=dict)

    @property
    def reason(self) -> str:
        hint = NEAR if "near" in self.values else ""
        told = (REASONS[self.code] + hint).format_map(self.values)
        return "".join(char if char.isprintable() else "?" for char in told)  # a terminal obeys some characters

    def sentence(self) -> str:
        place = ", ".join(part for part in (LINE.format(line=self.line) if self.line else "", self.path) if part)
        return f"{place}: {self.reason}" if place else self.reason


class ContentError(Exception):
    """The file is not taken, not even in part: every mistake found in it, in the order of its lines."""

    def __init__(self, mistakes: tuple[Mistake, ...]) -> None:
        super().__init__(mistakes)
        self.mistakes = mistakes

    def __str__(self) -> str:
        return "\n".join(mistake.sentence() for mistake in self.mistakes)


class Wrong(Exception):
    """A value its field does not take; where it stands is known to the caller."""

    def __init__(self, code: str, **values: object) -> None:
        super().__init__(code)
        self.code = code
        self.values = values


@dataclass(frozen=True, slots=True)
class Spot:
    """A place in the file; what is wrong there goes into the one list of the whole reading."""

    node: Node
    path: str
    line: int
    found: list[Mistake]

    def wrong(self, code: str, **values: object) -> None:
        self.found.append(Mistake(self.line, self.path, code, values))

    def below(self, step: str, node: Node, line: int) -> "Spot":
        return Spot(node, f"{self.path}{step}".lstrip("."), line, self.found)

    def blank(self) -> bool:
        node = self.node
        return isinstance(node, ScalarNode) and (str(node.tag).endswith(":null") or not str(node.value).strip())

    def read(self, parse: Callable[[str], T], default: T) -> T:
        if not isinstance(self.node, ScalarNode):
            self.wrong("not_a_value")
            return default
        try:
            return parse(str(self.node.value).strip())
        except Wrong as wrong:
            self.wrong(wrong.code, **wrong.values)
            return default

    def items(self) -> list["Spot"]:
        if not isinstance(self.node, SequenceNode):
            self.wrong("not_a_list")
            return []
        return [self.below(f"[{n}]", node, line_of(node)) for n, node in enumerate(self.node.value)]


def line_of(node: Node) -> int:
    return int(node.start_mark.line) + 1


def nearest(given: str, known: Collection[str]) -> dict[str, str]:
    """What was probably meant, as a value for `Wrong`: `{"near": …}`, or nothing."""
    close = get_close_matches(given, known, n=1)
    return {"near": close[0]} if close else {}
