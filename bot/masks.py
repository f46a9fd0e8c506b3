"""The last net over a line that leaves the process: tokens, passwords in addresses, telephone numbers.

A telephone number is a run of digits that may hold blanks, dashes and brackets: after a plus 10 to 15 of them; without
it 11 that begin with 7 or 8 and then 3, 4, 8 or 9 (Russia), or 12 that begin with 992, 996 or 998. Not masked are runs
of any other length (a person's number in Telegram has ten digits, an update's nine or ten), times, and what stands
after `_id=`, where we write a number of our own. Names and messages no net can know: bot/logs.py keeps them out.
"""

import re

SECRET_MOST = 8  # a token's second half as short as that is no secret, and could be part of a word

_GAP = r"[\s()‐-―-]{0,3}"  # the range holds Unicode's dashes
_TOKEN = re.compile(r"\d{6,}(?::|%3A)[A-Za-z0-9_-]{30,}", re.IGNORECASE)
_PASSWORD = re.compile(r"(?<=://)[^/\s@\"]+@")
_PHONE = re.compile(
    rf"\+\d(?:{_GAP}\d){{9,14}}(?!\d)"
    rf"|(?<!\d)(?<!\d\.)(?<!_id=)(?:[78]{_GAP}[3489](?:{_GAP}\d){{9}}|(?:992|996|998)(?:{_GAP}\d){{9}})(?!\d)"
)
_hidden: set[str] = set()


def hide(token: str) -> None:
    """From now on this token is masked wherever it appears, whole or its secret half alone."""
    secret = token.partition(":")[2]
    _hidden.update({token, secret} if len(secret) > SECRET_MOST else {token})


def without_secrets(text: str) -> str:
    """For a sentence to the person at the terminal: their own telephone number may stand in it."""
    for secret in sorted(_hidden, key=len, reverse=True):
        text = text.replace(secret, "<token>")
    return _PASSWORD.sub("<password>@", _TOKEN.sub("<token>", text))


def masked(line: str) -> str:
    """For a line of the log."""
    return _PHONE.sub("<phone>", without_secrets(line))
