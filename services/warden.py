"""Keeps processes together: they end together, and those that answer pages are replaced when they die.

`flask serve` runs this file by itself, in the place of the process that loaded the house and parted into all others
(`hand_over` in services/serving.py): that one only waits from then on, and would hold on to whatever the others no
longer share. So nothing is imported here that waiting doesn't need.
"""

from __future__ import annotations

import os
import select
import signal
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from types import FrameType, TracebackType

STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
EVERY_SIGNAL = (*STOP_SIGNALS, signal.SIGCHLD)
PATIENCE = 15.0
"""Seconds that a child has to end what it is doing."""
YOUNG = 10.0
"""Seconds: one that took another's place and lives no longer would only die again."""
REPLACED = "web"


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


class Child:
    """A process, by its name for people; `status` is None until it has ended, then as of a shell, or < 0 for a signal.

    `since` is the time of the clock at which it took another's place; None for one of the first.
    """

    def __init__(self, name: str, pid: int, since: float | None = None) -> None:
        self.name, self.pid, self.since = name, pid, since
        self.status: int | None = None

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

    def died_young(self) -> bool:
        """Whether it took another's place and did no better."""
        return self.since is not None and time.monotonic() - self.since < YOUNG


def keep(
    children: Sequence[Child], replacement: Callable[[Child], Child | None] = lambda _gone: None
) -> tuple[int, str | None]:
    """Wait until a signal comes, or one of them ends that has no replacement; then end all of them.

    Signals may be blocked until now. Returns the exit status, and the name of the one that ended by itself: that is
    never meant, so its status is not 0 even where it said so. On a signal the status is 0.
    """
    here, ended = list(children), list[Child]()
    with Signals(extra=(signal.SIGCHLD,)) as signals:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, EVERY_SIGNAL)
        try:
            while signals.stop is None and not ended:
                for gone in [child for child in here if child.poll() is not None]:
                    here.remove(gone)
                    if found := replacement(gone):
                        here.append(found)
                    else:
                        ended.append(gone)
                if not ended:
                    signals.wait()
        finally:
            _end([*here, *ended])  # whoever ended by itself may have left a child behind
    if signals.stop is not None or not ended:
        return 0, None
    code = ended[0].status or 1
    return (128 - code if code < 0 else code), ended[0].name


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


def be_of_ones_own() -> None:
    """Shed what a child has from its parent: the session, the input and the handlers of signals."""
    os.setsid()
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    signal.set_wakeup_fd(-1)
    for number in EVERY_SIGNAL:
        signal.signal(number, signal.default_int_handler if number == signal.SIGINT else signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, EVERY_SIGNAL)


def started(command: list[str]) -> int:
    """Run a command in a child; returns its number."""
    pid = os.fork()
    if pid == 0:
        try:
            be_of_ones_own()
            os.execv(command[0], command)  # noqa: S606  how this house was started
        finally:
            os._exit(127)
    return pid


def main(lifeline: str, *words: str) -> int:
    """Keep processes given as `name:number`; behind `--` stands the command whose process replaces one of `web`."""
    os.set_inheritable(int(lifeline), False)
    end = words.index("--")
    children = [Child(name, int(pid)) for name, pid in (word.split(":") for word in words[:end])]

    def replacement(gone: Child) -> Child | None:
        if gone.name != REPLACED or gone.died_young():
            return None
        return Child(gone.name, started(list(words[end + 1 :])), time.monotonic())

    status, ended = keep(children, replacement)
    if ended is not None:
        sys.stderr.write(f"{ended} ended by itself, so everything was stopped.\n")
    return status


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
