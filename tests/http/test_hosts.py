"""Hosts of shows and the checklist before one, as a browser without JavaScript sees them."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from domain.bookings import BookingStatus
from domain.people import Role
from domain.studio.shows import ShowStatus
from models import Host, Show, ShowCheck
from services.studio import planning
from tests.support.builders import MONDAY, NOW, at, create_actor, create_person, create_studio
from tests.support.client import read_forms
from tests.support.studio_builders import (
    create_booth,
    create_host,
    create_merchant,
    create_product,
    create_show,
)
from tests.support.visits import HTMX, visitor

pytestmark = pytest.mark.usefixtures("db", "clock")
EVENING = at(19.5, day=MONDAY + timedelta(days=3))


@pytest.fixture
def studio(db):
    """The studio, open until midnight."""
    return create_studio(code="studio", closes=24)


@pytest.fixture
def show(studio):
    """A rundown in three days."""
    return create_show(studio)


@pytest.fixture
def staff(app):
    """A member of the staff at the tablet."""
    return visitor(app, create_actor(Role.STAFF))


def only(db, table=Show):
    db.session.rollback()  # what was read before is a picture of its own
    return db.session.scalars(select(table).execution_options(populate_existing=True)).one()


def test_a_host_is_noted_down_verified_and_taken_back(db, staff):
    added = staff.submit(staff.get("/hosts"), "/hosts", name="阿珠姐", phone="139 1234 5678")
    page = staff.get(added.location)
    assert "还没核实" in page.text
    assert "139****5678" in page.text

    warned = staff.submit(page, "/verify", evidence="id_card", note="身份证 350505199001011234")
    assert warned.status_code == 422
    assert "请不要写证件号码或电话" in warned.text
    staff.submit(page, "/verify", evidence="id_card", note="本人来过", valid_until="2027-11-23")
    record = staff.get(added.location).text
    for words in ("已核实", "看了身份证原件", "本人来过", "有效到 2027年11月23日 周二"):
        assert words in record

    staff.submit(staff.get(added.location), "/revoke")
    assert only(db, Host).evidence is None
    staff.submit(staff.get(added.location), "/archive")
    assert "已停用" in staff.get("/hosts").text
    staff.submit(staff.get(added.location), "/restore")
    corrected = staff.get(added.location)
    staff.submit(corrected, added.location, name="阿珠", phone="")
    host = only(db, Host)
    assert (host.name, host.phone) == ("阿珠", "13912345678")
    assert staff.submit(corrected, added.location, name="").status_code == 422


def test_the_checklist_names_what_lacks_and_leads_there(staff, show):
    host = create_host("小林", evidence=None)
    planning.change_show(create_actor(Role.STAFF), show.id, {"host_ids": [host.id]}, version=1, now=NOW)
    shop, merchant = create_merchant("山腰茶行", papers=())
    create_booth(show, 3, create_product(shop), merchant, status=BookingStatus.CONFIRMED)

    page = staff.get(f"/shows/{show.id}/checklist").text

    assert "1/11" in page
    assert f'href="/hosts/{host.id}">小林：还没核实' in page
    assert (
        f'href="/shows/{show.id}#booth-3-2000">展位 3 铁观音 250g（山腰茶行）：缺 资质、样品、商品链接'
        in page
    )
    assert f'href="/shows/{show.id}/edit"' in page


def test_a_point_is_ticked_with_name_and_time_and_unticked(app, db, show):
    keeper = create_person(Role.STAFF, name="吴晓敏")
    staff = visitor(app, keeper)
    page = staff.get(f"/shows/{show.id}/checklist")
    form = next(form for form in read_forms(page.text) if form.fields.get("item") == "network")

    answer = staff.post(form.action, data=form.fields)
    assert answer.location == f"/shows/{show.id}/checklist#check-network"
    ticked = staff.get(answer.location)
    assert "2/11" in ticked.text
    assert "吴晓敏 · 11月23日 周一" in ticked.text

    fragment = staff.post(form.action, data=form.fields | {"done": "0"}, headers=HTMX)
    assert fragment.text.lstrip().startswith('<div id="checklist"')
    assert db.session.scalar(select(func.count()).select_from(ShowCheck)) == 0
    assert staff.post(form.action, data=form.fields | {"item": "nonsense"}).status_code == 422


def test_the_checklist_of_a_cancelled_show_can_be_read_and_not_ticked(staff, studio):
    off = create_show(studio, status=ShowStatus.CANCELLED)

    page = staff.get(f"/shows/{off.id}/checklist")

    assert page.text.count(" disabled") == 7
