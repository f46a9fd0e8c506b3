import random
import time
from dataclasses import asdict, dataclass, field

from emulator.errors import Wire, bad

TOO_OLD = "query is too old and response timeout expired or query ID is invalid"


@dataclass(slots=True)
class Answer:
    after: float  # seconds since the press
    text: str
    show_alert: bool
    accepted: bool


@dataclass(slots=True)
class Query:
    """One press of a button, and everything the bot said to it."""

    id: str
    user: int
    chat_id: int
    message_id: int
    data: str
    pressed_at: float
    update_id: int | None = None
    answers: list[Answer] = field(default_factory=list)

    @property
    def answered(self) -> Answer | None:
        return next((answer for answer in self.answers if answer.accepted), None)

    def wire(self) -> Wire:
        return {**asdict(self), "answered": self.answered is not None}


class Queries(dict[str, Query]):
    def __init__(self, life: float) -> None:
        super().__init__()
        self.life = life
        self._last = random.randrange(10**17, 10**18)

    def open(self, user: int, chat_id: int, message_id: int, data: str) -> Query:
        self._last += random.randrange(1, 1000)
        query = Query(str(self._last), user, chat_id, message_id, data, time.monotonic())
        self[query.id] = query
        return query

    def answer(self, query_id: str, text: str, show_alert: bool) -> Query:
        query = self.get(query_id)
        if query is None:
            raise bad(TOO_OLD)
        after = time.monotonic() - query.pressed_at
        accepted = after <= self.life and query.answered is None
        query.answers.append(Answer(round(after, 4), text, show_alert, accepted))
        if not accepted:
            raise bad(TOO_OLD)
        return query
