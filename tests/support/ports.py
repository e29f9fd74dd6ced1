"""Ports for servers that bind them later, when they have loaded."""

from __future__ import annotations

import random
import socket
from collections.abc import Sequence
from contextlib import ExitStack, suppress

LOOPBACK = ("127.0.0.1",)
NOT_FOR_CLIENTS = range(10_000, 30_000)
"""From these no client is sent on its way, so none can be there before the server.

Who connects again and again to one of the others, while nobody listens there, meets itself in the end and keeps it.
"""


def free_port(neighbours: int = 0, addresses: Sequence[str] = LOOPBACK) -> int:
    """A port at which nobody listens, at any of these addresses, with so many behind it."""
    while True:
        port = random.choice(NOT_FOR_CLIENTS)
        with suppress(OSError), ExitStack() as stack:
            for one in range(port, port + neighbours + 1):
                for address in addresses:
                    stack.enter_context(socket.create_server((address, one)))
            return port
