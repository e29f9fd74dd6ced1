"""Connections as they come, and requests on their way to a thread, of which a part is there."""

from __future__ import annotations

import re
import socket
import struct
from dataclasses import dataclass, field

LARGEST_BODY = 256 * 1024
"""Bytes of a body that are gathered here: every form; a thread reads the rest of an upload."""
STALLED_SECONDS = 15
"""After which a thread gives up a client that sends nothing of a large body, or takes nothing of its answer."""
SEND_BUFFER = 208 * 1024
"""Bytes, of which the system makes room for 270 kB of an answer: what Linux gives everybody by default."""
UNREAD_SECONDS = 30
"""After which the system forgets what somebody doesn't take."""
_END = b"\r\n\r\n"
_LENGTH = re.compile(rb"\r\ncontent-length:[ \t]*(\d{1,12})[ \t]*\r\n", re.IGNORECASE)
_SAYS_LENGTH = re.compile(rb"\r\ncontent-length", re.IGNORECASE)
_NOT_WAITING = re.compile(rb"\r\n(?:transfer-encoding|expect):", re.IGNORECASE)


@dataclass(slots=True)
class Arrival:
    """A request of which a part is there."""

    until: float
    is_watched: bool = False
    wanted: int | None = None
    received: bytearray = field(default_factory=bytearray)

    def is_whole(self) -> bool:
        """Whether a thread can begin with it."""
        if self.wanted is None:
            self.wanted = bytes_wanted(self.received)
        return self.wanted is not None and len(self.received) >= self.wanted


def bytes_wanted(received: bytearray) -> int | None:
    """How many bytes are gathered of a request that begins like this; None until its head is there.

    None at all, 0, of one whose body may have any length: such a length is written in a way that only others read.
    """
    end = received.find(_END)
    if end < 0:
        return None
    head = received[: end + 2]
    lengths = _LENGTH.findall(head)
    if _NOT_WAITING.search(head) or len(lengths) != len(_SAYS_LENGTH.findall(head)):
        return 0
    return end + len(_END) + (min(int(lengths[0]), LARGEST_BODY) if lengths else 0)


def spare_threads(client: socket.socket) -> None:
    """Let the system take a whole page off a thread, and end what the thread still has to wait for.

    By itself it takes 50 kB of an answer, whose reader may be as slow as they like.
    """
    client.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SEND_BUFFER)
    if client.family != socket.AF_UNIX and hasattr(socket, "TCP_USER_TIMEOUT"):
        client.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, UNREAD_SECONDS * 1000)
    span = struct.pack("ll", STALLED_SECONDS, 0)
    for direction in (socket.SO_RCVTIMEO, socket.SO_SNDTIMEO):
        client.setsockopt(socket.SOL_SOCKET, direction, span)
