"""Random secrets that are handed out once and kept only as hashes."""

from __future__ import annotations

import hashlib
import secrets


def new_secret() -> str:
    """256 random bits, safe in a URL or a header."""
    return secrets.token_urlsafe(32)


def hashed(secret: str) -> str:
    """What is stored of a secret; it has enough entropy to need neither salt nor stretching."""
    return hashlib.sha256(secret.encode()).hexdigest()
