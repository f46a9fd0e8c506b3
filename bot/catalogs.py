"""The catalogs of words: extracting, updating, compiling (`make words`), and saying what is missing.

Compiled catalogs are not committed: they are built at install and, where they are older than their source, at start.
"""

import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from db.rules.languages import LANGUAGES, SOURCE

if TYPE_CHECKING:
    from babel.messages.catalog import Message

ROOT = Path(__file__).parent.parent
LOCALES = ROOT / "locales"
TEMPLATE = "messages.pot"
KEYWORDS: dict[str, tuple[int | tuple[int, int] | tuple[int, str], ...] | None] = {
    "t": None,
    "n": (1, 2),
    "p": ((1, "c"), 2),
}
BORN = datetime(2026, 11, 23, tzinfo=UTC)  # a fixed date in the headers: a run that changes no word changes no file
_HEADER: Any = {
    "project": "Druzhba",
    "version": "1",
    "charset": "utf-8",
    "fuzzy": False,
    "header_comment": "# Words of Druzhba. Kept up to date by `make words`; how to translate: docs/translating.md",
    "creation_date": BORN,
    "revision_date": BORN,
    "last_translator": "",
    "language_team": "",
    "msgid_bugs_address": "",
    "copyright_holder": "",
}


def source(language: str, folder: Path = LOCALES) -> Path:
    return folder / language / "LC_MESSAGES" / "messages.po"


def compile_stale() -> None:
    """Build each compiled catalog that is missing or older than its source."""
    for language in LANGUAGES:
        po = source(language)
        mo = po.with_suffix(".mo")
        if not mo.exists() or mo.stat().st_mtime < po.stat().st_mtime:
            _compile(language, po, mo)


def _compile(language: str, po: Path, mo: Path) -> None:
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    with po.open("rb") as file:
        catalog = read_po(file, locale=language)
    half = mo.with_suffix(".mo.new")
    with half.open("wb") as file:
        write_mo(file, catalog)
    half.replace(mo)


def update(folder: Path = LOCALES) -> None:
    """Read the texts out of `handlers/`, bring the template and every catalog in `folder` up to date."""
    from babel.messages.catalog import Catalog
    from babel.messages.extract import extract_from_dir
    from babel.messages.pofile import write_po

    template = Catalog(**_HEADER)
    found = extract_from_dir(ROOT / "handlers", [("**.py", "python")], keywords=KEYWORDS, comment_tags=("NOTE:",))
    for name, line, message, comments, context in found:
        template.add(message, None, [(f"handlers/{name}", line)], auto_comments=comments, context=context)
    _write(folder / TEMPLATE, template, write_po)
    for language in LANGUAGES:
        catalog = Catalog(locale=language, **_HEADER)
        for known in _known(language, folder):
            catalog.add(known.id, known.string, context=known.context)
        catalog.update(template, no_fuzzy_matching=True)
        catalog.obsolete.clear()
        source(language, folder).parent.mkdir(parents=True, exist_ok=True)
        _write(source(language, folder), catalog, write_po)


def _known(language: str, folder: Path = LOCALES) -> "list[Message]":
    """What is translated so far; nothing for a language that is only just beginning."""
    from babel.messages.catalog import Message
    from babel.messages.pofile import read_po

    if not source(language, folder).exists():
        return []
    with source(language, folder).open("rb") as file:
        return [message for message in read_po(file, locale=language) if isinstance(message, Message) and message.id]


def _write(path: Path, catalog: object, write_po: object) -> None:
    assert callable(write_po)
    with path.open("wb") as file:
        write_po(file, catalog, width=110, sort_output=True, include_lineno=False, omit_header=False)


def missing() -> Iterator[tuple[str, str]]:
    """Language and text of everything that is not translated; of Russian, only what is counted needs an entry."""
    for language in LANGUAGES:
        for message in _known(language):
            if (language != SOURCE or message.pluralizable) and not all(_forms(message.string)):
                yield language, str(message.id)


def _forms(string: object) -> tuple[str, ...]:
    return tuple(string) if isinstance(string, (list, tuple)) else (str(string),)


def main() -> int:
    if sys.argv[1:] == ["update"]:
        update()
    compile_stale()
    lacking = [f"{language}: {text}\n" for language, text in missing()]
    sys.stdout.writelines(lacking)
    return 1 if lacking else 0


if __name__ == "__main__":
    sys.exit(main())
