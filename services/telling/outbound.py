"""Where our own requests may go: never into the house's network, whatever a name says and says again.

A name is resolved once, every address of it is looked at, and the connection goes to the address that was looked at.
"""

from __future__ import annotations

import ipaddress
import socket
import ssl
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cache
from http.client import HTTPConnection, HTTPSConnection
from urllib.parse import SplitResult, urlsplit

from services.telling.post import NotSent

LONGEST_URL = 500
PORTS = {"https": (443, 8443), "http": (80,)}
CONNECT_SECONDS = 5.0
ANSWER_SECONDS = 10.0

GLOBAL_V6 = ipaddress.ip_network("2000::/3")
TUNNELS = tuple(
    ipaddress.ip_network(net) for net in ("2001::/23", "2002::/16", "64:ff9b::/96", "192.88.99.0/24")
)
"""Addresses that carry another one, or lead to who-knows-where: Teredo and kin, 6to4 and its relay, NAT64."""

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Resolve = Callable[[str, int], Sequence[str]]


@dataclass(frozen=True, slots=True)
class Place:
    """A URL that may be asked, if its address may; `allowed`: the house's admin named its host."""

    scheme: str
    host: str
    port: int
    path: str = field(repr=False)
    allowed: bool

    @property
    def host_header(self) -> str:
        """The host as a request names it."""
        name = f"[{self.host}]" if ":" in self.host else self.host
        return name if self.port == PORTS[self.scheme][0] else f"{name}:{self.port}"


def place_of(url: str, allowed: frozenset[str] = frozenset()) -> Place:
    """Look at a URL without asking anybody; raises NotSent `address_guarded` with what is wrong.

    `allowed` holds hosts, or host:port; for them http, any port and a private address are right.
    """
    if len(url) > LONGEST_URL or not url.isascii() or not url.isprintable() or set(url) & set(' \\"<>'):
        raise _guarded("malformed")
    parts, port = _split(url)
    host = (parts.hostname or "").rstrip(".")
    if parts.scheme not in PORTS or not host:
        raise _guarded("scheme")
    if parts.username is not None or parts.password is not None:
        raise _guarded("userinfo")
    port = port or PORTS[parts.scheme][0]
    named = host in allowed or f"{host}:{port}" in allowed
    if not named and parts.scheme != "https":
        raise _guarded("scheme")
    if not named and port not in PORTS[parts.scheme]:
        raise _guarded("port")
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Place(parts.scheme, host, port, path, named)


def _split(url: str) -> tuple[SplitResult, int | None]:
    try:
        parts = urlsplit(url)
        return parts, parts.port
    except ValueError as error:
        raise _guarded("malformed") from error


def is_public(address: Address) -> bool:
    """Whether an address is somebody's in the internet, and nothing inside of it leads elsewhere."""
    if any(address.version == net.version and address in net for net in TUNNELS):
        return False
    if isinstance(address, ipaddress.IPv6Address) and address not in GLOBAL_V6:
        return False  # also IPv4-mapped and -compatible ones, loopback, link-local, unique local
    return address.is_global and not (address.is_multicast or address.is_reserved or address.is_unspecified)


def resolve(host: str, port: int) -> Sequence[str]:
    """Every address that a name has right now; raises OSError."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(sockaddr[0]) for *_rest, sockaddr in found))


def checked_address(place: Place, resolver: Resolve = resolve) -> str:
    """The address to connect to; raises NotSent `address_guarded` when any of the name is none of the internet."""
    try:
        found = [ipaddress.ip_address(text.partition("%")[0]) for text in resolver(place.host, place.port)]
    except (OSError, UnicodeError) as error:
        raise NotSent("unreachable", "DNS", is_down=True) from error
    if not found:
        raise NotSent("unreachable", "DNS", is_down=True)
    if not place.allowed and not all(is_public(address) for address in found):
        raise _guarded("address")
    return str(found[0])


def _guarded(what: str) -> NotSent:
    return NotSent("address_guarded", what, is_final=True)


class PinnedHttp(HTTPConnection):
    """A connection to the address that was looked at; the name only goes into the request."""

    def __init__(self, place: Place, address: str) -> None:
        super().__init__(place.host, place.port, timeout=ANSWER_SECONDS)
        self.address = address

    def connect(self) -> None:
        """Connect to the address."""
        self.sock = connected(self.address, self.port)


class PinnedHttps(HTTPSConnection):
    """The same by TLS; the certificate must be that of the name."""

    def __init__(self, place: Place, address: str, tls: ssl.SSLContext) -> None:
        super().__init__(place.host, place.port, timeout=ANSWER_SECONDS, context=tls)
        self.address, self.tls = address, tls

    def connect(self) -> None:
        """Connect to the address, and prove that the name lives there."""
        plain = connected(self.address, self.port)
        try:
            self.sock = self.tls.wrap_socket(plain, server_hostname=self.host)
        except BaseException:
            plain.close()
            raise


@cache
def default_tls() -> ssl.SSLContext:
    """The certificates that this machine trusts, read once."""
    return ssl.create_default_context()


def connected(address: str, port: int) -> socket.socket:
    """A socket to an address; afterwards each wait is for an answer."""
    made = socket.create_connection((address, port), timeout=CONNECT_SECONDS)
    made.settimeout(ANSWER_SECONDS)
    return made


def open_to(place: Place, address: str, tls: ssl.SSLContext) -> HTTPConnection:
    """A connection that isn't made yet, to a place at the address that was looked at."""
    return PinnedHttps(place, address, tls) if place.scheme == "https" else PinnedHttp(place, address)
