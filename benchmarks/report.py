"""From sessions to a table in plain text: medians, their spread, the ratio to the echo, the targets."""

import os
import platform
import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from statistics import median

from benchmarks import report_bulk
from benchmarks.bulk import Beside, Sending
from benchmarks.due import Asked
from benchmarks.presses import NAMES, Session, Stretch
from benchmarks.report_bulk import said

README = Path(__file__).parent / "README.md"
ECHO, OURS = "echo2k", "druzhba"
TARGETS = {"poster": 1.3, "card": 1.8, "sign up": 2.1}  # times the echo, in the closed loop
P50_MS, P99_MS = 5.0, 10.0  # in the open loop
START, MEMORY = 1.5, 110.0  # seconds, MB
PACKAGES = ("aiogram", "aiohttp", "aiosqlite", "pydantic", "sqlalchemy")

NOTES = """\
CPU is what the bot's process spent, all its threads (schedstat), on a press: the idle jobs of that time included.
Medians of the rounds, in brackets the least and the most; x echo divides the medians, in brackets the rounds' own
ratios. Waits run from the press to the visible message, measured in the emulator; p50 and p99 are of all presses of
all rounds. In the closed loop they are queueing (100 / rate), in the open one they are what a person feels, without
the way to Telegram: loopback, no TLS.
The echo is stock: aiogram's polling and session, edit_text and answer one after the other, nothing kept. Ours keeps
every update on disk before it is confirmed (synchronous=FULL), so its rate hangs on the disk as well.
1,000 of 4,000 people press by turns, so nobody meets the limit of one message a second. Everybody is warm (seen once
since the start) but for "sign up": it is the last press of the real way, so the press before it (unmeasured) has
just written a draft and dropped what was remembered of the person.
Reminders: measured from two seconds after the first message, for 30 s or until the end; the emulator bears a burst of
30 and refuses everybody for a second once it is used up. The loop pauses 0.05 s; aiogram-broadcaster has no interval;
python-telegram-bot's AIORateLimiter is given 30 a second and 10 tries. None of the three keeps anything; ours claims,
renders and marks every message in the store. CPU is a message's, idle jobs included.
"""


@dataclass(frozen=True)
class Bulk:
    """What goes out by itself: to how many, how, what a press bears meanwhile, and what asking costs."""

    people: int
    sent: Sequence[Sending]
    beside: Sequence[Beside]
    due: Asked


def table(sessions: Sequence[Session], bulk: Bulk) -> str:
    """Everything that is printed, and written into the README."""
    parts = [_machine(len(sessions) // 2), _loop(sessions, True), _loop(sessions, False), _costs(sessions)]
    parts += [report_bulk.sendings(bulk.sent, bulk.people), report_bulk.presses(bulk.beside), report_bulk.due(bulk.due)]
    parts.append(NOTES)
    return "\n\n".join(part.rstrip() for part in parts) + "\n"


def write(text: str) -> None:
    README.write_text(f"{INTRODUCTION}\n```\n{text}```\n", encoding="utf-8")


INTRODUCTION = """\
# Measurements

`make bench` measures a press in our bot beside a bare aiogram echo that answers with the same two calls (`presses.py`),
our reminders beside three other ways to send (`bulk.py`, `senders.py`), and the question what is due (`due.py`): all of
them processes of their own against the emulator, by turns. `crowd.py` presses, `sides.py` starts the sides, `town.py`
makes the database, `report.py` and `report_bulk.py` this page. `python -m benchmarks --write` puts its last run here.
"""


def _machine(rounds: int) -> str:
    cpu = next((line for line in _lines("/proc/cpuinfo") if line.startswith("model name")), ": unknown")
    packages = ", ".join(f"{name} {version(name)}" for name in PACKAGES)
    return (
        f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC, {rounds} rounds, load {os.getloadavg()[0]:.1f} at the end\n"
        f"{cpu.partition(':')[2].strip()}, {os.cpu_count()} cores, Linux {platform.release()}\n"
        f"Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}, {packages}"
    )


def _lines(path: str) -> list[str]:
    return Path(path).read_text(encoding="utf-8").splitlines()


def _loop(sessions: Sequence[Session], closed: bool) -> str:
    title = "closed loop, 100 presses in flight" if closed else "open loop, 100 presses a second"
    head = f"{title}\n{'':8} {'':8} {'CPU ms a press':>19} {'x echo':>18}"
    lines = [f"{head} {'presses/s':>10} {'p50 ms':>8} {'p99 ms':>8}"]
    for name in NAMES:
        echo, ours = (_found(sessions, side, name, closed) for side in (ECHO, OURS))
        lines.append(_line(name, ECHO, echo, ""))
        ratios = [one.cpu / other.cpu for one, other in zip(ours, echo, strict=True)]
        times = _median([one.cpu for one in ours]) / _median([one.cpu for one in echo])
        if closed:
            verdict = said(times <= TARGETS[name], f"{TARGETS[name]} x")
        else:
            verdict = said(
                _part(ours, 0.5) <= P50_MS and _part(ours, 0.99) <= P99_MS, f"{P50_MS:.0f} and {P99_MS:.0f} ms"
            )
        lines.append(f"{_line(name, OURS, ours, f'{times:6.2f} {_spread(ratios)}')}  {verdict}")
    return "\n".join(lines)


def _found(sessions: Iterable[Session], side: str, name: str, closed: bool) -> list[Stretch]:
    own = [stretch for session in sessions if session.side == side for stretch in session.stretches]
    return [stretch for stretch in own if stretch.scenario == name and stretch.closed is closed]


def _line(name: str, side: str, found: Sequence[Stretch], times: str) -> str:
    cpu = [stretch.cpu for stretch in found]
    return (
        f"{name:8} {side:8} {_median(cpu):6.2f} {_spread(cpu)} {times:>18} "
        f"{_median([stretch.flow.rate for stretch in found]):10.0f} {_part(found, 0.5):8.1f} {_part(found, 0.99):8.1f}"
    )


def _part(found: Sequence[Stretch], part: float) -> float:
    """The wait that this part of all presses does not go beyond, in milliseconds."""
    waits = sorted(wait for stretch in found for wait in stretch.flow.waits)
    return waits[int(len(waits) * part)]


def _costs(sessions: Sequence[Session]) -> str:
    """Start-up and memory."""
    rows = [
        ("first getUpdates, s", "polled", START),
        ("/health says ok, s", "healthy", START),
        ("memory when warm, MB", "warm_mb", MEMORY),
        ("memory at the end, MB", "end_mb", MEMORY),
    ]
    lines = [f"{'from exec to':22} {ECHO:>22} {OURS:>22}"]
    for title, field, target in rows:
        echo, ours = ([getattr(one, field) for one in sessions if one.side == side] for side in (ECHO, OURS))
        verdict = said(_median(ours) <= target, f"{target:g}")
        lines.append(f"{title:22} {_cell(echo):>22} {_cell(ours):>22}  {verdict}")
    return "\n".join(lines)


def _cell(values: Sequence[float | None]) -> str:
    known = [value for value in values if value is not None]
    return f"{_median(known):6.2f} {_spread(known)}" if known else "none"


def _median(values: Sequence[float]) -> float:
    return float(median(values))


def _spread(values: Sequence[float]) -> str:
    return f"({min(values):.2f}–{max(values):.2f})"
