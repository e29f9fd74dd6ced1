"""What a new database is filled with: the house of DOMAIN.md, and a demo that obeys the house's own rules."""

import shutil
from datetime import date, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import selectinload

from app import create_app
from domain.bookings import BookingStatus
from domain.interval import ZONE, at_local, local_day
from domain.merchants.credit_code import clean_credit_code
from domain.merchants.papers import PaperFacts
from domain.merchants.products import FoodType
from domain.merchants.shops import MerchantStatus
from domain.people import Actor, Role
from domain.studio.booths import Sample
from domain.telling import DeliveryState
from domain.waitlist import EntryStatus
from models import (
    Booking,
    BoothSlot,
    Closure,
    Delivery,
    Merchant,
    Notice,
    Occupancy,
    Person,
    Product,
    RundownItem,
    Sale,
    Show,
    Space,
    WaitlistEntry,
)
from models import db as database_of_models
from services import doctor, people, queue
from services.passwords import hash_password, matches
from services.reports import report
from services.seed import demo, desk, first_start, licences, shops
from services.seed import people as demo_people
from services.seed.wares import PRINTED_SHOP
from services.studio.compliance import lacks_of
from tests.support.engines import SqliteDatabase, disconnect, settings
from tests.support.growing import grow

pytestmark = [pytest.mark.xdist_group("seed"), pytest.mark.slow]

NOON = datetime(2026, 11, 23, 11, 20, tzinfo=ZONE)
HASH = hash_password("for-tests-only")


def lay(now=NOON):
    return demo.lay_demo(password_hash=HASH, now=now)


@pytest.fixture(scope="module", autouse=True)
def drawn():
    """Pictures and papers are the same in every demo: drawn once for all that are laid here."""
    pictures, scans = shops.draw_all(), licences.draw_all()
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(shops, "draw_all", lambda: pictures)
        patched.setattr(licences, "draw_all", lambda: scans)
        yield


@pytest.fixture(scope="module")
def demo_file(drawn):
    """The demo, laid once for all tests that only look at it or build upon it."""
    database = SqliteDatabase(f"seed-{uuid4().hex[:8]}")
    app = create_app(settings(database.url))
    with app.app_context():
        assert lay()
    disconnect(app)
    yield Path(app.config["SQLALCHEMY_DATABASE_URI"].removeprefix("sqlite:///"))
    database.drop()


@pytest.fixture(scope="module")
def demo_app(demo_file):
    """The demo, to look at."""
    app = create_app(settings(f"sqlite:///{demo_file}"))
    yield app
    disconnect(app)


@pytest.fixture
def demo_of_its_own(demo_file):
    """A copy of the demo, to build upon."""
    copy = demo_file.with_name(f"seed-{uuid4().hex[:8]}.sqlite")
    shutil.copyfile(demo_file, copy)
    app = create_app(settings(f"sqlite:///{copy}"))
    with app.app_context():
        yield database_of_models
        database_of_models.session.rollback()
    disconnect(app)
    for file in copy.parent.glob(f"{copy.name}*"):
        file.unlink()


@pytest.fixture
def laid(demo_app):
    """The database of the demo."""
    with demo_app.app_context():
        yield database_of_models
        database_of_models.session.rollback()


def picture(db):
    """What can be seen of the demo, whatever numbers the engine gave."""
    rows = select(Space.code, Booking.starts_at, Booking.status, Booking.purpose, Person.phone).select_from(
        Booking
    )
    rows = rows.join(Space, Space.id == Booking.space_id).join(Person, Person.id == Booking.booker_id)
    return sorted(map(repr, db.session.execute(rows)))


def count(db, *where):
    db.session.rollback()
    return db.session.scalar(select(func.count()).where(*where))


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    "now",
    [NOON.replace(hour=3), NOON.replace(day=1, hour=21), datetime(2027, 1, 2, 23, 50, tzinfo=ZONE)],
    ids=["at night", "on the first of a month", "in a new year"],
)
@pytest.mark.usefixtures("db")
def test_the_demo_obeys_every_invariant_whenever_it_is_laid(now):
    assert lay(now)
    assert doctor.data_findings(now) == []


def test_the_demo_is_a_living_community(laid):
    statuses = dict(
        map(tuple, laid.session.execute(select(Booking.status, func.count()).group_by(Booking.status)))
    )
    assert all(statuses[status] for status in BookingStatus)
    assert statuses[BookingStatus.CHECKED_IN] >= 3
    today = (at_local(local_day(NOON), 0), at_local(local_day(NOON), 1440))
    assert count(laid, Booking.starts_at >= today[0], Booking.starts_at < today[1]) >= 20
    roles = dict(map(tuple, laid.session.execute(select(Person.role, func.count()).group_by(Person.role))))
    assert roles[Role.CAPTAIN] == 7
    assert roles[Role.MERCHANT] == 9
    assert roles[Role.RESIDENT] >= 60
    assert count(laid, Person.is_demo.is_(False)) == 0
    assert count(laid, Product.picture_sha256.is_(None)) == 0
    assert count(laid, Person.verified_at.is_(None), Person.building == 22) == 2


def test_the_shops_of_the_demo_are_verified_but_for_one_that_waits(laid):
    shops = laid.session.scalars(select(Merchant).options(selectinload(Merchant.papers))).all()
    printed = next(shop for shop in shops if shop.name == PRINTED_SHOP)

    assert [shop.name for shop in shops if shop.status is MerchantStatus.SUBMITTED] == [
        licences.NEWCOMER.name
    ]
    verified = [shop for shop in shops if shop.status is MerchantStatus.VERIFIED]
    assert len(verified) == len(shops) - 1 == 8
    for shop in verified:
        assert clean_credit_code(shop.credit_code) == shop.credit_code
        assert {paper.kind for paper in shop.papers} == set(licences.KINDS)
        facts = [PaperFacts(paper.kind, paper.status, paper.expires_on) for paper in shop.papers]
        for food_type in (None, *FoodType):
            assert lacks_of(shop, food_type, facts, local_day(NOON)) == []
    ends = min(paper.expires_on for paper in printed.papers if paper.expires_on)
    assert (ends - local_day(NOON)).days == 20


def test_the_demo_shows_what_the_house_can_do(laid):
    resident = laid.session.scalars(select(Person).where(Person.phone == "13800000001")).one()
    line = laid.session.scalars(select(WaitlistEntry).order_by(WaitlistEntry.id)).all()

    offered = [one.person_id for one in line if one.status is EntryStatus.OFFERED]
    assert len(offered) == 1
    assert resident.id not in offered
    assert [one.status for one in line if one.person_id == resident.id] == [EntryStatus.WAITING]
    assert count(laid, Booking.proposed_starts_at > NOON, Booking.proposed_to_booker.is_(False)) == 1
    assert count(laid, Booking.series_id.is_not(None), Booking.starts_at > NOON) == 5
    assert count(laid, Closure.starts_at > NOON) == 2
    assert 5 <= count(laid, Booking.status == BookingStatus.PENDING) <= 14  # what a desk can look through


def test_the_demo_has_something_of_each_kind_at_the_desk(laid):
    printed = select(Person).where(Person.phone.in_(["13800000002", "13800000004", "13800000005"]))
    captain, staff, admin = sorted(laid.session.scalars(printed), key=lambda one: one.phone)
    assert len(queue.lists(staff.as_actor(), NOON).harmless) >= 2
    proposed = laid.session.scalars(select(Booking).where(Booking.proposed_to_booker)).one()
    assert (proposed.status, proposed.booker_id) == (BookingStatus.PENDING, captain.id)
    assert count(laid, Booking.first_yes_by_id == staff.id, Booking.status == BookingStatus.PENDING) == 1
    assert count(laid, Notice.person_id == admin.id, Notice.kind == "second_yes_wanted") == 1
    assert (desk.pin_is_printed(), count(laid, Delivery.state == DeliveryState.DEAD)) == (True, 1)


def test_whoever_tries_the_story_finds_its_times_free(laid):
    tomorrow = local_day(NOON) + timedelta(days=1)
    afternoon = Booking.starts_at < at_local(tomorrow, 18 * 60), Booking.ends_at > at_local(tomorrow, 15 * 60)
    tea_room = select(Space.id).where(Space.code == "tea-room").scalar_subquery()

    assert count(laid, Booking.space_id == tea_room, *afternoon) == 0
    upcoming = laid.session.scalars(
        select(Show).where(Show.starts_at > NOON).order_by(Show.starts_at)
    ).first()
    taken = laid.session.scalars(
        select(Booking.place).join(BoothSlot).where(BoothSlot.show_id == upcoming.id).order_by(Booking.place)
    ).all()
    assert taken == [1, 2, 4, 5, 7]
    merchant = laid.session.scalars(select(Person).where(Person.phone == "13800000003")).one()
    assert count(laid, Booking.booker_id == merchant.id, Booking.starts_at > NOON) == 0


def test_the_past_show_has_its_times_on_air_and_its_sales(laid):
    assert count(laid, RundownItem.started_at.is_not(None)) == 8
    assert count(laid, Sale.show_id.is_not(None)) > 100
    assert count(laid, Sale.product_id.is_(None)) == 3


def test_samples_go_home_after_a_show_and_some_of_the_next_are_here_already(laid):
    past, coming = laid.session.scalars(select(Show).order_by(Show.starts_at)).all()[:2]
    for show, returned, received in ((past, 8, 0), (coming, 0, 2)):
        samples = [BoothSlot.show_id == show.id]
        assert count(laid, *samples, BoothSlot.sample == Sample.RETURNED) == returned
        assert count(laid, *samples, BoothSlot.sample == Sample.RECEIVED) == received


def test_the_printed_resident_has_something_to_read_and_to_look_forward_to(laid):
    resident = laid.session.scalars(select(Person).where(Person.phone == "13800000001")).one()

    kinds = set(laid.session.scalars(select(Notice.kind).where(Notice.person_id == resident.id)))
    assert {"booking_confirmed", "booking_declined"} <= kinds
    assert count(laid, Notice.person_id == resident.id, Notice.read_at.is_(None)) > 0
    assert (
        count(laid, Booking.booker_id == resident.id, Booking.starts_at > NOON, Booking.status == "confirmed")
        == 1
    )


def test_the_last_month_has_something_to_report(laid):
    found = report.of_days(Actor(1, Role.STAFF, "员工"), report.month_days(date(2026, 10, 1)), NOON)
    assert min(found.totals.no_shows, found.totals.walk_ins, found.waits.whole.count, found.gaps[0].count) > 1


def test_laying_the_demo_twice_changes_nothing(laid):
    tables = (Person, Booking, Occupancy, Show, Sale, Notice)
    before = [count(laid, table.__table__.primary_key.columns[0].is_not(None)) for table in tables]

    assert not lay(NOON + timedelta(days=1))
    assert [count(laid, table.__table__.primary_key.columns[0].is_not(None)) for table in tables] == before


@pytest.mark.parametrize(
    "engine_name", [pytest.param("postgresql", marks=pytest.mark.postgresql)], indirect=True
)
def test_the_same_now_gives_the_same_demo_on_the_other_engine_and_it_can_grow(demo_app, db):
    with demo_app.app_context():
        first = picture(db)
    assert lay()

    assert picture(db) == first
    assert doctor.data_findings(NOON) == []
    grow(db, HASH, NOON)


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
def test_a_phone_that_belongs_to_somebody_leaves_nothing_half_laid(db):
    people.create_account(phone="13800000004", name="真人", role=Role.STAFF, now=NOON)

    with pytest.raises(Exception, match="phone_known"):
        lay()
    assert count(db, Booking.id.is_not(None)) == 0


def test_a_production_start_lays_the_house_but_nobody_lives_in_it(db):
    first_start.make_ready(production=True, demo_password=None, now=NOON)

    assert (count(db, Space.id.is_not(None)), count(db, Person.id.is_not(None))) == (5, 0)


@pytest.mark.usefixtures("laid")
def test_a_production_start_refuses_demo_accounts():
    with pytest.raises(Exception, match="demo_in_production"):
        first_start.make_ready(production=True, demo_password=None, now=NOON)


def test_the_printed_password_opens_the_demo_even_after_it_was_changed(laid):
    first_start.make_ready(production=False, demo_password="another-one", now=NOON)

    assert demo_people.demo_password_is("another-one")
    hashes = set(laid.session.scalars(select(Person.password_hash).where(Person.phone.is_not(None))))
    assert len(hashes) == 1
    assert matches(hashes.pop(), "another-one")


def test_a_large_community_obeys_every_invariant_too(demo_of_its_own):
    grow(demo_of_its_own, HASH, NOON)
