"""A scrape as Prometheus reads it. Its names and labels are a promise to dashboards and alerts (docs/running.md)."""

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from prometheus_client import CONTENT_TYPE_PLAIN_0_0_4, ProcessCollector, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric

from bot.counts import Counts, Waits
from bot.health import State
from db.figures import Figures

CONTENT_TYPE = CONTENT_TYPE_PLAIN_0_0_4

# by their labels; what a mapping holds is known to its maker: Mapping is invariant in its keys
Values = Mapping[Any, float]


@dataclass(frozen=True)
class Scene:
    """Everything that one scrape tells. `files` and `free`: bytes."""

    counts: Counts
    state: State
    figures: Figures
    files: dict[str, int]
    free: int


class _Once:
    """A collector for one scrape; the library's registry of the whole process is not used."""

    def __init__(self, metrics: Iterable[Metric]) -> None:
        self._metrics = metrics

    def collect(self) -> Iterable[Metric]:
        return self._metrics


def render(scene: Scene) -> bytes:
    return generate_latest(_Once(_all(scene)))


def _all(scene: Scene) -> Iterator[Metric]:
    yield from _counted(scene.counts)
    yield _histogram(scene.counts.waits)
    yield from _health(scene.state)
    yield from _store(scene.figures)
    yield _gauge("file_bytes", "Size of the database and of its write-ahead log.", _by(scene.files), "file")
    yield _gauge("disk_free_bytes", "Free space where the database lies.", {(): scene.free})
    yield from ProcessCollector(registry=None).collect()


def _counted(counts: Counts) -> Iterator[Metric]:
    yield _counter("updates", "Updates handled to their end.", counts.updates, "kind", "outcome")
    yield _counter("surplus_updates", "Updates of floods, set aside unhandled.", {(): counts.surplus})
    yield _counter("failures", "Tries of an update that failed, by whose fault.", _by(counts.failures), "fault")
    yield _counter("presses", "Presses and messages of people, by what answered.", _by(counts.presses), "screen")
    yield _counter("messages", "Ends of the outbox's tries to send.", _by(counts.messages), "outcome")
    yield _counter("calls", "Calls of the Bot API, but for getUpdates.", counts.calls, "method", "outcome")


def _histogram(waits: Waits) -> Metric:
    buckets = [("+Inf" if math.isinf(bound) else str(bound), count) for bound, count in waits.buckets()]
    about = "From having an update to its screen, those of crowded chats left out."
    return HistogramMetricFamily("druzhba_update_seconds", about, buckets=buckets, sum_value=waits.total)


def _health(state: State) -> Iterator[Metric]:
    ages = {(name,): age for name, (age, _) in state.jobs.items()}
    yield _gauge("healthy", "What /health says.", {(): state.well})
    yield _gauge("job_age_seconds", "Since each job's last good run.", ages, "job")
    yield _gauge("crowded_chats", "Chats that wait because they sent too much.", {(): state.crowded})
    yield _gauge("oldest_update_seconds", "How long an unhandled update waits.", {(): _seconds(state.update)})
    yield _gauge("oldest_message_seconds", "How long a message is overdue.", {(): _seconds(state.message)})
    p95 = {} if state.p95 is None else {(): state.p95}
    yield _gauge("update_p95_seconds", "What 95 of 100 updates of the last 15 minutes kept within.", p95)


def _store(figures: Figures) -> Iterator[Metric]:
    known = {(language, "yes" if there else "no"): count for (language, there), count in figures.people.items()}
    yield _gauge("outbox_rows", "Messages, planned and past.", _by(figures.messages), "state")
    yield _gauge("open_updates", "Updates on disk that are not handled yet.", {(): figures.updates})
    yield _gauge("people", "People by language.", known, "language", "reachable")
    yield _gauge("queued_parties", "Parties that wait for places.", {(): figures.queued})


def _by(values: Mapping[str, float]) -> Values:
    return {(name,): value for name, value in values.items()}


def _seconds(age: timedelta | None) -> float:
    return age.total_seconds() if age else 0.0


def _counter(name: str, about: str, values: Values, *labels: str) -> Metric:
    return _filled(CounterMetricFamily(f"druzhba_{name}", about, labels=labels), values)


def _gauge(name: str, about: str, values: Values, *labels: str) -> Metric:
    return _filled(GaugeMetricFamily(f"druzhba_{name}", about, labels=labels), values)


def _filled(family: CounterMetricFamily | GaugeMetricFamily, values: Values) -> Metric:
    for at, value in values.items():
        family.add_metric(at, value)
    return family
