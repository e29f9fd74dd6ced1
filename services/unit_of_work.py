"""The unit of work: one transaction that rolls back unless it is told to commit, tried again where that is safe."""

from __future__ import annotations

import functools
import logging
import random
import threading
import time
from collections import deque
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from typing import Concatenate, ParamSpec, TypeVar

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm import Session

from domain.errors import Unavailable
from models.base import WRITING, db
from models.engine import in_passing

P = ParamSpec("P")
R = TypeVar("R")

TRIES = 4
RETRY_STATES = frozenset({"40001", "40P01", "55P03"})
"""Serialisation failure, deadlock, lock not available."""
NOBODYS_BUG = frozenset({"25006", "25P03", "25P04"})
"""A standby, or a server that takes no writes; a transaction that stood still, or lasted, for too long: a machine may
have stopped for a while. The driver takes all of them for a bug of who asks."""
FIRST_PAUSE = 0.02
PATIENCE = 15.0
"""Seconds for which a writer waits for its turn in this process."""
AFTERWARDS = "afterwards"
"""Under which the session keeps what is to be done once its transaction is over."""

log = logging.getLogger(__name__)


def is_passing(error: DBAPIError) -> bool:
    """Whether the engine said that nothing was done and that it is worth trying again."""
    state = getattr(error.orig, "sqlstate", None)
    if state is not None:
        return state in RETRY_STATES
    name = getattr(error.orig, "sqlite_errorname", "") or ""
    return name.startswith(("SQLITE_BUSY", "SQLITE_LOCKED")) or "database is locked" in str(error.orig)


def is_trouble(error: BaseException) -> bool:
    """Whether it is the database that could not answer, rather than a bug of ours."""
    if isinstance(error, PoolTimeout | OperationalError | InterfaceError):
        return True
    return isinstance(error, DBAPIError) and getattr(error.orig, "sqlstate", None) in NOBODYS_BUG


def _pause(attempt: int) -> None:
    time.sleep(FIRST_PAUSE * 2**attempt * (0.5 + random.random()))  # noqa: S311  jitter, not a secret


class _Queue:
    """Lets the writers of this process wait for each other in the order in which they came.

    SQLite has one writer at a time and those who wait look again and again after ever longer pauses: who came last is
    often first, and the unlucky wait for seconds. PostgreSQL waits by itself, for rows.
    """

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._waiting: deque[threading.Lock] = deque()
        self._busy = False

    def __enter__(self) -> None:
        with self._guard:
            if not self._busy:
                self._busy = True
                return
            turn = threading.Lock()
            turn.acquire()
            self._waiting.append(turn)
        if turn.acquire(timeout=PATIENCE):
            return
        with self._guard:
            if turn in self._waiting:
                self._waiting.remove(turn)
                raise Unavailable
        # The turn came in the very moment in which the patience ended.

    def __exit__(self, *_raised: object) -> None:
        with self._guard:
            if self._waiting:
                self._waiting.popleft().release()
            else:
                self._busy = False


_QUEUE = _Queue()


def _turn(engine: Engine) -> AbstractContextManager[None]:
    return _QUEUE if engine.dialect.name == "sqlite" else nullcontext()


def _attempt(session: Session, work: Callable[[], R]) -> R:
    session.rollback()  # leave the read transaction in which the request may have looked somebody up
    engine = db.engine
    with _turn(engine), engine.connect() as connection:
        return _write(session, connection.execution_options(writes=True), work)


def _write(session: Session, connection: Connection, work: Callable[[], R]) -> R:
    session.info[AFTERWARDS] = []
    connection.begin()
    session.info[WRITING] = connection
    try:
        result = work()
        _commit(session, connection)
        return result
    except BaseException:
        session.rollback()
        raise
    finally:
        session.info[WRITING] = None


def _commit(session: Session, connection: Connection) -> None:
    """What the session knows counts from then on; one that was not asked anything takes no part."""
    if session.in_transaction():
        session.connection()  # it may have been told of things, and asked for none
        session.commit()
    else:
        connection.commit()


def in_transaction(work: Callable[[], R]) -> R:
    """Do the work in one writing transaction, or as a part of the one that is running.

    An error of the engine that is known to have undone everything is tried again, at most 4 times in all; any other
    trouble of the connection is Unavailable: the outcome may be unknown then, and the idempotency key tells.
    """
    return _in_transaction(db.session(), work)


def _in_transaction(session: Session, work: Callable[[], R]) -> R:
    if session.info.get(WRITING):
        return work()
    try:
        return _until_it_is_done(session, work)
    except Unavailable:
        session.info.pop(AFTERWARDS, None)  # who can't be answered is not made to wait for more
        raise
    finally:
        for one in session.info.pop(AFTERWARDS, ()):
            _aside(one)


def _until_it_is_done(session: Session, work: Callable[[], R]) -> R:
    for attempt in range(TRIES):
        try:
            return _attempt(session, work)
        except PoolTimeout as error:
            raise Unavailable from error
        except DBAPIError as error:
            if is_passing(error):
                if attempt + 1 == TRIES:
                    raise Unavailable from error
                _pause(attempt)
            elif is_trouble(error):
                raise Unavailable from error
            else:
                raise
    raise AssertionError("unreachable")


def afterwards(work: Callable[[Connection], object]) -> None:
    """Do something in a transaction of its own once the running one is over, kept or undone; at once where none runs.

    It is for what is noted of a refusal: nobody waits for the disk. It is tried once; trouble with it is logged and
    changes nobody's answer.
    """
    session = db.session()
    if session.info.get(WRITING):
        session.info[AFTERWARDS].append(work)
    else:
        session.rollback()
        _aside(work)


def nothing_afterwards(session: Session) -> None:
    """Drop what the running transaction has put off until it is over."""
    session.info[AFTERWARDS].clear()


def _aside(work: Callable[[Connection], object]) -> None:
    """On a connection of its own, so that nothing that the caller has loaded is forgotten."""
    try:
        with _turn(db.engine), in_passing(db.engine) as connection:
            work(connection)
    except Exception:  # whatever it is, the answer stands
        log.exception("what was to be noted afterwards is lost")


def transaction(service: Callable[Concatenate[Session, P], R]) -> Callable[P, R]:
    """Make a function one transaction and give it the session; called by another service, it joins the other's."""

    @functools.wraps(service)
    def wrapper(*args: P.args, **kwargs: P.kwargs) -> R:
        session = db.session()
        return _in_transaction(session, lambda: service(session, *args, **kwargs))

    return wrapper


def query(service: Callable[Concatenate[Session, P], R]) -> Callable[P, R]:
    """Make a function that only reads; it is given the session.

    Trouble of the connection is Unavailable; as a part of a running transaction it goes up, for that may try again.
    """

    @functools.wraps(service)
    def wrapper(*args: P.args, **kwargs: P.kwargs) -> R:
        session = db.session()
        try:
            return service(session, *args, **kwargs)
        except SQLAlchemyError as error:
            if is_trouble(error) and not session.info.get(WRITING):
                raise Unavailable from error
            raise

    return wrapper


def glimpse(service: Callable[Concatenate[Engine, P], R]) -> Callable[P, R]:
    """Make a function that reads by `models.glance` alone; it is given the engine, and sees what is committed."""

    @functools.wraps(service)
    def wrapper(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return service(db.engine, *args, **kwargs)
        except SQLAlchemyError as error:
            if is_trouble(error):
                raise Unavailable from error
            raise

    return wrapper
