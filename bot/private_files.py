"""Files with people's data in them: nobody else may read them, what is said to be on disk is there, wiped is wiped."""

import os
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

PIECE = 1 << 16


def create(path: Path) -> BinaryIO:
    """A new file that nobody else may read, from its first byte on. Raises FileExistsError."""
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")


def flush(file: BinaryIO) -> None:
    """The bytes, from the system's memory to the disk."""
    file.flush()
    os.fsync(file.fileno())


def flush_names(folder: Path) -> None:
    """The same for what was made, renamed or removed in a folder."""
    number = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(number)
    finally:
        os.close(number)


def wipe(paths: Iterable[Path]) -> int:
    """Overwrite and remove those that are there, so that no byte stays in the free blocks of a plain disk; gives how
    many they were. What may not be overwritten is removed all the same. Raises OSError."""
    there = [path for path in paths if path.exists()]
    for path in there:
        with suppress(OSError):
            _blank(path)
        path.unlink()
    return len(there)


def _blank(path: Path) -> None:
    left = path.stat().st_size
    with path.open("r+b") as file:
        while left > 0:
            left -= file.write(bytes(min(left, PIECE)))
        flush(file)
