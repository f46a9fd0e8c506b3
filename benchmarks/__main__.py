"""make bench: python -m benchmarks [--rounds N] [--write]"""

import argparse
import asyncio

from bot.lazy_schemas import import_aiogram


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--rounds", type=int, default=3, help="each about a minute (3)")
    parser.add_argument("--write", action="store_true", help="put the result into benchmarks/README.md")
    chosen = parser.parse_args()
    import_aiogram()
    from benchmarks import presses, report

    text = report.table(asyncio.run(presses.run(chosen.rounds)))
    print(text)
    if chosen.write:
        report.write(text)


if __name__ == "__main__":
    main()
