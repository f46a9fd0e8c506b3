"""Backups as files: made whole or not at all, known by their names, wiped when their time is over.

Nothing half made ever has the name of a copy. The plain half lies beside the database, on the disk where all of it is
plain anyway, and never in the folder of the copies, which may be a stick or another machine's; a run that was killed
leaves halves, and the next one wipes them.
"""

import errno
import os
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from bot.lock import Unopened, hold
from bot.packing import pack
from bot.private_files import create, flush, flush_names, wipe
from db import copies
from db.rules import backups as rules

MOMENT = "%Y-%m-%dT%H%M%SZ"
_AT = r"(\d{4}-\d\d-\d\dT\d{6}Z)"
_COPY = re.compile(rf"druzhba-{_AT}\.db\.gz(\.age)?")
_HALF = re.compile(rf"druzhba-{_AT}\.half")
SIDES = ("", "-wal", "-shm")  # the files of one database
RESTORING = "-restoring"  # beside the database: what a restore has unpacked so far


@dataclass(frozen=True)
class Copy:
    path: Path
    made_at: datetime
    encrypted: bool


def found(folder: Path) -> list[Copy]:
    """The copies in a folder, the oldest first. Raises OSError."""
    matches = [(path, match) for path in folder.iterdir() if (match := _COPY.fullmatch(path.name))]
    return sorted(
        (Copy(path, _moment(match), match[2] is not None) for path, match in matches), key=lambda one: one.made_at
    )


def _moment(match: re.Match[str]) -> datetime:
    return datetime.strptime(match[1], MOMENT).replace(tzinfo=UTC)


def usual_name(now: datetime) -> str:
    return f"druzhba-{now.astimezone(UTC):{MOMENT}}.db.gz"


def make(database: Path, target: Path, key: str, now: datetime) -> Path:
    """Copy the database while it is in use; gives where the copy lies: .age is added to one that is encrypted.

    Raises Busy while another copy is being made, FileExistsError, Unopened, sqlite3.Error, copies.Broken, OSError:
    in each case nothing is left behind.
    """
    target = beside(target, ".age") if key and target.suffix != ".age" else target
    _look(database, target)
    plain, half = beside(database, "-half"), target.with_name(f"druzhba-{now.astimezone(UTC):{MOMENT}}.half")
    journal = beside(plain, "-journal")
    with hold(plain):
        wipe([plain, journal, *_halves(target.parent)])
        try:
            create(plain).close()
            copies.take(database, plain, now)
            with plain.open("rb") as source, create(half) as to:
                pack(source, to, key)
                flush(to)
            half.rename(target)
        finally:
            wipe([plain, journal, half])
        flush_names(target.parent)
    return target


def _look(database: Path, target: Path) -> None:
    if target.exists():
        raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(target))
    if not database.exists():
        raise Unopened(database, os.strerror(errno.ENOENT))


def _halves(folder: Path) -> list[Path]:
    return [path for path in folder.iterdir() if _HALF.fullmatch(path.name)]


def beside(path: Path, ending: str) -> Path:
    return path.with_name(path.name + ending)


def put_aside(database: Path, now: datetime) -> Path:
    """Where a database goes that a restore replaces, and its other files beside it: `expire` finds them there."""
    return beside(database, f"-replaced-{now.astimezone(UTC):{MOMENT}}")


def expire(folder: Path | None, database: Path, days: int, now: datetime) -> int:
    """Wipe what is `days` old, copies and databases that were put aside, and what a killed restore has left.

    Only for the holder of the database's lock. Gives how many files there were.
    """
    aside = re.compile(rf"{re.escape(database.name)}-replaced-{_AT}({'|'.join(SIDES)})")
    names = ((path, aside.fullmatch(path.name)) for path in database.absolute().parent.iterdir())
    dated = [(path, _moment(match)) for path, match in names if match]
    if folder is not None and folder.exists():
        dated += [(copy.path, copy.made_at) for copy in found(folder)]
    over = [path for path, at in dated if rules.expired(at, days, now)]
    return wipe([*over, beside(database, RESTORING)])
