"""All that is known of a run at rest, for those who look at it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from emulator import Emulator
from tests.torture.acts import Act
from tests.torture.books import Books
from tests.torture.kills import End
from tests.torture.ledger import Rows
from tests.torture.phones import Phones


@dataclass(frozen=True)
class Case:
    """`now` is the moment for which the bot has done all that was due, `latest`
    the one that its clock may show since. `left` are those whose phones cannot tell: they blocked the bot, or were
    erased."""

    tg: Emulator
    acts: Mapping[int, Act]
    books: Books
    phones: Phones
    rows: Rows
    ends: tuple[End, ...]
    left: frozenset[int]
    now: datetime
    latest: datetime
    log: str

    def user(self, facts: Mapping[str, object]) -> int:
        """Whose a row of the store is or was."""
        number = facts["person_id"]
        assert isinstance(number, int)
        return self.books.users[number]
