"""Where our own requests may go: into the internet, to the address that was looked at, and nowhere else."""

import ipaddress
import socket
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.telling import outbound
from services.telling.channels_webhook import WebhookChannel
from services.telling.post import NotSent
from tests.support.fake_hook import hook_server
from tests.support.fake_mail import client_tls
from tests.support.plain_letters import letter_to

INSIDE_V4 = (
    "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/29",
    "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24",
    "224.0.0.0/4", "240.0.0.0/4", "255.255.255.255/32",
)  # fmt: skip
INSIDE_V6 = (
    "::/128", "::1/128", "::/96", "::ffff:0:0/96", "64:ff9b::/96", "64:ff9b:1::/48", "100::/64", "2001::/32",
    "2001:10::/28", "2001:db8::/32", "2002::/16", "fc00::/7", "fe80::/10", "fec0::/10", "ff00::/8",
)  # fmt: skip
REFUSED = {
    "http://hooks.example/": "scheme",
    "ftp://hooks.example/": "scheme",
    "file:///etc/passwd": "scheme",
    "gopher://hooks.example/": "scheme",
    "https:///nowhere": "scheme",
    "hooks.example/": "scheme",
    "https://user@hooks.example/": "userinfo",
    "https://user:word@hooks.example/": "userinfo",
    "https://@hooks.example/": "userinfo",
    "https://hooks.example:22/": "port",
    "https://hooks.example:80/": "port",
    "https://hooks.example:99999/": "malformed",
    "https://hooks.example:x/": "malformed",
    "https://hooks.example/a b": "malformed",
    "https://hooks.example/\r\nHost: evil": "malformed",
    "https://hooks.example\\@evil.example/": "malformed",
    "https://hooks。example/": "malformed",
    "https://[::1/": "malformed",
    "https://hooks.example/" + "a" * 500: "malformed",
}
"""URLs that may not be asked, and what is said of them."""
OURS_IN_OTHER_WORDS = (
    "2130706433",
    "0x7f.1",
    "127.1",
    "0177.0.0.1",
    "[::1]",
    "[::ffff:127.0.0.1]",
    "017700000001",
)
"""Hosts that are an address of ours to whatever connects."""
OUTSIDE = ("1.1.1.1", "8.8.8.8", "101.226.4.6", "223.5.5.5", "2400:3200::1", "2606:4700:4700::1111")


def addresses_of(networks):
    nets = [ipaddress.ip_network(net) for net in networks]
    return st.sampled_from(nets).flatmap(
        lambda net: st.integers(int(net.network_address), int(net.broadcast_address)).map(
            type(net.network_address)
        )
    )


def place(url, *allowed):
    return outbound.place_of(url, frozenset(allowed))


def refusal(work):
    with pytest.raises(NotSent) as caught:
        work()
    assert (caught.value.code, caught.value.is_final) == ("address_guarded", True)
    return caught.value.detail


@pytest.mark.drill("people")
@given(addresses_of(INSIDE_V4 + INSIDE_V6))
def test_no_address_of_a_house_or_of_nobody_is_public(address):
    assert not outbound.is_public(address)


@pytest.mark.drill("people")
@given(addresses_of(INSIDE_V4), st.sampled_from(["::ffff:0:0", "::", "64:ff9b::"]))
def test_nor_one_that_hides_in_another(address, prefix):
    hidden = ipaddress.IPv6Address(int(ipaddress.IPv6Address(prefix)) | int(address))
    assert not outbound.is_public(hidden)


@pytest.mark.drill("people")
@given(addresses_of(INSIDE_V4))
def test_nor_one_behind_6to4(address):
    assert not outbound.is_public(ipaddress.IPv6Address((0x2002 << 112) | (int(address) << 80) | 1))


@pytest.mark.parametrize("text", OUTSIDE)
def test_those_of_the_internet_are(text):
    assert outbound.is_public(ipaddress.ip_address(text))


@pytest.mark.drill("people")
@given(addresses_of(INSIDE_V4 + INSIDE_V6), st.integers(0, 2))
def test_one_bad_address_among_good_ones_is_enough(address, position):
    found = list(OUTSIDE[:2])
    found.insert(position, str(address))

    assert (
        refusal(lambda: outbound.checked_address(place("https://hooks.example/"), lambda _host, _port: found))
        == "address"
    )


@pytest.mark.mutant
def test_control_without_the_look_at_every_address_it_would_pass(monkeypatch):
    monkeypatch.setattr(outbound, "is_public", lambda _address: True)
    assert (
        outbound.checked_address(place("https://hooks.example/"), lambda _host, _port: ["127.0.0.1"])
        == "127.0.0.1"
    )


@pytest.mark.drill("people")
def test_a_url_that_may_not_be_asked(drill):
    assert {url: refusal(lambda url=url: place(url)) for url in REFUSED} == REFUSED
    drill.tell("URLs refused", len(REFUSED))


def by_number(host, _port):
    """As the system reads a host that is a number, without asking anybody."""
    return [host if ":" in host else socket.inet_ntoa(socket.inet_aton(host))]


def asked_anyway(hosts):
    """The addresses of those that nothing held back."""
    found = []
    for host in hosts:
        with suppress(NotSent):
            found.append(outbound.checked_address(place(f"https://{host}/"), by_number))
    return found


@pytest.mark.drill("people")
@pytest.mark.parametrize("host", OURS_IN_OTHER_WORDS)
def test_other_ways_to_write_an_address_of_ours_end_at_the_look_at_the_address(host):
    asked = place(f"https://{host}/")

    assert refusal(lambda: outbound.checked_address(asked, by_number)) == "address"


@pytest.mark.mutant
def test_they_would_pass_a_guard_that_looks_at_what_was_typed(monkeypatch):
    monkeypatch.setattr(outbound, "is_public", lambda address: str(address) not in OURS_IN_OTHER_WORDS)

    assert "127.0.0.1" in asked_anyway(OURS_IN_OTHER_WORDS)


def test_what_the_admin_allowed_may_be_inside_and_without_tls():
    asked = place("http://intranet:8080/hook?a=1", "intranet:8080")

    assert (asked.allowed, asked.port, asked.path, asked.host_header) == (
        True,
        8080,
        "/hook?a=1",
        "intranet:8080",
    )
    assert outbound.checked_address(asked, lambda _host, _port: ["10.0.0.7"]) == "10.0.0.7"
    assert refusal(lambda: place("http://intranet:8081/hook", "intranet:8080")) == "scheme"
    assert place("http://intranet:8081/hook", "intranet").allowed


def test_a_name_that_nobody_knows_may_be_known_later():
    def unknown(_host, _port):
        raise socket.gaierror

    with pytest.raises(NotSent) as caught:
        outbound.checked_address(place("https://hooks.example/"), unknown)
    assert (caught.value.code, caught.value.is_final, caught.value.is_down) == ("unreachable", False, True)


class Changing:
    """A name that says something else each time."""

    def __init__(self, *answers):
        self.answers, self.asked = list(answers), 0

    def __call__(self, _host, _port):
        self.asked += 1
        return [self.answers.pop(0)]


def connections(monkeypatch, resolver):
    """Where a letter connects to whose name has these addresses; nothing else may ask for it."""
    connected = []

    def connect(address, port):
        connected.append((address, port))
        raise ConnectionRefusedError

    monkeypatch.setattr(outbound, "connected", connect)
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_args, **_more: pytest.fail("asked again"))
    with pytest.raises(NotSent):
        WebhookChannel(resolver=resolver).send(letter_to("https://hooks.example/jufu"))
    return connected


@pytest.mark.drill("people")
def test_a_name_is_asked_once_and_the_connection_goes_where_was_looked(monkeypatch):
    rebinding = Changing("93.184.216.34", "127.0.0.1")

    assert connections(monkeypatch, rebinding) == [("93.184.216.34", 443)]
    assert rebinding.asked == 1


@pytest.mark.mutant
def test_a_name_that_is_asked_again_for_the_connection_leads_inside(monkeypatch):
    rebinding = Changing("93.184.216.34", "127.0.0.1")
    pinned = outbound.open_to

    def open_anew(to, _address, tls):
        return pinned(to, rebinding(to.host, to.port)[0], tls)

    monkeypatch.setattr(outbound, "open_to", open_anew)

    assert connections(monkeypatch, rebinding) == [("127.0.0.1", 443)]


def test_the_certificate_must_be_that_of_the_name_not_of_the_address(monkeypatch):
    monkeypatch.setattr(outbound, "is_public", lambda _address: True)
    with hook_server(tls=True) as program:
        allowed = frozenset({f"{host}:{program.port}" for host in ("hooks.example", "other.example")})
        channel = WebhookChannel(allowed, resolver=lambda _host, _port: ["127.0.0.1"], tls=client_tls())
        channel.send(letter_to(program.url("hooks.example")))
        with pytest.raises(NotSent) as caught:
            channel.send(letter_to(program.url("other.example")))

    assert caught.value.detail == "SSLCertVerificationError"
    assert len(program.asked) == 1
