"""The benchmarks on a small scale: they run to their end, and what they measure is there."""

from pathlib import Path

import pytest

from benchmarks import bulk, due, presses, report


async def test_what_is_due() -> None:
    asked = await due.run(rows=2_000)
    assert 0 < asked.raw < asked.stored < asked.claimed


async def test_our_reminders_keep_to_the_limit(tmp_path: Path) -> None:
    sending = await bulk._way(tmp_path, "druzhba", 0.02, count=100, seconds=2)
    assert sending.refused == 0
    assert 0.9 * bulk.LIMIT < sending.rate < 1.1 * bulk.LIMIT


async def test_a_round_of_presses_and_its_page(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, few in (("PRESSING", 200), ("IN_FLIGHT", 40), ("STEP_SECONDS", 0.5)):
        monkeypatch.setattr(presses, name, few)
    sessions = await presses.run(1)
    asked = due.Asked(1, 0.1, 0.2, 0.3)
    sent = [bulk.Sending(way, 0.05, 9, 30.0, 0, 1.0) for way in ("loop", "druzhba")]
    page = report.table(sessions, report.Bulk(9, sent, [bulk.Beside(0.05, 9, 1.0, 400.0, 25.0)], asked))
    assert [page.count(f"eached: {times} x") + page.count(f"EACHED: {times} x") for times in (1.3, 1.8, 2.1)] == [
        1,
        1,
        1,
    ]
    assert "NOT REACHED: 300 ms" in page
    assert "reached: 99%, none refused" in page
