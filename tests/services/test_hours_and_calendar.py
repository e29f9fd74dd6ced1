"""Hours and the calendar: what a change touches is seen first, and what makes no sense is refused."""

from datetime import date

import pytest
from sqlalchemy import select

from domain.errors import BadInput, Changed, InTheWay, Missing
from domain.people import Role
from domain.spaces import DayKind, Hours, OpenOn
from models import AuditEvent, CalendarDay
from services.house import calendar, hours
from tests.support.builders import NOW, between, create_actor, create_booking, create_space

pytestmark = pytest.mark.usefixtures("db")


def admin():
    """Somebody who keeps the house."""
    return create_actor(Role.ADMIN)


def test_new_hours_show_the_bookings_outside_of_them_first():
    keeper, room = admin(), create_space()
    create_booking(room, between(9, 10, days=1))
    late = create_booking(room, between(20, 21, days=1))
    office = [Hours(OpenOn.WEEKDAY, 480, 720), Hours(OpenOn.WEEKDAY, 840, 1080)]

    with pytest.raises(InTheWay) as refusal:
        hours.set_hours(keeper, room.code, office, version=1, now=NOW)
    assert refusal.value.booking_ids == (late.id,)
    saved = hours.set_hours(keeper, room.code, office, version=1, now=NOW, confirmed=[late.id])

    assert saved.opening_rules() == office
    with pytest.raises(Changed):
        hours.set_hours(keeper, room.code, [], version=1, now=NOW)


@pytest.mark.parametrize(
    ("lines", "code"),
    [
        ([(480, 485)], "hours_off_grid"),
        ([(720, 480)], "hours_order"),
        ([(0, 0)], "hours_order"),
        ([(480, 720), (720, 900)], "hours_overlap"),
    ],
)
def test_hours_that_make_no_sense_are_refused(lines, code):
    room = create_space()
    wanted = [Hours(OpenOn.WEEKDAY, first, end) for first, end in lines]

    with pytest.raises(BadInput, match=code):
        hours.set_hours(admin(), room.code, wanted, version=1, now=NOW)


def test_the_calendar_is_filled_in_for_several_days_and_shows_what_that_touches(db):
    keeper, office = admin(), create_space(days=(DayKind.WEEKDAY,))
    booked = create_booking(office, between(9, 10, days=1))
    days = calendar.stretch(date(2026, 11, 24), date(2026, 11, 26))

    with pytest.raises(InTheWay):
        calendar.set_days(keeper, days, DayKind.HOLIDAY, "校庆", now=NOW)
    calendar.set_days(keeper, days, DayKind.HOLIDAY, "校庆", now=NOW, confirmed=[booked.id])

    assert [one.day.day for one in calendar.year(2026).days] == [24, 25, 26]
    assert not calendar.year(2027).announced
    calendar.remove_day(keeper, days[0], now=NOW)
    assert db.session.get(CalendarDay, days[0]) is None
    with pytest.raises(Missing):
        calendar.remove_day(keeper, days[0], now=NOW)
    actions = list(db.session.scalars(select(AuditEvent.action)))
    assert (actions.count("calendar.day_set"), actions.count("calendar.day_removed")) == (3, 1)


def test_a_make_up_stretch_names_the_weekend_alone():
    keeper = admin()
    days = calendar.stretch(date(2027, 2, 19), date(2027, 2, 21))

    changed = calendar.set_days(keeper, days, DayKind.WEEKDAY, "春节调休上班", now=NOW)

    assert [one.day.isoformat() for one in changed] == ["2027-02-20", "2027-02-21"]
    with pytest.raises(BadInput, match="calendar_no_change"):
        calendar.set_days(keeper, [date(2027, 2, 19)], DayKind.WEEKDAY, "上班", now=NOW)
    for first, last in (("2027-02-02", "2027-02-01"), ("2027-02-01", "2027-06-01"), ("1999-01-01", None)):
        with pytest.raises(BadInput, match="calendar_"):
            calendar.stretch(date.fromisoformat(first), date.fromisoformat(last) if last else None)
