"""Argon2id, always outside of a write transaction."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from domain.errors import Unavailable

HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
"""The OWASP minimum for argon2id: 19 MiB, 2 passes; it keeps a log-in affordable on one small core."""
NOBODYS = (
    f"$argon2id$v=19$m={HASHER.memory_cost},t={HASHER.time_cost},p={HASHER.parallelism}${'A' * 22}${'A' * 43}"
)
"""A hash that no password has, to be looked at where there is none: it takes as long as somebody's."""


class _Turns:
    """How many hashes this process works on at a time; as many as are wanted where nobody says."""

    free: threading.Semaphore | None = None


def at_most(hashes: int) -> None:
    """Let this process work on so many hashes at a time: threads of a server, which all share, are left for others."""
    _Turns.free = threading.Semaphore(hashes)


@contextmanager
def _turn() -> Iterator[None]:
    free = _Turns.free
    if free is None:
        yield
        return
    if not free.acquire(blocking=False):
        raise Unavailable
    try:
        yield
    finally:
        free.release()


def hash_password(password: str) -> str:
    """The argon2id hash to store; raises Unavailable where too many are being made."""
    with _turn():
        return HASHER.hash(password)


def matches(password_hash: str | None, password: str) -> bool:
    """Whether a password fits; without a hash it takes just as long and doesn't. Raises Unavailable as above."""
    try:
        with _turn():
            HASHER.verify(password_hash or NOBODYS, password)
    except (VerificationError, InvalidHashError):
        return False
    return password_hash is not None
