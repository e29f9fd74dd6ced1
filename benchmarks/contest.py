"""Asking several servers in turns, so that whatever slows the machine down slows all of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from math import nan

from benchmarks.client import Sample, Visit, crowd, one_by_one
from benchmarks.figures import median, percentile, ratio
from benchmarks.servers import Served

WARM = 0.3
"""Share of a stretch that is asked beforehand, unmeasured."""
TRIES = 4


@dataclass(slots=True)
class Run:
    """A visit to a server, and what came of its stretches: requests/s and milliseconds of CPU a request of each."""

    served: Served
    visit: Visit
    rates: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)

    def warm(self, seconds: float) -> None:
        """Ask for a while, and forget it."""
        self._prepare()
        one_by_one(self.served.address, self.visit, seconds, least=1)

    def stretch(self, seconds: float) -> None:
        """Ask for so long, and note it; again where a live screen changed meanwhile, since its minute did."""
        for _ in range(TRIES):
            self._prepare()
            before = self.served.cpu_seconds()
            sample = one_by_one(self.served.address, self.visit, seconds)
            after = self.served.cpu_seconds()
            if self.visit.prepare is None or sample.statuses.keys() <= self.visit.expected:
                break
        sample.check(self.visit)
        self.rates.append(sample.rate)
        used = nan if before is None or after is None else (after - before) * 1000
        self.cpu.append(used / len(sample.latencies))

    def _prepare(self) -> None:
        if self.visit.prepare is not None:
            self.visit.prepare()

    @property
    def rate(self) -> float:
        """Requests a second, the median."""
        return median(self.rates)

    @property
    def milliseconds(self) -> float:
        """CPU a request, the mean of all rounds: a single short one is too coarse."""
        return sum(self.cpu) / len(self.cpu)


def in_turns(runs: Sequence[Run], rounds: int, seconds: float) -> None:
    """Let each have a stretch in every round."""
    for run in runs:
        run.warm(seconds * WARM)
    for _ in range(rounds):
        for run in runs:
            run.stretch(seconds)


def speed(run: Run, hello: Run) -> tuple[float, str]:
    """How fast against the bare view, and the figures behind it."""
    told = (
        f"{run.rate:,.0f}/s : {hello.rate:,.0f}/s; CPU {run.milliseconds:.2f} : {hello.milliseconds:.2f} ms"
        f" = {hello.milliseconds / max(run.milliseconds, 0.01):.2f}"
    )
    return ratio(run.rates, hello.rates), told


def growth(small: Run, large: Run) -> tuple[float, str]:
    """How much longer the large one takes, and the figures behind it."""
    told = (
        f"{1000 / large.rate:.2f} : {1000 / small.rate:.2f} ms;"
        f" CPU {large.milliseconds:.2f} : {small.milliseconds:.2f} ms"
    )
    return ratio(small.rates, large.rates), told


def many(served: Served, visit: Visit, connections: int, seconds: float) -> tuple[Sample, str]:
    """A crowd, and how its answers came."""
    sample = crowd(served.address, visit, connections, seconds).check(visit)
    middle, late = (percentile(sample.latencies, share) * 1000 for share in (50, 99))
    return sample, f"p50 {middle:.1f} ms, p99 {late:.1f} ms, {sample.rate:,.0f}/s"
