"""The checklist before a show: lights that the house sees, ticks with person and time, on both engines."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from domain.bookings import BookingStatus
from domain.errors import Forbidden, RuleViolation
from domain.interval import local_day
from domain.people import Role
from domain.sales.lines import Platform
from domain.studio.checklist import AutomaticCheck, ManualCheck, Part
from domain.studio.hosts import Evidence, Standing
from domain.studio.shows import ShowStatus
from models import AuditEvent, BoothSlot, ProductCode, ShowCheck
from services.studio import checklists, hosting, planning
from tests.support.builders import NOW, create_actor, create_studio, saved
from tests.support.studio_builders import create_booth, create_merchant, create_product, create_show

pytestmark = pytest.mark.usefixtures("db")


@pytest.fixture
def staff():
    """Somebody who may."""
    return create_actor(Role.STAFF)


@pytest.fixture
def show(db):
    """A rundown in three days."""
    return create_show(create_studio())


def host_for(staff, show, valid_for=None):
    host = hosting.add_host(staff, hosting.HostFacts("聚福小林"), now=NOW)
    if valid_for is not None:
        until = local_day(NOW) + timedelta(days=valid_for)
        hosting.verify_host(staff, host.id, Evidence.ID_CARD, note="", valid_until=until, now=NOW)
    seen = checklists.checklist(staff, show.id).show
    ids = [one.id for one in seen.hosts] + [host.id]
    planning.change_show(staff, show.id, {"host_ids": ids}, version=seen.version, now=NOW)


def ready_booth(db, show, number, **product):
    shop, merchant = create_merchant()
    goods = create_product(shop, f"商品{number}", **product)
    saved(ProductCode(product_id=goods.id, platform=Platform.DOUDIAN, code=f"35{number}"))
    made = create_booth(show, number, goods, merchant, status=BookingStatus.CONFIRMED)
    slot = db.session.get(BoothSlot, made.id)
    slot.sample, slot.sample_received_at, slot.sample_received_by_id = "received", NOW, merchant.id
    db.session.commit()
    return made


def test_nothing_is_green_but_that_no_request_waits(staff, show):
    found = checklists.checklist(staff, show.id)

    assert found.green == {AutomaticCheck.REQUESTS}
    assert (found.done, found.total) == (1, 11)


@pytest.mark.parametrize(
    ("valid_for", "standing"),
    [(None, Standing.UNVERIFIED), (2, Standing.OUTDATED), (3, Standing.VERIFIED)],
)
def test_every_host_must_be_verified_on_the_day_of_the_show(staff, show, valid_for, standing):
    host_for(staff, show, 300)
    host_for(staff, show, valid_for)

    found = checklists.checklist(staff, show.id)

    assert [one for _host, one in found.hosts] == [Standing.VERIFIED, standing]
    assert (AutomaticCheck.HOSTS in found.green) is (standing is Standing.VERIFIED)


def test_platform_and_room_are_both_wanted(staff, show):
    planning.change_show(staff, show.id, {"platform": Platform.DOUDIAN}, version=1, now=NOW)
    assert AutomaticCheck.ROOM not in checklists.checklist(staff, show.id).green

    planning.change_show(staff, show.id, {"room": "8 号"}, version=2, now=NOW)
    assert AutomaticCheck.ROOM in checklists.checklist(staff, show.id).green


def test_booths_that_lack_something_are_named_with_what_they_lack(db, staff, show):
    ready_booth(db, show, 1)
    assert AutomaticCheck.BOOTHS in checklists.checklist(staff, show.id).green

    bare = ready_booth(db, show, 4, stock=0)
    shop, merchant = create_merchant(papers=())
    bad = create_booth(show, 6, create_product(shop), merchant, status=BookingStatus.CONFIRMED)

    found = checklists.checklist(staff, show.id)
    assert AutomaticCheck.BOOTHS not in found.green
    assert [(one.slot.booking_id, one.booth, one.missing) for one in found.lacks] == [
        (bare.id, 4, (Part.STOCK,)),
        (bad.id, 6, (Part.PAPERS, Part.SAMPLE, Part.LINK)),
    ]


def test_a_request_that_waits_is_seen(staff, show):
    shop, merchant = create_merchant()
    create_booth(show, 2, create_product(shop), merchant)

    found = checklists.checklist(staff, show.id)

    assert (found.undecided, AutomaticCheck.REQUESTS in found.green) == (1, False)


def test_a_tick_tells_by_whom_and_when_and_may_be_taken_away(db, staff, show):
    other = create_actor(Role.STAFF)
    checklists.tick(staff, show.id, {ManualCheck.NETWORK: True}, now=NOW)
    checklists.tick(other, show.id, {ManualCheck.NETWORK: True}, now=NOW + timedelta(minutes=1))

    row = db.session.scalars(select(ShowCheck)).one()
    assert (row.done_by_id, row.done_at) == (staff.id, NOW)
    assert checklists.checklist(staff, show.id).done == 2

    for _ in range(2):
        checklists.tick(other, show.id, {ManualCheck.NETWORK: False}, now=NOW)
    assert checklists.checklist(staff, show.id).ticks == {}
    ticked = select(func.count()).where(AuditEvent.action.in_(("show.checked", "show.unchecked")))
    assert db.session.scalar(ticked) == 2


def test_a_show_that_is_off_or_over_is_not_ticked(staff):
    studio = create_studio()
    off = create_show(studio, status=ShowStatus.CANCELLED)
    over = create_show(studio, NOW - timedelta(days=1))

    for show, code in ((off, "show_is_cancelled"), (over, "show_is_over")):
        with pytest.raises(RuleViolation) as refused:
            checklists.tick(staff, show.id, {ManualCheck.CARDS: True}, now=NOW)
        assert refused.value.violations[0].code == code


def test_the_checklist_is_the_staffs(show):
    _, merchant = create_merchant()

    with pytest.raises(Forbidden):
        checklists.checklist(merchant, show.id)
    with pytest.raises(Forbidden):
        checklists.tick(merchant, show.id, {ManualCheck.CARDS: True}, now=NOW)
