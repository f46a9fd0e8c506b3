"""The four languages and what is read when a text is missing in one of them."""

from collections.abc import Mapping

LANGUAGES = ("ru", "uz", "tg", "ky")
SOURCE = "ru"


def chain(language: str) -> tuple[str, ...]:
    """The languages to try, in order: one's own, then the source."""
    return (language,) if language == SOURCE else (language, SOURCE)


def pick(texts: Mapping[str, str], language: str) -> tuple[str, str]:
    """The text to show and the language it is in; an empty text is a missing text. ("", language) if none is there."""
    for candidate in chain(language):
        if text := texts.get(candidate, "").strip():
            return text, candidate
    return "", language
