"""What every test stands on: aiogram imported as the running bot imports it, and the catalogs compiled."""

from bot.catalogs import compile_stale
from bot.lazy_schemas import import_aiogram, warm

import_aiogram()
warm()
compile_stale()
