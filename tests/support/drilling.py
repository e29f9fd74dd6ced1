"""Drills: tests that show a promise of the house, at a tenth of its size with every run, in full with `make drill`.

A test is one by `@pytest.mark.drill(area)`; it takes the fixture `drill`, asks it for sizes and tells it what it
measured. A test that takes a guard away and shows that the checker turns red is marked `@pytest.mark.mutant`: it passes
when the mutant is killed. `--full-size` runs all of it in full, `--report FILE` writes what came of it.
"""

from __future__ import annotations

import os
from dataclasses import asdict, dataclass, field
from pathlib import Path

import pytest

from tests.support import drill_report, hatchery

FULL = "--full-size"
REPORT = "--report"
TENTH = 10
FIGURE, AREA, MUTANT = "drill.figure", "drill.area", "drill.mutant"


@dataclass
class Drill:
    """The drill that runs: how large it is, and what it has to tell."""

    full: bool
    told: list[tuple[str, object]]

    def size(self, full: int, *, tenth: int | None = None) -> int:
        """How many of something: all of them, or a tenth (at least one) where the suite runs as a whole."""
        small = max(1, full // TENTH) if tenth is None else tenth
        return full if self.full else small

    def tell(self, what: str, value: float, unit: str = "") -> None:
        """Put a figure into the report."""
        self.told.append((FIGURE, asdict(drill_report.Figure(what, float(value), unit))))

    def at_most(self, what: str, value: float, limit: float, unit: str = "s") -> None:
        """Tell how long or how much it was; judged in full size only, for a suite shares its machine."""
        self.told.append((FIGURE, asdict(drill_report.Figure(what, float(value), unit, float(limit)))))
        assert not self.full or value <= limit, f"{what}: {value:.3g} {unit}, more than {limit:g} {unit}"


@pytest.fixture
def drill(request: pytest.FixtureRequest) -> Drill:
    """What a drill asks for its sizes and tells its figures."""
    return Drill(bool(request.config.getoption(FULL)), request.node.user_properties)


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("drills")
    group.addoption(FULL, action="store_true", help="run drills in full size instead of a tenth")
    group.addoption(REPORT, type=Path, help="write what the drills told into this file")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        mark = item.get_closest_marker("drill")
        if mark is not None:
            item.user_properties.append((AREA, mark.args[0]))
        if item.get_closest_marker("mutant") is not None:
            item.user_properties.append((MUTANT, True))


@dataclass(eq=False)  # pytest keeps what it calls in sets
class Collector:
    """Hears in the controlling process of every test that ended, whichever worker ran it."""

    report: drill_report.Report = field(default_factory=drill_report.Report)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        told = dict(report.user_properties)
        if report.when != "call" and not report.failed:
            return
        if MUTANT in told:
            self.report.mutants[report.nodeid] = report.passed
        elif AREA in told:
            figures = [drill_report.Figure(**one) for name, one in report.user_properties if name == FIGURE]  # type: ignore[arg-type]
            self.report.add(str(told[AREA]), report.nodeid, report.passed, report.duration, figures)

    def pytest_terminal_summary(
        self, terminalreporter: pytest.TerminalReporter, config: pytest.Config
    ) -> None:
        if not (config.getoption(FULL) or config.getoption(REPORT)):
            return
        terminalreporter.section("drills")
        for line in self.report.lines():
            terminalreporter.write_line(line)
        to = config.getoption(REPORT)
        if to is not None:
            drill_report.write(to, self.report, full=bool(config.getoption(FULL)))


def pytest_configure(config: pytest.Config) -> None:
    if config.getoption(FULL):
        os.environ[hatchery.ANEW] = "1"
    if not hasattr(config, "workerinput"):
        config.pluginmanager.register(Collector())
