"""Importing aiogram without building its 588 pydantic schemas: each is built at its first use.

Saves 2 s of CPU at every start and 100 MB of memory (measured in benchmarks/README.md). It leans on two private names
of pydantic; the versions are locked, tests/bot/test_lazy_schemas.py builds all of them and finds none incomplete, and
where anything is not as expected aiogram is imported in the plain way.
"""

import sys
from typing import Any

from pydantic import BaseModel

_REBUILD = "model_rebuild"


def import_aiogram() -> None:
    """To be called before anything imports aiogram; later it does nothing."""
    if "aiogram" in sys.modules:
        return
    rebuild = vars(BaseModel)["model_rebuild"]
    setattr(BaseModel, _REBUILD, classmethod(lambda cls, **_: None))
    try:
        import aiogram.methods
        import aiogram.types
    finally:
        setattr(BaseModel, _REBUILD, rebuild)
    _lend_names({**vars(aiogram.methods), **vars(aiogram.types)})


def _lend_names(names: dict[str, Any]) -> None:
    """Where a schema is built later, it must find the names that it mentions."""
    from aiogram.client.default import Default

    names |= {"List": list, "Default": Default}
    for model in models():
        if not model.__pydantic_complete__:
            model.__pydantic_parent_namespace__ = names


def warm() -> None:
    """Build what the first press will need, before it comes."""
    from aiogram.methods import AnswerCallbackQuery, EditMessageText, SendMessage
    from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup, LinkPreviewOptions, Update

    hot = (Update, SendMessage, EditMessageText, AnswerCallbackQuery, InlineKeyboardMarkup, InlineKeyboardButton)
    for model in (*hot, LinkPreviewOptions):
        model.model_rebuild()


def models() -> "list[type[BaseModel]]":
    """Every type and method of the Bot API that aiogram knows."""
    from aiogram.methods import TelegramMethod
    from aiogram.types.base import TelegramObject

    found: list[type[BaseModel]] = []
    waiting: list[type[BaseModel]] = [TelegramObject, TelegramMethod]
    while waiting:
        model = waiting.pop()
        found.append(model)
        waiting += model.__subclasses__()
    return found
