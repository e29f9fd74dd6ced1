"""A show that is drawn: the list is published when applications close, the seed follows, booths go by rank."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from domain.attendance import PointKind
from domain.bookings import BookingStatus
from domain.errors import Forbidden, RuleViolation, Violation
from domain.merchants.claims import ClaimsStatus
from domain.people import Role
from domain.studio.draw import ApplicationStatus, read_list, sha256
from domain.studio.shows import Layout, ShowStatus
from domain.waitlist import EntryStatus
from models import (
    Booking,
    OutboxMessage,
    PenaltyPoint,
    Product,
    WaitlistEntry,
)
from services.studio import applying, closing_list, draw_reading, drawing
from tests.support.builders import MONDAY, NOW, at, create_actor, create_studio, saved
from tests.support.draw_builders import (
    CLOSES,
    LATER,
    apply_for,
    audited,
    by_rank,
    close_and_draw,
    codes,
    create_draw_show,
    create_stall,
    find,
    forge,
)
from tests.support.history import disagreements
from tests.support.studio_builders import create_booth, create_product, create_show

pytestmark = pytest.mark.usefixtures("db")
LAST_WEEK = MONDAY - timedelta(days=7)


@pytest.fixture
def studio():
    """The studio."""
    return create_studio()


@pytest.fixture
def show(studio):
    """A show of three booths that will be drawn."""
    return create_draw_show(studio)


@pytest.fixture
def staff():
    """Somebody of the staff."""
    return create_actor(Role.STAFF)


def test_the_list_says_what_each_shop_has_had_and_its_points(studio, show) -> None:
    (busy, busy_app), (_, new_app) = apply_for(show, 2)
    busy_product = find(select(Product).where(Product.id == busy_app.product_id)).one()
    last_year = create_show(studio, at(10, day=MONDAY.replace(year=2025)))
    create_booth(last_year, 1, busy_product, busy, status=BookingStatus.COMPLETED)
    past = create_show(studio, at(10, day=LAST_WEEK))
    create_booth(past, 1, busy_product, busy, status=BookingStatus.COMPLETED)
    missed = create_booth(past, 2, busy_product, busy, status=BookingStatus.NO_SHOW)
    create_booth(past, 3, busy_product, busy, status=BookingStatus.CANCELLED)
    for kind, given, excused in (
        (PointKind.ABSENT, NOW - timedelta(days=7), None),
        (PointKind.NO_SHOW, NOW - timedelta(days=100), None),
        (PointKind.LATE_WITHDRAWAL, NOW, NOW),
    ):
        saved(
            PenaltyPoint(
                person_id=busy.id, booking_id=missed.id, kind=kind, points=3, created_at=given,
                excused_at=excused, excused_by_id=excused and busy.id, excuse_reason="病了" if excused else "",
            )
        )  # fmt: skip

    closing_list.close_due(CLOSES)

    listed = read_list(draw_reading.public_draw(show.id).list_text)
    assert [(one.id, one.slots_this_year, one.points) for one in listed.applicants] == [
        (busy_app.id, 2, 3),
        (new_app.id, 0, 0),
    ]


def test_the_list_stands_published_for_a_minute_before_the_seed(show) -> None:
    apply_for(show, 2)

    assert closing_list.close_due(CLOSES - timedelta(seconds=1)) == 0
    assert closing_list.close_due(CLOSES) == 1
    closed = draw_reading.public_draw(show.id)
    assert (closed.seed, closed.list_hash) == (None, sha256(closed.list_text))
    assert drawing.draw_due(CLOSES + timedelta(seconds=59)) == 0
    assert drawing.draw_due(CLOSES + timedelta(seconds=60)) == 1
    drawn = draw_reading.public_draw(show.id)
    assert (sha256(drawn.seed), drawn.list_text) == (closed.seed_hash, closed.list_text)


def test_three_get_booths_by_rank_and_two_wait_by_rank(show) -> None:
    apply_for(show, 5)
    close_and_draw(show)

    found = by_rank(show)
    assert [one.rank for one in found] == [1, 2, 3, 4, 5]
    assert [one.status.value for one in found] == ["allotted"] * 3 + ["waitlisted"] * 2
    bookings = [find(select(Booking).where(Booking.id == one.booking_id)).one() for one in found[:3]]
    assert [(one.place, one.status) for one in bookings] == [(n, BookingStatus.CONFIRMED) for n in (1, 2, 3)]
    entries = list(find(select(WaitlistEntry).order_by(WaitlistEntry.rank)))
    assert [(one.rank, one.place, one.status) for one in entries] == [
        (4, None, EntryStatus.WAITING),
        (5, None, EntryStatus.WAITING),
    ]
    assert [one.entry_id for one in found[3:]] == [one.id for one in entries]
    assert {(one.starts_at, one.ends_at) for one in entries} == {(show.starts_at, show.ends_at)}
    assert draw_reading.faults(show.id) == disagreements() == []


def test_everybody_is_told_what_became_of_it(show) -> None:
    made = apply_for(show, 4)
    close_and_draw(show)

    told = {one.recipient_id: one for one in find(select(OutboxMessage))}
    assert told.keys() == {actor.id for actor, _ in made}
    last = by_rank(show)[-1]
    assert (told[last.person_id].kind, told[last.person_id].params["place"]) == ("draw_waitlisted", 1)
    assert sum(one.kind == "draw_allotted" for one in told.values()) == 3


def test_where_there_is_room_for_all_everybody_gets_a_booth(show) -> None:
    apply_for(show, 2)
    close_and_draw(show)

    assert [one.status.value for one in by_rank(show)] == ["allotted"] * 2
    assert list(find(select(WaitlistEntry))) == []


def test_a_show_that_nobody_wants_is_closed_and_drawn_all_the_same(show) -> None:
    close_and_draw(show)

    assert draw_reading.faults(show.id) == []


def test_who_has_had_fewer_booths_goes_first_whatever_the_lottery_says(studio, show) -> None:
    (busy, busy_app), *_ = apply_for(show, 4)
    past = create_show(studio, at(10, day=LAST_WEEK))
    product = find(select(Product).where(Product.id == busy_app.product_id)).one()
    create_booth(past, 1, product, busy, status=BookingStatus.COMPLETED)
    close_and_draw(show)

    assert by_rank(show)[-1].id == busy_app.id
    assert draw_reading.public_draw(show.id).standings[busy_app.id].fewer_slots == 3


def test_the_wished_booth_is_given_while_it_is_free(show) -> None:
    apply_for(show, 2, booth=3)
    close_and_draw(show)

    booths = [one.booth for one in draw_reading.public_draw(show.id).results]
    assert booths == [3, 1]


def test_a_market_gives_one_booth_per_shop(studio) -> None:
    show = create_draw_show(studio, layout=Layout.MARKET, booths=2, slots=2)
    apply_for(show, 5)
    close_and_draw(show)

    found = draw_reading.public_draw(show.id).results
    assert [(one.booth, one.starts_at and (one.starts_at - show.starts_at).seconds // 60) for one in found] == [
        (1, 0), (2, 0), (1, 15), (2, 15), (None, None),
    ]  # fmt: skip


def test_what_staff_still_have_to_review_gives_a_booth_that_waits_for_them(show) -> None:
    shop, actor, _ = create_stall()
    new = create_product(shop, "新茶", claims_status=ClaimsStatus.UNREVIEWED, claims_reviewed_at=None)
    applying.apply(actor, show.id, new.id, now=NOW)
    close_and_draw(show)

    [application] = by_rank(show)
    booking = find(select(Booking).where(Booking.id == application.booking_id)).one()
    assert booking.status is BookingStatus.PENDING


def test_a_rule_that_speaks_against_passes_one_over_and_the_next_gets_the_booth(show) -> None:
    (_, gone), *_ = apply_for(show, 3)
    forge(gone.product, archived_at=NOW)
    close_and_draw(show)

    passed = next(one for one in by_rank(show) if one.id == gone.id)
    assert (passed.status, passed.outcome_code) == (ApplicationStatus.PASSED_OVER, "product_unknown")
    results = draw_reading.public_draw(show.id).results
    assert sorted(one.booth for one in results if one.booth is not None) == [1, 2]
    assert draw_reading.faults(show.id) == []


def test_only_the_shop_and_staff_read_why_it_was_passed_over(show, staff) -> None:
    [(actor, gone)] = apply_for(show, 1)
    forge(gone.product, archived_at=NOW)
    close_and_draw(show)

    told = [
        [number for number, _ in draw_reading.public_draw(show.id, actor=one).reasons]
        for one in (actor, staff, create_stall()[1], None)
    ]
    assert told == [[gone.id], [gone.id], [], []]


def test_a_reason_with_a_day_in_it_is_still_known_afterwards(show, staff, monkeypatch) -> None:
    because = Violation("booth_quota", {"maximum": 2, "day": MONDAY, "at": NOW, "kinds": ["food"]})
    monkeypatch.setattr(drawing, "booth_violations", lambda ask: [because])
    [(_, gone)] = apply_for(show, 1)
    close_and_draw(show)

    assert draw_reading.public_draw(show.id, actor=staff).reasons == ((gone.id, because),)


def test_who_applied_in_time_is_not_told_that_the_show_is_locked(studio) -> None:
    show = create_draw_show(studio, at(19.5, day=MONDAY + timedelta(days=1)))
    apply_for(show, 1)
    close_and_draw(show)

    assert [one.status.value for one in by_rank(show)] == ["allotted"]


def test_a_cancelled_show_is_neither_closed_nor_drawn(studio, staff) -> None:
    show = create_draw_show(studio, status=ShowStatus.CANCELLED)

    assert (closing_list.close_due(CLOSES), drawing.draw_due(LATER)) == (0, 0)
    for service in (closing_list.close, drawing.draw):
        with pytest.raises(RuleViolation) as refused:
            service(staff, show.id, now=LATER)
        assert codes(refused) == ["show_not_open"]


def test_staff_close_and_draw_by_hand_and_a_second_press_changes_nothing(show, staff) -> None:
    apply_for(show, 4)
    early = NOW + timedelta(minutes=1)

    with pytest.raises(RuleViolation) as refused:
        drawing.draw(staff, show.id, now=early)
    assert codes(refused) == ["draw_before_close"]
    closing_list.close(staff, show.id, now=early)
    listed = draw_reading.public_draw(show.id).list_text
    closing_list.close(staff, show.id, now=LATER)
    drawing.draw(staff, show.id, now=early)
    ranks = [one.id for one in by_rank(show)]
    drawing.draw(staff, show.id, now=LATER)

    assert draw_reading.public_draw(show.id).list_text == listed
    assert read_list(listed).closed_at == early
    assert [one.id for one in by_rank(show)] == ranks
    assert [audited(action) for action in ("draw.closed", "draw.drawn", "application.allotted")] == [1, 1, 3]
    assert (closing_list.close_due(LATER), drawing.draw_due(LATER + timedelta(hours=1))) == (0, 0)


@pytest.mark.parametrize("role", [Role.RESIDENT, Role.CAPTAIN, Role.MERCHANT])
def test_only_staff_close_and_draw(show, role) -> None:
    for service in (closing_list.close, drawing.draw):
        with pytest.raises(Forbidden):
            service(create_actor(role), show.id, now=LATER)


def test_applications_that_are_not_open_yet_cannot_be_closed(studio, staff) -> None:
    show = create_draw_show(studio, applications_open_at=NOW + timedelta(hours=1))

    with pytest.raises(RuleViolation) as refused:
        closing_list.close(staff, show.id, now=NOW)

    assert codes(refused) == ["draw_not_open_yet"]


def test_a_show_that_has_begun_is_not_drawn_any_more(show, staff) -> None:
    closing_list.close_due(CLOSES)

    assert drawing.draw_due(show.starts_at) == 0
    with pytest.raises(RuleViolation) as refused:
        drawing.draw(staff, show.id, now=show.starts_at)
    assert codes(refused) == ["draw_too_late"]
