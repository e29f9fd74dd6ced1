"""What drills told: the lines at the end of a run, and docs/drill.md."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks import document

INTRODUCTION = """# The last drill

What `make drill` found last: every promise of [operations.md](operations.md) in full size, and whether each checker
turns red where its guard is taken away (*mutants*). `make test` runs the same tests at a tenth of the size.
"""
PARTIAL = "**Not the whole of it**: some of the drills were left out, or were run at a tenth of their size."
HEAD = "| drill | kept | figures | s |\n|---|---|---|---|"
AREAS = {
    "races": "A · Races",
    "crashes": "B · Crashes",
    "bad days": "C · Bad days",
    "people": "D · People who try",
    "model": "E · Model",
    "keeping": "F · Keeping",
    "long run": "G · Long run",
}


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
    """How one drill ended."""

    area: str
    test: str
    passed: bool
    seconds: float
    figures: Sequence[Figure]


@dataclass
class Report:
    """Everything that was told in one run."""

    outcomes: list[Outcome] = field(default_factory=list)
    mutants: dict[str, bool] = field(default_factory=dict)

    def add(self, area: str, node: str, passed: bool, seconds: float, figures: Sequence[Figure]) -> None:
        """One drill that ended."""
        self.outcomes.append(Outcome(area, node, passed, seconds, figures))

    @property
    def killed(self) -> int:
        """How many mutants their checkers noticed."""
        return sum(self.mutants.values())

    def lines(self) -> Iterator[str]:
        """The report for a terminal."""
        for one in self.ordered():
            yield f"{'ok' if one.passed else 'RED':4}{AREAS[one.area]}: {sentence(one.test)} ({one.seconds:.0f} s)"
            yield from (f"      {told(figure)}" for figure in one.figures)
        yield f"mutants killed: {self.killed} of {len(self.mutants)}"
        yield from (
            f"SURVIVED  {sentence(node)}" for node, killed in sorted(self.mutants.items()) if not killed
        )

    def ordered(self) -> list[Outcome]:
        """By area, then by name, whichever worker ended first."""
        order = list(AREAS)
        return sorted(self.outcomes, key=lambda one: (order.index(one.area), sentence(one.test)))

    def page(self, *, whole: bool) -> str:
        """The report as Markdown."""
        parts = [
            INTRODUCTION,
            "\n".join(f"- {line}" for line in document.machine()),
            "" if whole else PARTIAL,
        ]
        red = [one for one in self.outcomes if not one.passed]
        parts.append(
            f"{len(self.outcomes) - len(red)} of {len(self.outcomes)} drills kept their promise; "
            f"**mutants killed: {self.killed} of {len(self.mutants)}**."
        )
        for area, title in AREAS.items():
            rows = [one for one in self.ordered() if one.area == area]
            if rows:
                parts += [
                    f"## {title}",
                    "| drill | kept | figures | s |\n|---|---|---|---|\n" + "\n".join(map(_row, rows)),
                ]
        parts += ["## Mutants", *_mutants(self.mutants)]
        return "\n\n".join(part for part in parts if part) + "\n"


def _row(one: Outcome) -> str:
    figures = "; ".join(map(told, one.figures))
    return f"| {sentence(one.test)} | {'yes' if one.passed else '**no**'} | {figures} | {one.seconds:.0f} |"


def _mutants(mutants: dict[str, bool]) -> Iterator[str]:
    for killed, title in ((False, "Survived"), (True, "Killed")):
        named = sorted(sentence(node) for node, done in mutants.items() if done is killed)
        if named:
            yield f"{title}:\n\n" + "\n".join(f"- {name}" for name in named)


def told(figure: Figure) -> str:
    """A figure as people read it."""
    value = f"{figure.value:,.0f}" if figure.value == int(figure.value) else f"{figure.value:,.3g}"
    bound = "" if figure.limit is None else f" (at most {figure.limit:g})"
    if figure.least is not None:
        bound = f" (at least {figure.least:g})"
    return f"{figure.what} {value}{figure.unit and ' ' + figure.unit}{bound}"


def sentence(node: str) -> str:
    """The name of a test as a sentence, with what it was run on."""
    # The group that keeps a test in one worker stands behind its name.
    name, _, parameters = re.sub(r"@\w+$", "", node.rpartition("::")[2]).partition("[")
    words = re.sub(r"^test_", "", name).replace("_", " ")
    return f"{words} [{parameters}" if parameters else words


def write(file: Path, report: Report, *, full: bool) -> None:
    """Write the page; it says so where not everything was run in full."""
    complete = full and {one.area for one in report.outcomes} == set(AREAS)
    file.write_text(report.page(whole=complete), encoding="utf-8")
