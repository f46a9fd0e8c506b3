"""Every button we send finds its handler, every message we plan finds its words."""

import ast
from collections import Counter
from collections.abc import Iterable

from aiogram import Router
from aiogram.filters.callback_data import CallbackData, CallbackQueryFilter

from db import cancelling, offers, reminders
from handlers import buttons, routers
from handlers.notices import NOTICES, REPEATABLE
from tests.architecture.sources import Source, dotted, on_floors, snippet

KINDS_BY_VALUE = {  # not written as a literal: what it can be
    ("db/reminders.py", "one.slot"): reminders.KINDS,
    ("db/offers.py", "OFFER"): (offers.OFFER,),
    ("db/offers.py", "kind"): (offers.TOO_LATE, offers.NO_MORE),
    ("db/cancelling.py", "OFF"): (cancelling.OFF,),
}


def buttons_sent(names: dict[str, object]) -> set[type[CallbackData]]:
    found = {one for one in names.values() if isinstance(one, type) and issubclass(one, CallbackData)}
    return found - {CallbackData}


def buttons_handled(of: Iterable[Router]) -> set[type[CallbackData]]:
    """The buttons some router waits for by their class; the catch-all does not count."""
    found: set[type[CallbackData]] = set()
    for router in of:
        for handler in router.callback_query.handlers:
            filters = [one.callback for one in handler.filters or ()]
            found |= {one.callback_data for one in filters if isinstance(one, CallbackQueryFilter)}
        found |= buttons_handled(router.sub_routers)
    return found


def shared_prefixes(of: Iterable[type[CallbackData]]) -> list[str]:
    counted = Counter(one.__prefix__ for one in of)
    return [prefix for prefix, times in counted.items() if times > 1]


def buttons_made(sources: Iterable[Source]) -> set[str]:
    """Names of the buttons that some screen makes, as `to.Name(…)`."""
    return {name[3:] for source in sources for call in source.calls() if (name := dotted(call.func)).startswith("to.")}


def kinds_planned(source: Source) -> set[str]:
    """Kinds of the outbox rows that a file plans; what is not a literal comes as "path expression"."""
    outbox = {
        alias.asname or alias.name
        for node in ast.walk(source.tree)
        if isinstance(node, ast.ImportFrom) and node.module == "db"
        for alias in node.names
        if alias.name == "outbox"
    }
    doors = {f"{name}.{door}": place for name in outbox for door, place in (("put", 1), ("message", 0))}
    kinds = [call.args[doors[door]] for call in source.calls() if (door := dotted(call.func)) in doors]
    return {kind for node in kinds for kind in _kinds(source, node)}


def _kinds(source: Source, node: ast.expr) -> Iterable[str]:
    if isinstance(node, ast.Constant):
        return (str(node.value),)
    written = ast.unparse(node)
    return KINDS_BY_VALUE.get((source.path, written), (f"{source.path} {written}",))


def test_every_button_has_a_handler() -> None:
    assert buttons_sent(vars(buttons)) - buttons_handled(routers()) == set()


def test_every_handler_of_a_button_can_be_reached_by_one_we_send() -> None:
    made = buttons_made(on_floors("handlers"))
    assert {one.__name__ for one in buttons_sent(vars(buttons))} - made == set()


def test_no_two_buttons_share_a_prefix() -> None:
    assert shared_prefixes(buttons_sent(vars(buttons))) == []


def test_every_planned_message_has_its_words() -> None:
    planned = {kind for source in on_floors("db", "bot", "handlers") for kind in kinds_planned(source)}
    assert planned == set(NOTICES)
    assert set(NOTICES) >= REPEATABLE


class _Nobody(CallbackData, prefix="mn"):
    pass


def test_a_button_without_a_handler_is_seen() -> None:
    assert buttons_sent({"Nobody": _Nobody, "CallbackData": CallbackData, "PAGE": 5}) == {_Nobody}
    alone = Router()
    alone.callback_query.register(lambda press: None)
    assert buttons_handled([alone]) == set()
    inner = Router()
    inner.callback_query.register(lambda press: None, _Nobody.filter())
    alone.include_router(inner)
    assert buttons_handled([alone]) == {_Nobody}


def test_a_shared_prefix_is_seen() -> None:
    assert shared_prefixes([_Nobody, buttons.Menu, buttons.Card]) == ["mn"]


def test_a_message_planned_under_any_name_of_the_outbox_is_seen() -> None:
    code = "from db import outbox as rows\nrows.put(conn, 'offer', 1)\nrows.put(conn, kind, 1)\nfacts.put(conn, 'x', 1)"
    assert kinds_planned(snippet(code, "db/bad.py")) == {"offer", "db/bad.py kind"}
