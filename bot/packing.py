"""How a copy is packed: gzip, whose checksum tells a byte that changed, and over it age, where there is a public key.

In pieces: neither the file nor its packing is ever in memory whole, and other threads go on meanwhile.
"""

import shutil
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

import pyrage
from pyrage import x25519

from bot.private_files import PIECE

GZIP, AGE = b"\x1f\x8b", b"age-encryption.org/"  # how such files begin
_GZIP_FORMAT = 31  # zlib's number for gzip with its usual window


class Damaged(Exception):
    """Cut short, or changed since it was packed."""


class Strange(Exception):
    """Nothing that was ever packed here."""


class NoKey(Exception):
    """It is encrypted, and no key was given."""


class WrongKey(Exception):
    """The key does not open it."""


class BadKey(Exception):
    """There is no private key of age in the file given as one."""


def recipient(key: str) -> x25519.Recipient:
    """Raises ValueError for anything but a public key of age."""
    try:
        return x25519.Recipient.from_str(key)
    except pyrage.RecipientError:
        raise ValueError("not a public key of age") from None


def identity(file: Path) -> x25519.Identity:
    """The private key in a file as age-keygen writes it. Raises OSError, BadKey."""
    lines = file.read_text(encoding="utf-8", errors="replace").splitlines()
    try:
        return x25519.Identity.from_str(next(line.strip() for line in lines if line.startswith("AGE-SECRET-KEY-")))
    except (StopIteration, pyrage.IdentityError):
        raise BadKey from None


def pack(plain: BinaryIO, to: BinaryIO, key: str) -> None:
    """To the owner of the public key `key`; "" leaves it readable. Raises OSError."""
    source, sink = _Gzipped(plain), _Sink(to.write)
    if not key:
        shutil.copyfileobj(source, sink, PIECE)
        return
    try:
        pyrage.encrypt_io(source, sink, [recipient(key)])
    except pyrage.EncryptError as error:
        raise sink.failed or error from None


def unpack(packed: BinaryIO, to: BinaryIO, key: x25519.Identity | None) -> None:
    """Raises Strange, NoKey, WrongKey, Damaged, and OSError where `to` cannot be written."""
    beginning = packed.read(len(AGE))
    packed.seek(0)
    inflating = zlib.decompressobj(_GZIP_FORMAT)
    sink = _Sink(lambda piece: to.write(inflating.decompress(piece)))
    try:
        if beginning == AGE:
            _decrypt(packed, sink, key)
        elif beginning.startswith(GZIP):
            shutil.copyfileobj(packed, sink, PIECE)
        else:
            raise Strange
    except (OSError, zlib.error):
        if isinstance(sink.failed, OSError):
            raise sink.failed from None
        raise Damaged from None
    if not inflating.eof or inflating.unused_data:
        raise Damaged


def _decrypt(packed: BinaryIO, sink: "_Sink", key: x25519.Identity | None) -> None:
    if key is None:
        raise NoKey
    try:
        pyrage.decrypt_io(packed, sink, [key])
    except pyrage.DecryptError:
        raise WrongKey from None


class _Gzipped:
    """Reads as the gzip of a file."""

    def __init__(self, plain: BinaryIO) -> None:
        self._plain, self._deflating = plain, zlib.compressobj(wbits=_GZIP_FORMAT)
        self._ready, self._over = b"", False

    def read(self, size: int = PIECE) -> bytes:
        while not self._ready and not self._over:
            piece = self._plain.read(PIECE)
            self._over = not piece
            self._ready = self._deflating.flush() if self._over else self._deflating.compress(piece)
        given, self._ready = self._ready[:size], self._ready[size:]
        return given


class _Sink:
    """Keeps the error of a write: pyrage makes mere words of it."""

    def __init__(self, write: Callable[[bytes], object]) -> None:
        self._write = write
        self.failed: Exception | None = None

    def write(self, piece: bytes) -> int:
        try:
            self._write(piece)
        except Exception as error:
            self.failed = error
            raise
        return len(piece)
