"""What was published of a draw can't be changed unseen, in the database either."""

from datetime import timedelta

import pytest

from domain.errors import RuleViolation
from domain.studio.draw import ApplicationStatus, sha256
from models import BoothApplication, Draw, Show, db
from services import doctor
from services.studio import closing_list, draw_reading, drawing
from tests.support.builders import MONDAY, NOW, at, create_studio, saved
from tests.support.draw_builders import (
    CLOSES,
    LATER,
    apply_for,
    by_rank,
    close_and_draw,
    codes,
    create_draw_show,
    create_stall,
    forge,
)
from tests.support.studio_builders import create_show

pytestmark = pytest.mark.usefixtures("db")


@pytest.fixture
def studio():
    """The studio."""
    return create_studio()


@pytest.fixture
def show(studio):
    """A show of three booths that will be drawn."""
    return create_draw_show(studio)


def found(show: Show) -> set[str]:
    """What the check finds."""
    return {one.code for one in draw_reading.faults(show.id)}


def test_before_it_is_closed_there_is_nothing_to_check(show) -> None:
    with pytest.raises(RuleViolation) as refused:
        draw_reading.faults(show.id)

    assert codes(refused) == ["draw_before_close"]


@pytest.mark.parametrize("is_drawn", [False, True])
def test_a_list_that_is_changed_after_the_promise_is_detected(show, is_drawn) -> None:
    made = apply_for(show, 4)
    closing_list.close_due(CLOSES)
    if is_drawn:
        drawing.draw_due(LATER)
    honest = draw_reading.public_draw(show.id)

    def after(**changes) -> set[str]:
        forge(db.session.get_one(Draw, show.id), **changes)
        said = found(show)
        forge(db.session.get_one(Draw, show.id), list_text=honest.list_text, list_hash=honest.list_hash)
        return said

    renamed = honest.list_text.replace("铁观音", "米糕")
    assert "draw_list_changed" in after(list_text=renamed)
    rewritten = after(list_text=renamed, list_hash=sha256(renamed))
    assert "draw_list_changed" in rewritten
    assert found(show) == set()
    forge(made[0][1], slots_this_year=9)
    assert found(show) == {"draw_application_edited"}
    forge(made[0][1], slots_this_year=0)
    assert found(show) == set()


def test_an_application_that_comes_or_goes_after_the_list_is_detected(show) -> None:
    made = apply_for(show, 2)
    closing_list.close_due(CLOSES)
    shop, actor, tea = create_stall()
    saved(
        BoothApplication(
            show_id=show.id, merchant_id=shop.id, product_id=tea.id, person_id=actor.id, created_at=NOW
        )
    )
    assert found(show) == {"draw_application_added"}
    forge(made[0][1], status=ApplicationStatus.WITHDRAWN)
    assert found(show) == {"draw_application_added", "draw_application_removed"}


def test_another_seed_is_detected_before_and_after_the_draw(show) -> None:
    apply_for(show, 4)
    closing_list.close_due(CLOSES)
    forge(db.session.get_one(Draw, show.id), seed="a seed that suits somebody")
    assert found(show) == {"draw_seed_changed"}
    drawing.draw_due(LATER)
    assert "draw_seed_changed" in found(show)
    forge(db.session.get_one(Draw, show.id), seed_hash=sha256("a seed that suits somebody"))
    assert found(show) == {"draw_promise_changed"}


def test_ranks_and_bookings_that_were_exchanged_are_detected(show) -> None:
    apply_for(show, 5)
    close_and_draw(show)
    first, second, *_ = by_rank(show)
    forge(first, rank=2)
    assert found(show) == {"draw_ranks_wrong"}
    forge(first, rank=1, booking_id=second.booking_id)
    assert found(show) == {"draw_booking_differs"}


def test_the_doctor_verifies_every_draw_and_misses_a_seed_that_is_not_there(studio, show) -> None:
    apply_for(show, 2)
    close_and_draw(show)
    assert doctor.data_findings(LATER) == []
    forge(db.session.get_one(Draw, show.id), list_hash="0" * 64)
    create_show(
        studio, at(10, day=MONDAY + timedelta(days=5)), allotment="draw", applications_close_at=CLOSES
    )

    said = {one.code for one in doctor.data_findings(LATER)}
    assert said >= {"draw_list_changed", "draw_without_seed"}
