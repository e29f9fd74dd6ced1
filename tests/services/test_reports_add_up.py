"""Whatever happened in a house: its report says what a plain walk through the rows says, in as many queries."""

from datetime import timedelta
from random import Random

import pytest

from domain.bookings import BookingStatus
from domain.interval import Interval, local
from domain.people import Role
from domain.reports import WHY, Days
from models import AuditEvent, Booking, RefusedDemand, WaitlistEntry, WalkIn
from services.reports import making, report
from services.unit_of_work import in_transaction
from tests.support.builders import MONDAY, NOW, at, create_actor, create_person, create_pool, create_space
from tests.support.report_reference import ranks_of, reached_of, usage_of, wishes_of
from tests.support.statements import statements

pytestmark = pytest.mark.usefixtures("db")
DAYS = Days(MONDAY - timedelta(days=20), MONDAY)
COUNTED = (
    "booked_minutes", "used_minutes", "bookings", "came", "cancelled", "declined", "expired", "no_shows", "walk_ins"
)  # fmt: skip


class History:
    """A random past of three spaces, one of them private, written down without asking any rule."""

    def __init__(self, db, seed, size=150):
        self.dice = Random(seed)
        self.staff = create_actor(Role.STAFF)
        self.spaces = [create_space(), create_pool(), create_space(is_private=True)]
        roles = (Role.RESIDENT, Role.RESIDENT, Role.CAPTAIN, Role.MERCHANT, Role.STAFF)
        self.people = [self._person(roles[number % 5]) for number in range(12)]
        self.bookings = [self._booking() for _ in range(size)]
        self.walk_ins = [self._walk_in() for _ in range(30)]
        self.refused = self._unlike([self._refused() for _ in range(60)], "code")
        self.waiting = [self._waiting() for _ in range(20)]
        self._save(db, [*self.bookings, *self.walk_ins, *self.refused, *self.waiting])
        self.decided = {one.id: self._decide() for one in self.bookings if self._was_decided(one)}
        self._save(db, list(self._events()))

    def _person(self, role):
        home = {"building": self.dice.choice((3, 7)), "room": str(self.dice.randint(1, 3))}
        if self.dice.random() < 0.2:
            home = {"building": None, "unit": None, "room": None}
        return create_person(role, verified_at=NOW if self.dice.random() < 0.7 else None, **home)

    def _time(self):
        start = at(0, day=MONDAY - timedelta(days=self.dice.randint(-2, 24)))
        start += timedelta(minutes=15 * self.dice.randint(0, 95))
        return Interval(start, start + timedelta(minutes=15 * self.dice.randint(1, 20)))

    def _what(self):
        space, time, person = self.dice.choice(self.spaces), self._time(), self.dice.choice(self.people)
        return {"space_id": space.id, "starts_at": time.starts_at, "ends_at": time.ends_at}, person.id

    def _booking(self):
        what, person_id = self._what()
        status = self.dice.choice([one for one in BookingStatus if one is not BookingStatus.OFFERED])
        typed_by = self.dice.choice(self.people).id if self.dice.random() < 0.3 else person_id
        return Booking(
            **what, place=1, booker_id=person_id, created_by_id=typed_by, status=status, version=1, party_size=1,
            created_at=what["starts_at"] - timedelta(minutes=self.dice.randint(60, 9000)), buffer_minutes=0,
            decision_reason="满了" if status is BookingStatus.DECLINED else "",
        )  # fmt: skip

    def _walk_in(self):
        what, _ = self._what()
        length = what["ends_at"] - what["starts_at"]
        left = None
        if self.dice.random() < 0.6:
            left = what["starts_at"] + self.dice.choice((0.0, 0.01, 0.4, 0.75, 1.0, 1.3)) * length
        return WalkIn(**what, arrived_at=what["starts_at"], left_at=left, created_by_id=self.staff.id)

    def _refused(self):
        what, person_id = self._what()
        return RefusedDemand(**what, person_id=person_id, code=self.dice.choice(list(WHY)), asked_at=NOW)

    def _waiting(self):
        """Half of them were refused first."""
        if self.dice.random() < 0.5:
            one = self.dice.choice(self.refused)
            what = {"space_id": one.space_id, "starts_at": one.starts_at, "ends_at": one.ends_at}
            person_id = one.person_id
        else:
            what, person_id = self._what()
        return WaitlistEntry(**what, person_id=person_id, created_by_id=person_id, created_at=NOW)

    def _unlike(self, rows, *more):
        keys = ("person_id", "space_id", "starts_at", "ends_at", *more)
        return list({tuple(getattr(row, key) for key in keys): row for row in rows}.values())

    def _was_decided(self, one):
        return one.status is not BookingStatus.PENDING and one.id % 3

    def _decide(self):
        return [self.dice.randint(1, 4000) for _ in range(self.dice.randint(1, 2))]

    def _events(self):
        for one in self.bookings:
            for minutes in self.decided.get(one.id, ()):
                yield AuditEvent(
                    at=one.created_at + timedelta(minutes=minutes, seconds=20), actor_id=self.staff.id,
                    action=self.dice.choice(("booking.approved", "booking.declined")), object_type="booking",
                    object_id=one.id,
                )  # fmt: skip

    def _save(self, db, rows):
        in_transaction(lambda: (db.session.add_all(rows), db.session.flush()))

    def begun(self, rows, days=DAYS):
        window = days.window
        return [one for one in rows if window.starts_at <= one.starts_at < window.ends_at]

    def waits(self, keep):
        return [
            max(self.decided[one.id])
            for one in self.begun(self.bookings)
            if one.id in self.decided and keep(one)
        ]


@pytest.fixture(params=[(0, False), (1, True), (2, True)], ids=("counted", "kept", "kept-too"))
def history(db, request):
    seed, is_kept = request.param
    history = History(db, seed)
    if is_kept:
        assert making.make_due(NOW) >= 3
    return history


def cells(grid):
    return {
        (weekday, hour): value for weekday, row in enumerate(grid) for hour, value in enumerate(row) if value
    }


def test_a_report_says_what_a_walk_through_the_rows_says(history):
    found = report.of_days(history.staff, DAYS, NOW)
    bookings, walk_ins = history.begun(history.bookings), history.begun(history.walk_ins)
    wishes = wishes_of(history.begun(history.refused), history.begun(history.waiting))

    for one, space in zip(found.spaces, history.spaces, strict=True):
        expected = usage_of(space, bookings, walk_ins)
        assert {name: getattr(one.usage, name) for name in COUNTED} == {n: expected[n] for n in COUNTED}
        assert cells(one.usage.used_on) == dict(expected["used_on"])
        asked = {
            (weekday, hour, why.value): count
            for (weekday, hour), reasons in one.demand.on.items()
            for why, count in reasons.items()
        }
        assert asked == dict(wishes[space.id])
        mine = ranks_of(history.waits(lambda b, space=space: b.space_id == space.id))
        assert told(one.wait) == mine
    assert found.totals.refused == sum(sum(count.values()) for count in wishes.values())


def told(wait):
    return (wait.count, wait.median, wait.ninety, wait.longest) if wait else None


def test_the_waiting_of_all_and_of_each_hour(history):
    found = report.of_days(history.staff, DAYS, NOW).waits
    private = history.spaces[2].id

    assert told(found.whole) == ranks_of(history.waits(lambda _: True))
    for hour in range(24):
        asked_then = history.waits(
            lambda one, hour=hour: local(one.created_at).hour == hour and one.space_id != private
        )
        assert told(found.by_hour.get(hour)) == ranks_of(asked_then)
    open_now = [
        one.created_at
        for one in history.begun(history.bookings)
        if one.status is BookingStatus.PENDING and one.starts_at > NOW
    ]
    assert found.oldest_open == min(open_now, default=None)


def test_who_was_reached_but_for_the_private_space(history):
    found = report.of_days(history.staff, DAYS, NOW)
    public = [one for one in history.begun(history.bookings) if one.space_id != history.spaces[2].id]
    people = {one.id: one for one in history.people}
    since = DAYS.window.starts_at

    expected = reached_of(public, history.bookings, people, since)
    assert {name: getattr(found.reached, name) for name in expected} == expected
    for one, space in zip(found.spaces[:2], history.spaces, strict=False):
        mine = reached_of([b for b in public if b.space_id == space.id], history.bookings, people, since)
        assert (one.reached.people, one.reached.households) == (mine["people"], mine["households"])
    assert (found.spaces[2].reached.people, found.spaces[2].reached.households) == (0, 0)


@pytest.mark.parametrize("engine_name", ["sqlite"])
def test_a_long_history_costs_as_many_queries_as_a_short_one(db):
    staff = create_actor(Role.STAFF)

    def counted():
        db.session.expunge_all()
        with statements(db) as seen:
            report.of_days(staff, DAYS, NOW)
        return len([one for one in seen if not one.startswith(("BEGIN", "PRAGMA"))])

    create_space()
    few = counted()
    History(db, 7, size=600)

    assert counted() == few <= 18


@pytest.mark.parametrize("engine_name", ["sqlite"])
def test_a_month_among_years_of_bookings_is_found_by_an_index(db):
    staff = create_actor(Role.STAFF)
    History(db, 1)
    with statements(db) as seen:
        report.of_days(staff, DAYS, NOW)

    for statement in {one for one in seen if "FROM booking" in one}:
        plan = db.session.connection().exec_driver_sql(
            f"EXPLAIN QUERY PLAN {statement}", _nothings(statement)
        )
        scans = [row.detail for row in plan if row.detail.startswith("SCAN booking")]
        assert scans == [], statement


def _nothings(statement):
    return ("",) * statement.count("?")
