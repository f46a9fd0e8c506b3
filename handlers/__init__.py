"""The conversation. `routers()` is its map, in the order in which a press is offered to them."""

from aiogram import Router


def routers() -> tuple[Router, ...]:
    """Strangers choose a language before anything else; the busiest come first; what nobody takes, last."""
    from handlers import groups, info, mistakes, own_data, reach, settings, stale, start
    from handlers.events import browse, calendar, card, mine, signup, waiting
    from handlers.staff import lists, machine

    return (
        groups.router,
        own_data.gone,
        start.strangers,
        card.router,
        browse.router,
        signup.router,
        mine.router,
        waiting.router,
        calendar.router,
        start.router,
        info.router,
        own_data.router,
        settings.router,
        lists.router,
        machine.router,
        reach.router,
        mistakes.router,
        stale.router,
    )
