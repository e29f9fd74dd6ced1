"""After a show: what became of each booth, views, absent shops, and the file that is sealed."""

import json
from datetime import timedelta
from hashlib import sha256

import pytest
from sqlalchemy import select

from domain.attendance import PointKind
from domain.bookings import BookingStatus
from domain.errors import BadInput, Forbidden, Missing, RuleViolation
from domain.people import Role
from domain.studio.booths import OnAir
from domain.studio.running import SkipReason
from domain.studio.shows import Layout, ShowStatus
from domain.studio.wrapping import Outcome
from models import (
    Booking,
    BoothSlot,
    ComplianceRecord,
    OutboxMessage,
    PenaltyPoint,
    PrivateFile,
    RundownItem,
    Setting,
    ShowRun,
)
from services import passing, points
from services.studio import airings, sealing, wrapping
from services.unit_of_work import in_transaction
from tests.support.builders import create_actor, create_studio, saved, set_figure
from tests.support.studio_builders import (
    create_airing,
    create_booth,
    create_merchant,
    create_product,
    create_show,
)

pytestmark = pytest.mark.usefixtures("db")
HOUR = timedelta(hours=1)


@pytest.fixture
def staff():
    """Somebody of the staff."""
    return create_actor(Role.STAFF)


@pytest.fixture
def show():
    """A rundown whose console nobody has touched."""
    return create_show(create_studio())


def booth_of(show, number=1, *, name=None, **changes):
    """A confirmed booth of a shop of its own."""
    shop, owner = create_merchant(name)
    product = create_product(shop, f"好物{number}")
    return create_booth(show, number, product, owner, **{"status": BookingStatus.CONFIRMED} | changes)


def stands(db, booking):
    """The state of a booking as the database has it."""
    return db.session.scalar(select(Booking.status).where(Booking.id == booking.id))


def test_without_a_console_what_is_ticked_becomes_the_running_order(db, staff, show):
    tea, noodles, crab = (booth_of(show, number) for number in (1, 2, 3))

    wrapping.wrap_up(
        staff, show.id, {noodles.id: Outcome.ABSENT, crab.id: Outcome.NO_TIME}, {}, now=show.ends_at
    )

    aired = airings.of_show(db.session(), show.id)
    assert (aired[tea.id].state, aired[tea.id].started_at, aired[tea.id].ended_at) == (
        OnAir.DONE,
        tea.starts_at,
        tea.ends_at,
    )
    assert (aired[noodles.id].state, aired[noodles.id].skip_reason) == (OnAir.SKIPPED, SkipReason.ABSENT)
    assert (aired[crab.id].state, aired[crab.id].skip_reason) == (OnAir.SKIPPED, SkipReason.NO_TIME)
    assert [stands(db, one) for one in (tea, noodles, crab)] == [
        BookingStatus.COMPLETED,
        BookingStatus.NO_SHOW,
        BookingStatus.COMPLETED,
    ]
    run = db.session.get_one(ShowRun, show.id)
    assert (run.started_at, run.ended_at) == (tea.starts_at, tea.ends_at)


def test_an_absent_shop_gets_its_points_is_told_and_may_be_excused(db, staff, show):
    missed = booth_of(show)

    wrapping.wrap_up(staff, show.id, {missed.id: Outcome.ABSENT}, {}, now=show.ends_at)

    point = db.session.scalars(select(PenaltyPoint)).one()
    assert (point.person_id, point.kind, point.points) == (missed.booker_id, PointKind.ABSENT, 3)
    told = db.session.scalars(select(OutboxMessage).where(OutboxMessage.kind == "booth_absent")).one()
    assert (told.recipient_id, told.params["booth"], told.params["points"]) == (missed.booker_id, 1, 3)
    _, record = points.of_person(staff, missed.booker_id, show.ends_at)
    assert (record.live, record.paused_until) == (3, None)
    points.excuse(staff, point.id, reason="家里有急事", now=show.ends_at + HOUR)
    _, record = points.of_person(staff, missed.booker_id, show.ends_at + HOUR)
    assert record.live == 0


def test_no_points_are_given_where_the_house_asks_for_none(db, staff, show):
    set_figure("absent_points", 0)
    missed = booth_of(show)

    wrapping.wrap_up(staff, show.id, {missed.id: Outcome.ABSENT}, {}, now=show.ends_at)

    assert db.session.scalars(select(PenaltyPoint)).all() == []
    assert stands(db, missed) is BookingStatus.NO_SHOW


def test_what_the_console_saw_on_air_stays_and_what_it_left_over_had_no_time(db, staff, show):
    tea, noodles = booth_of(show, 1), booth_of(show, 2)
    create_airing(tea, show.starts_at, show.starts_at + timedelta(minutes=17))

    with pytest.raises(RuleViolation) as refusal:
        wrapping.wrap_up(staff, show.id, {tea.id: Outcome.ABSENT}, {}, now=show.ends_at)
    assert [one.code for one in refusal.value.violations] == ["booth_was_aired"]

    wrapping.wrap_up(staff, show.id, {}, {}, now=show.ends_at)
    aired = airings.of_show(db.session(), show.id)
    assert aired[tea.id].ended_at == show.starts_at + timedelta(minutes=17)
    assert aired[noodles.id].skip_reason is SkipReason.NO_TIME


def test_in_a_market_one_shop_may_be_absent_though_its_slot_was_aired(db, staff):
    market = create_show(create_studio(), layout=Layout.MARKET, booths=3, slots=2)
    first = market.plan.interval_of(1, market.starts_at)
    tea, noodles = booth_of(market, 1, interval=first), booth_of(market, 2, interval=first)
    item = create_airing(tea, first.starts_at, first.ends_at)

    def join():
        db.session.get_one(RundownItem, item.id).slots = [
            db.session.get_one(BoothSlot, one.id) for one in (tea, noodles)
        ]

    join()
    db.session.commit()
    wrapping.wrap_up(staff, market.id, {noodles.id: Outcome.ABSENT}, {}, now=market.ends_at)

    aired = airings.of_show(db.session(), market.id)
    assert (aired[tea.id].state, aired[noodles.id].state) == (OnAir.DONE, OnAir.SKIPPED)
    assert stands(db, noodles) is BookingStatus.NO_SHOW


def test_it_is_wrapped_up_once_after_the_show_by_staff_only(staff, show):
    missed = booth_of(show)

    with pytest.raises(Forbidden):
        wrapping.wrap_up(create_actor(), show.id, {}, {}, now=show.ends_at)
    with pytest.raises(Missing):
        wrapping.wrap_up(staff, 999, {}, {}, now=show.ends_at)
    with pytest.raises(RuleViolation) as early:
        wrapping.wrap_up(staff, show.id, {}, {}, now=show.ends_at - HOUR)
    assert [one.code for one in early.value.violations] == ["show_not_over"]
    with pytest.raises(BadInput) as strange:
        wrapping.wrap_up(staff, show.id, {missed.id + 99: Outcome.AIRED}, {}, now=show.ends_at)
    assert strange.value.code == "booth_of_another_show"

    wrapping.wrap_up(staff, show.id, {}, {}, now=show.ends_at)
    with pytest.raises(RuleViolation) as late:
        wrapping.wrap_up(staff, show.id, {missed.id: Outcome.ABSENT}, {}, now=show.ends_at + HOUR)
    assert [one.code for one in late.value.violations] == ["already_sealed"]


def test_a_show_that_the_console_ended_early_can_be_wrapped_up_at_once(db, staff, show):
    tea = booth_of(show)
    over = show.starts_at + timedelta(minutes=20)
    create_airing(tea, show.starts_at, over)
    saved(ShowRun(show_id=show.id, version=3, started_at=show.starts_at, ended_at=over))

    wrapping.wrap_up(staff, show.id, {}, {}, now=over)

    kept = db.session.get_one(ComplianceRecord, show.id)
    assert kept.keep_until.date() == show.ends_at.date().replace(year=show.ends_at.year + 3)


def test_booths_wait_for_the_wrap_up_which_comes_by_itself_a_day_later(db, show):
    tea = booth_of(show)

    assert passing.complete_due(show.ends_at + HOUR) == 0
    assert stands(db, tea) is BookingStatus.CONFIRMED
    assert wrapping.wrap_up_due(show.ends_at + timedelta(hours=23)) == 0
    assert wrapping.wrap_up_due(show.ends_at + timedelta(hours=24)) == 1
    assert wrapping.wrap_up_due(show.ends_at + timedelta(hours=24)) == 0

    assert stands(db, tea) is BookingStatus.COMPLETED
    record = db.session.get_one(ComplianceRecord, show.id)
    assert record.sealed_by_id is None
    assert record.content["show"]["wrapped_up_by"] is None


def test_by_itself_it_goes_by_what_the_floor_director_pressed(db, show):
    tea, noodles = booth_of(show, 1), booth_of(show, 2)
    late = booth_of(show, 3)
    create_airing(tea, show.starts_at, None)
    create_airing(noodles, None, show.ends_at, state=OnAir.SKIPPED, skip_reason=SkipReason.ABSENT)

    wrapping.wrap_up_due(show.ends_at + timedelta(hours=24))

    aired = airings.of_show(db.session(), show.id)
    assert aired[tea.id].ended_at == show.starts_at + timedelta(minutes=15)
    assert stands(db, noodles) is BookingStatus.NO_SHOW
    assert aired[late.id].skip_reason is SkipReason.NO_TIME


@pytest.mark.parametrize("status", [ShowStatus.CANCELLED, ShowStatus.DRAFT])
def test_cancelled_shows_and_drafts_are_left_alone(status):
    show = create_show(create_studio(), status=status)

    assert wrapping.wrap_up_due(show.ends_at + timedelta(days=2)) == 0


def test_views_are_typed_in_before_and_after_sealing(db, staff, show):
    tea = booth_of(show)

    wrapping.keep_views(staff, show.id, {tea.id: 1280}, now=show.ends_at)
    wrapping.wrap_up(staff, show.id, {}, {}, now=show.ends_at)
    sealed = sealing.of_show(staff, show.id)
    wrapping.keep_views(staff, show.id, {tea.id: 1300}, now=show.ends_at + HOUR)

    assert db.session.get_one(BoothSlot, tea.id).views == 1300
    after = sealing.of_show(staff, show.id)
    assert after.is_whole
    assert after.record.digest == sealed.record.digest
    with pytest.raises(BadInput):
        wrapping.keep_views(staff, show.id, {tea.id: -1}, now=show.ends_at)
    with pytest.raises(BadInput):
        wrapping.keep_views(staff, show.id, {tea.id + 99: 1}, now=show.ends_at)


def test_the_file_says_who_sold_what_and_who_verified_it(db, staff, show):
    tea = booth_of(show, name="山腰茶行")

    wrapping.wrap_up(staff, show.id, {}, {}, now=show.ends_at)

    content = sealing.of_show(staff, show.id).record.content
    booth = content["booths"][0]
    assert (booth["booking"], booth["seller"]["name"], booth["seller"]["contact_phone"]) == (
        tea.id,
        "山腰茶行",
        "0595-87000000",
    )
    assert booth["product"]["claims_status"] == "cleared"
    assert booth["times"][0]["started_at"] == tea.starts_at.isoformat()
    paper = content["papers"][0]
    assert (paper["kind"], paper["scan"]["sha256"]) == ("business_licence", "a" * 64)
    canonical = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    assert sha256(canonical.encode()).hexdigest() == sealing.of_show(staff, show.id).record.digest


def test_a_scan_is_kept_for_the_show_that_needs_it_longest(db, staff):
    shop, owner = create_merchant()
    product = create_product(shop)
    studio = create_studio()
    first = create_show(studio)
    second = create_show(studio, first.starts_at + timedelta(days=1))
    for show in (first, second):
        create_booth(show, 1, product, owner, status=BookingStatus.CONFIRMED)

    wrapping.wrap_up(staff, second.id, {}, {}, now=second.ends_at)
    wrapping.wrap_up(staff, first.id, {}, {}, now=second.ends_at)

    scan = db.session.scalars(select(PrivateFile).execution_options(populate_existing=True)).one()
    assert scan.keep_until == db.session.get_one(ComplianceRecord, second.id).keep_until


def test_the_house_may_keep_records_longer_but_never_shorter_than_three_years(db, staff):
    for years, expected in ((1, 3), (5, 5)):
        past_the_bounds = Setting(key="records_years", value=years)
        in_transaction(lambda row=past_the_bounds: db.session.merge(row))
        show = create_show(create_studio())
        wrapping.wrap_up(staff, show.id, {}, {}, now=show.ends_at)
        kept = db.session.get_one(ComplianceRecord, show.id).keep_until
        assert kept == show.ends_at.replace(year=show.ends_at.year + expected)
