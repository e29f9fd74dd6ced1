"""Limits by address: who has a whole network of IPv6 has no more tries than a neighbour with one address."""

import pytest

from tests.support.visits import PASSWORD, visitor

pytestmark = pytest.mark.usefixtures("db", "clock")
PHONES = ("13700000001", "13700000002", "13700000003")
HOME = {"building": "22", "unit": "1", "room": "301"}
WAYS = {
    "/login": ("services.login.PER_ADDRESS", {"password": "wrong-guess"}),
    "/reset": ("services.registry.resetting.PER_ADDRESS", {"pin": "12345678", "password": PASSWORD}),
    "/signup": ("services.joining.PER_ADDRESS", {"name": "黄秀英", "password": PASSWORD, **HOME}),
    "/join/shop": ("services.joining.PER_ADDRESS", {"name": "林小妹", "password": PASSWORD}),
}
LET_THROUGH = (303, 422)


@pytest.mark.parametrize("page", WAYS)
@pytest.mark.parametrize(
    ("first", "same", "other"),
    [
        ("2001:db8:0:1::1", "2001:db8:0:1:ffff:ffff:ffff:ffff", "2001:db8:0:2::1"),
        ("203.0.113.1", "::ffff:203.0.113.1", "203.0.113.2"),
    ],
)
def test_an_address_shares_its_limit_with_its_household_alone(app, monkeypatch, page, first, same, other):
    limit, fields = WAYS[page]
    monkeypatch.setattr(limit, 1)

    def status_from(address, phone):
        browser = visitor(app)
        browser.environ_base["REMOTE_ADDR"] = address
        shop = {"shop_name": f"店{phone}"} if page == "/join/shop" else {}
        return browser.submit(browser.get(page), page, phone=phone, **fields, **shop).status_code

    answers = [
        status_from(address, phone) for address, phone in zip((first, same, other), PHONES, strict=True)
    ]

    assert answers[0] in LET_THROUGH
    assert answers[1] == 429
    assert answers[2] in LET_THROUGH
