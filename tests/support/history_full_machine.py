"""Random histories with the waiting line, the door, held step by step against the reference model."""

from __future__ import annotations

from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, precondition, rule
from sqlalchemy import select

from domain.waitlist import EntryStatus
from models import Booking, WaitlistEntry, db
from models.prepared import Prepared
from services import attendance, moving, passing, queueing
from services.studio import wrapping
from tests.support.history_machine import (
    LENGTHS,
    MISFIT,
    MISSED_VERSIONS,
    NUMBERS,
    ROOMS,
    STARTS,
    BookingHistory,
)

WHO = st.integers(0, 3)
_LINE = Prepared(
    select(WaitlistEntry.id, WaitlistEntry.status, WaitlistEntry.booking_id).order_by(WaitlistEntry.id)
)
_TIMES = Prepared(
    select(
        Booking.id, Booking.starts_at, Booking.ends_at, Booking.proposed_starts_at, Booking.proposed_ends_at
    ).order_by(Booking.id)
)


class FullHistory(BookingHistory):
    """What people do around bookings, in any order."""

    def __init__(self) -> None:
        super().__init__()
        self.entry_ids: list[int] = []

    @initialize(
        wishes=st.lists(st.tuples(ROOMS, STARTS, LENGTHS, WHO), min_size=2, max_size=5),
        waiting=st.lists(st.tuples(NUMBERS, WHO), min_size=2, max_size=5),
    )
    def some_have_asked_already(
        self, wishes: list[tuple[str, int, int, int]], waiting: list[tuple[int, int]]
    ) -> None:
        """Most histories should have bookings to decide on, booths to take, and lines that move."""
        self.plan_show(start=8, slots=4, booths=3)
        for wish in wishes:
            self.request(*wish)
        for number, who in waiting:
            if self._ahead("pending", "confirmed"):
                self.join_behind(number, who)

    @rule(name=ROOMS, start=STARTS, length=LENGTHS, who=WHO)
    def join(self, name: str, start: int, length: int, who: int) -> None:
        """Stand in line."""
        start += self.model.this_day
        person = self.seats[who]
        entry = self.ends_as(
            self.model.join(name, start, start + length, person),
            lambda: queueing.join(
                self.stage.residents[person], self.stage.codes[name], self.when(start, length),
                purpose="喝茶", party_size=1, now=self.now,
            ),
        )  # fmt: skip
        if entry:
            self.entry_ids.append(entry.id)

    @precondition(lambda self: self._ahead("pending", "confirmed", "checked_in"))
    @rule(number=NUMBERS, who=WHO)
    def join_behind(self, number: int, who: int) -> None:
        """Stand in line for the very time of somebody, so that lines are not rare."""
        one = self.model.bookings[self._one_of(self._ahead("pending", "confirmed", "checked_in"), number)]
        if one.show is None:
            self.join(one.space, one.start - self.model.this_day, one.end - one.start, who)
        else:
            shop = "tea shop" if one.who == "noodle shop" else "noodle shop"
            show = self.model.shows[one.show]
            self._join_for_booth(one.show, (one.place or 1) - 1, one.start - show.start, shop, who % 3)

    @precondition(lambda self: self._open_shows())
    @rule(
        number=st.integers(0, 1), booth=st.integers(0, 1), slot=st.integers(0, 2),
        who=st.sampled_from(["tea shop", "noodle shop"]), product=st.integers(0, 2),
    )  # fmt: skip
    def join_for_booth(self, number: int, booth: int, slot: int, who: str, product: int) -> None:
        """Stand in line for a booth."""
        self._join_for_booth(
            self._open_shows()[(-1 - number) % len(self._open_shows())], booth, slot, who, product
        )

    def _join_for_booth(self, number: int, booth: int, slot: int, who: str, product: int) -> None:
        show = self.model.shows[number]
        booth, slot = booth % show.booths + 1, slot % show.slots
        entry = self.ends_as(
            self.model.join_for_booth(number, booth, slot, f"{who} {product}", who),
            lambda: queueing.join_for_booth(
                self.stage.shops[who], self.show_ids[number], booth, self.stage.products[who][product],
                starts_at=self.when(show.start + slot, 1).starts_at, now=self.now,
            ),
        )  # fmt: skip
        if entry:
            self.entry_ids.append(entry.id)

    @precondition(lambda self: self.entry_ids)
    @rule(number=NUMBERS)
    def leave_the_line(self, number: int) -> None:
        """Wait no more."""
        waiting = [place for place, one in enumerate(self.model.line) if one.status == "waiting"]
        fitting = waiting if waiting and number < MISFIT else range(len(self.entry_ids))
        number = fitting[number % len(fitting)]
        who = self.model.line[number].who
        actor = self.stage.residents.get(who) or self.stage.shops[who]
        self.ends_as(
            self.model.leave_the_line(number),
            lambda: queueing.leave(actor, self.entry_ids[number], now=self.now),
        )

    @precondition(lambda self: self._some("offered"))
    @rule(number=NUMBERS)
    def accept(self, number: int) -> None:
        """Take an offer."""
        number = self._one_of(self._some("offered"), number)
        self.ends_as(
            self.model.accept(number),
            lambda: queueing.accept(self._owner(number), self.ids[number], now=self.now),
        )

    @precondition(lambda self: self._ahead("confirmed"))
    @rule(number=NUMBERS, late=st.sampled_from([-1, 0, 0, 0, 1]))
    def check_in(self, number: int, late: int) -> None:
        """Come when it begins, a quarter early or a quarter late."""
        rooms = [one for one in self._ahead("confirmed") if self.model.bookings[one].show is None]
        if rooms:
            number = self._one_of(rooms, number)
            self.model.now = max(self.model.now, self.model.bookings[number].start + late)
            self.ends_as(
                self.model.check_in(number),
                lambda: attendance.check_in(self._owner(number), self.ids[number], now=self.now),
            )

    @precondition(lambda self: self._some("checked_in"))
    @rule(number=NUMBERS)
    def go_early(self, number: int) -> None:
        """Leave before the end."""
        number = self._one_of(self._some("checked_in"), number)
        self.ends_as(
            self.model.go_early(number),
            lambda: attendance.leave(self._owner(number), self.ids[number], now=self.now),
        )

    @precondition(lambda self: any(one.proposed for one in self.model.bookings))
    @rule(number=NUMBERS, missed=MISSED_VERSIONS)
    def drop_proposal(self, number: int, missed: int) -> None:
        """Stay with the confirmed time."""
        proposed = [number for number, one in enumerate(self.model.bookings) if one.proposed]
        number, version = self._pick(number, missed, proposed)
        self.ends_as(
            self.model.drop_proposal(number, version),
            lambda: moving.drop_proposal(
                self._owner(number), self.ids[number], version=version, now=self.now
            ),
        )

    @rule(quarters=st.sampled_from([0, 1, 1, 2, 4]))
    def the_jobs_run(self, quarters: int) -> None:
        """Time passes, and then everything that passes by itself, in the order of the jobs."""
        self.model.now += quarters
        for retold, real in (
            (self.model.expire, passing.expire_due),
            (self.model.drop_undecided_moves, passing.drop_undecided_moves),
            (self.model.lapse, queueing.lapse_due),
            (self.model.end_hopes, queueing.end_hopes),
            (self.model.miss, attendance.release_no_shows),
            (self.model.complete, passing.complete_due),
            (self.model.wrap_up_due, wrapping.wrap_up_due),
        ):
            retold()
            real(self.now)
            self.learn_new_ones()

    @invariant()
    def the_line_is_that_of_the_model(self) -> None:
        """Entry by entry, with the offer that was made."""
        assert _LINE.rows(db.session.connection(), {}) == [
            (number, EntryStatus(one.status), None if one.offer is None else self.ids[one.offer])
            for number, one in zip(self.entry_ids, self.model.line, strict=True)
        ]

    @invariant()
    def times_are_those_of_the_model(self) -> None:
        """The proposed ones included."""
        due = []
        for number, one in zip(self.ids, self.model.bookings, strict=True):
            own, proposed = (
                (time.starts_at, time.ends_at) if time else (None, None)
                for time in (
                    self.when(one.start, one.end - one.start),
                    one.proposed and self.when(one.proposed[0], one.proposed[1] - one.proposed[0]),
                )
            )
            due.append((number, *own, *proposed))
        assert _TIMES.rows(db.session.connection(), {}) == due

    @staticmethod
    def _one_of(numbers: list[int], number: int) -> int:
        return numbers[(-1 - number) % len(numbers)]
