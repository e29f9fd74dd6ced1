"""Drills: tests that show a promise of the house, at a tenth of its size with every run, in full with `make drill`.

A test is one by `@pytest.mark.drill(area)`; it takes the fixture `drill`, asks it for sizes and tells it what it
measured. A test that takes a guard away and shows that the checker turns red is marked `@pytest.mark.mutant`: it passes
when the mutant is killed. `--full-size` runs all of it in full, `--report=FILE` puts what came of it into a page.
"""

from __future__ import annotations

import os
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import pytest

from tests.support import drill_page, drill_report, hatchery
from tests.support.drill_report import Figure, Outcome, Report

FULL = "--full-size"
REPORT = "--report"
TENTH, LINE = 10, 200
FIGURE, AREA, KNOWN = "drill.figure", "drill.area", "drill.known"
TOLD = pytest.StashKey[dict[str, object]]()


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
        self.told.append((FIGURE, asdict(Figure(what, float(value), unit))))

    def at_most(self, what: str, value: float, limit: float, unit: str = "s") -> None:
        """Tell how long or how much it was; judged in full size only, for a suite shares its machine."""
        self.told.append((FIGURE, asdict(Figure(what, float(value), unit, float(limit)))))
        assert not self.full or value <= limit, f"{what}: {value:.3g} {unit}, more than {limit:g} {unit}"

    def at_least(self, what: str, value: float, least: float, unit: str = "") -> None:
        """The same of what may not be less."""
        figure = drill_report.Figure(what, float(value), unit, least=float(least))
        self.told.append((FIGURE, asdict(figure)))
        assert not self.full or value >= least, f"{what}: {value:.3g} {unit}, less than {least:g} {unit}"


@pytest.fixture
def drill(request: pytest.FixtureRequest) -> Drill:
    """What a drill asks for its sizes and tells its figures."""
    return Drill(bool(request.config.getoption(FULL)), request.node.user_properties)


def in_full_on_both(metafunc: pytest.Metafunc) -> None:
    """For a module's own `engine_name`, where the engine hardly matters: both of them, but only in full size."""
    if "engine_name" in metafunc.fixturenames:
        strict = pytest.param("postgresql", marks=pytest.mark.postgresql)
        engines = ["sqlite", strict] if metafunc.config.getoption(FULL) else ["sqlite"]
        metafunc.parametrize("engine_name", engines, indirect=True)


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("drills")
    group.addoption(FULL, action="store_true", help="run drills in full size instead of a small one")
    group.addoption(REPORT, type=Path, help="put what the drills found in full size into this page")


@pytest.hookimpl(tryfirst=True)  # before any are left out
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    known = [drill_report.plain(item.nodeid) for item in items if _mark(item)]
    # Without workers, who collects is who writes the report.
    to: dict[str, object] = getattr(config, "workeroutput", config.stash.setdefault(TOLD, {}))
    to[KNOWN] = known


def _mark(item: pytest.Item) -> bool:
    """Whether it is a drill or a mutant, which its reports tell from now on."""
    drill, mutant = item.get_closest_marker("drill"), item.get_closest_marker("mutant")
    if drill is not None or mutant is not None:
        item.user_properties.append((AREA, drill.args[0] if mutant is None else drill_report.MUTANT))
    return drill is not None or mutant is not None


@dataclass(eq=False)  # pytest keeps what it calls in sets
class Collector:
    """Hears in the controlling process of every test that ended, whichever worker ran it."""

    config: pytest.Config
    report: Report = field(default_factory=Report)
    run: str = field(default_factory=drill_report.this_run)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        area = dict(report.user_properties).get(AREA)
        if area is None or (report.when != "call" and not report.failed) or report.skipped:
            return
        figures = [Figure(**one) for name, one in report.user_properties if name == FIGURE]  # type: ignore[arg-type]  # pytest types values as objects
        node, crash = drill_report.plain(report.nodeid), getattr(report.longrepr, "reprcrash", None)
        if (
            report.when == "teardown"
            and node in self.report.outcomes
            and not self.report.outcomes[node].passed
        ):
            return  # what it left behind says less than what it failed of
        why = crash.message.partition("\n")[0][:LINE] if crash else ""
        self.report.add(Outcome(node, str(area), report.passed, report.duration, figures, self.run, why))
        self._write()  # it takes hours: what was found stays if the rest is called off

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any) -> None:
        self._hear(getattr(node, "workeroutput", {}))

    def _hear(self, told: dict[str, Any]) -> None:
        if self.config.args_source is not pytest.Config.ArgsSource.ARGS:  # all there are were collected
            self.report.known = frozenset(told.get(KNOWN, self.report.known))

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        self._hear(self.config.stash.get(TOLD, {}))
        terminalreporter.section("drills")
        for line in drill_report.lines(self.report):
            terminalreporter.write_line(line)
        self._write()

    def _write(self) -> None:
        to: Path | None = self.config.getoption(REPORT)
        if to is not None:
            drill_page.write(to, self.report)


def pytest_configure(config: pytest.Config) -> None:
    if config.getoption(REPORT) and not config.getoption(FULL):
        raise pytest.UsageError(f"{REPORT} tells of drills in full size: add {FULL}.")
    if config.getoption(FULL):
        os.environ[hatchery.ANEW] = "1"
    if config.getoption(FULL) and not hasattr(config, "workerinput"):
        config.pluginmanager.register(Collector(config))
