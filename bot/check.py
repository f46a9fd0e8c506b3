"""`python -m bot check`: everything a volunteer has to know before the bot is started, in plain Russian."""

import asyncio
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

from bot import backup, catalogs
from bot import complaints as say
from bot.settings import Settings
from db import migrate, people
from db.store import Store

OLD_COPY = timedelta(days=2)
NO_WAL_BUG = (3, 51, 3)  # https://sqlite.org/wal.html#walresetbug

Finding = tuple[bool, str]


async def check(settings: Settings) -> tuple[bool, list[str]]:
    """Whether the bot can be started as it is, and one sentence for each thing looked at."""
    store = _store(settings)
    findings: list[Finding] = [(True, say.CHECK_SETTINGS.format(how=say.OK)), *_sqlite(), store, _copies(settings)]
    findings += [_words(), *await _telegram(settings)]
    if store[0]:
        findings += await _owners(settings)
    return all(well for well, _ in findings), [sentence for _, sentence in findings]


def _sqlite() -> Iterator[Finding]:
    how = say.OK if sqlite3.sqlite_version_info >= NO_WAL_BUG else say.SQLITE_OLD
    yield True, say.CHECK_SQLITE.format(version=sqlite3.sqlite_version, how=how)


def _store(settings: Settings) -> Finding:
    path, head = settings.database, migrate.head()
    try:
        schema = migrate.current(path)
        if path.exists():
            with sqlite3.connect(f"file:{path}?mode=ro", uri=True) as connection:
                connection.execute("PRAGMA quick_check").fetchone()
    except sqlite3.Error as error:
        return False, say.CHECK_STORE.format(path=path, how=say.STORE_BROKEN.format(why=error))
    if schema is None:
        return True, say.CHECK_STORE.format(path=path, how=say.STORE_NONE)
    if schema > head:
        return False, say.CHECK_STORE.format(path=path, how=say.STORE_TOO_NEW.format(schema=schema, head=head))
    how = say.OK if schema == head else say.STORE_OLD.format(schema=schema, head=head)
    return True, say.CHECK_STORE.format(path=path, how=how)


def _copies(settings: Settings) -> Finding:
    """A copy that is too old is said, and no reason not to start: the start makes one."""
    folder = settings.backup_folder
    if folder is None:
        return True, say.CHECK_COPIES.format(how=say.COPIES_OFF)
    try:
        last = backup.found(folder)[-1:] if folder.exists() else []
    except OSError as error:
        how = say.COPIES_UNREADABLE.format(folder=folder, why=error.strerror)
        return False, say.CHECK_COPIES.format(how=how)
    if not last:
        return True, say.CHECK_COPIES.format(how=say.COPIES_NONE)
    made_at = last[0].made_at
    when = say.moment(made_at, settings.timezone)
    how = say.COPIES_LAST.format(when=when, sealed=say.SEALED if last[0].encrypted else say.UNSEALED)
    late = datetime.now(UTC) - made_at > OLD_COPY
    return True, say.CHECK_COPIES.format(how=how + say.COPIES_OLD if late else how)


def _words() -> Finding:
    catalogs.compile_stale()
    lacking = len(list(catalogs.missing()))
    return lacking == 0, say.CHECK_WORDS.format(how=say.WORDS_LACK.format(count=lacking) if lacking else say.OK)


async def _telegram(settings: Settings) -> list[Finding]:
    """Straight, or by each proxy alone: one that works is enough."""
    proxies = settings.telegram_proxy
    answers = await asyncio.gather(*(_ask(settings, (one,)) for one in proxies)) or [await _ask(settings, ())]
    found = [(True, _of_proxy(number, *both)) for number, both in enumerate(zip(proxies, answers, strict=False), 1)]
    best = next((answer for answer in answers if not answer.silent), answers[0])
    how = say.API_NO_PROXY if proxies and best.silent else best.how
    return [*found, (best.well, say.CHECK_API.format(url=settings.bot_api_url, how=how))]


@dataclass(frozen=True)
class _Answer:
    """What Telegram said of us; or, in `silent`, why it said nothing."""

    well: bool
    how: str
    silent: str = ""


async def _ask(settings: Settings, proxies: tuple[str, ...]) -> _Answer:
    from aiogram import Bot
    from aiogram.client.telegram import TelegramAPIServer
    from aiogram.exceptions import TelegramAPIError, TelegramNotFound, TelegramUnauthorizedError

    from bot.session import LeanSession

    session = LeanSession(proxies)
    session.api = TelegramAPIServer.from_base(settings.bot_api_url)
    async with Bot(settings.bot_token, session=session) as bot:
        try:
            return _Answer(True, say.API_IS.format(username=(await bot.me()).username))
        except (TelegramUnauthorizedError, TelegramNotFound):
            return _Answer(False, say.API_BAD_TOKEN)
        except TelegramAPIError as error:
            return _Answer(False, say.API_SILENT.format(why=type(error).__name__), silent=error.message)


def _of_proxy(number: int, address: str, answer: _Answer) -> str:
    """Which one, without its password, and whether it works."""
    why = say.PROXY_REASONS.get(answer.silent, answer.silent)
    how = say.PROXY_FAILS.format(why=why) if answer.silent else say.PROXY_WORKS
    return say.CHECK_PROXY.format(number=number, place=urlsplit(address).netloc.rpartition("@")[2], how=how)


async def _owners(settings: Settings) -> list[Finding]:
    if migrate.current(settings.database) != migrate.head():
        return [] if settings.owner_ids else [(False, say.CHECK_OWNERS.format(how=say.OWNERS_NONE))]
    store = await Store.open(settings.database)
    try:
        owners = await store.read(people.owners)
    finally:
        await store.close()
    if not owners:
        how = say.OK if settings.owner_ids else say.OWNERS_NONE
        return [(bool(settings.owner_ids), say.CHECK_OWNERS.format(how=how))]
    silent = [say.OWNER_SILENT.format(user_id=user_id) for user_id, started in owners if not started]
    return [(not silent, say.CHECK_OWNERS.format(how=", ".join(silent) or say.OK))]
