"""Windows of applications, hosts, platform and room of a show, and changing them, on both engines."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from domain.errors import BadInput, Forbidden, RuleViolation
from domain.people import Role
from domain.sales.lines import Platform
from domain.studio.planning import ShowWish
from domain.studio.shows import (
    Allotment,
    ApplicationsPhase,
    Layout,
    ShowStatus,
    StaleShow,
    applications_phase,
)
from models import AuditEvent, Draw, Show
from services.studio import booths, hosting, planning, shows
from tests.support.builders import MONDAY, NOW, at, between, create_actor, create_studio
from tests.support.studio_builders import create_merchant, create_product, create_show

pytestmark = pytest.mark.usefixtures("db")
EVENING = at(19.5, day=MONDAY + timedelta(days=3))
LOCK = EVENING - timedelta(hours=24)
DRAWN = {"allotment": Allotment.DRAW, "applications_close_at": LOCK}


def plan(**changes):
    wish = ShowWish(
        "年货节专场", changes.pop("starts_at", EVENING), changes.pop("layout", Layout.RUNDOWN), **changes
    )
    return planning.create_show(create_actor(Role.STAFF), wish, now=NOW)


def change(show, **changes):
    staff = create_actor(Role.STAFF)
    return planning.change_show(staff, show.id, changes, version=show.version, now=NOW)


def codes_of(refused):
    return [violation.code for violation in refused.value.violations]


def phase(show, now=NOW):
    return applications_phase(show.applications_open_at, show.applications_close_at, now)


def test_slots_may_be_longer_and_the_show_grows_with_them():
    create_studio(opens=0, closes=24)

    show = plan(booths=4, slot_minutes=30)

    assert show.interval == between(19.5, 21.5, days=3)
    assert shows.show_with_booths(show.id).cells[1].interval == between(20, 20.5, days=3)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"slot_minutes": 20}, "slot_length"),
        ({"slot_minutes": 135}, "slot_length"),
        ({"layout": Layout.MARKET, "slots": 32, "slot_minutes": 60}, "show_too_long"),
        ({"room": "号" * 201}, "room_long"),
        ({"host_ids": (99,)}, "host_unknown"),
        ({"allotment": Allotment.DRAW}, "draw_needs_close"),
        ({"applications_close_at": LOCK + timedelta(minutes=1)}, "applications_close_late"),
        ({"applications_open_at": LOCK, "applications_close_at": LOCK}, "applications_order"),
        ({"applications_open_at": LOCK}, "applications_order"),
    ],
)
def test_a_plan_without_sense_names_what_is_wrong_and_leaves_no_show(db, changes, code):
    create_studio()

    with pytest.raises(BadInput) as refused:
        plan(**changes)

    assert refused.value.code == code
    assert db.session.scalar(select(func.count()).select_from(Show)) == 0


def test_applications_can_not_close_before_they_are_planned():
    create_studio()

    with pytest.raises(RuleViolation) as refused:
        plan(applications_close_at=NOW)

    assert codes_of(refused) == ["applications_over"]


def test_a_drawn_show_has_its_seed_from_the_beginning_and_only_the_hash_is_public(db):
    create_studio()

    show, plain = plan(**DRAWN), plan(starts_at=EVENING - timedelta(days=1))

    draw = db.session.get(Draw, show.id)
    assert (len(draw.seed_hash), draw.list_text) == (64, None)
    assert db.session.get(Draw, plain.id) is None


def test_a_show_names_its_hosts_platform_and_room():
    create_studio()
    host = hosting.add_host(create_actor(Role.STAFF), hosting.HostFacts("聚福小林"), now=NOW)

    show = plan(platform=Platform.DOUDIAN, room=" 抖音号  jufu ", host_ids=(host.id,))

    seen = shows.show_with_booths(show.id).show
    assert ([one.name for one in seen.hosts], seen.platform, seen.room) == (
        ["聚福小林"],
        Platform.DOUDIAN,
        "抖音号 jufu",
    )


def test_what_is_said_about_a_show_can_be_changed_by_whoever_saw_it_as_it_stands(db):
    show = create_show(create_studio())
    host = hosting.add_host(create_actor(Role.STAFF), hosting.HostFacts("阿珠"), now=NOW)

    changed = change(show, title="年货节", room="8 号", host_ids=[host.id], applications_close_at=LOCK)

    assert (changed.title, changed.room, changed.version) == ("年货节", "8 号", 2)
    assert [one.id for one in shows.show_with_booths(show.id).show.hosts] == [host.id]
    with pytest.raises(StaleShow):
        planning.change_show(create_actor(Role.STAFF), show.id, {"title": "旧"}, version=1, now=NOW)
    event = db.session.scalars(select(AuditEvent).where(AuditEvent.action == "show.changed")).one()
    assert event.detail["applications_close_at"] == LOCK.isoformat()


def test_a_host_who_left_the_house_may_stay_named_but_nobody_new_is():
    show = create_show(create_studio())
    staff = create_actor(Role.STAFF)
    first, second = (hosting.add_host(staff, hosting.HostFacts(name), now=NOW) for name in "甲乙")
    change(show, host_ids=[first.id])
    hosting.archive_host(staff, first.id, now=NOW)
    hosting.archive_host(staff, second.id, now=NOW)

    kept = planning.change_show(staff, show.id, {"host_ids": [first.id], "title": "新"}, version=2, now=NOW)

    assert [host.id for host in kept.hosts] == [first.id]
    with pytest.raises(BadInput):
        planning.change_show(staff, show.id, {"host_ids": [second.id]}, version=3, now=NOW)


@pytest.mark.parametrize(
    ("state", "code"),
    [
        ({"status": ShowStatus.CANCELLED}, "show_is_cancelled"),
        ({"starts_at": NOW - timedelta(days=1)}, "show_is_over"),
    ],
)
def test_a_show_that_is_off_or_over_is_not_changed(state, code):
    show = create_show(create_studio(), **state)

    with pytest.raises(RuleViolation) as refused:
        change(show, title="新")

    assert codes_of(refused) == [code]


def test_one_tap_closes_applications_and_opens_them_again():
    show, staff = create_show(create_studio()), create_actor(Role.STAFF)

    closed = planning.close_applications(staff, show.id, version=1, now=NOW)
    assert phase(closed) is ApplicationsPhase.CLOSED
    opened = planning.open_applications(staff, show.id, version=2, now=NOW)
    assert (phase(opened), opened.applications_close_at) == (ApplicationsPhase.OPEN, None)


def test_applications_that_are_not_open_yet_open_at_once_and_keep_their_end():
    later = NOW + timedelta(hours=5)
    show = create_show(create_studio(), applications_open_at=later, applications_close_at=LOCK)

    opened = planning.open_applications(create_actor(Role.STAFF), show.id, version=1, now=NOW)

    assert (phase(opened), opened.applications_close_at) == (ApplicationsPhase.OPEN, LOCK)


def test_once_the_list_of_a_draw_is_published_its_window_stands(db):
    create_studio()
    show = plan(**DRAWN)
    draw = db.session.get(Draw, show.id)
    draw.closed_at, draw.list_text, draw.list_hash = NOW, "[]", "0" * 64
    db.session.commit()

    with pytest.raises(RuleViolation) as refused:
        change(show, applications_close_at=LOCK - timedelta(hours=1))

    assert codes_of(refused) == ["list_is_published"]
    assert change(show, title="仍可改名").title == "仍可改名"


def test_a_drawn_show_does_not_lose_its_close():
    create_studio()
    show = plan(**DRAWN)

    with pytest.raises(BadInput) as refused:
        change(show, applications_close_at=None)

    assert refused.value.code == "draw_needs_close"


def test_a_change_keeps_the_booths_and_is_the_staffs():
    show = create_show(create_studio())
    shop, merchant = create_merchant()
    taken = booths.take_booth(merchant, show.id, 3, create_product(shop).id, now=NOW)

    change(show, title="改了名字")

    assert shows.show_with_booths(show.id).cells[2].booking.id == taken.id
    with pytest.raises(Forbidden):
        planning.change_show(merchant, show.id, {"title": "我的"}, version=2, now=NOW)
