"""The page on which a shop declares margin, sales before the programme and its place on the leaderboard."""

import pytest

from domain.people import Role
from models import Merchant
from tests.support.builders import create_actor
from tests.support.client import read_forms
from tests.support.studio_builders import create_merchant
from tests.support.visits import visitor

pytestmark = pytest.mark.usefixtures("db", "clock")


@pytest.fixture
def shop():
    return create_merchant("山腰茶行")


@pytest.fixture
def staff(app):
    return visitor(app, create_actor(Role.STAFF, name="吴晓敏"))


def test_a_shop_declares_its_margin_and_the_home_leads_there(app, db):
    merchant, keeper = create_merchant("新店", margin_bp=0)
    browser = visitor(app, keeper)
    assert 'href="/sales/standing"' in browser.get("/sales").text
    page = browser.get("/sales/standing")
    assert "三项分开看，从不相加" in page.text

    slip = browser.submit(page, "/standing", margin="三成", baseline="8000", baseline_note="")
    assert slip.status_code == 422
    assert "利润率请写成" in slip.text
    assert "三成" in slip.text
    slip = browser.submit(page, "/standing", margin="30", baseline="8000", baseline_note="")
    assert (slip.status_code, "请写一句这个数是怎么来的" in slip.text) == (422, True)
    form = read_forms(page.text)
    fields = next(one for one in form if one.action.endswith("/standing")).fields
    fields.pop("on_leaderboard")  # the box is not ticked any more
    done = browser.post(
        "/sales/standing", data=fields | {"margin": "30", "baseline": "", "baseline_note": ""}
    )

    assert (done.status_code, done.location) == (303, "/sales")
    changed = db.session.get_one(Merchant, merchant.id, populate_existing=True)
    assert (changed.margin_bp, changed.on_leaderboard, changed.version) == (3000, False, 2)
    late = browser.submit(page, "/standing", margin="50")
    assert late.status_code == 409
    assert 'value="50"' in late.text
    assert browser.submit(late, "/standing").status_code == 303


def test_staff_write_the_margin_down_but_not_the_choice(staff, shop, db):
    address = f"/sales/standing/{shop[0].id}"
    assert address in staff.get(f"/merchants/{shop[0].id}").text
    page = staff.get(address)
    assert "销售榜上显示" not in page.text

    done = staff.submit(page, address, margin="12.5", on_leaderboard="")

    assert (done.status_code, done.location) == (303, f"/merchants/{shop[0].id}")
    db.session.rollback()
    changed = db.session.get_one(Merchant, shop[0].id, populate_existing=True)
    assert (changed.margin_bp, changed.on_leaderboard) == (1250, True)
    assert "改了利润率" in staff.get(f"/merchants/{shop[0].id}").text
