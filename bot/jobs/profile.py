"""What Telegram shows of us before START, in every language: told again when our words have changed."""

import hashlib
from typing import Any

from aiogram import Bot
from aiogram.methods import SetMyCommands, SetMyDescription, SetMyShortDescription, TelegramMethod

from db import facts
from db.rules.languages import LANGUAGES, SOURCE
from db.store import Store
from handlers import profile
from handlers.words import words

FACT = "profile"


def calls() -> list[TelegramMethod[bool]]:
    """For each language of a phone, and without one for all other phones (in the source language)."""
    made: list[TelegramMethod[bool]] = []
    for language, code in ((SOURCE, None), *((one, one) for one in LANGUAGES)):
        w = words(language)
        given: dict[str, Any] = {} if code is None else {"language_code": code}
        made += [
            SetMyDescription(description=profile.description(w), **given),
            SetMyShortDescription(short_description=profile.short_description(w), **given),
            SetMyCommands(commands=profile.command_list(w), **given),
        ]
    return made


async def tell(bot: Bot, store: Store) -> None:
    """Do it once for each set of words; what fails is done again by the next tick."""
    made = calls()
    mark = hashlib.sha256("\n".join(call.model_dump_json(exclude_unset=True) for call in made).encode()).hexdigest()
    if await store.read(facts.get, FACT) == mark:
        return
    for call in made:
        await bot(call)
    await store.write(facts.put, FACT, mark)
