"""What every new house starts with: the five spaces of DOMAIN.md and the calendar of 2026."""

from datetime import date

import pytest
from sqlalchemy import select

from domain.spaces import Approval, DayKind, SpaceKind
from models import CalendarDay, Space
from services.seed import house
from services.seed.house import calendar_days
from services.unit_of_work import in_transaction

pytestmark = pytest.mark.usefixtures("db")


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        (
            "pavilion",
            (SpaceKind.ROOM, 1, 12, Approval.CAPTAINS_AT_ONCE, 30, 180, 0, 30, False, (480, 1290), 3),
        ),
        ("tea-room", (SpaceKind.ROOM, 1, 20, Approval.STAFF, 30, 240, 15, 30, False, (480, 1320), 3)),
        ("mediation-room", (SpaceKind.ROOM, 1, 8, Approval.STAFF, 30, 120, 0, 30, True, (510, 1080), 1)),
        ("rest-station", (SpaceKind.POOL, 12, 12, Approval.NONE, 15, 60, 0, 0, False, (420, 1260), 3)),
        ("studio", (SpaceKind.STUDIO, 10, None, Approval.STAFF, 15, 15, 0, 30, False, (540, 1380), 3)),
    ],
)
def test_the_five_spaces_are_those_of_the_community(db, code, expected):
    house.lay_house()

    space = db.session.scalars(select(Space).where(Space.code == code)).one()
    db.session.refresh(space, ["hours"])
    hours = {(h.opens_minute, h.closes_minute) for h in space.hours}

    assert hours == {expected[-2]}
    assert (
        space.kind, space.places, space.capacity, space.approval, space.min_minutes, space.max_minutes,
        space.buffer_minutes, space.lead_minutes, space.is_private,
    ) == expected[:9]  # fmt: skip
    assert len(space.hours) == expected[-1]
    assert space.advance_days == 30


def test_the_calendar_knows_the_holidays_of_2026_and_invents_none_of_2027(db):
    house.lay_house()

    kinds = {day.day: (day.day_kind, day.name) for day in db.session.scalars(select(CalendarDay))}

    assert kinds[date(2026, 10, 1)] == (DayKind.HOLIDAY, "国庆节")
    assert kinds[date(2026, 2, 14)] == (DayKind.WEEKDAY, "春节调休上班")
    assert {day.year for day in kinds} == {2026}
    assert len(kinds) == len(calendar_days())


def test_laying_the_house_again_adds_only_what_is_missing(db):
    house.lay_house()
    in_transaction(
        lambda: db.session.execute(CalendarDay.__table__.delete().where(CalendarDay.day == date(2026, 1, 1)))
    )

    assert house.lay_house() == 1
    assert house.lay_house() == 0
