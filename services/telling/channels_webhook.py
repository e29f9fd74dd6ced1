"""Plain webhooks: a signed JSON request to a program; the staff's bots go on to channels_bots.py."""

from __future__ import annotations

import hashlib
import hmac
import json
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from http.client import HTTPConnection, HTTPException, HTTPResponse

from domain.telling import ChannelKind, WebhookKind
from services.telling import channels_bots, outbound
from services.telling.post import Letter, NotSent

WHOLE_SECONDS = 20.0
"""A request that drips on for longer is cut off, whatever comes."""
TRY_AGAIN = frozenset({408, 429})
USER_AGENT = "jufu-post/1"


class WebhookChannel:
    """Sends to whatever the staff's webhooks are; `allowed` as in outbound.place_of."""

    kind = ChannelKind.WEBHOOK

    def __init__(
        self,
        allowed: frozenset[str] = frozenset(),
        *,
        resolver: outbound.Resolve = outbound.resolve,
        tls: ssl.SSLContext | None = None,
        whole_seconds: float = WHOLE_SECONDS,
    ) -> None:
        self._allowed, self._resolver, self._whole_seconds = allowed, resolver, whole_seconds
        self._tls = tls

    def send(self, letter: Letter) -> None:
        """Send one; raises NotSent."""
        if letter.bot in (None, WebhookKind.PLAIN):
            self._request(letter)
        else:
            channels_bots.send(letter)

    def _request(self, letter: Letter) -> None:
        place = outbound.place_of(letter.to, self._allowed)
        address = outbound.checked_address(place, self._resolver)
        body = body_of(letter)
        connection = outbound.open_to(place, address, self._tls or outbound.default_tls())
        try:
            with _cut_off(connection, self._whole_seconds):
                connection.request("POST", place.path, body, headers_of(letter, body, place.host_header))
                answer = connection.getresponse()  # what it says beyond its status is nobody's concern
        except (OSError, HTTPException, ValueError) as error:
            raise NotSent("unreachable", type(error).__name__, is_down=True) from error
        finally:
            connection.close()
        judge(answer, letter.tried_at)


def body_of(letter: Letter) -> bytes:
    """The same bytes at every try."""
    told = {
        "id": letter.key,
        "kind": letter.kind,
        "made_at": letter.made_at.astimezone(UTC).isoformat(timespec="seconds"),
        "subject": letter.subject,
        "text": letter.text,
        "url": letter.url,
        "locale": letter.locale,
    }
    return json.dumps(told, ensure_ascii=False, sort_keys=True).encode()


def headers_of(letter: Letter, body: bytes, host: str) -> dict[str, str]:
    """What goes with the body: the key of the delivery, and with a secret when it was signed and how."""
    moment = str(int(letter.tried_at.timestamp()))
    headers = {
        "Host": host,
        "Content-Type": "application/json; charset=utf-8",
        "User-Agent": USER_AGENT,
        "Idempotency-Key": letter.key,
        "X-Jufu-Delivery": str(letter.delivery_id),
        "X-Jufu-Timestamp": moment,
        "Connection": "close",
    }
    if letter.secret:
        headers["X-Jufu-Signature"] = f"sha256={signature(letter.secret, moment, body)}"
    return headers


def signature(secret: str, moment: str, body: bytes) -> str:
    """HMAC-SHA256 of `timestamp.body` in hex; a receiver refuses old timestamps, so that nobody plays one again."""
    return hmac.new(secret.encode(), moment.encode() + b"." + body, hashlib.sha256).hexdigest()


def judge(answer: HTTPResponse, now: datetime) -> None:
    """Let a 2xx pass; raises NotSent for anything else: for good where asking again can't help."""
    status = answer.status
    if 200 <= status < 300:
        return
    if status in TRY_AGAIN or status >= 500:
        raise NotSent("http", str(status), retry_after=_retry_after(answer.headers.get("Retry-After"), now))
    raise NotSent("http", str(status), is_final=True)


def _retry_after(said: str | None, now: datetime) -> timedelta | None:
    """Seconds or a date of HTTP; whatever else it is counts as nothing."""
    if said is None:
        return None
    if said.strip().isascii() and said.strip().isdigit():
        return timedelta(seconds=min(int(said.strip()), 10**6))
    with suppress(ValueError, OverflowError):
        moment = parsedate_to_datetime(said)
        return max(timedelta(), moment.replace(tzinfo=moment.tzinfo or UTC) - now)
    return None


@contextmanager
def _cut_off(connection: HTTPConnection, seconds: float) -> Iterator[None]:
    """End what goes on for too long: whoever waits for the socket then meets its end."""

    def cut() -> None:
        if connection.sock is not None:
            with suppress(OSError):
                connection.sock.shutdown(socket.SHUT_RDWR)

    timer = threading.Timer(seconds, cut)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
