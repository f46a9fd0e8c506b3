"""The code said at the door: four digits and one that catches a slip of the tongue."""

from collections.abc import Callable, Collection

FIRST, LAST = 1000, 9999

# The quasigroup of H. M. Damm's thesis (2004): catches every single wrong digit and every swap of neighbours.
_DAMM = (
    "0317598642",
    "7092154863",
    "4206871359",
    "1750983426",
    "6123045978",
    "3674209581",
    "5869720134",
    "8945362017",
    "9438617205",
    "2581436790",
)


class CodesExhausted(Exception):
    """Every code of this event is taken; capacity is bounded well below that."""


def check_digit(number: int) -> int:
    interim = 0
    for digit in str(number):
        interim = int(_DAMM[interim][int(digit)])
    return interim


def spoken(number: int) -> str:
    """As it is shown and said: 4827-5."""
    return f"{number}-{check_digit(number)}"


def draw(pick: Callable[[int], int]) -> int:
    """Any number; `pick(n)` gives a random whole number below n."""
    return FIRST + pick(LAST - FIRST + 1)


def choose(taken: Collection[int], pick: Callable[[int], int]) -> int:
    """A number not in `taken`. Raises CodesExhausted."""
    room = LAST - FIRST + 1
    if len(taken) >= room:
        raise CodesExhausted
    start = pick(room)
    return next(n for step in range(room) if (n := FIRST + (start + step) % room) not in taken)
