"""The letters of each language, and the ways in which a wrong one slips in."""

import re
import unicodedata

LETTERS = {
    "ru": frozenset("абвгдеёжзийклмнопрстуфхцчшщъыьэюя"),
    "uz": frozenset("abcdefghijklmnopqrstuvxyzʻʼ"),  # c in ch alone; no w
    "tg": frozenset("абвгғдеёжзиӣйкқлмнопрстуӯфхҳчҷшъэюя"),  # no ц щ ы ь
    "ky": frozenset("абвгдеёжзийклмнңоөпрстуүфхцчшщъыьэюя"),
}
LATIN_EVERYWHERE = {
    "START": "the word on Telegram's own button, in Latin letters whatever the phone's language",
    "Google": "a name that nobody writes otherwise",
}
GLUED_ON_PURPOSE = {
    "{day}-{month}": "uz and ky write the day with a hyphen: 20-mart, 20-март",
    "{year}-yil": "so is the year written",
    "{year}-жыл": "so is the year written",
    "{month}и соли {year}": "the izofat; every Tajik month takes -и",
}

_PLACEHOLDER = re.compile(r"\{\w*\}")
_TAG = re.compile(r"</?[a-z][^>]*>")
_FOREIGN_APOSTROPHES = re.compile(r"['`´‘’′ʹˈ]")
_WRONG_PLACE = re.compile(r"(?<![og])ʻ|[og]ʼ|c(?!h)", re.IGNORECASE)  # of the Uzbek signs
_GLUED = re.compile(r"[\w'’ʻʼ-]\{|\}[»”\")]*[\w'’ʻʼ-]")


def misspelt(language: str, text: str) -> list[str]:
    """Letters and signs that this language does not have, or not there."""
    seen = _TAG.sub(" ", _PLACEHOLDER.sub(" ", text))
    for word in LATIN_EVERYWHERE:
        seen = re.sub(rf"\b{word}\b", " ", seen)
    found = [char for char in seen if char.isalpha() and char.lower() not in LETTERS[language]]
    found += _FOREIGN_APOSTROPHES.findall(seen)
    return found + (_WRONG_PLACE.findall(seen) if language == "uz" else [])


def two_alphabets(text: str) -> list[str]:
    """Words with Latin and Cyrillic letters in them: look-alikes, nearly always."""
    return [word for word in re.findall(r"[^\W\d_]+", text) if len({_alphabet(char) for char in word}) > 1]


def _alphabet(char: str) -> str:
    return unicodedata.name(char, "?").split()[0].replace("MODIFIER", "LATIN")


def glued(text: str) -> list[str]:
    """Endings, apostrophes and hyphens that touch a {placeholder}: they would fit one value and not the next."""
    for pattern in GLUED_ON_PURPOSE:
        text = text.replace(pattern, "{}")
    return _GLUED.findall(text)
