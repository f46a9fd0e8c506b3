"""What the command line tells the person who runs the bot: Russian, one plain sentence each, never a traceback."""

import errno
from datetime import datetime
from zoneinfo import ZoneInfo

EXAMPLES = {
    "BOT_TOKEN": "BOT_TOKEN=123456:AAH… (его даёт @BotFather)",
    "BOT_API_URL": "BOT_API_URL=https://api.telegram.org",
    "DATABASE_URL": "DATABASE_URL=sqlite+aiosqlite:///druzhba.db",
    "OWNER_IDS": "OWNER_IDS=111111111,222222222 (номера в Telegram, через запятую)",
    "TIMEZONE": "TIMEZONE=Asia/Tomsk",
    "HTTP_HOST": "HTTP_HOST=127.0.0.1",
    "HTTP_PORT": "HTTP_PORT=8081",
    "SHOW_UNCONFIRMED": "SHOW_UNCONFIRMED=no",
    "OPERATOR_NAME": "OPERATOR_NAME=Ассамблея народов Сибири",
    "OPERATOR_CONTACT": "OPERATOR_CONTACT=+7…",
    "BULK_RATE": "BULK_RATE=25 (сообщений в секунду, не больше 30)",
    "KEEP_SIGNUPS_DAYS": "KEEP_SIGNUPS_DAYS=60 (дней, от 1 до 60: больше не обещает согласие)",
    "KEEP_INACTIVE_MONTHS": "KEEP_INACTIVE_MONTHS=12 (месяцев, от 3 до 36)",
    "KEEP_UNREACHABLE_MONTHS": "KEEP_UNREACHABLE_MONTHS=6 (месяцев, от 1 до 24)",
    "TELEGRAM_PROXY": "TELEGRAM_PROXY=socks5://имя:пароль@10.0.0.1:1080,http://10.0.0.2:3128 (по порядку)",
    "BACKUP_FOLDER": "BACKUP_FOLDER=backups",
    "BACKUP_DAYS": "BACKUP_DAYS=30 (дней, от 1 до 30: больше не обещает согласие)",
    "BACKUP_KEY": "BACKUP_KEY=age1… (открытый ключ, его даёт age-keygen)",
    "LOG_FORMAT": "LOG_FORMAT=plain (или json)",
    "DEMO_CLOCK_URL": "DEMO_CLOCK_URL=http://127.0.0.1:8080/demo/clock (только в демо)",
}


def bad_setting(name: str) -> str:
    return f"Настройка {name} не задана или записана неверно. Пример: {EXAMPLES.get(name, name)}. См. .env.example"


class Refused(Exception):
    """The command did nothing; the text is one sentence that says why."""


def moment(at: datetime, zone: str) -> str:
    return f"{at.astimezone(ZoneInfo(zone)):%d.%m.%Y %H:%M}"


USAGE = """Дружба, бот Ассамблеи народов Сибири.

python -m bot run            запустить бота (настройки: окружение или .env)
python -m bot demo           запустить бота в демо (обычно его запускает make demo)
python -m bot migrate        привести базу к нынешней схеме
python -m bot import ФАЙЛ    внести площадки и мероприятия из файла
python -m bot backup ФАЙЛ    сделать резервную копию, бот может работать
python -m bot restore ФАЙЛ [--key КЛЮЧ]
                             вернуть базу из копии (docs/backup.md)
python -m bot check          проверить настройки, базу, слова, копии и связь с Telegram
"""

BUSY = "База {path} занята: бот уже запущен или идёт импорт. Остановите его и повторите."
TOO_NEW = "База сделана более новой версией бота (схема {schema}). Обновите код: git pull && make install"
NO_DATABASE = "База {path} не открывается: {why}"
NO_ROOM = "Не получается писать на диск ({why}). Освободите место или откройте папку для записи и повторите."
MIGRATED = "База {path}: схема {schema}."
IMPORT_MISTAKES = "Файл не внесён, в нём ошибки:"
IMPORTED = "Внесено. Новых: {added}, изменённых: {changed}."
KEPT = "Не тронуто, изменено в самом боте: {slug}, поле {field}"
CROWDED = "Не изменено: {slug}, мест не может быть меньше {promised}: столько уже занято или обещано"
DEMO_ALONE = "Демо запускает команда make demo: ему нужен маленький Телеграм из папки emulator."
SECOND_POLLER = "Этого бота уже минуту опрашивает другой процесс. Запущен может быть только один."
PORT_BUSY = "Порт {host}:{port} занят. Задайте другой HTTP_PORT."

BACKED_UP = "Копия готова: {path}"
KEPT_BY_HAND = "Сама она не сотрётся. Сотрите её не позже чем через {days} дней: столько мы обещали людям."
BACKUP_FAILED = "Копия не сделана: {why}."
BACKUP_EXISTS = "Копия не сделана: {path} уже есть, назовите другой файл."
BACKUP_BUSY = "Копия не сделана: другую копию делают прямо сейчас. Повторите через минуту."
BASE_BROKEN = "база повреждена"

RESTORED = "База {path} теперь такая, какой была {when}."
REPLACED = "Прежняя лежит рядом: {path}. Бот сотрёт её через {days} дней."
RESTORE_NEXT = "Запустите бота. Что сказать людям, написано в docs/backup.md."
RESTORE_FAILED = "Ничего не изменено: {why}."
STRANGE = "{file} не похож на резервную копию бота"
DAMAGED = "копия {file} повреждена или оборвана, возьмите другую"
NO_KEY = "копия {file} зашифрована, добавьте --key и файл с закрытым ключом"
WRONG_KEY = "ключ {key} не открывает копию {file}"
BAD_KEY = "в файле {key} нет закрытого ключа age (строки AGE-SECRET-KEY-…)"
COPY_TOO_NEW = "копию сделала более новая версия бота (схема {schema}), обновите код: git pull && make install"
SYSTEM = {
    errno.ENOENT: "нет такого файла или папки",
    errno.EACCES: "нет прав",
    errno.ENOSPC: "на диске не осталось места",
    errno.EROFS: "диск открыт только для чтения",
}

OK = "всё в порядке"
CHECK_SETTINGS = "Настройки: {how}"
CHECK_SQLITE = "SQLite {version}: {how}"
SQLITE_OLD = "старше 3.51.3, в нём есть редкая ошибка журнала; бот её обходит, одна пишущая связь"
CHECK_STORE = "База {path}: {how}"
STORE_NONE = "ещё нет, её создаст первый запуск"
STORE_OLD = "схема {schema}, нужна {head}: её обновит запуск или migrate"
STORE_TOO_NEW = "схема {schema} новее кода ({head})"
STORE_BROKEN = "повреждена: {why}"
CHECK_COPIES = "Копии: {how}"
COPIES_OFF = "выключены (BACKUP_FOLDER пуст)"
COPIES_NONE = "ещё ни одной, первую сделает запуск"
COPIES_LAST = "последняя от {when}, {sealed}"
COPIES_OLD = ", это давно: посмотрите журнал бота"
SEALED, UNSEALED = "зашифрована", "не зашифрована"
COPIES_UNREADABLE = "папка {folder} не читается ({why})"
CHECK_WORDS = "Слова: {how}"
WORDS_LACK = "не переведено {count}, см. make words"
CHECK_API = "Telegram ({url}): {how}"
API_IS = "отвечает, бот @{username}"
API_BAD_TOKEN = "не принимает BOT_TOKEN"
API_SILENT = "не отвечает ({why})"
API_NO_PROXY = "не отвечает: ни один прокси не работает"
CHECK_PROXY = "Прокси {number} ({place}): {how}"
PROXY_WORKS = "работает"
PROXY_FAILS = "не работает ({why})"
PROXY_REASONS = {
    "ProxyConnectionError": "по этому адресу никто не слушает",
    **dict.fromkeys(("ProxyTimeoutError", "TimeoutError"), "молчит"),
    "ProxyError": "не пускает к Telegram, проверьте имя и пароль",
}
CHECK_OWNERS = "Владельцы: {how}"
OWNERS_NONE = "их нет, задайте OWNER_IDS до первого запуска"
OWNER_SILENT = "владелец {user_id} ещё не нажал START"
