"""The same thing done again and again beside what a test looks at."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager


@contextmanager
def again_and_again(work: Callable[[], object], threads: int) -> Iterator[None]:
    """So many threads do it over and over while the block lasts; all have ended when it is left."""
    over = threading.Event()

    def repeat() -> None:
        while not over.is_set():
            work()

    those = [threading.Thread(target=repeat) for _ in range(threads)]
    for one in those:
        one.start()
    try:
        yield
    finally:
        over.set()
        for one in those:
            one.join()
