"""What was read and made of a space, kept by each process while nothing of that space has changed.

Whoever changes what a calendar shows of a space raises its `revision` in the same transaction (services/locks.py), so
that it is read first and says whether what was made before still holds. Nothing needs this to be right or to be there.
"""

from __future__ import annotations

from collections.abc import Hashable
from threading import Lock
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, Engine
from sqlalchemy.orm import Session

from models.base import WRITING

MOST = 384
"""Things in a shelf; a lane with its picture takes some 15 kB."""


class Shelf:
    """Keeps so many things under their names, each with the revision it was made from; the oldest goes first."""

    def __init__(self, most: int = MOST) -> None:
        self.most = most
        self._kept: dict[Hashable, tuple[int, Any]] = {}
        self._lock = Lock()

    def get(self, name: Hashable, revision: int) -> Any:
        """What was made from this revision; None where that is another one or nothing was."""
        kept = self._kept.get(name)
        return kept[1] if kept is not None and kept[0] == revision else None

    def put(self, name: Hashable, revision: int, thing: Any) -> None:
        """Keep a thing in the place of an earlier one."""
        with self._lock:
            self._kept.pop(name, None)
            self._kept[name] = (revision, thing)
            while len(self._kept) > self.most:
                del self._kept[next(iter(self._kept))]

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            self._kept.clear()


_SHELVES: WeakKeyDictionary[Engine, Shelf] = WeakKeyDictionary()
"""One for each database."""


def shelf(session: Session) -> Shelf:
    """What is kept of this database; an empty one inside a transaction that writes, since that may be undone yet."""
    bind = session.get_bind()
    engine = bind.engine if isinstance(bind, Connection) else bind
    if session.info.get(WRITING):
        return Shelf()
    return _SHELVES.setdefault(engine, Shelf())


def forget() -> None:
    """Forget everything of every database, for whoever puts another one in the place of one."""
    for one in _SHELVES.values():
        one.clear()
