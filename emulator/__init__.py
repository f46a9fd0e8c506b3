"""A small Telegram on one's own machine. Knows nothing of the project: it speaks the Bot API over HTTP."""

from emulator.errors import Impossible
from emulator.people import Chat, Message, Person
from emulator.phones import Pressed
from emulator.queries import Query
from emulator.telegram import DILNOZA, FARRUKH, MARIA, Emulator

__all__ = ["DILNOZA", "FARRUKH", "MARIA", "Chat", "Emulator", "Impossible", "Message", "Person", "Pressed", "Query"]
