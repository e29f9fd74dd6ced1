"""What a district, a city and a country need: from measured costs and assumed habits, by a simulated morning rush.

`python -m benchmarks.scaling` prints the tables of docs/scaling.md, `--write` puts them there. Every figure that goes
in is in scaling.toml, with where it is from. A house is one community with a database of its own; many share a machine.
"""

from __future__ import annotations

import argparse
import heapq
import math
import random
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
DOCUMENT = HERE.parent / "docs" / "scaling.md"
BEGIN, END = "<!-- computed: begin -->", "<!-- computed: end -->"
SEED = 20261126
HOUR, DAYS, YEARS = 3600.0, 365, 10
KINDS = ("page", "poll", "booking")
GIB = 1024.0


@dataclass(frozen=True)
class Rush:
    """How the busiest hour of so many houses on one machine went: waits in ms, `busy` the share of all cores."""

    requests: int
    busy: float
    busiest: float
    median_ms: float
    p99_ms: float


@dataclass(frozen=True)
class Needs:
    """What so many houses need, without the standby."""

    name: str
    houses: int
    bookings: float
    requests: float
    cores: float
    memory_gib: float
    disk_gib: float
    disk_postgresql_gib: float
    machines: int
    short_of: str


class Model:
    """The figures of scaling.toml."""

    def __init__(self, figures: Mapping[str, Any]) -> None:
        self._figures = figures

    @classmethod
    def read(cls, path: Path = HERE / "scaling.toml") -> Model:
        """The figures as they are kept."""
        return cls(tomllib.loads(path.read_text(encoding="utf-8")))

    def of(self, group: str, name: str) -> float:
        """One figure."""
        return float(self._figures[group][name]["value"])

    @property
    def scales(self) -> Mapping[str, int]:
        """How many houses each scale has."""
        return {name: int(one["value"]) for name, one in self._figures["scales"].items()}

    def rates(self) -> dict[str, float]:
        """Requests a second of one house over its busiest hour, by kind; polls are those of screens that stand open."""
        share = self.of("habits", "peak_share") / HOUR
        return {
            "page": self.of("habits", "pages_a_day") * share,
            "booking": self.of("habits", "bookings_a_day") * share,
            "poll": self.of("habits", "open_screens") / self.of("habits", "poll_seconds"),
        }

    def cost_ms(self, kind: str, houses_in_database: int = 1) -> float:
        """CPU of one request, server and database; a poll is cheap only while nothing was written since the last."""
        if kind != "poll":
            return self.of("cost", f"{kind}_ms")
        writes = self.rates()["booking"] * self.of("habits", "writes_a_booking") * houses_in_database
        unchanged = math.exp(-writes * self.of("habits", "poll_seconds"))
        return unchanged * self.of("cost", "poll_again_ms") + (1 - unchanged) * self.of("cost", "poll_ms")

    def standing_cores(self) -> float:
        """What the jobs of one house use though nothing happens."""
        return self.of("cost", "jobs_round_ms") / 1000 / self.of("habits", "jobs_seconds")

    def peak_cores(self, houses_in_database: int = 1) -> float:
        """What one house uses over its busiest hour."""
        asked = sum(rate * self.cost_ms(kind, houses_in_database) for kind, rate in self.rates().items())
        return asked / 1000 + self.standing_cores()

    def disk_gib(self, engine: str) -> float:
        """What ten years of one house take."""
        bookings, sales = self.of("habits", "bookings_a_day"), self.of("habits", "sales_a_day")
        kept = bookings * self.of(engine, "booking") + sales * self.of(engine, "sale")
        told = bookings * self.of("habits", "messages_a_booking") * self.of(engine, "message")
        return (kept * DAYS * YEARS + told * DAYS) / GIB**3 + self.of(engine, "empty_mib") / GIB

    def memory_gib(self) -> float:
        """What the processes of one house take."""
        return (self.of("memory", "web_mib") + self.of("memory", "jobs_mib")) / GIB


def rush(model: Model, houses: int, cores: int) -> Rush:
    """Let the busiest hour of these houses come over one machine: Poisson, with a crowd when booking opens.

    Work is served in the order of its arrival by whichever core is free; how long one takes is spread exponentially
    around what was measured.
    """
    dice = random.Random(SEED)
    arrivals = [moment for kind in KINDS for moment in _arrivals(model, dice, kind, houses)]
    arrivals.sort()
    free, waits, busy, by_minute = [0.0] * cores, [], 0.0, [0.0] * 61
    heapq.heapify(free)
    for moment, kind in arrivals:
        takes = dice.expovariate(1) * model.cost_ms(kind) / 1000
        starts = max(moment, heapq.heappop(free))
        heapq.heappush(free, starts + takes)
        waits.append(starts + takes - moment)
        busy += takes
        by_minute[min(60, int(moment // 60))] += takes
    waits.sort()
    return Rush(
        len(arrivals), busy / HOUR / cores, max(by_minute) / 60 / cores, _at(waits, 0.5) * 1000, _at(waits, 0.99) * 1000
    )  # fmt: skip


def _arrivals(model: Model, dice: random.Random, kind: str, houses: int) -> list[tuple[float, str]]:
    """Moments within the hour; a part of what people do by hand comes right when booking opens, and ebbs away."""
    rate, moment, found = model.rates()[kind] * houses, 0.0, []
    crowd = 0.0 if kind == "poll" else model.of("habits", "crowd_share")
    ebbs = model.of("habits", "crowd_seconds")
    while (moment := moment + dice.expovariate(rate)) < HOUR:
        when = dice.expovariate(1 / ebbs) if dice.random() < crowd else moment
        found.append((min(when, HOUR), kind))
    return found


def _at(ordered: Sequence[float], share: float) -> float:
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))] if ordered else 0.0


def needs(model: Model, name: str, houses: int) -> Needs:
    """What so many houses need, and which of it runs out first on a machine."""
    of_one = {
        "cores": model.peak_cores() / model.of("machine", "busy_at_most"),
        "memory": model.memory_gib(),
        "disk": model.disk_gib("sqlite"),
    }
    has = {what: model.of("machine", what) for what in of_one}
    shares = {what: of_one[what] / has[what] for what in of_one}
    short_of = max(shares, key=lambda what: shares[what])
    return Needs(
        name=name,
        houses=houses,
        bookings=houses * model.of("habits", "bookings_a_day"),
        requests=houses * sum(model.rates().values()),
        cores=houses * of_one["cores"],
        memory_gib=houses * of_one["memory"],
        disk_gib=houses * of_one["disk"],
        disk_postgresql_gib=houses * model.disk_gib("postgresql"),
        machines=math.ceil(houses * shares[short_of]),
        short_of=short_of,
    )


def tables(model: Model) -> str:
    """What the document quotes."""
    rows = [needs(model, name, houses) for name, houses in model.scales.items()]
    heads = [f"{row.name} ({row.houses:,})" for row in rows]
    lines = [
        f"| | {' | '.join(heads)} |",
        f"|---|{'---|' * len(rows)}",
        _line("bookings a day", [f"{row.bookings:,.0f}" for row in rows]),
        _line("requests a second, busiest hour", [f"{row.requests:,.0f}" for row in rows]),
        _line("cores", [_whole(row.cores) for row in rows]),
        _line("memory, GiB", [_whole(row.memory_gib) for row in rows]),
        _line("disk after ten years, GiB: SQLite", [_whole(row.disk_gib) for row in rows]),
        _line("the same: PostgreSQL", [_whole(row.disk_postgresql_gib) for row in rows]),
        _line("databases", [f"{row.houses:,}" for row in rows]),
        _line("machines, and as many again to stand by", [f"{row.machines:,}" for row in rows]),
        _line("runs out first", [row.short_of for row in rows]),
    ]
    return "\n".join([*lines, "", *_rushes(model), "", *_shared(model)])


def _line(name: str, cells: Sequence[str]) -> str:
    return f"| {name} | {' | '.join(cells)} |"


def _whole(figure: float) -> str:
    return f"{math.ceil(figure):,}"


def _rushes(model: Model) -> list[str]:
    """The busiest hour of one house on its two processes, and of as many as fill a machine."""
    cores = int(model.of("machine", "cores"))
    full = model.scales["city"] // needs(model, "", model.scales["city"]).machines
    lines = ["| busiest hour | requests | busy, busiest minute | median | p99 |", "|---|---|---|---|---|"]
    for name, houses, own in (("one house, 2 cores", 1, 2), (f"{full} houses, {cores} cores", full, cores)):
        went = rush(model, houses, own)
        lines.append(
            _line(name, [
                f"{went.requests:,}", f"{went.busy:.1%}, {went.busiest:.1%}", f"{went.median_ms:.1f} ms",
                f"{went.p99_ms:.1f} ms",
            ])
        )  # fmt: skip
    return lines


def _shared(model: Model) -> list[str]:
    """What a poll costs when houses share a PostgreSQL, whose state is one for all its databases."""
    houses = (1, 13, 100, 1_000)
    costs = [f"{model.cost_ms('poll', number):.2f} ms" for number in houses]
    return [
        f"| houses on one PostgreSQL | {' | '.join(f'{number:,}' for number in houses)} |",
        f"|---|{'---|' * len(houses)}",
        _line("CPU of a poll in the busiest hour", costs),
    ]


def quoted(document: str) -> str:
    """The tables as the document has them."""
    return document.partition(BEGIN)[2].partition(END)[0].strip()


def main() -> None:
    """Print the tables, or put them into the document."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true", help="put them into docs/scaling.md")
    found = tables(Model.read())
    if not parser.parse_args().write:
        print(found)
        return
    document = DOCUMENT.read_text(encoding="utf-8")
    head, tail = document.partition(BEGIN)[0], document.partition(END)[2]
    DOCUMENT.write_text(f"{head}{BEGIN}\n\n{found}\n\n{END}{tail}", encoding="utf-8")


if __name__ == "__main__":
    main()
