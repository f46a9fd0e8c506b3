"""What must never come out: a token, a name, a telephone number, a message. ASCII, so that no escaping hides them."""

import re

TOKEN = "7654321:AAkanareyka-token-dQw4w9WgXcQdQw4w9"
NAME = "Zhumagul Kanareyka"
PHONE = "+7 (913) 555-01-23"
TEXT = f"kanareyka sings to {NAME}, {PHONE}"

_BIRD = re.compile(r"kanareyka|913\D{0,3}555\D{0,3}01\D{0,3}23|dQw4w9WgXcQ", re.IGNORECASE)


def canaries(said: str) -> list[str]:
    """Every one found, with what stands around it."""
    return [said[max(0, found.start() - 60) : found.end() + 20] for found in _BIRD.finditer(said)]
