"""Tokens for links that open something to their holder alone: drawn with 192 bits, kept as a digest."""

import hashlib
import secrets

BYTES = 24
LENGTH = 32  # letters of A–Z a–z 0–9 _ -: with a prefix of two they fit the 64 of a /start payload


def fresh() -> str:
    """A token nobody can guess. It is handed over once; only its digest is ever stored."""
    return secrets.token_urlsafe(BYTES)


def digest(token: str) -> str:
    """What is stored, and looked up, instead of the token: whoever reads the store can open nothing.

    No salt and no slow hash: 192 random bits leave nothing to try out. No comparison in constant time either: the
    digest is looked up in an index, and how long that takes tells about the digest, from which no token follows.
    """
    return hashlib.sha256(token.encode()).hexdigest()
