"""Running several processes as one: they start together, and when one ends or is told to, all end."""

from __future__ import annotations

import gc
import os
import select
import signal
import socket
import sys
import time
import traceback
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from types import FrameType, TracebackType

LIFELINE = "JUFU_LIFELINE"
"""Names the descriptor by which a child notices that its parent is gone, however it went."""
STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
EVERY_SIGNAL = (*STOP_SIGNALS, signal.SIGCHLD)
PATIENCE = 15.0
"""Seconds that a child has to end what it is doing."""


class Signals:
    """Waits for time to pass or a signal to come, whichever is first; no signal is ever lost in between."""

    def __init__(self, extra: Sequence[signal.Signals] = ()) -> None:
        self._wanted = (*STOP_SIGNALS, *extra)
        self.stop: int | None = None

    def __enter__(self) -> Signals:
        self._reader, self._writer = os.pipe()
        os.set_blocking(self._writer, False)
        os.set_blocking(self._reader, False)
        signal.set_wakeup_fd(self._writer, warn_on_full_buffer=False)
        self._before = {number: signal.signal(number, self._note) for number in self._wanted}
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)
        signal.set_wakeup_fd(-1)
        os.close(self._reader)
        os.close(self._writer)

    def wait(self, seconds: float | None = None, also: Sequence[int] = ()) -> list[int]:
        """Wait; returns those of the descriptors `also` that can be read."""
        ready, _, _ = select.select([self._reader, *also], [], [], seconds)
        with suppress(BlockingIOError):
            while os.read(self._reader, 64):
                pass
        return [descriptor for descriptor in ready if descriptor != self._reader]

    def _note(self, number: int, _frame: FrameType | None) -> None:
        if number in STOP_SIGNALS and self.stop is None:
            self.stop = number


@dataclass(frozen=True, slots=True)
class Part:
    """One of the processes: its name for people, and what it does there."""

    name: str
    run: Callable[[], object]


@dataclass
class Child:
    """A part that runs; `status` is None until it has ended, then as of a shell, or less than 0 for a signal."""

    part: Part
    pid: int
    status: int | None = None

    def poll(self) -> int | None:
        """Look whether it has ended."""
        if self.status is None:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                self.status = os.waitstatus_to_exitcode(status)
        return self.status

    def wait(self, seconds: float) -> None:
        """Wait for its end, at most so long."""
        deadline = time.monotonic() + seconds
        while self.poll() is None and time.monotonic() < deadline:
            time.sleep(0.02)


def listen(host: str, port: int) -> socket.socket:
    """A listening socket that children share: a port in use shows before anything starts. Raises OSError."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    return socket.create_server((host, port), family=family, backlog=1024)


def keep_whole() -> None:
    """Take what is loaded out of the search for garbage: looking at it would copy its pages into each child."""
    gc.freeze()


def apart(work: Callable[[], object]) -> None:
    """Do something in a child, which gives back all that it loaded for it; ends like it where it failed."""
    sys.stdout.flush()
    keep_whole()
    pid = os.fork()
    if pid == 0:
        work()
        sys.stdout.flush()
        os._exit(0)  # to take down all that is loaded would cost more than the work
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
    signal.pthread_sigmask(signal.SIG_BLOCK, EVERY_SIGNAL)
    pid = os.fork()
    if pid:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, EVERY_SIGNAL)
        return pid
    try:
        for descriptor in closing:
            os.close(descriptor)
        _be_of_ones_own()
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


def _be_of_ones_own() -> None:
    """Shed what a child has from its parent: the session, the input and the handlers of signals."""
    os.setsid()
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    signal.set_wakeup_fd(-1)
    for number in EVERY_SIGNAL:
        signal.signal(number, signal.default_int_handler if number == signal.SIGINT else signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, EVERY_SIGNAL)


def run_together(parts: Sequence[Part]) -> tuple[int, str | None]:
    """Run until a signal comes or one of them ends; then end all of them.

    Returns the exit status, and the name of the one that ended by itself: that is never meant, so its status is not
    0 even where it said so. On a signal the status is 0.
    """
    lifeline, held = os.pipe()
    os.environ[LIFELINE] = str(lifeline)
    keep_whole()
    with Signals(extra=(signal.SIGCHLD,)) as signals:
        children = [Child(part, fork(partial(_run_named, part), held)) for part in parts]
        os.close(lifeline)
        try:
            while signals.stop is None and all(child.poll() is None for child in children):
                signals.wait()
            ended = [child for child in children if child.poll() is not None]
        finally:
            _end(children)
            os.close(held)
    if signals.stop is not None or not ended:
        return 0, None
    first = ended[0]
    code = first.status or 1
    return (128 - code if code < 0 else code), first.part.name


def _run_named(part: Part) -> None:
    # What `ps` and `top` show on Linux; elsewhere all are called alike.
    with suppress(OSError):
        Path("/proc/self/comm").write_text(f"jufu {part.name}", encoding="ascii")
    part.run()


def _end(children: Sequence[Child]) -> None:
    """Ask each group to end, wait, and make sure."""
    for child in children:
        _signal_group(child, signal.SIGTERM)
    deadline = time.monotonic() + PATIENCE
    for child in children:
        child.wait(max(0.1, deadline - time.monotonic()))
        _signal_group(child, signal.SIGKILL)
        child.wait(PATIENCE)


def _signal_group(child: Child, number: int) -> None:
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(child.pid, number)


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
