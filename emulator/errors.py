from typing import Any

Wire = dict[str, Any]  # one JSON object, as it travels


class Refusal(Exception):
    """Telegram's "no": a code and the exact words a real server uses."""

    def __init__(self, code: int, description: str, **parameters: int) -> None:
        super().__init__(description)
        self.code = code
        self.description = description
        self.parameters = parameters

    def wire(self) -> Wire:
        body: Wire = {"ok": False, "error_code": self.code, "description": self.description}
        if self.parameters:
            body["parameters"] = self.parameters
        return body


class Impossible(Exception):
    """The person cannot do this on a phone: no such button, no such chat, the bot is blocked."""


def bad(words: str) -> Refusal:
    return Refusal(400, f"Bad Request: {words}")


def forbidden(words: str) -> Refusal:
    return Refusal(403, f"Forbidden: {words}")


def flooded(seconds: int) -> Refusal:
    return Refusal(429, f"Too Many Requests: retry after {seconds}", retry_after=seconds)


def moved(chat_id: int) -> Refusal:
    return Refusal(400, "Bad Request: group chat was upgraded to a supergroup chat", migrate_to_chat_id=chat_id)
