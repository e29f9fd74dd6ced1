"""Applying for a booth of a show that is drawn, until the list closes."""

from datetime import timedelta

import pytest

from domain.errors import BadInput, Forbidden, Missing, RuleViolation
from domain.people import Role
from domain.studio.draw import ApplicationStatus
from domain.studio.shows import ShowStatus
from services.studio import applying, closing_list
from tests.support.builders import MONDAY, NOW, at, create_actor, create_studio
from tests.support.draw_builders import (
    CLOSES,
    apply_for,
    audited,
    codes,
    create_draw_show,
    create_stall,
)
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


def test_a_shop_applies_changes_withdraws_and_applies_again(show) -> None:
    shop, actor, tea = create_stall()
    cake = create_product(shop, "米糕")

    first = applying.apply(actor, show.id, tea.id, now=NOW)
    applying.apply(actor, show.id, cake.id, booth=2, now=NOW)
    changed = applying.own_application(actor, show.id)
    assert (changed.id, changed.product_id, changed.booth) == (first.id, cake.id, 2)

    applying.withdraw(actor, show.id, now=NOW)
    again = applying.apply(actor, show.id, tea.id, now=NOW)
    assert (again.id, again.status) == (first.id, ApplicationStatus.APPLIED)
    assert [audited(f"application.{what}") for what in ("made", "changed", "withdrawn")] == [2, 1, 1]


def test_only_shops_apply_and_only_with_what_is_theirs(show) -> None:
    _, actor, _ = create_stall()
    _, _, foreign = create_stall()

    with pytest.raises(Forbidden):
        applying.apply(create_actor(), show.id, foreign.id, now=NOW)
    with pytest.raises(BadInput, match="product_unknown"):
        applying.apply(actor, show.id, foreign.id, now=NOW)


def test_a_wish_names_a_booth_of_the_show(show) -> None:
    _, actor, tea = create_stall()

    with pytest.raises(BadInput, match="booth_unknown"):
        applying.apply(actor, show.id, tea.id, booth=4, now=NOW)


def test_a_show_for_whoever_comes_first_takes_no_applications(studio) -> None:
    _, actor, tea = create_stall()

    with pytest.raises(Missing):
        applying.apply(actor, create_show(studio).id, tea.id, now=NOW)


@pytest.mark.parametrize(
    ("changes", "now", "code"),
    [
        ({"applications_open_at": NOW + timedelta(hours=1)}, NOW, "draw_not_open_yet"),
        ({}, CLOSES, "draw_list_closed"),
        ({"status": ShowStatus.CANCELLED}, NOW, "show_not_open"),
    ],
)
def test_applications_are_taken_between_two_moments_while_the_show_is_open(
    studio, changes, now, code
) -> None:
    _, actor, tea = create_stall()
    show = create_draw_show(studio, **changes)

    with pytest.raises(RuleViolation) as refused:
        applying.apply(actor, show.id, tea.id, now=now)

    assert codes(refused) == [code]


def test_a_shop_whose_month_is_full_is_told_before_it_hopes(studio, show) -> None:
    shop, actor, tea = create_stall()
    for day in (4, 5):
        other = create_show(studio, at(10, day=MONDAY + timedelta(days=day)))
        create_booth(other, 1, create_product(shop), actor)

    with pytest.raises(RuleViolation) as refused:
        applying.apply(actor, show.id, tea.id, now=NOW)

    assert codes(refused) == ["booth_quota"]


def test_nobody_withdraws_from_a_list_that_is_published(show, staff) -> None:
    [(actor, _)] = apply_for(show, 1)
    closing_list.close(staff, show.id, now=NOW + timedelta(minutes=1))

    with pytest.raises(RuleViolation) as refused:
        applying.withdraw(actor, show.id, now=NOW + timedelta(minutes=2))

    assert codes(refused) == ["draw_list_closed"]


def test_withdrawing_what_one_has_not_is_like_a_missing_thing(show) -> None:
    [(actor, _)] = apply_for(show, 1)
    applying.withdraw(actor, show.id, now=NOW)

    for somebody in (actor, create_stall()[1]):
        with pytest.raises(Missing):
            applying.withdraw(somebody, show.id, now=NOW)
