"""Cancelling a show: everything that hangs on it ends, everybody is told once, on both engines."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from domain.bookings import BookingStatus
from domain.errors import BadInput, Forbidden, RuleViolation, Stale
from domain.people import Role
from domain.recurrence import Scope, parse
from domain.studio.booths import SwapStatus
from domain.studio.draw import ApplicationStatus
from domain.studio.planning import ShowWish
from domain.studio.shows import Layout, ShowStatus, StaleShow
from domain.waitlist import EntryStatus
from models import (
    AuditEvent,
    Booking,
    BoothApplication,
    BoothSwap,
    MerchantMember,
    Occupancy,
    OutboxMessage,
    Show,
    ShowRun,
    WaitlistEntry,
)
from services import booking, decisions, doctor, passing, queueing
from services.studio import booths, cancelling, planning, show_series
from tests.support.builders import MONDAY, NOW, at, create_actor, create_person, create_studio, saved
from tests.support.studio_builders import create_booth, create_merchant, create_product, create_show

pytestmark = pytest.mark.usefixtures("db")


def cancel(show, *, version=1, now=NOW, **more):
    return cancelling.cancel_show(
        create_actor(Role.STAFF), show.id, version=version, reason="停电检修", now=now, **more
    )


def codes_of(refused):
    return [violation.code for violation in refused.value.violations]


def messages(db):
    rows = db.session.scalars(select(OutboxMessage).where(OutboxMessage.kind == "show_cancelled"))
    return {row.recipient_id: row.params for row in rows}


def actions(db):
    rows = db.session.execute(select(AuditEvent.action, func.count()).group_by(AuditEvent.action))
    return dict(map(tuple, rows))


def test_a_cancelled_show_gives_the_studio_back_and_says_why(db):
    show = create_show(create_studio())

    [cancelled] = cancel(show)

    assert (cancelled.status, cancelled.cancel_reason, cancelled.cancelled_at) == (
        ShowStatus.CANCELLED,
        "停电检修",
        NOW,
    )
    assert db.session.scalar(select(func.count()).select_from(Occupancy)) == 0
    assert doctor.data_findings(NOW) == []
    wish = ShowWish("换一场", show.starts_at, Layout.RUNDOWN)
    assert planning.create_show(create_actor(Role.STAFF), wish, now=NOW).status is ShowStatus.OPEN


def test_every_live_booth_ends_with_the_reason_and_booker_and_shop_members_are_told_once(db):
    show = create_show(create_studio())
    (shop, merchant), (other_shop, other) = create_merchant("山腰茶行"), create_merchant("阿嬷海味")
    partner = create_person(Role.MERCHANT)
    saved(MerchantMember(merchant_id=shop.id, person_id=partner.id))
    confirmed = create_booth(show, 3, create_product(shop), merchant, status=BookingStatus.CONFIRMED)
    pending = create_booth(show, 5, create_product(shop, "永春佛手"), merchant)
    given_back = create_booth(show, 7, create_product(other_shop), other)
    booking.cancel(other, given_back.id, version=1, now=NOW)

    cancel(show)

    for made in (confirmed, pending):
        found = db.session.get(Booking, made.id, populate_existing=True)
        assert (found.status, found.decision_reason) == (BookingStatus.CANCELLED, "停电检修")
    told = messages(db)
    assert set(told) == {merchant.id, partner.id}
    assert told[partner.id]["booths"] == [3, 5]
    assert (told[merchant.id]["title"], told[merchant.id]["reason"]) == ("年货节专场", "停电检修")
    assert actions(db)["booking.cancelled"] == 3
    assert actions(db)["show.cancelled"] == 1


def test_offers_places_in_line_applications_and_swaps_end_with_it(db):
    show = create_show(create_studio())
    (first_shop, first), (second_shop, second), (third_shop, third) = (create_merchant() for _ in range(3))
    taken = create_booth(show, 1, create_product(first_shop), first)
    other = create_booth(show, 2, create_product(third_shop), third, status=BookingStatus.CONFIRMED)
    swap = saved(
        BoothSwap(
            from_booking_id=taken.id, to_booking_id=other.id, created_by_id=first.id, created_at=NOW,
            expires_at=NOW + timedelta(days=1),
        )
    )  # fmt: skip
    waits = queueing.join_for_booth(second, show.id, 2, create_product(second_shop).id, now=NOW)
    offered_to = queueing.join_for_booth(second, show.id, 1, create_product(second_shop, "二").id, now=NOW)
    booking.cancel(first, taken.id, version=1, now=NOW)
    application = saved(
        BoothApplication(
            show_id=show.id, merchant_id=first_shop.id, product_id=create_product(first_shop, "三").id,
            person_id=first.id, created_at=NOW,
        )
    )  # fmt: skip
    db.session.expire_all()
    assert db.session.get(WaitlistEntry, offered_to.id).status is EntryStatus.OFFERED

    cancel(show)

    db.session.expire_all()
    assert {db.session.get(WaitlistEntry, one.id).status for one in (waits, offered_to)} == {
        EntryStatus.LAPSED
    }
    assert db.session.get(BoothApplication, application.id).status is ApplicationStatus.WITHDRAWN
    assert db.session.get(BoothSwap, swap.id).status is SwapStatus.LAPSED
    assert set(messages(db)) == {first.id, second.id, third.id}
    assert doctor.data_findings(NOW) == []
    done = actions(db)
    assert (done["waitlist.lapsed"], done["application.withdrawn"], done["swap.lapsed"]) == (2, 1, 1)
    assert db.session.scalar(select(func.count()).select_from(Occupancy)) == 0


def test_the_page_before_lists_exactly_who_will_be_told(db):
    show = create_show(create_studio())
    (shop, merchant), (other_shop, other) = create_merchant("山腰茶行"), create_merchant("阿嬷海味")
    create_booth(show, 3, create_product(shop), merchant)
    queueing.join_for_booth(other, show.id, 3, create_product(other_shop).id, now=NOW)

    plan = cancelling.plan_cancel(create_actor(Role.STAFF), show.id, NOW)
    cancel(show)

    assert [(one.person.id, one.shops, one.booths, one.waits) for one in plan.affected] == [
        (merchant.id, {"山腰茶行"}, {3}, False),
        (other.id, {"阿嬷海味"}, set(), True),
    ]
    assert {one.person.id for one in plan.affected} == set(messages(db))


def test_a_show_that_runs_or_is_over_or_began_early_is_not_cancelled():
    studio = create_studio(opens=0, closes=24)
    running, over = create_show(studio, NOW), create_show(studio, NOW - timedelta(days=2))
    early = create_show(studio)
    saved(ShowRun(show_id=early.id, started_at=NOW))

    for show in (running, over, early):
        with pytest.raises(RuleViolation) as refused:
            cancel(show)
        assert codes_of(refused) == ["show_has_begun"]


def test_it_is_cancelled_once_with_a_reason_and_by_staff_who_saw_it_as_it_stands(db):
    show = create_show(create_studio())
    _, merchant = create_merchant()

    with pytest.raises(BadInput) as silent:
        cancelling.cancel_show(create_actor(Role.STAFF), show.id, version=1, reason="  ", now=NOW)
    with pytest.raises(StaleShow):
        cancel(show, version=2)
    with pytest.raises(Forbidden):
        cancelling.cancel_show(merchant, show.id, version=1, reason="我不想", now=NOW)
    cancel(show)
    with pytest.raises(RuleViolation) as twice:
        cancel(show, version=2)

    assert (silent.value.code, codes_of(twice)) == ("cancel_reason_missing", ["show_is_cancelled"])
    assert actions(db)["show.cancelled"] == 1


def test_afterwards_nothing_can_be_taken_decided_or_waited_for():
    show = create_show(create_studio())
    shop, merchant = create_merchant()
    tea, weed = create_product(shop), create_product(shop, "紫菜")
    taken = booths.take_booth(merchant, show.id, 3, tea.id, now=NOW)
    cancel(show)

    with pytest.raises(RuleViolation) as late:
        booths.take_booth(merchant, show.id, 4, weed.id, now=NOW)
    with pytest.raises(RuleViolation) as in_line:
        queueing.join_for_booth(merchant, show.id, 4, weed.id, now=NOW)
    with pytest.raises(Stale):
        decisions.approve(create_actor(Role.STAFF), taken.id, version=2, now=NOW)

    assert "show_not_open" in codes_of(late)
    assert "show_not_open" in codes_of(in_line)
    assert passing.expire_due(show.ends_at) == passing.complete_due(show.ends_at) == 0


def test_this_and_the_following_shows_of_a_series_are_cancelled_and_the_earlier_stay(db):
    create_studio()
    wish = ShowWish("每周好货", at(19.5, day=MONDAY + timedelta(days=3)), Layout.RUNDOWN)
    series = show_series.SeriesPlan(wish, parse("FREQ=WEEKLY;COUNT=4"))
    made = show_series.plan_all(create_actor(Role.STAFF), series, now=NOW)

    one = cancel(made[0])
    rest = cancel(made[2], scope=Scope.FOLLOWING)

    assert [show.id for show in one] == [made[0].id]
    assert [show.id for show in rest] == [made[2].id, made[3].id]
    stands = select(Show.id).where(Show.status == ShowStatus.OPEN)
    assert db.session.scalars(stands).all() == [made[1].id]
    assert doctor.data_findings(NOW) == []


def test_a_show_across_midnight_is_cancelled_whole(db):
    show = create_show(create_studio(opens=0, closes=24), at(23, day=MONDAY + timedelta(days=1)))
    shop, merchant = create_merchant()
    create_booth(show, 9, create_product(shop), merchant)  # 01:00 on the next day

    cancel(show)

    assert db.session.scalar(select(func.count()).select_from(Occupancy)) == 0
    assert messages(db)[merchant.id]["booths"] == [9]


def test_the_doctor_finds_what_lives_on_in_a_show_that_was_cancelled_behind_the_services_back(db):
    show = create_show(create_studio())
    shop, merchant = create_merchant()
    booths.take_booth(merchant, show.id, 3, create_product(shop).id, now=NOW)

    found = db.session.get(Show, show.id)
    found.status, found.cancel_reason = ShowStatus.CANCELLED, "停电"
    db.session.commit()

    codes = {finding.code for finding in doctor.data_findings(NOW)}
    assert codes == {"alive_in_cancelled_show", "tick_without_holder"}
