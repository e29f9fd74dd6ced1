"""The badge of a browser in which somebody has logged in before (docs/decisions/0034-known-browsers.md).

It lets nobody in. Wrong passwords from there are counted apart from those of strangers, who so can't keep anybody out.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from datetime import datetime, timedelta

LASTS = timedelta(days=180)
BADGE = re.compile(r"([1-9][0-9]{0,11})\.([A-Za-z0-9_-]{43})\.[0-9a-f]{64}")
"""When it was given (seconds since 1970), what tells it from others, the signature."""


def standing_of(person_id: int, version: int, password_hash: str | None) -> str:
    """What a badge is good for: this account, until it has another password or is changed in any other way."""
    return hashlib.sha256(f"{person_id}:{version}:{password_hash}".encode()).hexdigest()


def badge_of(standing: str, nonce: str, key: str, now: datetime) -> str:
    """A badge given now; it says neither whose it is nor that there is anybody."""
    return _signed(standing, f"{int(now.timestamp())}.{nonce}", key)


def is_badge_of(badge: str, standing: str, key: str, now: datetime) -> bool:
    """Whether it was given for this standing and still counts; how long the answer takes tells nothing.

    One from a clock that was ahead is as good as a new one. It is compared as a whole: no other spelling is as good.
    """
    claimed = BADGE.fullmatch(badge)
    if claimed is None or now.timestamp() - int(claimed.group(1)) > LASTS.total_seconds():
        return False
    made = _signed(standing, f"{claimed.group(1)}.{claimed.group(2)}", key)
    return hmac.compare_digest(badge.encode(), made.encode())


def _signed(standing: str, said: str, key: str) -> str:
    message = f"known-browser:{standing}:{said}".encode()
    return f"{said}.{hmac.new(key.encode(), message, hashlib.sha256).hexdigest()}"
