"""What t.me/…?start=… may name: one line for each kind of link. Anything else names nothing and is a miss."""

import re
from dataclasses import dataclass

from db.rules import tokens

SLUG = re.compile(r"[a-z0-9-]{1,60}")  # stands on posters: what it opens everybody may see
TOKEN = re.compile(rf"[A-Za-z0-9_-]{{{tokens.LENGTH}}}")  # opens something for its holder alone: stored hashed


@dataclass(frozen=True)
class Kind:
    """Links that begin with `prefix` and go on in `form`, which is SLUG or TOKEN and nothing weaker."""

    prefix: str
    form: re.Pattern[str]

    def payload(self, name: str) -> str:
        return self.prefix + name


EVENT = Kind("e_", SLUG)
KINDS = (EVENT,)


@dataclass(frozen=True)
class Link:
    kind: Kind
    name: str


def read(payload: str | None) -> Link | None:
    """What a payload names by its shape; whether there is such a thing, the store knows."""
    for kind in KINDS:
        if payload is not None and payload.startswith(kind.prefix):
            name = payload.removeprefix(kind.prefix)
            return Link(kind, name) if kind.form.fullmatch(name) else None
    return None
