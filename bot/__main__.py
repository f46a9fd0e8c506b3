"""python -m bot run | demo | migrate | import FILE | backup FILE | restore FILE [--key FILE] | check"""

import asyncio
import gc
import os
import sqlite3
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from bot import complaints, logs, masks
from bot.settings import BadSettings, Settings, load


def main(arguments: Sequence[str]) -> int:
    """Gives the exit status: 0 all well, 1 something is wrong (and said), 2 not a command."""
    commands: dict[str, Callable[[], int]] = {
        "run": lambda: _run(_load()),
        "demo": _demo,
        "migrate": lambda: _migrate(_load()),
        "check": _check,
    }
    match arguments:
        case [command] if command in commands:
            return _plainly(commands[command])
        case ["import", file]:
            return _plainly(lambda: _import(_load(), Path(file)))
        case ["backup", file]:
            return _plainly(lambda: _backup(Path(file)))
        case ["restore", file]:
            return _plainly(lambda: _restore(Path(file), None))
        case ["restore", file, "--key", key]:
            return _plainly(lambda: _restore(Path(file), Path(key)))
        case _:
            sys.stderr.write(complaints.USAGE)
            return 2


def _plainly(command: Callable[[], int]) -> int:
    """What can be expected to go wrong, in one sentence and without a traceback."""
    from bot.lock import Busy, Unopened
    from db.migrate import SchemaTooNew
    from db.store import takes_nothing

    try:
        return command()
    except (BadSettings, complaints.Refused) as error:
        return _fail(str(error))
    except Busy as error:
        return _fail(complaints.BUSY.format(path=error))
    except Unopened as error:
        path, why = error.args
        return _fail(complaints.NO_DATABASE.format(path=path, why=why))
    except SchemaTooNew as error:
        return _fail(complaints.TOO_NEW.format(schema=error))
    except Exception as error:
        if (why := takes_nothing(error)) is None:
            raise
        return _fail(complaints.NO_ROOM.format(why=why))


def _fail(sentence: str) -> int:
    sys.stderr.write(masks.without_secrets(sentence) + "\n")
    return 1


def _load() -> Settings:
    return _hidden(load())


def _hidden(settings: Settings) -> Settings:
    """From here on no line says the token, and each has the form that was asked for."""
    masks.hide(settings.bot_token)
    logs.write_as(settings.log_format)
    return settings


def _prepare(settings: Settings) -> None:
    """The schema and the catalogs as the code wants them."""
    from bot import catalogs

    _upgrade(settings)
    catalogs.compile_stale()


def _upgrade(settings: Settings) -> None:
    from bot.lock import Unopened
    from db import migrate

    try:
        migrate.upgrade(settings.database)
    except sqlite3.DatabaseError as error:
        raise Unopened(settings.database, error) from None


def _run(settings: Settings) -> int:
    from bot.lazy_schemas import import_aiogram, warm
    from bot.lock import hold

    with hold(settings.database):
        _prepare(settings)
        gc.disable()  # thousands of classes come into being here, none of them to be collected: a fifth of the start
        import_aiogram()
        warm()
        from bot import app
        from bot.intake import SecondPoller
        from bot.life import PortBusy

        gc.enable()
        gc.freeze()
        try:
            asyncio.run(app.run(settings))
        except SecondPoller:
            return _fail(complaints.SECOND_POLLER)
        except PortBusy:
            return _fail(complaints.PORT_BUSY.format(host=settings.http_host, port=settings.http_port))
    return 0


def _demo() -> int:
    from bot import demo

    if not os.environ.get("DEMO_CLOCK_URL"):
        return _fail(complaints.DEMO_ALONE)
    settings = _hidden(demo.settings())
    demo.prepare(settings)
    return _run(settings)


def _migrate(settings: Settings) -> int:
    from bot.lock import hold
    from db import migrate

    with hold(settings.database):
        _upgrade(settings)
    sys.stdout.write(complaints.MIGRATED.format(path=settings.database, schema=migrate.head()) + "\n")
    return 0


def _import(settings: Settings, file: Path) -> int:
    from bot.content_reasons import ContentError
    from bot.importing import import_now
    from bot.lock import hold

    with hold(settings.database):
        _prepare(settings)
        try:
            report = asyncio.run(import_now(settings, file))
        except ContentError as error:
            return _fail(f"{complaints.IMPORT_MISTAKES}\n{error}")
    kept = [complaints.KEPT.format(slug=slug, field=field) for slug, field in report.kept]
    kept += [complaints.CROWDED.format(slug=slug, promised=promised) for slug, promised in report.crowded]
    done = complaints.IMPORTED.format(added=len(report.added), changed=len(report.changed))
    sys.stdout.write("\n".join([done, *kept]) + "\n")
    return 0


def _backup(target: Path) -> int:
    from bot import backup_commands

    sys.stdout.write(backup_commands.make(_load(), target) + "\n")
    return 0


def _restore(file: Path, key: Path | None) -> int:
    from bot import backup_commands

    sys.stdout.write(backup_commands.put_back(_load(), file, key) + "\n")
    return 0


def _check() -> int:
    from bot.check import check
    from bot.lazy_schemas import import_aiogram

    settings = _load()
    import_aiogram()
    well, sentences = asyncio.run(check(settings))
    sys.stdout.write(masks.without_secrets("\n".join(sentences)) + "\n")
    return 0 if well else 1


if __name__ == "__main__":
    logs.begin()
    sys.exit(main(sys.argv[1:]))
