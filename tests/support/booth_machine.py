"""Random histories of the booths of one show over their three axes, held step by step against the model.

It stays beside the machine of the whole house (history_whole_machine.py): papers, claims, samples, swaps and moves of
booths collide only where a few shops want the same three places for days before one show. There, where a day has twenty
quarters and shows come and go, these steps would hardly ever meet; its own clock counts in hours for the same reason.
"""

from __future__ import annotations

from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, precondition, rule
from sqlalchemy import func, select, update
from sqlalchemy.orm import joinedload

from domain.bookings import may_become
from domain.interval import local_day
from domain.merchants.claims import ClaimsStatus
from domain.studio.booths import OnAir, Sample
from domain.studio.compliance import Light
from domain.studio.running import NOT_YET_AIRED
from models import (
    Booking,
    BoothSlot,
    BoothSwap,
    Paper,
    PenaltyPoint,
    Product,
    WaitlistEntry,
    db,
)
from services import booking, decisions, queueing
from services.studio import airings, booth_moves, booths, compliance, samples, swaps
from services.unit_of_work import in_transaction
from tests.support.booth_reference import LIVE, LOCK
from tests.support.booth_stage import (
    EXPIRED,
    LIGHTS,
    NUMBERS,
    PLACE,
    PRODUCT,
    PRODUCTS,
    SHOP,
    SHOPS,
    BoothStage,
)
from tests.support.builders import NOW
from tests.support.history import disagreements
from tests.support.studio_builders import create_airing


class BoothHistory(BoothStage):
    """What shops, staff and the clock do to the booths of a show, in any order; a subclass sets the stage."""

    @initialize(shops=st.permutations(range(SHOPS)), waiting=st.lists(SHOP, min_size=1, max_size=3))
    def the_show_is_full(self, shops: list[int], waiting: list[int]) -> None:
        """Most histories should have neighbours to change with, and a line that moves."""
        for place, shop in enumerate(shops, start=1):
            self.take(shop, 0, place)
        for shop in waiting:
            self.join(shop, 1)

    @rule(shop=SHOP, product=PRODUCT, place=PLACE)
    def take(self, shop: int, product: int, place: int) -> None:
        """Ask for a booth."""
        self.ends_as(
            self.model.take(shop, shop * PRODUCTS + product, place),
            lambda: booths.take_booth(
                self.stage.shops[shop], self.stage.show.id, place, self.stage.products[shop][product],
                now=self.now,
            ),
        )  # fmt: skip

    @precondition(lambda self: self.ids)
    @rule(number=NUMBERS)
    def approve(self, number: int) -> None:
        """Staff say yes."""
        number = self.one_of(number, "pending")
        version = self.model.booths[number].version
        self.ends_as(
            self.model.approve(number),
            lambda: decisions.approve(self.stage.staff, self.ids[number], version=version, now=self.now),
        )

    @precondition(lambda self: self.ids)
    @rule(number=NUMBERS)
    def decline(self, number: int) -> None:
        """Staff say no."""
        number = self.one_of(number, "pending")
        version = self.model.booths[number].version
        self.ends_as(
            self.model.decline(number),
            lambda: decisions.decline(
                self.stage.staff, self.ids[number], version=version, reason="改期", now=self.now
            ),
        )

    @precondition(lambda self: self.ids)
    @rule(number=NUMBERS)
    def withdraw(self, number: int) -> None:
        """A shop gives a booth back, or turns an offer down."""
        number = self.one_of(number, *LIVE)
        version = self.model.booths[number].version
        self.ends_as(
            self.model.withdraw(number),
            lambda: booking.cancel(self.owner(number), self.ids[number], version=version, now=self.now),
        )

    @precondition(lambda self: self.ids)
    @rule(number=NUMBERS, place=PLACE, missed=st.sampled_from([0, 0, 0, 1]))
    def move(self, number: int, place: int, missed: int) -> None:
        """A shop goes to another booth."""
        number = self.one_of(number, "pending", "confirmed")
        version = self.model.booths[number].version - missed
        self.ends_as(
            self.model.move(number, place, version),
            lambda: booth_moves.move_booth(
                self.owner(number), self.ids[number], place, version=version, now=self.now
            ),
        )

    @precondition(lambda self: self.ids)
    @rule(asking=NUMBERS, asked=NUMBERS)
    def propose(self, asking: int, asked: int) -> None:
        """A shop asks another one to change booths."""
        asking, asked = (self.one_of(number, "pending", "confirmed") for number in (asking, asked))
        made = self.ends_as(
            self.model.propose(asking, asked),
            lambda: swaps.propose(self.owner(asking), self.ids[asking], self.ids[asked], now=self.now),
        )
        if made:
            self.swap_ids.append(made.id)

    @precondition(lambda self: self.swap_ids)
    @rule(number=NUMBERS, verdict=st.sampled_from(["accepted", "accepted", "declined", "withdrawn"]))
    def answer(self, number: int, verdict: str) -> None:
        """Yes, no, or taken back."""
        number = self.a_question(number)
        swap = self.model.swaps[number]
        actor = self.owner(swap.asking if verdict == "withdrawn" else swap.asked)
        service = {"accepted": swaps.accept, "declined": swaps.decline, "withdrawn": swaps.withdraw}[verdict]
        self.ends_as(
            self.model.answer(number, verdict), lambda: service(actor, self.swap_ids[number], now=self.now)
        )

    @rule(shop=SHOP, product=PRODUCT)
    def join(self, shop: int, product: int) -> None:
        """Stand in line for any booth."""
        made = self.ends_as(
            self.model.join(shop, shop * PRODUCTS + product),
            lambda: queueing.join_for_booth(
                self.stage.shops[shop], self.stage.show.id, None, self.stage.products[shop][product],
                now=self.now,
            ),
        )  # fmt: skip
        if made:
            self.entry_ids.append(made.id)

    @precondition(lambda self: any(one.status == "offered" for one in self.model.booths))
    @rule(number=NUMBERS)
    def accept_offer(self, number: int) -> None:
        """Take what was kept."""
        number = self.one_of(number, "offered")
        self.ends_as(
            self.model.accept_offer(number),
            lambda: queueing.accept(self.owner(number), self.ids[number], now=self.now),
        )

    @rule(hours=st.sampled_from([0, 1, 1, 2, 9]))
    def the_jobs_run(self, hours: int) -> None:
        """Time passes, never up to the lock, and what lapses by itself lapses."""
        self.model.now = min(self.model.now + hours, LOCK - 1)
        self.model.jobs()
        queueing.lapse_due(self.now)
        swaps.lapse_due(self.now)
        self.learn_new_ones()

    @precondition(lambda self: self.ids)
    @rule(number=NUMBERS, wanted=st.sampled_from(["received", "returned"]))
    def mark_sample(self, number: int, wanted: str) -> None:
        """A sample comes, or goes home."""
        number %= len(self.ids)
        self.ends_as(
            self.model.sample(number, wanted),
            lambda: samples.mark(self.stage.staff, self.ids[number], Sample(wanted), now=self.now),
        )

    @rule(shop=SHOP)
    def papers_change(self, shop: int) -> None:
        """A licence runs out, or a new one is there; booths stay as they are."""
        self.model.papers[shop] = valid = not self.model.papers[shop]
        whose = Paper.merchant_id == self.stage.shops[shop].merchant_ids[0]
        change = update(Paper).where(whose).values(expires_on=None if valid else EXPIRED)
        in_transaction(lambda: db.session.execute(change))

    @rule(shop=SHOP, product=PRODUCT, status=st.sampled_from(list(ClaimsStatus)))
    def claims_change(self, shop: int, product: int, status: ClaimsStatus) -> None:
        """Staff read what is claimed, or it is written anew; booths stay as they are."""
        self.model.claims[shop * PRODUCTS + product] = status.value
        change = (
            update(Product)
            .where(Product.id == self.stage.products[shop][product])
            .values(claims_status=status, claims_reason="不能说治病", claims_reviewed_at=NOW)
        )
        in_transaction(lambda: db.session.execute(change))

    @precondition(lambda self: self.ids)
    @rule(number=NUMBERS, over=st.booleans())
    def go_on_air(self, number: int, over: bool) -> None:
        """A booth is aired, whatever else is true of it; what is on air now counts before what was."""
        number %= len(self.ids)
        one = self.model.booths[number]
        one.on_air = "on_air" if one.on_air == "on_air" or not over else "done"
        made = db.session.get_one(Booking, self.ids[number], populate_existing=True)
        create_airing(made, made.starts_at, made.ends_at if over else None)

    @invariant()
    def booths_are_those_of_the_model(self) -> None:
        """Each with its place, state, version and sample."""
        db.session.rollback()
        rows = db.session.execute(
            select(Booking.id, Booking.place, Booking.status, Booking.version, BoothSlot.sample)
            .join(BoothSlot, BoothSlot.booking_id == Booking.id)
            .order_by(Booking.id)
        )
        stand = [(row.place, row.status.value, row.version, row.sample.value) for row in rows]
        assert stand == [(one.place, one.status, one.version, one.sample) for one in self.model.booths]

    @invariant()
    def ticks_are_those_of_live_booths_and_no_booth_has_two(self) -> None:
        """Seen from the database alone."""
        assert disagreements() == []

    @invariant()
    def questions_and_the_line_are_those_of_the_model(self) -> None:
        """Each with how it stands."""
        asked = db.session.scalars(select(BoothSwap.status).order_by(BoothSwap.id))
        assert [status.value for status in asked] == [swap.status for swap in self.model.swaps]
        line = db.session.execute(
            select(WaitlistEntry.status, WaitlistEntry.booking_id).order_by(WaitlistEntry.id)
        )
        due = [(one.status, None if one.offer is None else self.ids[one.offer]) for one in self.model.line]
        assert [(row.status.value, row.booking_id) for row in line] == due

    @invariant()
    def a_question_that_stands_is_about_two_booths_that_can_be_changed(self) -> None:
        """It never outlives one of them."""
        for swap in self.model.swaps:
            if swap.status == "proposed":
                pair = self.model.booths[swap.asking], self.model.booths[swap.asked]
                assert {one.status for one in pair} <= {"pending", "confirmed"}

    @invariant()
    def late_withdrawals_cost_their_points(self) -> None:
        """And nothing else does."""
        assert (db.session.scalar(select(func.sum(PenaltyPoint.points))) or 0) == self.model.points

    @invariant()
    def only_allowed_steps_were_taken(self) -> None:
        """Whatever happened on the other axes."""
        stand = {row.id: row.status for row in db.session.execute(select(Booking.id, Booking.status))}
        for number, status in stand.items():
            before = self.stood.get(number, status)
            assert status is before or may_become(before, status)
        self.stood = stand

    @invariant()
    def the_other_axes_are_what_they_were_told_to_be(self) -> None:
        """Papers, claims and sample as lights; how it went on air; none moved by a booking."""
        slot = joinedload(Booking.booth_slot)
        found = db.session.scalars(
            select(Booking)
            .options(slot.joinedload(BoothSlot.merchant), slot.joinedload(BoothSlot.product))
            .order_by(Booking.id)
            .execution_options(populate_existing=True)
        ).all()
        slots = [one.booth_slot for one in found if one.booth_slot]
        lights = compliance.of_slots(db.session(), slots, local_day(self.stage.show.starts_at), None)
        aired = airings.of_show(db.session(), self.stage.show.id)
        for made, one in zip(found, self.model.booths, strict=True):
            light = lights[made.id]
            assert light.papers is (Light.OK if self.model.papers[one.shop] else Light.MISSING)
            assert light.claims is LIGHTS[self.model.claims[one.product]]
            assert light.sample is (Light.MISSING if one.sample == "awaited" else Light.OK)
            assert aired.get(made.id, NOT_YET_AIRED).state is OnAir(one.on_air)
