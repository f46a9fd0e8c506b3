"""A backup becomes the database again: looked through before anything is touched; the old one is put aside."""

import errno
import os
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from bot.backup import RESTORING, SIDES, beside, put_aside
from bot.lock import hold
from bot.packing import identity, unpack
from bot.private_files import create, flush, flush_names, wipe
from db import copies


@dataclass(frozen=True)
class Restored:
    """`replaced`: where the database lies that was there before, if there was one."""

    copied_at: datetime
    replaced: Path | None


def restore(database: Path, file: Path, key: Path | None, now: datetime) -> Restored:
    """Raises Busy, OSError, the refusals of bot.packing, copies.NotACopy, copies.Broken, SchemaTooNew: nothing is
    changed then."""
    opened_by = None if key is None else identity(key)
    half = beside(database, RESTORING)
    with hold(database):
        wipe([half])
        try:
            with file.open("rb") as packed, create(half) as to:
                unpack(packed, to, opened_by)
            copied_at = copies.recognise(half)
            copies.go_on(half, now)
            with half.open("rb+") as whole:
                flush(whole)
            replaced = _put_aside(database, now)
            half.rename(database)
        finally:
            wipe([half])
        flush_names(database.absolute().parent)
    return Restored(copied_at, replaced)


def _put_aside(database: Path, now: datetime) -> Path | None:
    """All its files: a log left beside another database would be played into it."""
    there, to = [side for side in SIDES if beside(database, side).exists()], put_aside(database, now)
    if to.exists():  # two restores within a second
        raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(to))
    for side in there:
        beside(database, side).rename(beside(to, side))
    return to if there else None
