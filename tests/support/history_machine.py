"""Random histories of bookings, held step by step against the reference model."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from sqlalchemy import delete, select

from domain.bookings import BookingStatus
from domain.errors import RuleViolation, SlotTaken, Stale
from domain.interval import Interval
from domain.people import Actor
from domain.shows import Layout
from models import AuditEvent, Booking, BoothSlot, Occupancy, OutboxMessage, Show, Space, db
from services import booking, booths, decisions, doctor, moving, passing, shows
from tests.support.builders import at
from tests.support.history import disagreements
from tests.support.history_reference import OK, RULE, STALE, TAKEN, House
from tests.support.history_reference import Space as ModelSpace

OPENING = at(8)
QUARTER = timedelta(minutes=15)
ENDINGS = {RuleViolation: RULE, Stale: STALE, SlotTaken: TAKEN}
CHANGED_TABLES = (Occupancy, BoothSlot, OutboxMessage, AuditEvent, Booking, Show)
ROOMS = st.sampled_from(["tea-room", "pavilion", "rest-station"])
# Few different times, so that wishes meet; some of them break a rule.
STARTS = st.sampled_from([0, 2, 4, 6, 8, 12, 1, 5, 9, 16, 19, -1])
LENGTHS = st.sampled_from([2, 4, 2, 4, 3, 8, 1, 9])
NUMBERS = st.integers(0, 5)
MISSED_VERSIONS = st.sampled_from([0, 0, 0, 0, 1])


class Stage:
    """Spaces, people and products that every history starts with."""

    def __init__(
        self, spaces: dict[str, Space], residents: list[Actor], staff: Actor, shops: dict[str, Actor]
    ):
        self.ids = {space.id: code for code, space in spaces.items()}
        self.codes = {code: space.code for code, space in spaces.items()}
        self.model = {
            code: ModelSpace(
                code,
                places=space.places,
                buffer=space.buffer_minutes // 15,
                shortest=space.min_minutes // 15,
                longest=space.max_minutes // 15,
                lead=space.lead_minutes // 15,
                needs_yes=code != "rest-station",
            )
            for code, space in spaces.items()
        }
        self.residents = {f"resident {number}": actor for number, actor in enumerate(residents)}
        self.staff = staff
        self.shops = shops
        self.products: dict[str, list[int]] = {}

    def clear(self) -> None:
        """Take back everything that a history did."""
        db.session.rollback()
        db.session.connection(execution_options={"writes": True})
        for table in CHANGED_TABLES:
            db.session.execute(delete(table))
        db.session.commit()


class BookingHistory(RuleBasedStateMachine):
    """What people do to bookings, in any order; a subclass sets the stage."""

    stage: Stage

    def __init__(self) -> None:
        super().__init__()
        self.model = House(self.stage.model, now=-12)
        self.ids: list[int] = []
        self.show_ids: list[int] = []

    def teardown(self) -> None:
        """The doctor has the last word, then the next history starts afresh."""
        try:
            db.session.rollback()
            assert doctor.data_findings(self.now) == []
        finally:
            self.stage.clear()

    @property
    def now(self):
        """The moment of the model."""
        return OPENING + self.model.now * QUARTER

    def when(self, start: int, length: int) -> Interval:
        """A time as the services are told it."""
        return Interval(OPENING + start * QUARTER, OPENING + (start + length) * QUARTER)

    def ends_as(self, expected: str, action: Callable[[], Booking | Show]) -> Booking | Show | None:
        """Do it for real; it must end as the model says."""
        try:
            done, ending = action(), OK
        except (RuleViolation, Stale, SlotTaken) as refusal:
            done, ending = None, ENDINGS[refusal.__class__.__mro__[0 if type(refusal) in ENDINGS else 1]]
        assert ending == expected
        return done

    @initialize(wishes=st.lists(st.tuples(ROOMS, STARTS, LENGTHS, st.integers(0, 2)), min_size=2, max_size=5))
    def some_have_asked_already(self, wishes: list[tuple[str, int, int, int]]) -> None:
        """Most histories should have bookings to decide on and booths to take."""
        self.plan_show(start=4, slots=4, booths=3)
        for wish in wishes:
            self.request(*wish)

    @rule(name=ROOMS, start=STARTS, length=LENGTHS, who=st.integers(0, 2))
    def request(self, name: str, start: int, length: int, who: int) -> None:
        """Ask for a room or a seat."""
        booker = f"resident {who}"
        expected = self.model.request(name, start, start + length, booker)
        made = self.ends_as(
            expected,
            lambda: booking.request_booking(
                self.stage.residents[booker], self.stage.codes[name], self.when(start, length),
                purpose="喝茶", party_size=1, now=self.now,
            ),
        )  # fmt: skip
        if made:
            self.ids.append(made.id)

    @precondition(lambda self: self.ids)
    @rule(number=NUMBERS, missed=MISSED_VERSIONS)
    def approve(self, number: int, missed: int) -> None:
        """Say yes."""
        number, version = self._pick(number, missed)
        self.ends_as(
            self.model.approve(number, version),
            lambda: decisions.approve(self.stage.staff, self.ids[number], version=version, now=self.now),
        )

    @precondition(lambda self: self.ids)
    @rule(number=NUMBERS, missed=MISSED_VERSIONS)
    def decline(self, number: int, missed: int) -> None:
        """Say no."""
        number, version = self._pick(number, missed)
        self.ends_as(
            self.model.decline(number, version),
            lambda: decisions.decline(
                self.stage.staff, self.ids[number], version=version, reason="检修", now=self.now
            ),
        )

    @precondition(lambda self: self.ids)
    @rule(number=NUMBERS, missed=MISSED_VERSIONS)
    def cancel(self, number: int, missed: int) -> None:
        """Take it back."""
        number, version = self._pick(number, missed)
        self.ends_as(
            self.model.cancel(number, version),
            lambda: booking.cancel(self._owner(number), self.ids[number], version=version, now=self.now),
        )

    @precondition(lambda self: self.ids)
    @rule(number=NUMBERS, missed=MISSED_VERSIONS, start=STARTS, length=LENGTHS)
    def move(self, number: int, missed: int, start: int, length: int) -> None:
        """Another time."""
        rooms = [place for place, one in enumerate(self.model.bookings) if one.show is None]
        number, version = self._pick(number, missed, rooms)
        self.ends_as(
            self.model.move(number, version, start, start + length),
            lambda: moving.reschedule(
                self._owner(number), self.ids[number], self.when(start, length), version=version, now=self.now
            ),
        )

    @precondition(lambda self: len(self.show_ids) < 3)
    @rule(start=STARTS, slots=st.integers(1, 5), booths=st.integers(1, 3))
    def plan_show(self, start: int, slots: int, booths: int) -> None:
        """Hold the studio."""
        made = self.ends_as(
            self.model.plan_show(start, slots, booths),
            lambda: shows.create_show(
                self.stage.staff, title="专场", starts_at=self.when(start, 1).starts_at,
                layout=Layout.MARKET, booths=booths, slots=slots, now=self.now,
            ),
        )  # fmt: skip
        if made:
            self.show_ids.append(made.id)

    @precondition(lambda self: self.show_ids)
    @rule(
        number=st.integers(0, 1), booth=st.integers(0, 1), slot=st.integers(0, 2),
        who=st.sampled_from(["tea shop", "noodle shop"]), product=st.integers(0, 2),
    )  # fmt: skip
    def take_booth(self, number: int, booth: int, slot: int, who: str, product: int) -> None:
        """A booth of a show."""
        number %= len(self.show_ids)
        show = self.model.shows[number]
        booth, slot = booth % show.booths + 1, slot % show.slots
        made = self.ends_as(
            self.model.take_booth(number, booth, slot, f"{who} {product}", who),
            lambda: booths.take_booth(
                self.stage.shops[who], self.show_ids[number], booth, self.stage.products[who][product],
                starts_at=self.when(show.start + slot, 1).starts_at, now=self.now,
            ),
        )  # fmt: skip
        if made:
            self.ids.append(made.id)

    @rule(quarters=st.integers(1, 6))
    def time_passes(self, quarters: int) -> None:
        """The clock moves; nobody does anything."""
        self.model.now += quarters

    @rule()
    def expire(self) -> None:
        """The job that lets requests expire."""
        self.model.expire()
        passing.expire_due(self.now)

    @rule()
    def complete(self) -> None:
        """The job that closes what is over."""
        self.model.complete()
        passing.complete_due(self.now)

    @invariant()
    def the_ticks_are_those_of_the_model(self) -> None:
        """Place by place; the seats of a pool are compared by number, since nobody chooses them."""
        db.session.rollback()
        due = {(space, quarter, place, f"booking {n}") for space, quarter, place, n in self.model.owned()} | {
            ("studio", quarter, 0, f"show {number}")
            for number, show in enumerate(self.model.shows)
            for quarter in range(show.start, show.start + show.slots)
        }
        assert self._ticks() == due

    @invariant()
    def states_and_versions_are_those_of_the_model(self) -> None:
        """Booking by booking."""
        rows = {
            row.id: row for row in db.session.execute(select(Booking.id, Booking.status, Booking.version))
        }
        stands = [(rows[number].status, rows[number].version) for number in self.ids]
        assert stands == [(BookingStatus(one.status), one.version) for one in self.model.bookings]
        assert len(rows) == len(self.ids)

    @invariant()
    def no_two_live_bookings_share_a_place_and_a_quarter_hour(self) -> None:
        """Seen from the database alone."""
        assert disagreements() == []

    def _pick(self, number: int, missed: int, among: list[int] | None = None) -> tuple[int, int]:
        """Rather a recent one, since old ones are mostly over; and the version that somebody has seen of it."""
        candidates = among or range(len(self.ids))
        chosen = candidates[(-1 - number) % len(candidates)]
        return chosen, self.model.bookings[chosen].version - missed

    def _owner(self, number: int) -> Actor:
        who = self.model.bookings[number].who
        return self.stage.residents.get(who) or self.stage.shops[who]

    def _ticks(self) -> set[tuple[str, int, int | None, str]]:
        opening = int(OPENING.timestamp()) // 900
        known = {number: f"booking {position}" for position, number in enumerate(self.ids)}
        known_shows = {number: f"show {position}" for position, number in enumerate(self.show_ids)}
        return {
            (
                code := self.stage.ids[row.space_id],
                row.tick - opening,
                None if code == "rest-station" else row.place,
                known_shows[row.show_id] if row.show_id else known[row.booking_id],
            )
            for row in db.session.execute(
                select(
                    Occupancy.space_id,
                    Occupancy.tick,
                    Occupancy.place,
                    Occupancy.booking_id,
                    Occupancy.show_id,
                )
            )
        }
