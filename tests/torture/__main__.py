"""make torture: python -m tests.torture [--seconds N] [--kills N] [--updates N] [--people N] [--seed N] [--fuzz N]"""

import argparse
import asyncio
import os
import random
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from bot.catalogs import compile_stale
from bot.lazy_schemas import import_aiogram, warm

if TYPE_CHECKING:
    from tests.torture.report import Fuzz

ROOT = Path(__file__).parents[2]
FUZZ = ("-m", "pytest", "-q", "-s", "tests/conversation/test_fuzz.py", "-k", "nothing_that_comes")
USUAL = 300.0  # seconds, where nothing else is asked for
FUZZED = 20.0  # seconds, at least


def options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.torture", description=__doc__)
    parser.add_argument("--seconds", type=float, default=0, help="at least so long (300 if nothing else is asked for)")
    parser.add_argument("--kills", type=int, default=0, help="at least so many")
    parser.add_argument("--updates", type=int, default=0, help="at least so many")
    parser.add_argument("--people", type=int, default=80)
    parser.add_argument("--seed", type=int, default=random.randrange(10**6))
    parser.add_argument("--fuzz", type=int, default=0, help="so many updates as step two (a fifth of the first's time)")
    return parser.parse_args()


async def tortured(chosen: argparse.Namespace) -> bool:
    """Both steps and the page; True if nothing broken was found."""
    from tests.torture import report
    from tests.torture.run import Plan, opened

    nothing_asked = not (chosen.seconds or chosen.kills or chosen.updates)
    seconds = USUAL if nothing_asked else chosen.seconds
    plan = Plan(chosen.kills, chosen.updates, seconds, chosen.people)
    sys.stdout.write(f"seed {chosen.seed}\n")
    with TemporaryDirectory() as folder:
        async with opened(Path(folder), plan, chosen.seed) as torture:
            found = await torture.go()
            await torture.bot.end()
            fuzz = fuzzed(chosen.fuzz, max(FUZZED, torture.seconds / 5), chosen.seed)
            report.PAGE.write_text(report.page(torture, found, fuzz), encoding="utf-8")
    sys.stdout.write("\n".join([*found, fuzz.said, f"written to {report.PAGE.relative_to(ROOT)}", ""]))
    return not found and fuzz.well


def fuzzed(updates: int, seconds: float, seed: int) -> "Fuzz":
    """So many updates, or, for 0, as many as come in that time."""
    from tests.torture.report import Fuzz

    much = {"FUZZ_UPDATES": str(updates)} if updates else {"FUZZ_SECONDS": str(seconds)}
    environment = {**os.environ, **much, "FUZZ_SEED": str(seed)}
    ended = subprocess.run([sys.executable, *FUZZ], cwd=ROOT, env=environment, capture_output=True, text=True)
    said = next((line for line in ended.stdout.splitlines() if " updates, seed " in line), ended.stdout[-3000:])
    return Fuzz(said.strip("."), ended.returncode == 0)


if __name__ == "__main__":
    import_aiogram()
    warm()
    compile_stale()
    sys.exit(not asyncio.run(tortured(options())))
