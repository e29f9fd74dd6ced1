"""A flood of sign-ups from many addresses: the house has a limit of its own, and loses nothing that was typed."""

import pytest
from sqlalchemy import func, select

from models import Person
from services import joining
from services.merchants import members
from tests.support.builders import NOW, create_person
from tests.support.studio_builders import create_merchant
from tests.support.visits import PASSWORD, visitor

pytestmark = pytest.mark.usefixtures("db", "clock")
PAGES = {
    "/signup": {"name": "黄秀英", "building": "22", "unit": "1", "room": "301"},
    "/join/shop": {"name": "林小妹", "shop_name": "山腰茶行"},
}


def send(app, page, address, phone, **changes):
    """One sign-up from an address."""
    browser = visitor(app)
    browser.environ_base["REMOTE_ADDR"] = address
    fields = PAGES[page] | {"phone": phone, "password": PASSWORD} | changes
    return browser.submit(browser.get(page), page, **fields)


@pytest.mark.parametrize("page", PAGES)
def test_the_house_has_a_limit_for_all_addresses_and_all_kinds_together(app, db, monkeypatch, page):
    monkeypatch.setattr(joining, "PER_HOUSE", 2)
    for kind, address in zip(PAGES, ("203.0.113.1", "203.0.113.2"), strict=True):
        assert send(app, kind, address, f"1370000000{address[-1]}").status_code == 303

    typed = PAGES[page] | {"phone": "13700000003"}
    refused = send(app, page, "203.0.113.3", **typed)

    assert (refused.status_code, refused.headers["Retry-After"]) == (429, "900")
    assert "现在注册的人太多，请 15 分钟后再提交一次" in refused.text
    for value in typed.values():
        assert f'value="{value}"' in refused.text
    assert PASSWORD not in refused.text
    assert db.session.scalar(select(func.count()).select_from(Person)) == 2


def test_who_tries_too_often_from_one_address_uses_up_nothing_of_the_house(app, monkeypatch):
    monkeypatch.setattr(joining, "PER_ADDRESS", 1)
    monkeypatch.setattr(joining, "PER_HOUSE", 2)
    codes = [send(app, "/signup", "203.0.113.1", f"1370000000{n}").status_code for n in range(4)]

    other = send(app, "/signup", "203.0.113.2", "13700000009")

    assert codes == [303, 429, 429, 429]
    assert other.status_code == 303


def test_what_is_refused_uses_up_nothing_of_the_house(app, monkeypatch):
    monkeypatch.setattr(joining, "PER_HOUSE", 2)
    known = create_person().phone
    for page in PAGES:
        assert send(app, page, "203.0.113.1", known).status_code == 422
        assert send(app, page, "203.0.113.1", "13700000001", password="short").status_code == 422

    assert [send(app, page, "203.0.113.2", f"1370000000{n}").status_code for n, page in enumerate(PAGES)] == [
        303,
        303,
    ]


def test_who_was_invited_is_not_kept_out_by_a_flood(app, monkeypatch):
    monkeypatch.setattr(joining, "PER_HOUSE", 0)
    _shop, owner = create_merchant()
    address = f"/join/shop/{members.invite(owner, now=NOW).token}"
    browser = visitor(app)

    joined = browser.submit(
        browser.get(address), address, name="林小妹", phone="13700000001", password=PASSWORD
    )

    assert joined.status_code == 303
    assert send(app, "/signup", "203.0.113.2", "13700000002").status_code == 429
