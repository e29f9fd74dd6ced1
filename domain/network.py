"""Where somebody comes from in the network, as far as limits go."""

from __future__ import annotations

import re
from ipaddress import IPv4Address, IPv6Network, ip_address

UNKNOWN = "unknown"
"""One name for whatever is no address, so that nobody gets a limit of their own by making one up."""
HOST_BITS = 64
WITH_PORT = re.compile(r"\[(?P<six>[^\]]*)\](?::[0-9]+)?|(?P<four>[0-9.]+):[0-9]+")
"""As some proxies write whom they answer."""


def household_of(address: str) -> str:
    """Under which name an address is counted: IPv4 by itself, IPv6 by its /64.

    The smallest household has a /64 with 2^64 addresses of its own: a limit for each of them would be none.
    """
    written = WITH_PORT.fullmatch(address)
    try:
        known = ip_address((written["six"] or written["four"] or "") if written else address)
    except ValueError:
        return UNKNOWN
    if isinstance(known, IPv4Address):
        return str(known)
    if known.ipv4_mapped is not None:
        return str(known.ipv4_mapped)
    return str(IPv6Network((int(known) >> HOST_BITS << HOST_BITS, 128 - HOST_BITS)))
