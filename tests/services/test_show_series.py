"""Shows that come again: each date looked at, then all of them or none, on both engines."""

from datetime import date, timedelta

import pytest
from sqlalchemy import func, select

from domain.errors import BadInput, Forbidden, RuleViolation
from domain.people import Role
from domain.recurrence import parse
from domain.studio.planning import ShowWish
from domain.studio.shows import Allotment, Layout, StudioTaken
from models import Closure, Draw, Occupancy, Show, ShowSeries
from services.studio import show_series
from services.studio.show_series import SeriesPlan
from tests.support.builders import MONDAY, NOW, at, between, create_actor, create_studio, saved
from tests.support.studio_builders import create_show

pytestmark = pytest.mark.usefixtures("db")
FIRST = MONDAY + timedelta(days=3)
EVENING = at(19.5, day=FIRST)
WEEKLY = "FREQ=WEEKLY;COUNT=3"


def plan(rule=WEEKLY, **changes):
    return SeriesPlan(ShowWish("每周好货", EVENING, Layout.RUNDOWN, **changes), parse(rule))


def reasons(occurrences):
    return {one.day.day: [found.code for found in one.reasons] for one in occurrences}


def count(db, table):
    return db.session.scalar(select(func.count()).select_from(table))


def test_every_date_is_free_or_tells_what_is_in_its_way(db):
    studio, staff = create_studio(), create_actor(Role.STAFF)
    create_show(studio, at(21, day=FIRST + timedelta(days=7)), title="秋茶专场", booths=4)
    closed = between(18, 24, day=FIRST, days=14)
    saved(
        Closure(
            space_id=studio.id, starts_at=closed.starts_at, ends_at=closed.ends_at, reason="检修",
            created_by_id=staff.id, created_at=NOW,
        )
    )  # fmt: skip

    found = show_series.preview(staff, plan(), NOW)

    assert reasons(found) == {26: [], 3: ["studio_taken"], 10: ["outside_hours"]}
    assert found[1].reasons[0].params["title"] == "秋茶专场"
    assert count(db, ShowSeries) == 0


def test_a_date_that_is_over_says_so():
    create_studio()
    wish = ShowWish("每日", at(8, day=MONDAY), Layout.RUNDOWN, booths=1)

    found = show_series.preview(create_actor(Role.STAFF), SeriesPlan(wish, parse("FREQ=DAILY;COUNT=2")), NOW)

    assert found[0].reasons[0].code == "in_the_past"


def test_a_series_holds_the_studio_on_every_date_and_keeps_the_distance_of_its_applications(db):
    create_studio()
    window = {
        "applications_open_at": EVENING - timedelta(days=2),
        "applications_close_at": EVENING - timedelta(days=1),
    }

    made = show_series.plan_all(create_actor(Role.STAFF), plan(allotment=Allotment.DRAW, **window), now=NOW)

    assert [show.starts_at for show in made] == [EVENING + timedelta(weeks=week) for week in range(3)]
    assert made[2].applications_close_at == made[2].starts_at - timedelta(days=1)
    assert made[2].applications_open_at == made[2].starts_at - timedelta(days=2)
    assert len({show.series_id for show in made}) == 1
    assert db.session.scalar(select(func.count()).where(Occupancy.show_id.is_not(None))) == 30
    assert count(db, Draw) == 3


def test_only_the_ticked_dates_are_planned(db):
    create_studio()
    days = {FIRST, FIRST + timedelta(days=14)}

    made = show_series.plan_all(create_actor(Role.STAFF), plan(), now=NOW, days=days)

    assert {show.starts_at.astimezone(EVENING.tzinfo).date() for show in made} == days


def test_when_one_date_is_taken_none_is_planned_and_all_that_are_taken_are_named(db):
    studio = create_studio()
    for week in (1, 2):
        create_show(studio, EVENING + timedelta(weeks=week), title=f"别的{week}")

    with pytest.raises(StudioTaken) as refused:
        show_series.plan_all(create_actor(Role.STAFF), plan(), now=NOW)

    assert refused.value.params["days"] == [FIRST + timedelta(days=7), FIRST + timedelta(days=14)]
    assert [rival.title for rival in refused.value.rivals] == ["别的1", "别的2"]
    assert (count(db, Show), count(db, ShowSeries)) == (2, 0)


def test_a_rule_that_is_broken_on_one_date_names_the_day_and_plans_none(db):
    create_studio(closes=23)
    wish = ShowWish("每日", at(21, day=FIRST), Layout.RUNDOWN)

    with pytest.raises(RuleViolation) as refused:
        show_series.plan_all(create_actor(Role.STAFF), SeriesPlan(wish, parse("FREQ=DAILY;COUNT=2")), now=NOW)

    assert [found.params["day"] for found in refused.value.violations] == [FIRST, FIRST + timedelta(days=1)]
    assert count(db, Show) == 0


@pytest.mark.parametrize(
    ("days", "code"), [([], "series_no_day"), ([date(2026, 1, 1)], "series_day_unknown")]
)
def test_days_that_make_no_sense_are_refused(days, code):
    create_studio()

    with pytest.raises(BadInput) as refused:
        show_series.plan_all(create_actor(Role.STAFF), plan(), now=NOW, days=days)

    assert refused.value.code == code


def test_a_series_may_cross_midnight_on_every_date(db):
    create_studio(opens=0, closes=24)
    wish = ShowWish("夜市", at(23, day=FIRST), Layout.MARKET, slots=8)

    found = show_series.preview(create_actor(Role.STAFF), SeriesPlan(wish, parse("FREQ=DAILY;COUNT=2")), NOW)
    made = show_series.plan_all(
        create_actor(Role.STAFF), SeriesPlan(wish, parse("FREQ=DAILY;COUNT=2")), now=NOW
    )

    assert all(one.is_free for one in found)
    assert [show.interval for show in made] == [between(23, 25, day=FIRST, days=n) for n in (0, 1)]


def test_only_staff_plan_series():
    create_studio()

    with pytest.raises(Forbidden):
        show_series.preview(create_actor(), plan(), NOW)
    with pytest.raises(Forbidden):
        show_series.plan_all(create_actor(), plan(), now=NOW)
