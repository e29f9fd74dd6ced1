"""How long hostile files take to be refused and large ones to be read, and how much memory that costs.

    python -m benchmarks.hostile_files [ROWS]

Prints one line for each file: what became of it, seconds, by how many megabytes the reading process grew, and what its
child held at most (never told as less than the reading process held before it). ROWS (120,000) is the length of the
honest workbook.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import BinaryIO

from tests.support import hostile
from tests.support.workbooks import raw_workbook, typical_rows

ROOT = Path(__file__).parents[1]
TEXTS = 2_600_000
READ = """
import resource, sys, time
from domain.sales.problems import FileError
from domain.sales.reading import OrderExport
from services.sales.files import open_records
def peak(whose):
    return resource.getrusage(whose).ru_maxrss / (1024 if sys.platform == "linux" else 1024**2)
def used(whose):
    usage = resource.getrusage(whose)
    return usage.ru_utime + usage.ru_stime
own, child = resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN
before, cpu, began = peak(own), used(own), time.perf_counter()
try:
    with open(sys.argv[1], "rb") as file, open_records(file) as opened:
        told = f"{sum(1 for _ in OrderExport(opened.records))} rows"
except FileError as refused:
    told = refused.code
seconds = time.perf_counter() - began
print(f"{told:26} {seconds:7.2f} s   cpu {used(own) - cpu:6.2f} + {used(child):6.2f} s   "
      f"grown {peak(own) - before:3.0f} MB   child {peak(child):4.0f} MB")
"""


def texts() -> Iterator[str]:
    """About as many shared texts as are kept."""
    yield "<sst>"
    for start in range(0, TEXTS, 1000):
        yield "".join(f"<si><t>{number:024d}</t></si>" for number in range(start, start + 1000))
    yield "</sst>"


def uploads(rows: int) -> Iterator[tuple[str, BinaryIO]]:
    """Every hostile file, one that stays just below what is refused, and an honest one."""
    for name in hostile.FILES:
        yield name, hostile.opened(name)
    yield f"{TEXTS} texts", hostile.upload(raw_workbook(hostile.ORDERS, shared=texts()))
    yield f"{rows} orders", hostile.upload(raw_workbook(typical_rows(rows)))


def main(rows: int) -> None:
    """Write each file, have it read by a process of its own, print what it says."""
    with TemporaryDirectory() as directory:
        file = Path(directory) / "upload"
        for name, upload in uploads(rows):
            with upload, file.open("wb") as kept:
                while piece := upload.read(1024**2):
                    kept.write(piece)
            done = subprocess.run(
                [sys.executable, "-c", READ, str(file)], cwd=ROOT, capture_output=True, text=True, check=True
            )
            print(f"{name:28} {file.stat().st_size / 1024**2:7.2f} MB   {done.stdout.strip()}", flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 120_000)
