"""Argon2id, always outside of a write transaction."""

from __future__ import annotations

from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
"""The OWASP minimum for argon2id: 19 MiB, 2 passes; it keeps a log-in affordable on one small core."""


@cache
def _nobodys() -> str:
    return HASHER.hash("no account has this password")


def hash_password(password: str) -> str:
    """The argon2id hash to store."""
    return HASHER.hash(password)


def matches(password_hash: str | None, password: str) -> bool:
    """Whether a password fits; without a hash it takes just as long and doesn't."""
    try:
        HASHER.verify(password_hash or _nobodys(), password)
    except (VerificationError, InvalidHashError):
        return False
    return password_hash is not None
