"""What Prometheus reads: text format 0.0.4, made of what processes counted and of what the database holds."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

from services.figures_of_house import Figures
from services.meter import BOUNDS, WAYS, Reading

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
Sample = tuple[str, dict[str, object], float]
"""What stands behind the metric's name, its labels and its value."""


def page(reading: Reading, figures: Figures | None, backup_at: float | None, now: datetime) -> str:
    """The whole page; without `figures` the database did not answer."""
    moment = now.timestamp()
    lines = [*_of_requests(reading), *_of_processes(reading, moment)]
    lines += _metric("database_up", "gauge", "1 while the database answers.", [("", {}, figures is not None)])
    if figures is not None:
        lines += _of_database(figures)
    if backup_at is not None:
        age = max(0.0, moment - backup_at)
        lines += _metric("backup_age_seconds", "gauge", "Since the newest nightly backup.", [("", {}, age)])
    return "\n".join(lines) + "\n"


def _of_requests(reading: Reading) -> Iterator[str]:
    requests: Iterable[Sample] = (
        ("", {"route": route, "status": status or "other"}, count)
        for (route, status), count in sorted(reading.requests.items())
    )
    yield from _metric("requests_total", "counter", "Answers by route and status.", requests)
    text = "Seconds until an answer begins; a write is any method but GET and HEAD."
    yield from _metric("request_seconds", "histogram", text, _durations(reading))
    refusals: Iterable[Sample] = (
        ("", {"code": code}, count) for code, count in sorted(reading.refusals.items())
    )
    yield from _metric("bookings_refused_total", "counter", "Wishes for a time that were refused.", refusals)


def _durations(reading: Reading) -> Iterator[Sample]:
    for way in WAYS:
        total = 0
        for bound, count in zip((*BOUNDS, "+Inf"), reading.durations[way], strict=True):
            total += count
            yield "_bucket", {"way": way, "le": bound}, total
        yield "_sum", {"way": way}, reading.microseconds[way] / 1_000_000
        yield "_count", {"way": way}, total


def _of_processes(reading: Reading, moment: float) -> Iterator[str]:
    processes: Iterable[Sample] = (
        ("", {"kind": kind}, count) for kind, count in sorted(reading.processes.items())
    )
    yield from _metric("processes", "gauge", "Processes that live.", processes)
    if reading.rounds:
        age = max(0.0, moment - max(reading.rounds))
        text = "Since the jobs last did what was due; about 5 at most."
        yield from _metric("jobs_round_age_seconds", "gauge", text, [("", {}, age)])


def _of_database(figures: Figures) -> Iterator[str]:
    told: list[tuple[str, str, str, float | None]] = [
        (
            "bookings_made_total",
            "counter",
            "Number of the newest booking; on PostgreSQL some were only tried.",
            figures.made,
        ),
        ("outbox_waiting", "gauge", "Messages that are not routed yet.", figures.messages),
        ("outbox_oldest_seconds", "gauge", "How long one is overdue.", figures.oldest_seconds),
        ("deliveries_waiting", "gauge", "Letters that are not sent yet.", figures.deliveries),
        ("database_bytes", "gauge", "Size of the database.", figures.database_bytes),
        ("database_wal_bytes", "gauge", "Size of SQLite's write-ahead log.", figures.wal_bytes),
    ]
    for name, kind, text, value in told:
        if value is not None:
            yield from _metric(name, kind, text, [("", {}, value)])


def _metric(name: str, kind: str, text: str, samples: Iterable[Sample]) -> Iterator[str]:
    yield f"# HELP jufu_{name} {text}"
    yield f"# TYPE jufu_{name} {kind}"
    for ending, labels, value in samples:
        shown = ",".join(f'{label}="{_escaped(said)}"' for label, said in labels.items())
        yield (
            f"jufu_{name}{ending}{{{shown}}} {_number(value)}"
            if shown
            else f"jufu_{name}{ending} {_number(value)}"
        )


def _number(value: float) -> str:
    return str(int(value)) if value == int(value) else f"{value:.6f}"


def _escaped(said: object) -> str:
    return str(said).replace("\\", r"\\").replace("\n", r"\n").replace('"', r"\"")
