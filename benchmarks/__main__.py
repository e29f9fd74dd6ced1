"""`make bench`: measure, print, and exit 1 where a figure is over its budget."""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from benchmarks import importing, reading
from benchmarks.measuring import over_budget


def main() -> int:
    """Measure what was asked for."""
    parser = argparse.ArgumentParser(prog="benchmarks", description=__doc__)
    parser.add_argument("--small", type=int, default=10_000, help="lines of the small house")
    parser.add_argument("--large", type=int, default=1_000_000, help="lines of the large house")
    parser.add_argument("--short", type=int, default=10_000, help="lines of the short file")
    parser.add_argument("--long", type=int, default=100_000, help="lines of the long file")
    parser.add_argument("--keep", type=Path, help="a folder in which the houses stay for the next run")
    wanted = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="jufu-bench-") as passing:
        folder = (wanted.keep or Path(passing)).resolve()
        folder.mkdir(parents=True, exist_ok=True)
        found = reading.measure(folder, wanted.small, wanted.large)
        found += importing.measure(folder, wanted.short, wanted.long)
    for one in found:
        print(f"{one.value:8.2f} {one.unit:9}  {one.name}  ({one.told})")
    wrong = over_budget(found)
    for line in wrong:
        print(f"OVER BUDGET  {line}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
