"""The address of somebody's calendar: signed, so that the table of feeds alone gives none of them away."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re

TOKEN = re.compile(r"([1-9]\d{0,14})-[A-Za-z0-9_-]{43}")


def feed_token(feed_id: int, nonce: str, key: str) -> str:
    """What stands in the address of a feed; the same again whenever its page is opened."""
    message = f"calendar-feed:{feed_id}:{nonce}".encode()
    signature = hmac.new(key.encode(), message, hashlib.sha256).digest()
    return f"{feed_id}-{base64.urlsafe_b64encode(signature).decode().rstrip('=')}"


def feed_id_of(token: str) -> int | None:
    """Which feed a token claims to be, None when it is no token at all."""
    claimed = TOKEN.fullmatch(token)
    return int(claimed.group(1)) if claimed else None


def is_token_of(token: str, feed_id: int, nonce: str, key: str) -> bool:
    """Whether it is the very token of a feed; how long the answer takes tells nothing."""
    return hmac.compare_digest(token.encode(), feed_token(feed_id, nonce, key).encode())
