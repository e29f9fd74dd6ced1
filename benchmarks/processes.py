"""What processes cost, read from /proc: CPU-seconds and memory of a family of them; None where there is no /proc."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

PROC = Path("/proc")
HAS_PROC = (PROC / "self" / "stat").exists()


def cores() -> list[int]:
    """The cores that this process may use; empty where the system does not say."""
    return sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else []


@contextmanager
def on_cores(wanted: Sequence[int]) -> Iterator[None]:
    """Run the block, and the processes that it starts for as long as they live, on these cores; on any where empty."""
    before = cores()
    if wanted and before:
        os.sched_setaffinity(0, wanted)
    try:
        yield
    finally:
        if wanted and before:
            os.sched_setaffinity(0, before)


AVAILABLE = cores()
"""All of them, before anything was pinned."""


def family(root: int) -> list[int]:
    """A process and all that came of it."""
    children: dict[int, list[int]] = {}
    for folder in PROC.glob("[0-9]*") if HAS_PROC else ():
        with suppress(OSError):
            children.setdefault(int(_stat(int(folder.name))[1]), []).append(int(folder.name))
    found = [root]
    for one in found:
        found += children.get(one, [])
    return found


def cpu_seconds(processes: Sequence[int]) -> float | None:
    """CPU-seconds that living processes have used so far, in their own code and in the kernel for them."""
    return sum(map(_cpu_seconds, processes)) if HAS_PROC else None


def _cpu_seconds(process: int) -> float:
    """By the nanoseconds of its threads where the kernel keeps them, else by its ticks, which are coarse."""
    nanoseconds = 0
    with suppress(OSError):
        for task in (PROC / str(process) / "task").iterdir():
            nanoseconds += int((task / "schedstat").read_text(encoding="ascii").split()[0])
    if nanoseconds:
        return nanoseconds / 10**9
    with suppress(OSError):
        fields = _stat(process)
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    return 0.0


def memory(processes: Sequence[int]) -> float | None:
    """Megabytes that these processes need together: what they share counts once (PSS)."""
    if not HAS_PROC:
        return None
    kilobytes = 0
    for process in processes:
        with suppress(OSError):
            told = (PROC / str(process) / "smaps_rollup").read_text(encoding="ascii")
            kilobytes += sum(int(line.split()[1]) for line in told.splitlines() if line.startswith("Pss:"))
    return kilobytes / 1000


def resident(processes: Sequence[int]) -> float | None:
    """Megabytes that these processes hold now, each for itself."""
    return _status(processes, "VmRSS:")


def peak(processes: Sequence[int]) -> float | None:
    """Megabytes that these processes held at most since their peaks were forgotten, each for itself."""
    return _status(processes, "VmHWM:")


def forget_peaks(processes: Sequence[int]) -> None:
    """Let peaks be counted from now on, where the system can."""
    for process in processes:
        with suppress(OSError):
            (PROC / str(process) / "clear_refs").write_text("5", encoding="ascii")


def _status(processes: Sequence[int], name: str) -> float | None:
    kilobytes = 0
    for process in processes if HAS_PROC else ():
        with suppress(OSError):
            told = (PROC / str(process) / "status").read_text(encoding="utf-8")
            kilobytes += sum(int(line.split()[1]) for line in told.splitlines() if line.startswith(name))
    return kilobytes / 1000 if HAS_PROC else None


def _stat(process: int) -> list[str]:
    """The fields after the name, which may hold anything."""
    return (PROC / str(process) / "stat").read_text(encoding="utf-8").rpartition(")")[2].split()
