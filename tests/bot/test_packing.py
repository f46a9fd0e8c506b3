"""Packing: what comes out is what went in, and any byte that changed or is missing is seen."""

import gzip
import io
import random
from pathlib import Path

import pytest
from pyrage import x25519

from bot.packing import BadKey, Damaged, NoKey, Strange, WrongKey, identity, pack, recipient, unpack
from bot.private_files import PIECE

KEY, ANOTHER = x25519.Identity.generate(), x25519.Identity.generate()
PUBLIC = str(KEY.to_public())
PLAIN = random.Random(5).randbytes(3 * PIECE) + b"kanareyka" * PIECE


def packed(plain: bytes = PLAIN, key: str = "") -> bytes:
    to = io.BytesIO()
    pack(io.BytesIO(plain), to, key)
    return to.getvalue()


def unpacked(given: bytes, key: x25519.Identity | None = None) -> bytes:
    to = io.BytesIO()
    unpack(io.BytesIO(given), to, key)
    return to.getvalue()


@pytest.mark.parametrize("plain", [b"", b"x", PLAIN])
def test_what_comes_out_is_what_went_in(plain: bytes) -> None:
    assert unpacked(packed(plain)) == plain
    assert unpacked(packed(plain, PUBLIC), KEY) == plain
    assert unpacked(packed(plain), KEY) == plain, "a key that is not needed does no harm"


def test_anybodys_gzip_opens_it() -> None:
    assert gzip.decompress(packed()) == PLAIN


def test_encrypted_it_holds_nothing_of_what_it_was() -> None:
    sealed = packed(b"kanareyka" * 10, PUBLIC)
    assert sealed.startswith(b"age-encryption.org/v1\n")
    assert b"kanareyka" not in sealed
    assert packed(b"kanareyka" * 10, PUBLIC) != sealed


@pytest.mark.parametrize("key", [None, KEY])
def test_cut_short_anywhere_it_is_refused(key: x25519.Identity | None) -> None:
    whole = packed(PLAIN, PUBLIC if key else "")
    chance = random.Random(7)
    for length in [0, 1, 30, 250, *chance.choices(range(len(whole)), k=30), len(whole) - 1]:
        with pytest.raises((Damaged, Strange, WrongKey)):
            unpacked(whole[:length], key)


@pytest.mark.parametrize("key", [None, KEY])
def test_one_bit_changed_anywhere_it_is_refused(key: x25519.Identity | None) -> None:
    whole = packed(PLAIN, PUBLIC if key else "")
    for place in random.Random(8).choices(range(10, len(whole)), k=60):  # gzip's first ten bytes say nothing of it
        changed = bytearray(whole)
        changed[place] ^= 1
        with pytest.raises((Damaged, Strange, WrongKey)):
            unpacked(bytes(changed), key)


@pytest.mark.parametrize("tail", [b"\0", b"more", packed(b"another")])
def test_anything_after_the_end_is_refused(tail: bytes) -> None:
    with pytest.raises(Damaged):
        unpacked(packed() + tail)


def test_the_key_has_to_be_there_and_to_fit() -> None:
    with pytest.raises(NoKey):
        unpacked(packed(PLAIN, PUBLIC))
    with pytest.raises(WrongKey):
        unpacked(packed(PLAIN, PUBLIC), ANOTHER)


@pytest.mark.parametrize("given", [b"", b"Dear all", b"SQLite format 3\0", b"PK\x03\x04"])
def test_what_was_never_packed_is_called_so(given: bytes) -> None:
    with pytest.raises(Strange):
        unpacked(given, KEY)


class Full(io.BytesIO):
    """A disk with no room left."""

    def write(self, _: object) -> int:
        raise OSError(28, "No space left on device")


@pytest.mark.parametrize("key", ["", PUBLIC])
def test_a_full_disk_is_not_taken_for_anything_else(key: str) -> None:
    with pytest.raises(OSError, match="No space") as caught:
        pack(io.BytesIO(PLAIN), Full(), key)
    assert caught.value.errno == 28
    with pytest.raises(OSError, match="No space"):
        unpack(io.BytesIO(packed(PLAIN, key)), Full(), KEY)


def test_a_key_file_as_age_keygen_writes_it(tmp_path: Path) -> None:
    file = tmp_path / "key.txt"
    file.write_text(f"# created: 2026-11-24T12:00:00+07:00\n# public key: {PUBLIC}\n{KEY}\n", encoding="utf-8")
    assert str(identity(file).to_public()) == PUBLIC
    for wrong in ("", f"{PUBLIC}\n", "AGE-SECRET-KEY-1QQQ\n", "пароль"):
        file.write_text(wrong, encoding="utf-8")
        with pytest.raises(BadKey):
            identity(file)
    with pytest.raises(ValueError, match="not a public key"):
        recipient(PUBLIC[:-1] + ("q" if PUBLIC[-1] != "q" else "p"))
