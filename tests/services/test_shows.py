"""Planning shows and seeing their booths, on both engines."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from domain.bookings import BookingStatus
from domain.errors import BadInput, Forbidden, Missing, RuleViolation, SlotTaken
from domain.people import Role
from domain.studio.planning import ShowWish
from domain.studio.shows import Layout, Phase, ShowStatus, StudioTaken
from models import Occupancy, Show
from services import booking, decisions
from services.studio import booths, planning, shows, wrapping
from tests.support.builders import MONDAY, NOW, at, between, create_actor, create_studio
from tests.support.studio_builders import create_merchant, create_product, create_show

pytestmark = pytest.mark.usefixtures("db")


def plan(**changes):
    values = {
        "title": "年货节专场",
        "starts_at": at(19.5, day=MONDAY + timedelta(days=3)),
        "layout": Layout.RUNDOWN,
    }
    staff = changes.pop("actor", None) or create_actor(Role.STAFF)
    return planning.create_show(staff, ShowWish(**values | changes), now=NOW)


def codes_of(refused):
    return [violation.code for violation in refused.value.violations]


def test_a_rundown_holds_the_whole_studio_for_ten_quarter_hours(db):
    create_studio()

    show = plan()

    assert show.interval == between(19.5, 22, days=3)
    assert db.session.scalar(select(func.count()).where(Occupancy.show_id == show.id)) == 10


def test_a_market_has_all_booths_in_every_quarter_hour():
    create_studio()

    grid = shows.show_with_booths(plan(layout=Layout.MARKET, booths=10, slots=4).id)

    assert grid.show.interval == between(19.5, 20.5, days=3)
    assert len(grid.cells) == grid.free == 40
    assert [(cell.booth, cell.interval.starts_at) for cell in grid.cells[9:11]] == [
        (10, at(19.5, day=MONDAY + timedelta(days=3))),
        (1, at(19.75, day=MONDAY + timedelta(days=3))),
    ]


def test_a_second_show_in_the_same_window_is_refused_and_told_which_one_is_in_the_way(db):
    create_studio(closes=24)
    first = plan()

    with pytest.raises(StudioTaken) as refused:
        plan(title="秋茶专场", starts_at=at(21, day=MONDAY + timedelta(days=3)))

    assert [(rival.show_id, rival.title) for rival in refused.value.rivals] == [(first.id, "年货节专场")]
    assert isinstance(refused.value, SlotTaken)
    assert refused.value.code == "slot_taken"
    assert refused.value.blocking == (between(21, 22, days=3),)
    assert db.session.scalar(select(func.count()).select_from(Show)) == 1


def test_a_show_may_begin_where_another_ends():
    create_studio(closes=24)
    plan(starts_at=at(17, day=MONDAY + timedelta(days=3)))

    assert plan(starts_at=at(19.5, day=MONDAY + timedelta(days=3))).status is ShowStatus.OPEN


def test_a_show_lies_ahead_and_within_the_opening_hours():
    create_studio(opens=9, closes=23)

    with pytest.raises(RuleViolation) as past:
        plan(starts_at=at(8.5))
    with pytest.raises(RuleViolation) as late:
        plan(starts_at=at(21, day=MONDAY + timedelta(days=3)))
    with pytest.raises(BadInput):
        plan(starts_at=NOW + timedelta(days=400))

    assert codes_of(past) == ["in_the_past", "outside_hours"]
    assert codes_of(late) == ["outside_hours"]


def test_a_show_may_cross_midnight_where_the_studio_does():
    create_studio(opens=0, closes=24)

    grid = shows.show_with_booths(plan(starts_at=at(23, day=MONDAY)).id)

    assert grid.show.interval == between(23, 25.5)
    assert grid.cells[4].interval == between(24, 24.25)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"title": "  "}, "title_missing"),
        ({"title": "长" * 61}, "title_long"),
        ({"booths": 11}, "booths_out_of_range"),
        ({"layout": Layout.MARKET, "slots": 0}, "slots_out_of_range"),
        ({"starts_at": at(19.6, day=MONDAY + timedelta(days=3))}, "off_grid"),
    ],
)
def test_a_plan_that_makes_no_sense_names_what_is_wrong(changes, code):
    create_studio()

    with pytest.raises(BadInput) as refused:
        plan(**changes)

    assert refused.value.code == code


def test_only_staff_plan_shows():
    create_studio()
    _, merchant = create_merchant()

    with pytest.raises(Forbidden):
        plan(actor=merchant)


def test_the_grid_shows_what_fills_a_booth_until_it_is_given_back():
    show = create_show(create_studio())
    shop, merchant = create_merchant("山腰茶行")
    tea = create_product(shop, "铁观音")
    taken = booths.take_booth(merchant, show.id, 3, tea.id, now=NOW)

    third = shows.show_with_booths(show.id).cells[2].booking
    assert (third.id, third.status) == (taken.id, BookingStatus.PENDING)
    assert (third.booth_slot.merchant.name, third.booth_slot.product.name) == ("山腰茶行", "铁观音")

    decisions.decline(create_actor(Role.STAFF), taken.id, version=1, reason="缺资质", now=NOW)
    assert shows.show_with_booths(show.id).cells[2].booking is None


def test_a_booth_stays_on_the_grid_when_it_is_over():
    show = create_show(create_studio())
    shop, merchant = create_merchant()
    taken = booths.take_booth(merchant, show.id, 1, create_product(shop).id, now=NOW)
    decisions.approve(create_actor(Role.STAFF), taken.id, version=1, now=NOW)

    wrapping.wrap_up_due(show.ends_at + timedelta(days=1))

    grid = shows.show_with_booths(show.id)
    assert grid.cells[0].booking.status is BookingStatus.COMPLETED
    assert (grid.free, grid.phase(show.ends_at)) == (9, Phase.OVER)


def test_lists_count_what_is_taken_and_what_is_mine():
    studio = create_studio()
    ahead, over = create_show(studio), create_show(studio, at(19.5, day=MONDAY - timedelta(days=3)))
    (first_shop, first), (second_shop, second) = create_merchant(), create_merchant()
    booths.take_booth(first, ahead.id, 1, create_product(first_shop).id, now=NOW)
    given_back = booths.take_booth(second, ahead.id, 2, create_product(second_shop).id, now=NOW)
    booking.cancel(second, given_back.id, version=1, now=NOW)

    [next_one] = shows.upcoming_shows(NOW, actor=first)
    [last_one] = shows.past_shows(NOW)

    assert (next_one.show.id, next_one.taken, next_one.free, next_one.mine) == (ahead.id, 1, 9, 1)
    assert (last_one.show.id, last_one.taken) == (over.id, 0)
    assert [show.id for show in shows.show_page(size=5)] == [over.id, ahead.id]


def test_a_draft_is_there_for_staff_only():
    draft = create_show(create_studio(), status=ShowStatus.DRAFT)

    assert shows.show_with_booths(draft.id, actor=create_actor(Role.STAFF)).show.id == draft.id
    with pytest.raises(Missing):
        shows.show_with_booths(draft.id, actor=create_actor())
    assert shows.upcoming_shows(NOW) == []


def test_every_change_of_a_booth_changes_the_revision_that_live_grids_ask_for():
    show = create_show(create_studio())
    shop, merchant = create_merchant()
    seen = [shows.revision_of(show.id)]

    taken = booths.take_booth(merchant, show.id, 1, create_product(shop).id, now=NOW)
    seen.append(shows.revision_of(show.id))
    decisions.approve(create_actor(Role.STAFF), taken.id, version=1, now=NOW)
    seen.append(shows.revision_of(show.id))

    assert len(set(seen)) == 3
    with pytest.raises(Missing):
        shows.revision_of(show.id + 1)
