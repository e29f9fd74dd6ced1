"""What drills found, kept from one run to the next: docs/drill.json, and the page that is made of it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

from benchmarks import document

AREAS = {
    "races": "A · Races",
    "crashes": "B · Crashes",
    "bad days": "C · Bad days",
    "people": "D · People who try",
    "model": "E · Model",
    "keeping": "F · Keeping",
    "long run": "G · Long run",
}
MUTANT = "mutant"
"""Stands in the place of the area of a test that takes a guard away."""


@dataclass(frozen=True, slots=True)
class Figure:
    """Something counted or measured, and the most or the least that it may be."""

    what: str
    value: float
    unit: str = ""
    limit: float | None = None
    least: float | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """How one drill or mutant ended, and in which run: when, on which commit and machine."""

    test: str
    area: str
    passed: bool
    seconds: float
    figures: Sequence[Figure] = ()
    run: str = ""
    why: str = ""
    """What it complained of, in a line."""


@dataclass
class Report:
    """Everything that was found last, whichever run found it."""

    outcomes: dict[str, Outcome] = field(default_factory=dict)
    known: frozenset[str] = frozenset()
    """Every drill and mutant that there is; nothing where only some of the tests were looked at."""

    def add(self, outcome: Outcome) -> None:
        """The last word on one of them."""
        self.outcomes[outcome.test] = outcome

    def over(self, earlier: Report) -> Report:
        """What is known after this run: what it tried, and what was found before of the others that there still are."""
        known = self.known or earlier.known
        kept = {name: one for name, one in earlier.outcomes.items() if not known or name in known}
        return Report(kept | self.outcomes, known)

    def drills(self) -> list[Outcome]:
        """By area, then by name."""
        order = list(AREAS)
        found = (one for one in self.outcomes.values() if one.area != MUTANT)
        return sorted(found, key=lambda one: (order.index(one.area), sentence(one.test)))

    def mutants(self) -> list[Outcome]:
        """By name; one that passed was killed."""
        return sorted(
            (one for one in self.outcomes.values() if one.area == MUTANT), key=lambda one: sentence(one.test)
        )

    def left_out(self) -> list[str]:
        """Which have never been tried in full size, or were skipped."""
        return sorted(self.known - self.outcomes.keys())

    def score(self) -> str:
        """The whole in one sentence."""
        drills, mutants = self.drills(), self.mutants()
        return (
            f"{_passed(drills)} of {len(drills)} drills kept their promise; "
            f"mutants killed: {_passed(mutants)} of {len(mutants)}"
        )


def _passed(outcomes: Iterable[Outcome]) -> int:
    return sum(one.passed for one in outcomes)


def lines(report: Report) -> Iterator[str]:
    """The report for a terminal."""
    for one in report.drills():
        yield f"{'ok' if one.passed else 'RED':4}{AREAS[one.area]}: {sentence(one.test)} ({one.seconds:.0f} s)"
        yield from (f"      {told(figure)}" for figure in one.figures)
    yield report.score()
    yield from (f"SURVIVED  {sentence(one.test)}" for one in report.mutants() if not one.passed)


def told(figure: Figure) -> str:
    """A figure as people read it."""
    value = f"{figure.value:,.0f}" if figure.value == int(figure.value) else f"{figure.value:,.3g}"
    bound = "" if figure.limit is None else f" (at most {figure.limit:g})"
    if figure.least is not None:
        bound = f" (at least {figure.least:g})"
    return f"{figure.what} {value}{figure.unit and ' ' + figure.unit}{bound}"


def plain(node: str) -> str:
    """The name of a test without the group that keeps it in one worker."""
    return re.sub(r"@\w+$", "", node)


def sentence(node: str) -> str:
    """The name of a test as a sentence, with what it was run on."""
    name, _, parameters = plain(node).rpartition("::")[2].partition("[")
    words = re.sub(r"^test_", "", name).replace("_", " ")
    return f"{words} [{parameters}" if parameters else words


def this_run() -> str:
    """Commit, time and machine in a line."""
    *machine, commit = document.machine()
    return "; ".join((commit, *machine))


def store_of(page: Path) -> Path:
    """Where the figures of a page are kept."""
    return page.with_suffix(".json")


def read(page: Path) -> Report:
    """What was found before; nothing where there is no page yet."""
    store = store_of(page)
    if not store.exists():
        return Report()
    kept = json.loads(store.read_text(encoding="utf-8"))
    outcomes = [
        Outcome(**{**one, "figures": [Figure(**figure) for figure in one["figures"]]})
        for one in kept["outcomes"]
    ]
    return Report({one.test: one for one in outcomes}, frozenset(kept["known"]))


def save(page: Path, report: Report) -> None:
    """Keep the figures for the next run."""
    outcomes = [asdict(report.outcomes[name]) for name in sorted(report.outcomes)]
    kept = {"known": sorted(report.known), "outcomes": outcomes}
    store_of(page).write_text(json.dumps(kept, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
