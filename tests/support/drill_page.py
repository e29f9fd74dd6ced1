"""docs/drill.md: what the drills found, as a page."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from string import ascii_lowercase

from tests.support.drill_report import AREAS, Outcome, Report, read, save, sentence, told

INTRODUCTION = """# The last drill

What `make drill` found last: every promise of [operations.md](operations.md) in full size, and whether each checker
turns red where its guard is taken away (*mutants*). `make test` runs the same tests in a small size. The whole takes
hours; a part of it (`make drill ARGS="-k crash"`) replaces its own lines and leaves the others, and each line names the
run in which it was found."""
HEAD = "| drill | kept | figures | s | run |\n|---|---|---|---|---|\n"


def write(file: Path, run: Report) -> None:
    """Put what a run in full size found over what was found before."""
    report = run.over(read(file))
    save(file, report)
    file.write_text(page(report), encoding="utf-8")


def page(report: Report) -> str:
    """The report as Markdown."""
    runs = _letters(report)
    parts = [INTRODUCTION, "\n".join(f"- run {letter}: {run}" for run, letter in runs.items())]
    parts += [f"**{report.score()}.**", *_left_out(report)]
    for area, title in AREAS.items():
        rows = [_row(one, runs) for one in report.drills() if one.area == area]
        if rows:
            parts += [f"## {title}", HEAD + "\n".join(rows)]
    return "\n\n".join([*parts, "## Mutants", *_mutants(report, runs)]) + "\n"


def _letters(report: Report) -> dict[str, str]:
    """A short name for each run of which something is left, in the order in which their lines stand."""
    runs = list(dict.fromkeys(one.run for one in (*report.drills(), *report.mutants())))
    return {run: ascii_lowercase[at] if at < len(ascii_lowercase) else str(at) for at, run in enumerate(runs)}


def _left_out(report: Report) -> Iterator[str]:
    names = report.left_out()
    if not report.known:
        yield "Only some of the tests were looked at: whether there are others is not known."
    if names:
        yield f"**Not tried, {len(names)}:**\n\n" + "\n".join(f"- {sentence(name)}" for name in names)


def _row(one: Outcome, runs: Mapping[str, str]) -> str:
    figures = "; ".join([*map(told, one.figures), *filter(None, [one.why])]).replace("|", "/")
    kept = "yes" if one.passed else "**no**"
    return f"| {sentence(one.test)} | {kept} | {figures} | {one.seconds:.0f} | {runs[one.run]} |"


def _mutants(report: Report, runs: Mapping[str, str]) -> Iterator[str]:
    for killed, title in ((False, "Survived"), (True, "Killed")):
        named = [
            f"- {sentence(one.test)} ({runs[one.run]})" for one in report.mutants() if one.passed is killed
        ]
        if named:
            yield f"{title}:\n\n" + "\n".join(named)
