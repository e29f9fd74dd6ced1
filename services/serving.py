"""Running several processes as one: they start together, and when one ends or is told to, all end."""

from __future__ import annotations

import os
import select
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from types import FrameType, TracebackType

LIFELINE = "JUFU_LIFELINE"
"""Names the descriptor by which a child notices that its parent is gone, however it went."""
STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
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
    """One of the processes: its name for people, and its command."""

    name: str
    command: Sequence[str]


def listen(host: str, port: int) -> socket.socket:
    """A listening socket that children inherit: a port in use shows before anything starts. Raises OSError."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.create_server((host, port), family=family, backlog=1024)
    listener.set_inheritable(True)
    return listener


def run_together(parts: Sequence[Part], inherited: Sequence[int], directory: str) -> tuple[int, str | None]:
    """Run until a signal comes or one of them ends; then end all of them.

    Returns the exit status, and the name of the one that ended by itself: that is never meant, so its status is not
    0 even where it said so. On a signal the status is 0.
    """
    lifeline, held = os.pipe()
    environment = os.environ | {LIFELINE: str(lifeline)}
    with Signals(extra=(signal.SIGCHLD,)) as signals:
        children = [
            subprocess.Popen(  # noqa: S603  the commands are our own
                part.command,
                cwd=directory,
                env=environment,
                pass_fds=(lifeline, *inherited),
                stdin=subprocess.DEVNULL,
                start_new_session=True,
            )
            for part in parts
        ]
        os.close(lifeline)
        try:
            while signals.stop is None and all(child.poll() is None for child in children):
                signals.wait()
            ended = [
                (part, child.returncode)
                for part, child in zip(parts, children, strict=True)
                if child.poll() is not None
            ]
        finally:
            _end(children)
            os.close(held)
    if signals.stop is not None or not ended:
        return 0, None
    part, code = ended[0]
    return (128 - code if code < 0 else code or 1), part.name


def _end(children: Sequence[subprocess.Popen[bytes]]) -> None:
    """Ask each group to end, wait, and make sure."""
    for child in children:
        _signal_group(child, signal.SIGTERM)
    deadline = time.monotonic() + PATIENCE
    for child in children:
        with suppress(subprocess.TimeoutExpired):
            child.wait(max(0.1, deadline - time.monotonic()))
        _signal_group(child, signal.SIGKILL)
        child.wait()


def _signal_group(child: subprocess.Popen[bytes], number: int) -> None:
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
