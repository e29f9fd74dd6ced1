"""Connections that are all taken: one waits in vain for all, and a connection that comes back is for anybody."""

import sqlite3
from typing import Any

import pytest
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.pool import QueuePool
from sqlalchemy.util.queue import Empty

from models.pool import ImpatientPool


class Waits:
    """How often somebody waited at a pool in vain, which takes no time here."""

    def __init__(self, pool: QueuePool, monkeypatch: pytest.MonkeyPatch) -> None:
        self.count = 0
        given: Any = pool._pool  # noqa: SLF001  where the waiting is done
        get = given.get

        def waiting(block: bool = True, timeout: float | None = None) -> object:
            try:
                return get(False, timeout)
            except Empty:
                self.count += block
                raise

        monkeypatch.setattr(given, "get", waiting)


def full(kind: type[QueuePool]) -> tuple[QueuePool, list[Any]]:
    pool = kind(lambda: sqlite3.connect(":memory:", check_same_thread=False), pool_size=1, max_overflow=1)
    return pool, [pool.connect(), pool.connect()]


@pytest.mark.parametrize(("kind", "waits"), [(ImpatientPool, 1), (QueuePool, 3)])
def test_only_the_first_waits_in_vain(kind, waits, monkeypatch) -> None:
    pool, _held = full(kind)
    seen = Waits(pool, monkeypatch)

    for _ in range(3):
        with pytest.raises(PoolTimeout):
            pool.connect()

    assert seen.count == waits
    pool.dispose()


def test_what_comes_back_is_handed_out_and_then_waited_for_again(monkeypatch) -> None:
    pool, held = full(ImpatientPool)
    seen = Waits(pool, monkeypatch)
    with pytest.raises(PoolTimeout):
        pool.connect()

    held.pop().close()
    taken = pool.connect()
    with pytest.raises(PoolTimeout):
        pool.connect()

    assert seen.count == 2
    taken.close()
    pool.dispose()


def test_one_that_was_lost_makes_room_as_well(monkeypatch) -> None:
    pool, held = full(ImpatientPool)
    Waits(pool, monkeypatch)
    with pytest.raises(PoolTimeout):
        pool.connect()

    held.pop().invalidate()

    pool.connect().close()
    pool.dispose()
