"""Under which name an address is counted where a limit holds for it."""

from ipaddress import IPv4Address, IPv6Address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.network import HOST_BITS, UNKNOWN, household_of

HALVES = st.integers(0, 2**HOST_BITS - 1)
REAL = st.integers(1, 2**HOST_BITS - 1)
"""The network 0 holds the mapped addresses of IPv4."""


def of_six(network: int, host: int) -> str:
    return str(IPv6Address(network << HOST_BITS | host))


@given(REAL, HALVES, HALVES)
def test_all_addresses_of_a_64_are_one_household(network: int, one: int, other: int) -> None:
    assert household_of(of_six(network, one)) == household_of(of_six(network, other))


@given(HALVES, HALVES, HALVES)
def test_two_64s_are_two_households(one: int, other: int, host: int) -> None:
    assert (household_of(of_six(one, host)) == household_of(of_six(other, host))) == (one == other)


@given(st.ip_addresses(v=4))
def test_an_address_of_version_four_is_itself_however_it_comes(address: IPv4Address) -> None:
    assert household_of(str(address)) == household_of(f"::ffff:{address}") == str(address)


@given(REAL, HALVES, st.sampled_from(("eth0", "1", "wlan-x")))
def test_the_name_of_an_interface_makes_no_other_household(network: int, host: int, scope: str) -> None:
    address = of_six(network, host)

    assert household_of(f"{address}%{scope}") == household_of(address)


@given(st.ip_addresses())
def test_a_name_of_a_household_is_short_and_the_same_for_every_spelling(
    address: IPv4Address | IPv6Address,
) -> None:
    name = household_of(str(address))

    assert len(name) <= 43
    assert name == household_of(address.exploded.upper())


@pytest.mark.parametrize(
    "made_up",
    [
        "",
        "unknown",
        "nobody",
        "1.2.3",
        "1.2.3.4.5",
        "01.2.3.4",
        "::1::",
        "1.2.3.4%x",
        "é",
        pytest.param("/" * 999, id="long"),
    ],
)
def test_what_is_no_address_shares_one_limit(made_up: str) -> None:
    assert household_of(made_up) == UNKNOWN


@pytest.mark.parametrize(
    ("address", "household"),
    [
        ("203.0.113.7", "203.0.113.7"),
        ("::FFFF:203.0.113.7", "203.0.113.7"),
        ("2001:db8:0:1::7", "2001:db8:0:1::/64"),
        ("fe80::7%eth0", "fe80::/64"),
        ("::1", "::/64"),
    ],
)
def test_names_of_households(address: str, household: str) -> None:
    assert household_of(address) == household


@given(st.ip_addresses(v=4), st.ip_addresses(v=6), st.integers(1, 65_535))
def test_a_port_behind_it_makes_no_other_household(four: IPv4Address, six: IPv6Address, port: int) -> None:
    assert household_of(f"{four}:{port}") == household_of(str(four))
    assert household_of(f"[{six}]:{port}") == household_of(f"[{six}]") == household_of(str(six))
