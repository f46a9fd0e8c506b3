"""docs/reliability.md: what a run did, what it found, and beside each promise its figure. Written by the run alone."""

import os
import platform
import sqlite3
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from statistics import median

from bot.jobs.delivery import WINDOW
from tests.torture.case import Case
from tests.torture.kills import GENTLY, End
from tests.torture.messages import counted, twice
from tests.torture.phones import FAMILIES, ONCE
from tests.torture.run import FIRST_STARTS, Torture
from tests.torture.town import START

PAGE = Path(__file__).parents[2] / "docs" / "reliability.md"
PACKAGES = ("aiogram", "aiohttp", "aiosqlite", "apscheduler", "sqlalchemy")
SHOWN = 20  # faults

INTRODUCTION = """\
# What the torture found

`make torture` (`SECONDS=`, or `KILLS=` and `UPDATES=`; `SEED=`; `FUZZ=`) runs `python -m bot run` beside the emulator,
kills it again and again while people wander through it and Telegram fails in every way it can, and writes this page,
also when something was found. What is looked at, and what may be set aside, stands in `tests/torture/verdict.py`; that
the looking finds what is broken, in `tests/torture/test_torture.py`.
"""


@dataclass(frozen=True)
class Fuzz:
    """What the second step said of itself."""

    said: str
    well: bool


Row = tuple[str, object, object]


def page(torture: Torture, found: list[str], fuzz: Fuzz) -> str:
    case, verdict = torture.case(), "nothing broken was found" if not found and fuzz.well else "SOMETHING IS BROKEN"
    parts = [
        INTRODUCTION,
        f"**{verdict}.** {_run(torture)}",
        "## What happened\n\n" + table(("", "", ""), _happened(torture, case)),
        "## What was promised\n\n" + table(("", "found", "allowed"), _promised(case, torture)),
        "## How it bore it\n\n" + table(("", "", ""), _borne(case.ends)),
        f"## Updates with something wrong in them\n\n{fuzz.said}",
        "## Faults\n\n" + "\n".join(f"- `{fault[:500]}`" for fault in found[:SHOWN]) if found else "",
    ]
    return "\n\n".join(part.strip() for part in parts if part) + "\n"


def table(head: tuple[str, str, str], rows: Iterator[Row]) -> str:
    lines = [f"| {a} | {b} | {c} |" for a, b, c in (head, ("---",) * 3, *rows)]
    return "\n".join(lines)


def _run(torture: Torture) -> str:
    cpu = next((line for line in Path("/proc/cpuinfo").read_text().splitlines() if line.startswith("model name")), "")
    packages = ", ".join(f"{name} {version(name)}" for name in PACKAGES)
    return (
        f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC, seed {torture.seed}, {torture.seconds:.0f} s, "
        f"{torture.plan.people} people.\n\n"
        f"{cpu.partition(':')[2].strip()}, {os.cpu_count()} cores, Linux {platform.release()}, "
        f"load {os.getloadavg()[0]:.1f} at the end. Python {platform.python_version()}, "
        f"SQLite {sqlite3.sqlite_version}, {packages}."
    )


def _named(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{name} {count}" for name, count in sorted(counts.items(), key=lambda one: -one[1]))


def _happened(torture: Torture, case: Case) -> Iterator[Row]:
    hows = Counter(end.how for end in case.ends)
    yield "ends of a process by kill -9", sum(hows.values()) - hows[GENTLY], _named(hows)
    yield "and while the schema was being made", FIRST_STARTS, ""
    yield "updates", len(case.acts), _named(Counter(act.kind for act in case.acts.values()))
    marked = (act for number, act in case.acts.items() if case.books.effects[number])
    pressed = Counter(type(act.button).__name__ if act.button else act.kind for act in marked)
    yield "of them with an effect", sum(case.books.effects.values()), _named(pressed)
    troubles = torture.weather.happened
    yield "calls to Telegram that met trouble", sum(troubles.values()), _named(troubles)
    yield "calls refused by Telegram's own limits", case.tg.limits.refused, ""
    ended = Counter(f"{turns[0]['kind']} {turns[-1]['state']}" for turns in case.books.messages.values())
    yield "messages planned", len(case.books.messages), _named(ended)
    yield "rests at which everything was looked at", torture.rests, ""
    yield "days that the clock went through", f"{(case.now - START).total_seconds() / 86400:.1f}", ""


def _promised(case: Case, torture: Torture) -> Iterator[Row]:
    """Of what a fault would have said, the sum; where copies are allowed, how many and why."""
    ends = Counter(case.books.ends.values())
    yield "updates lost", sum(number not in case.books.ends for number in case.acts), 0
    yield "updates that had their effect twice", sum(times > 1 for times in case.books.effects.values()), 0
    aside = len(case.acts) - ends["done"] - sum(act.kind == "poison" for act in case.acts.values()) - ends["flood"]
    yield "updates set aside, but for floods and for what Telegram never sends", aside, "if tried 7 times"
    yield "other faults: effects, seats, queues, sums, messages against the store, logs", len(case.books.faults), 0
    copies, screens = counted(case), twice(case)
    kills = sum(end.how != GENTLY for end in case.ends)
    yield "messages that came again", copies.seen, f"{copies.allowed} outcomes unknown; {kills} kills x {WINDOW}"
    yield "apologies and flood notices that came again", _again(case), 0
    yield "screens shown twice", screens.seen, f"{screens.allowed} in hand at an end, or their confirmation cut off"
    unknown = [turns[-1] for turns in case.books.messages.values() if turns[-1]["state"] == "unknown"]
    reminders = sum(row["kind"] in FAMILIES for row in unknown)
    yield "reminders of which nobody knows whether they came", reminders, "tried twice, both times without an answer"


def _again(case: Case) -> int:
    rows = Counter(turns[0]["kind"] for turns in case.books.messages.values() if turns[0]["kind"] in ONCE)
    seen = sum(count for key, count in case.phones.copies.items() if key[1] in ONCE)
    return max(0, seen - rows.total())


def _borne(ends: tuple[End, ...]) -> Iterator[Row]:
    back = sorted(end.back for end in ends if end.back is not None)
    yield "from exec to the first getUpdates, s", _spread(back), "p50, p95, most"
    worked = [end for end in ends if end.back is not None]
    yield "memory, MiB", _drift([end.rss / 1024 for end in worked]), DRIFT
    yield "open files", _drift([float(end.files) for end in worked]), DRIFT
    yield "log of the store, MiB", f"{max(end.wal for end in ends) / 2**20:.1f}", "most"


DRIFT = "medians of the first and the last tenth of the processes, just before their end; most"


def _drift(values: list[float]) -> str:
    tenth = max(1, len(values) // 10)
    return f"{median(values[:tenth]):.0f}, {median(values[-tenth:]):.0f}; {max(values):.0f}"


def _spread(values: list[float]) -> str:
    return f"{median(values):.2f}, {values[int(len(values) * 0.95)]:.2f}, {values[-1]:.2f}"
