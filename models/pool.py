"""A pool of connections in which many who want one wait no longer than one would."""

from __future__ import annotations

from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.pool import ConnectionPoolEntry, QueuePool


class ImpatientPool(QueuePool):
    """Once somebody has waited in vain nobody waits any more, until a connection comes back.

    Else whoever is next for a thread, or has the next turn as SQLite's writer, waits as long again: the third in a
    row is told after three times `pool_timeout` that there is no connection.
    """

    _in_vain = False

    def _do_get(self) -> ConnectionPoolEntry:
        if self._in_vain and self._is_empty():
            raise PoolTimeout("No connection has come back since somebody waited for one in vain.")
        try:
            record = super()._do_get()
        except PoolTimeout:
            self._in_vain = True
            raise
        self._in_vain = False
        return record

    def _is_empty(self) -> bool:
        return self.checkedin() == 0 and self.overflow() >= self._max_overflow > -1
