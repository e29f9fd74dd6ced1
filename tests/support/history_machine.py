"""Random histories of bookings, held step by step against the reference model."""

from __future__ import annotations

from collections import Counter

from hypothesis import strategies as st
from hypothesis.stateful import invariant, precondition, rule
from sqlalchemy import select

from domain.bookings import BookingStatus
from domain.people import Actor
from domain.studio.planning import ShowWish
from domain.studio.shows import Layout
from models import Booking, Occupancy, db
from models.prepared import Prepared
from services import booking, decisions, moving
from services.studio import booths, planning
from tests.support.history import disagreements
from tests.support.history_base import OPENING, History

ROOMS = st.sampled_from(["tea-room", "rest-station", "pavilion", "rest-station"])
# Few different times, so that wishes meet; some of them break a rule.
STARTS = st.sampled_from([4, 6, 8, 4, 6, 12, 5, 9, 16, 19, -1])
LENGTHS = st.sampled_from([2, 4, 2, 4, 3, 2, 8, 1, 9])
NUMBERS = st.integers(0, 6)
MISFIT = 6
MISSED_VERSIONS = st.sampled_from([0, 0, 0, 0, 1])


_TICKS = Prepared(
    select(Occupancy.space_id, Occupancy.tick, Occupancy.place, Occupancy.booking_id, Occupancy.show_id)
)
_STAND = Prepared(select(Booking.id, Booking.status, Booking.version).order_by(Booking.id))


class BookingHistory(History):
    """What people do to bookings, in any order; a subclass sets the stage."""

    def __init__(self) -> None:
        super().__init__()
        self.show_ids: list[int] = []
        self.seats = list(self.stage.residents)[:4]

    def look_closely(self) -> None:
        """No two live bookings share a place and a quarter-hour, seen from the database alone."""
        super().look_closely()
        assert disagreements(since=int(self.when(self.model.pruned, 1).starts_at.timestamp()) // 900) == []

    @rule(name=ROOMS, start=STARTS, length=LENGTHS, who=st.integers(0, 3))
    def request(self, name: str, start: int, length: int, who: int) -> None:
        """Ask for a room or a seat."""
        start += self.model.this_day
        booker = self.seats[who]
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
        start += self.model.this_day
        rooms = [one for one in self._ahead("pending", "confirmed") if self.model.bookings[one].show is None]
        number, version = self._pick(number, missed, rooms)
        self.ends_as(
            self.model.move(number, version, start, start + length),
            lambda: moving.reschedule(
                self._owner(number), self.ids[number], self.when(start, length), version=version, now=self.now
            ),
        )

    @precondition(lambda self: self.model.shows_ahead() < 3)
    @rule(start=STARTS, slots=st.integers(1, 5), booths=st.integers(1, 3))
    def plan_show(self, start: int, slots: int, booths: int) -> None:
        """Hold the studio."""
        start += self.model.this_day
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

    @precondition(lambda self: self._open_shows())
    @rule(
        number=st.integers(0, 1), booth=st.integers(0, 1), slot=st.integers(0, 2),
        who=st.sampled_from(["tea shop", "noodle shop"]), product=st.integers(0, 2),
    )  # fmt: skip
    def take_booth(self, number: int, booth: int, slot: int, who: str, product: int) -> None:
        """A booth of a show."""
        number = self._open_shows()[(-1 - number) % len(self._open_shows())]
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
        owned = {held for held in self.model.owned() if held[1] >= self.model.pruned}
        load = Counter((space, quarter, place) for space, quarter, place, _ in owned)
        spaces = self.model.spaces
        assert all(
            count <= (spaces[space].places if place is None else 1)
            for (space, _, place), count in load.items()
        )
        due = {(space, quarter, place, f"booking {n}") for space, quarter, place, n in owned} | {
            ("studio", quarter, 0, f"show {number}")
            for number, show in enumerate(self.model.shows)
            if show.status == "open"
            for quarter in range(max(show.start, self.model.pruned), show.start + show.slots)
        }
        assert self._ticks() == due

    @invariant()
    def states_and_versions_are_those_of_the_model(self) -> None:
        """Booking by booking."""
        assert len(self.ids) == len(self.model.bookings)
        rows = _STAND.rows(db.session.connection(), {})
        assert rows == [
            (number, BookingStatus(one.status), one.version)
            for number, one in zip(self.ids, self.model.bookings, strict=True)
        ]

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

    def _open_shows(self) -> list[int]:
        return [number for number, show in enumerate(self.model.shows) if show.status == "open"]

    def _owner(self, number: int) -> Actor:
        who = self.model.bookings[number].who
        return self.stage.residents.get(who) or self.stage.shops[who]

    def _ticks(self) -> set[tuple[str, int, int | None, str]]:
        opening = int(OPENING.timestamp()) // 900
        known = {number: f"booking {position}" for position, number in enumerate(self.ids)}
        known_shows = {number: f"show {position}" for position, number in enumerate(self.show_ids)}
        return {
            (
                code := self.stage.ids[space_id],
                tick - opening,
                None if code == "rest-station" else place,
                known_shows[show_id] if show_id else known[booking_id],
            )
            for space_id, tick, place, booking_id, show_id in _TICKS.rows(db.session.connection(), {})
        }
