"""Running several processes as one: they start together, and when one ends or is told to, all end."""

from __future__ import annotations

import ctypes
import gc
import os
import signal
import socket
import sys
import traceback
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import NoReturn

from services import warden
from services.warden import EVERY_SIGNAL, Child, Signals, be_of_ones_own

LIFELINE = "JUFU_LIFELINE"
"""Names the descriptor by which a child notices that its parent is gone, however it went."""
LISTENER = "JUFU_LISTENER"
"""Names the descriptor of the port to whoever takes the place of one that answered pages."""
M_ARENA_MAX, M_MMAP_THRESHOLD = -8, -3
"""Of glibc's malloc.h."""


@dataclass(frozen=True, slots=True)
class Part:
    """One of the processes: its name for people, and what it does there."""

    name: str
    run: Callable[[], object]


def listen(host: str, port: int) -> socket.socket:
    """A listening socket that children share: a port in use shows before anything starts. Raises OSError."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    return socket.create_server((host, port), family=family, backlog=1024)


def keep_whole() -> None:
    """Let children share what is loaded: what looks at it, or puts something between it, copies its pages into each.

    So it is taken out of the search for garbage, and the gaps are filled that what was freed meanwhile has left: SQLite
    puts thousands of small things into them when a child opens a connection, one on each page. And threads share their
    memory: by itself glibc gives each an arena of its own, and what one has freed no other can use.
    """
    gc.freeze()
    libc = ctypes.CDLL(None)
    if hasattr(libc, "mallinfo2"):  # glibc since 2.33; others are left as they are
        libc.mallopt(M_ARENA_MAX, 1)
        libc.mallopt(M_MMAP_THRESHOLD, 128 * 1024)
        _fill_gaps(libc)


class _Heap(ctypes.Structure):
    """What glibc's mallinfo2() tells; `keepcost` are the free bytes behind all that was ever in use."""

    _fields_ = tuple(
        (name, ctypes.c_size_t)
        for name in (
            "arena", "ordblks", "smblks", "hblks", "hblkhd", "usmblks", "fsmblks", "uordblks", "fordblks", "keepcost",
        )
    )  # fmt: skip


def _fill_gaps(libc: ctypes.CDLL) -> None:
    """Take pieces of each size for good, the large ones first, until they come from behind: about 2 MB in 3 ms."""
    libc.mallinfo2.restype = _Heap
    libc.sbrk.restype = libc.malloc.restype = ctypes.c_size_t
    libc.sbrk.argtypes, libc.malloc.argtypes = [ctypes.c_ssize_t], [ctypes.c_size_t]
    behind = libc.sbrk(0) - libc.mallinfo2().keepcost
    for size in (4096, 2048, 1024, 512, 256, 128, 64, 32, 16):
        while 0 < libc.malloc(size) < behind:
            pass


def apart(work: Callable[[], object], meanwhile: Callable[[], object] = lambda: None) -> None:
    """Do something in a child, which gives back all that it loaded for it, and something else here at the same time.

    Ends like the child where that failed.
    """
    sys.stdout.flush()
    keep_whole()
    pid = os.fork()
    if pid == 0:
        work()
        sys.stdout.flush()
        os._exit(0)  # to take down all that is loaded would cost more than the work
    meanwhile()
    status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    if status:
        sys.exit(128 - status if status < 0 else status)


def fork(work: Callable[[], object], *closing: int) -> int:
    """Do something in a child of its own that shares the memory of all that is loaded; returns its number.

    The child leads a session, has no input, and ends with status 1 where the work raises something. Nothing that this
    process holds open may be used in both, so it must have given up its connections.
    """
    sys.stdout.flush()
    sys.stderr.flush()
    before = signal.pthread_sigmask(signal.SIG_BLOCK, EVERY_SIGNAL)
    pid = os.fork()
    if pid == 0:
        _end_with(partial(_on_ones_own, work, closing))
    signal.pthread_sigmask(signal.SIG_SETMASK, before)
    return pid


def _on_ones_own(work: Callable[[], object], closing: Sequence[int]) -> None:
    for descriptor in closing:
        os.close(descriptor)
    be_of_ones_own()
    work()


def aside(part: Part) -> int:
    """Do something in a child, which gives back all that it loaded for it; returns its status, < 0 for a signal.

    As with `fork` no connection may be open. A signal to stop reaches both, and the work is finished first.
    """
    sys.stdout.flush()
    sys.stderr.flush()
    pid = os.fork()
    if pid == 0:
        _end_with(partial(become, part))
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def _end_with(work: Callable[[], object]) -> NoReturn:
    """What a child does, and then it ends: with status 1 where the work raises something."""
    try:
        work()
        status = 0
    except SystemExit as end:
        status = end.code if isinstance(end.code, int) else int(end.code is not None)
    except BaseException:  # whatever it is, it must not go on as the parent would
        traceback.print_exc()
        status = 1
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(status & 255)


def run_together(parts: Sequence[Part]) -> tuple[int, str | None]:
    """Run until a signal comes or one of them ends; then end all of them.

    Returns the exit status, and the name of the one that ended by itself; see `warden.keep`.
    """
    lifeline, held = os.pipe()
    children = _fork_all(parts, lifeline, held)
    os.close(lifeline)
    try:
        return warden.keep(children)
    finally:
        os.close(held)


def hand_over(parts: Sequence[Part], listener: int) -> NoReturn:
    """Start the parts, and become the process that keeps them together: it has this one's number, and is small.

    A part of the name `warden.REPLACED` that dies is replaced by a process that runs the command of this one anew, with
    LISTENER in its environment.
    """
    lifeline, held = os.pipe()
    children = _fork_all(parts, lifeline, held)
    del os.environ[LIFELINE]
    os.environ[LISTENER] = str(listener)
    for descriptor in (held, listener):
        os.set_inheritable(descriptor, True)
    named = [f"{child.name}:{child.pid}" for child in children]
    again = [sys.executable, *sys.orig_argv[1:]]
    # Without what site-packages hold, and without looking for modules beside the file.
    alone = [sys.executable, "-S", "-P", warden.__file__, str(held), *named, "--", *again]
    os.execv(sys.executable, alone)  # noqa: S606  our own file


def _fork_all(parts: Sequence[Part], lifeline: int, held: int) -> list[Child]:
    """The parts, each in a child; from now on signals wait for `warden.keep`."""
    os.environ[LIFELINE] = str(lifeline)
    keep_whole()
    signal.pthread_sigmask(signal.SIG_BLOCK, EVERY_SIGNAL)
    return [Child(part.name, fork(partial(become, part), held)) for part in parts]


def become(part: Part) -> None:
    """Do a part in this process, under its name."""
    # What `ps` and `top` show on Linux; elsewhere all are called alike.
    with suppress(OSError):
        Path("/proc/self/comm").write_text(f"jufu {part.name}", encoding="ascii")
    part.run()


def repeat(work: Callable[[], object], seconds: float) -> None:
    """Do something again and again until a stop signal comes or the parent is gone; work under way is finished."""
    parent = lifeline()
    watched = [] if parent is None else [parent]
    with Signals() as signals:
        while signals.stop is None:
            work()
            # A signal that came during the work has left its mark: the wait ends at once then.
            if signals.wait(seconds, watched):
                return


def lifeline() -> int | None:
    """The descriptor that becomes readable when the parent is gone; None for a process started by itself."""
    text = os.environ.get(LIFELINE)
    return int(text) if text else None


def listener() -> int | None:
    """The descriptor of the port for a process that takes the place of another; None for any other."""
    text = os.environ.get(LISTENER)
    return int(text) if text else None
