"""Children that die by SIGKILL where they are told to: nothing of theirs is tidied up, no rollback is sent."""

from __future__ import annotations

import functools
import os
import signal
import sys
import threading
import traceback
from collections.abc import Callable
from typing import Any, NoReturn

from sqlalchemy import event

from models import db

Step = tuple[Any, str, Callable[[Any, str], None]]
"""Where a function lives, its name, and how a process dies there."""


def die(*_args: object) -> NoReturn:
    """End this very process as `kill -9` does."""
    os.kill(os.getpid(), signal.SIGKILL)
    raise AssertionError("unreachable")


def before(place: Any, name: str) -> None:
    """Die when the function is called."""
    setattr(place, name, die)


def after(place: Any, name: str) -> None:
    """Die when the function has done its work."""
    work = getattr(place, name)

    @functools.wraps(work)
    def last(*args: Any, **kwargs: Any) -> None:
        work(*args, **kwargs)
        die()

    setattr(place, name, last)


def at_commit(place: Any, name: str) -> None:
    """Die when all that the function does is written and nothing is committed."""
    work = getattr(place, name)

    @functools.wraps(work)
    def doomed(*args: Any, **kwargs: Any) -> Any:
        event.listen(db.engine, "commit", die)
        return work(*args, **kwargs)

    setattr(place, name, doomed)


def later(seconds: float) -> Callable[[Any, str], None]:
    """Die so long after the function was called, wherever that is."""

    def how(place: Any, name: str) -> None:
        work = getattr(place, name)

        @functools.wraps(work)
        def doomed(*args: Any, **kwargs: Any) -> Any:
            threading.Timer(seconds, die).start()
            return work(*args, **kwargs)

        setattr(place, name, doomed)

    return how


def killed_at(step: Step | None, work: Callable[[], object]) -> bool:
    """Do the work in a child of this process that dies at the step; whether it did. AssertionError when it broke.

    The parent's connections are closed first, so that the child inherits none.
    """
    db.session.remove()
    db.engine.dispose()
    child = os.fork()
    if child == 0:
        status = 1
        try:
            if step is not None:
                place, name, how = step
                how(place, name)
            work()
            status = 0
        except BaseException:
            traceback.print_exc(file=sys.stderr)
        finally:
            os._exit(status)
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    assert code in (0, -signal.SIGKILL), f"the child ended with {code}"
    return code != 0
