"""What every test stands on: aiogram imported as the running bot does it, catalogs compiled, the same examples."""

from hypothesis import HealthCheck, settings

from bot.catalogs import compile_stale
from bot.lazy_schemas import import_aiogram, warm

import_aiogram()
warm()
compile_stale()

# The same examples on every machine and at every speed: a red run is a change of ours, never a throw of dice.
settings.register_profile(
    "suite", derandomize=True, deadline=None, database=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("suite")
