"""Backups as files: made whole or not at all, known by their names, wiped when their time is over.

Nothing half made ever has the name of a copy. The plain half lies beside the database, on the disk where all of it is
plain anyway, and never in the folder of the copies, which may be a stick or another machine's; a run that was killed
leaves halves, and the next one wipes them.
"""

import errno
import os
import re
from collections.abc import Iterator
from contextlib import suppress
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


@dataclass(frozen=True, order=True)
class Copy:
    made_at: datetime
    path: Path

    @property
    def encrypted(self) -> bool:
        return self.path.suffix == ".age"


def found(folder: Path) -> list[Copy]:
    """The copies in a folder, the oldest first. Raises OSError."""
    return sorted(_dated(folder, _COPY))


def _dated(folder: Path, pattern: re.Pattern[str]) -> Iterator[Copy]:
    for path in folder.iterdir():
        if match := pattern.fullmatch(path.name):
            with suppress(ValueError):  # digits that are no date
                yield Copy(datetime.strptime(match[1], MOMENT).replace(tzinfo=UTC), path)


def usual_name(now: datetime) -> str:
    return f"druzhba-{_stamp(now)}.db.gz"


def _stamp(now: datetime) -> str:
    return f"{now.astimezone(UTC):{MOMENT}}"


def make(database: Path, target: Path, key: str, now: datetime) -> Path:
    """Copy the database while it is in use; gives where the copy lies: .age is added to one that is encrypted.

    Raises Busy while another copy is being made, FileExistsError, Unopened, sqlite3.Error, copies.Broken, OSError:
    in each case nothing is left behind.
    """
    target = beside(target, ".age") if key and target.suffix != ".age" else target
    _look(database, target)
    plain, half = beside(database, "-half"), target.with_name(f"druzhba-{_stamp(now)}.half")
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
    return beside(database, f"-replaced-{_stamp(now)}")


def expire(folder: Path | None, database: Path, days: int, now: datetime) -> int:
    """Wipe what is `days` old, copies and databases that were put aside, and what a killed restore has left.

    Only for the holder of the database's lock. Gives how many files there were.
    """
    aside = re.compile(rf"{re.escape(database.name)}-replaced-{_AT}({'|'.join(SIDES)})")
    copies_there = found(folder) if folder is not None and folder.exists() else []
    dated = [*copies_there, *_dated(database.absolute().parent, aside)]
    over = [one.path for one in dated if rules.expired(one.made_at, days, now)]
    return wipe([*over, beside(database, RESTORING)])
