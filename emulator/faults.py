import random
from dataclasses import asdict, dataclass

from emulator.errors import Refusal, Wire, flooded

WORDS = {
    "400": (400, "Bad Request: the emulator was told to refuse"),
    "401": (401, "Unauthorized"),
    "403": (403, "Forbidden: bot was blocked by the user"),
    "409": (409, "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"),
    "500": (500, "Internal Server Error"),
}
OTHERS = ("429", "502-html", "drop-before", "drop-after", "hang", "truncated", "slow")


@dataclass(slots=True)
class Rule:
    """One kind of trouble, for one method and chat or for all, a number of times or until cleared."""

    kind: str
    method: str = "*"
    chat_id: int | None = None
    times: int | None = None
    probability: float = 1.0
    retry_after: int = 1
    seconds: float = 1.0
    description: str | None = None
    used: int = 0

    def __post_init__(self) -> None:
        if self.kind not in WORDS and self.kind not in OTHERS:
            raise ValueError(f"unknown kind of fault: {self.kind}")

    def fits(self, method: str, chat_id: int | str | None) -> bool:
        if self.times is not None and self.used >= self.times:
            return False
        return self.method in ("*", method) and (self.chat_id is None or str(self.chat_id) == str(chat_id))

    def refusal(self) -> Refusal | None:
        if self.kind == "429":
            return flooded(self.retry_after)
        if self.kind not in WORDS:
            return None
        code, words = WORDS[self.kind]
        return Refusal(code, self.description or words)

    def wire(self) -> Wire:
        return asdict(self)


class Faults:
    """Trouble to order. `latency` is added to every call, faulty or not."""

    def __init__(self, seed: int = 1) -> None:
        self.rules: list[Rule] = []
        self.latency = 0.0
        self._random = random.Random(seed)

    def add(
        self,
        kind: str,
        *,
        method: str = "*",
        chat_id: int | None = None,
        times: int | None = None,
        probability: float = 1.0,
        retry_after: int = 1,
        seconds: float = 1.0,
        description: str | None = None,
    ) -> Rule:
        rule = Rule(kind, method, chat_id, times, probability, retry_after, seconds, description)
        self.rules.append(rule)
        return rule

    def remove(self, rule: Rule) -> None:
        self.rules.remove(rule)

    def clear(self, kind: str | None = None) -> None:
        self.rules = [rule for rule in self.rules if kind is not None and rule.kind != kind]
        if kind is None:
            self.latency = 0.0

    def pick(self, method: str, chat_id: int | str | None) -> Rule | None:
        for rule in self.rules:
            if rule.fits(method, chat_id) and (rule.probability >= 1 or self._random.random() < rule.probability):
                rule.used += 1
                return rule
        return None
