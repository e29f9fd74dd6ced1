"""Random histories of bookings, held step by step against the reference model."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import TypeVar

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule
from sqlalchemy import select

from domain.bookings import BookingStatus
from domain.errors import RuleViolation, SlotTaken, Stale
from domain.interval import Interval
from domain.people import Actor
from domain.studio.planning import ShowWish
from domain.studio.shows import Layout
from models import Booking, Occupancy, db
from services import booking, decisions, doctor, moving
from services.studio import booths, planning
from tests.support.builders import at
from tests.support.history import disagreements
from tests.support.history_full import FullHouse
from tests.support.history_stage import Stage
from tests.support.history_things import OK, RULE, STALE, TAKEN

Thing = TypeVar("Thing")
OPENING = at(8)
QUARTER = timedelta(minutes=15)
ENDINGS = {RuleViolation: RULE, Stale: STALE, SlotTaken: TAKEN}
ROOMS = st.sampled_from(["tea-room", "rest-station", "pavilion", "rest-station"])
# Few different times, so that wishes meet; some of them break a rule.
STARTS = st.sampled_from([4, 6, 8, 4, 6, 12, 5, 9, 16, 19, -1])
LENGTHS = st.sampled_from([2, 4, 2, 4, 3, 2, 8, 1, 9])
NUMBERS = st.integers(0, 6)
MISFIT = 6
MISSED_VERSIONS = st.sampled_from([0, 0, 0, 0, 1])


class BookingHistory(RuleBasedStateMachine):
    """What people do to bookings, in any order; a subclass sets the stage."""

    stage: Stage

    def __init__(self) -> None:
        super().__init__()
        self.model = FullHouse(self.stage.model, now=-12)
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

    def ends_as(self, expected: str, action: Callable[[], Thing]) -> Thing | None:
        """Do it for real; it must end as the model says. Whatever was offered on the way is known from then on."""
        try:
            done, ending = action(), OK
        except (RuleViolation, Stale, SlotTaken) as refusal:
            done, ending = None, ENDINGS[refusal.__class__.__mro__[0 if type(refusal) in ENDINGS else 1]]
        assert ending == expected
        self.learn_new_ones()
        return done

    def learn_new_ones(self) -> None:
        """Number what is new in the order in which it was made, as the model does."""
        known = set(self.ids)
        self.ids += [
            number
            for number in db.session.scalars(select(Booking.id).order_by(Booking.id))
            if number not in known
        ]

    @rule(name=ROOMS, start=STARTS, length=LENGTHS, who=st.integers(0, 3))
    def request(self, name: str, start: int, length: int, who: int) -> None:
        """Ask for a room or a seat."""
        booker = f"resident {who}"
        expected = self.model.request(name, start, start + length, booker)
        self.ends_as(
            expected,
            lambda: booking.request_booking(
                self.stage.residents[booker], self.stage.codes[name], self.when(start, length),
                purpose="喝茶", party_size=1, now=self.now,
            ),
        )  # fmt: skip

    @precondition(lambda self: self._undecided())
    @rule(number=NUMBERS, missed=MISSED_VERSIONS)
    def approve(self, number: int, missed: int) -> None:
        """Say yes."""
        number, version = self._pick(number, missed, self._undecided())
        self.ends_as(
            self.model.approve(number, version),
            lambda: decisions.approve(self.stage.staff, self.ids[number], version=version, now=self.now),
        )

    @precondition(lambda self: self._undecided())
    @rule(number=NUMBERS, missed=MISSED_VERSIONS)
    def decline(self, number: int, missed: int) -> None:
        """Say no."""
        number, version = self._pick(number, missed, self._undecided())
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
        number, version = self._pick(number, missed, self._ahead("offered", "pending", "confirmed"))
        self.ends_as(
            self.model.cancel(number, version),
            lambda: booking.cancel(self._owner(number), self.ids[number], version=version, now=self.now),
        )

    @precondition(lambda self: self.ids)
    @rule(number=NUMBERS, missed=MISSED_VERSIONS, start=STARTS, length=LENGTHS)
    def move(self, number: int, missed: int, start: int, length: int) -> None:
        """Another time."""
        rooms = [one for one in self._ahead("pending", "confirmed") if self.model.bookings[one].show is None]
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
            lambda: planning.create_show(
                self.stage.staff,
                ShowWish("专场", self.when(start, 1).starts_at, Layout.MARKET, booths, slots),
                now=self.now,
            ),
        )
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
        self.ends_as(
            self.model.take_booth(number, booth, slot, f"{who} {product}", who),
            lambda: booths.take_booth(
                self.stage.shops[who], self.show_ids[number], booth, self.stage.products[who][product],
                starts_at=self.when(show.start + slot, 1).starts_at, now=self.now,
            ),
        )  # fmt: skip

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
            row.id: (row.status, row.version)
            for row in db.session.execute(select(Booking.id, Booking.status, Booking.version))
        }
        stands = [rows[number] for number in self.ids]
        assert stands == [(BookingStatus(one.status), one.version) for one in self.model.bookings]
        assert len(rows) == len(self.ids)

    @invariant()
    def no_two_live_bookings_share_a_place_and_a_quarter_hour(self) -> None:
        """Seen from the database alone."""
        assert disagreements() == []

    def _pick(self, number: int, missed: int, fitting: list[int]) -> tuple[int, int]:
        """Mostly one that fits, now and then any; and the version that somebody has seen of it."""
        candidates = fitting if fitting and number < MISFIT else range(len(self.ids))
        chosen = candidates[(-1 - number) % len(candidates)]
        return chosen, self.model.bookings[chosen].version - missed

    def _some(self, *states: str) -> list[int]:
        return [number for number, one in enumerate(self.model.bookings) if one.status in states]

    def _ahead(self, *states: str) -> list[int]:
        """Those in a state that have not begun."""
        return [
            number for number in self._some(*states) if self.model.bookings[number].start > self.model.now
        ]

    def _undecided(self) -> list[int]:
        bookings = self.model.bookings
        return [number for number in self._ahead("pending", "confirmed") if bookings[number].undecided]

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
