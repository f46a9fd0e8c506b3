"""The tables of what goes out by itself: reminders beside other ways to send, presses meanwhile, what is due."""

from collections.abc import Sequence

from benchmarks.bulk import LIMIT, OURS_BESIDE, Beside, Sending
from benchmarks.due import Asked

SHARE, PRESS_MS = 0.99, 300.0  # of the limit; milliseconds at p95
RAW_MS, STORED_MS = 1.0, 3.0


def sendings(found: Sequence[Sending], count: int) -> str:
    title = f"{count} reminders due at once; Telegram bears {LIMIT:.0f} a second and refuses what is more"
    lines = [f"{title}\n{'round trip':12}{'way':14}{'a second':>9}{'of the limit':>14}{'refused':>9}{'CPU ms':>8}"]
    for one in found:
        share = one.rate / LIMIT
        line = f"{one.trip * 1000:6.0f} ms   {one.way:14}{one.rate:9.2f}{share:14.1%}{one.refused:9}{one.cpu:8.2f}"
        good = share >= SHARE and not one.refused
        lines.append(f"{line}  {said(good, f'{SHARE:.0%}, none refused')}" if one.way == "druzhba" else line)
    return "\n".join(lines)


def presses(found: Sequence[Beside]) -> str:
    title = f"a press while reminders go out at {OURS_BESIDE:.0f} a second; the round trip is part of the wait"
    lines = [f"{title}\n{'round trip':12}{'presses':>8}{'p50 ms':>8}{'p95 ms':>8}{'reminders/s':>13}"]
    for one in found:
        line = f"{one.trip * 1000:6.0f} ms   {one.presses:8}{one.p50:8.0f}{one.p95:8.0f}{one.rate:13.1f}"
        lines.append(f"{line}  {said(one.p95 < PRESS_MS, f'{PRESS_MS:.0f} ms')}")
    return "\n".join(lines)


def due(asked: Asked) -> str:
    rows = f"{asked.rows:,}"
    return "\n".join(
        (
            f"what is due, among {rows} planned messages, medians in ms",
            f"{'in SQLite':34}{asked.raw:8.3f}  {said(asked.raw < RAW_MS, f'{RAW_MS:.0f} ms')}",
            f"{'through the store':34}{asked.stored:8.3f}  {said(asked.stored < STORED_MS, f'{STORED_MS:.0f} ms')}",
            f"{'ten taken, and that on disk':34}{asked.claimed:8.3f}",
        )
    )


def said(reached: bool, target: str) -> str:
    return f"{'reached' if reached else 'NOT REACHED'}: {target}"
