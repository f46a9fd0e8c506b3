"""`backup` and `restore` as the person at the terminal meets them: what they say, in Russian."""

import os
import sqlite3
from pathlib import Path

from bot import backup, packing
from bot import complaints as say
from bot.clock import Clock
from bot.complaints import Refused
from bot.lock import Busy
from bot.restore import restore
from bot.settings import Settings
from db import copies
from db.migrate import SchemaTooNew


def make(settings: Settings, target: Path) -> str:
    """Into a file, or into a folder under the usual name. Raises Refused, Unopened."""
    now = Clock().now()
    by_job = target.is_dir() and settings.backup_folder is not None and target.samefile(settings.backup_folder)
    if target.is_dir():
        target = target / backup.usual_name(now)
    try:
        made = backup.make(settings.database, target, settings.backup_key, now)
    except Busy:
        raise Refused(say.BACKUP_BUSY) from None
    except FileExistsError as error:
        raise Refused(say.BACKUP_EXISTS.format(path=error.filename)) from None
    except copies.Broken:
        raise Refused(say.BACKUP_FAILED.format(why=say.BASE_BROKEN)) from None
    except (OSError, sqlite3.Error) as error:
        raise Refused(say.BACKUP_FAILED.format(why=_why(error))) from None
    done = say.BACKED_UP.format(path=made)
    return done if by_job else f"{done}\n{say.KEPT_BY_HAND.format(days=settings.backup_days)}"


def put_back(settings: Settings, file: Path, key: Path | None) -> str:
    """Raises Refused, Busy, Unopened."""
    try:
        done = restore(settings.database, file, key, Clock().now())
    except tuple(_REFUSALS) as error:
        why = _REFUSALS[type(error)].format(file=file, key=key)
        raise Refused(say.RESTORE_FAILED.format(why=why)) from None
    except SchemaTooNew as error:
        raise Refused(say.RESTORE_FAILED.format(why=say.COPY_TOO_NEW.format(schema=error))) from None
    except (OSError, sqlite3.Error) as error:
        raise Refused(say.RESTORE_FAILED.format(why=_why(error))) from None
    said = [say.RESTORED.format(path=settings.database, when=say.moment(done.copied_at, settings.timezone))]
    if done.replaced is not None:
        said.append(say.REPLACED.format(path=done.replaced, days=settings.backup_days))
    return "\n".join([*said, say.RESTORE_NEXT])


_REFUSALS: dict[type[Exception], str] = {
    **{packing.Strange: say.STRANGE, copies.NotACopy: say.STRANGE},
    **{packing.Damaged: say.DAMAGED, copies.Broken: say.DAMAGED},
    **{packing.NoKey: say.NO_KEY, packing.WrongKey: say.WRONG_KEY, packing.BadKey: say.BAD_KEY},
}


def _why(error: OSError | sqlite3.Error) -> str:
    if isinstance(error, sqlite3.Error) or error.errno is None:
        return str(error)
    why = say.SYSTEM.get(error.errno) or os.strerror(error.errno)
    return why if error.filename is None else f"{why} ({error.filename})"
