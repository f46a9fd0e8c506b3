"""make bench: python -m benchmarks [--rounds N] [--people N] [--seconds N] [--write]"""

import argparse
import asyncio

from bot.lazy_schemas import import_aiogram


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--rounds", type=int, default=3, help="each about a minute (3)")
    parser.add_argument("--people", type=int, default=3000, help="who have a reminder due (3000)")
    parser.add_argument("--seconds", type=float, default=30, help="each way to send is measured for (30)")
    parser.add_argument("--write", action="store_true", help="put the result into benchmarks/README.md")
    chosen = parser.parse_args()
    import_aiogram()
    from benchmarks import bulk, due, presses, report

    sessions = asyncio.run(presses.run(chosen.rounds))
    sent, beside = asyncio.run(bulk.run(chosen.people, chosen.seconds))
    text = report.table(sessions, report.Bulk(chosen.people, sent, beside, asyncio.run(due.run())))
    print(text)
    if chosen.write:
        report.write(text)


if __name__ == "__main__":
    main()
