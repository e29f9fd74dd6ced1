"""After the show: how many watched each booth, what was not aired and why, and the file that is sealed then."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from domain.attendance import PointKind
from domain.bookings import BookingStatus
from domain.errors import BadInput, Forbidden, Missing, RuleViolation, Violation
from domain.people import Actor
from domain.studio.booths import OnAir
from domain.studio.records import check_views
from domain.studio.running import NOT_YET_AIRED, Airing
from domain.studio.shows import ShowStatus
from domain.studio.wrapping import Outcome, contradicts, known_outcome
from models import Booking, BoothSlot, PenaltyPoint, Show, ShowRun
from services import arbiter, reading, records, settings
from services.studio import outcomes, sealing
from services.studio.shows import load_show
from services.unit_of_work import query, transaction

BATCH = 20
STOOD = (BookingStatus.CONFIRMED, BookingStatus.COMPLETED, BookingStatus.NO_SHOW)
"""Booths that were agreed on: what was asked for, given back or never decided is no part of the show."""


@dataclass(frozen=True, slots=True)
class BoothEnd:
    """One booth of a show that is over: as it is known, and whether its fate is open to a word."""

    booking: Booking
    airing: Airing
    outcome: Outcome
    fixed: bool


@dataclass(frozen=True, slots=True)
class WrapUp:
    """A show that is over, with its booths in the order of their times."""

    show: Show
    booths: tuple[BoothEnd, ...]
    console_used: bool
    kept_until: datetime | None

    @property
    def is_sealed(self) -> bool:
        """Whether it was written down for good."""
        return self.show.wrapped_up_at is not None


@query
def of_show(session: Session, actor: Actor, show_id: int, now: datetime) -> WrapUp:
    """What there is to write down about a show; raises Forbidden, Missing, and RuleViolation before it is over."""
    show = _over(session, actor, show_id, now)
    return _look(session, show)


def _over(session: Session, actor: Actor, show_id: int, now: datetime) -> Show:
    if not actor.is_staff:
        raise Forbidden
    show = load_show(session, show_id, actor)
    if show.status is not ShowStatus.OPEN:
        raise Missing
    run = session.get(ShowRun, show.id, populate_existing=True)
    if now < show.ends_at and (run is None or run.ended_at is None):
        raise RuleViolation([Violation("show_not_over")])
    return show


def _look(session: Session, show: Show) -> WrapUp:
    run = session.get(ShowRun, show.id, populate_existing=True)
    items = outcomes.items_of(session, show.id)
    used, airings = outcomes.console_used(run, items), outcomes.airings_of(items)
    ends = []
    for booking in booths_of(session, show.id):
        airing = airings.get(booking.id, NOT_YET_AIRED)
        fixed = airing.state is OnAir.DONE and not outcomes.shared(items, booking.id)
        ends.append(BoothEnd(booking, airing, known_outcome(airing, console_used=used), fixed))
    return WrapUp(show, tuple(ends), used, sealing.kept_until_of(session, show.id))


def booths_of(session: Session, show_id: int) -> list[Booking]:
    """The booths that were agreed on, by time and number."""
    slot = joinedload(Booking.booth_slot)
    found = session.scalars(
        select(Booking)
        .join(BoothSlot, BoothSlot.booking_id == Booking.id)
        .options(
            joinedload(Booking.space),
            joinedload(Booking.booker),
            slot.joinedload(BoothSlot.merchant),
            slot.joinedload(BoothSlot.product),
            slot.joinedload(BoothSlot.show).joinedload(Show.space),
        )
        .where(BoothSlot.show_id == show_id, Booking.status.in_(STOOD))
        .order_by(Booking.starts_at, Booking.place, Booking.id)
        .execution_options(populate_existing=True)
    )
    return list(found)


@transaction
def keep_views(
    session: Session, actor: Actor, show_id: int, views: Mapping[int, int | None], *, now: datetime
) -> None:
    """Write down how many watched each booth, by booking, at any time after the show: they are no part of the file.

    Raises Forbidden, Missing, BadInput, and RuleViolation before the show is over.
    """
    show = _over(session, actor, show_id, now)
    arbiter.lock_spaces(session, [show.space_id])
    _write_views(session, actor, booths_of(session, show.id), views, now)


def _write_views(
    session: Session,
    actor: Actor,
    bookings: Sequence[Booking],
    views: Mapping[int, int | None],
    now: datetime,
) -> None:
    slots = {booking.id: booking.booth_slot for booking in bookings}
    for booking_id, count in views.items():
        slot = slots.get(booking_id)
        if slot is None:
            raise BadInput("booth_of_another_show", field="views")
        if count is not None:
            check_views(count)
        if slot.views != count:
            before, slot.views = slot.views, count
            booking = next(one for one in bookings if one.id == booking_id)
            records.audit(session, actor, "booth.views", booking, now, before=before, after=count)


@transaction
def wrap_up(
    session: Session,
    actor: Actor,
    show_id: int,
    told: Mapping[int, Outcome],
    views: Mapping[int, int | None],
    *,
    now: datetime,
) -> Show:
    """Say what became of each booth, by booking, and seal the file of the show for the years of the law.

    What nothing is said of stays as it is known. An absent shop gets its points; all else that was agreed on is
    completed. Raises Forbidden, Missing, BadInput, and RuleViolation before the show is over or once it is sealed.
    """
    show = _over(session, actor, show_id, now)
    arbiter.lock_spaces(session, [show.space_id])
    session.refresh(show, ["wrapped_up_at", "version"])
    if show.wrapped_up_at is not None:
        raise RuleViolation([Violation("already_sealed")])
    found = _look(session, show)
    bookings = [end.booking for end in found.booths]
    _write_views(session, actor, bookings, views, now)
    _close(session, actor, found, _settled(found, told), now)
    return show


def _settled(found: WrapUp, told: Mapping[int, Outcome]) -> dict[int, Outcome]:
    """What became of every booth: what is known, and what somebody said of it. Raises BadInput, RuleViolation."""
    settled = {end.booking.id: end.outcome for end in found.booths}
    if not settled.keys() >= told.keys():
        raise BadInput("booth_of_another_show", field="outcome")
    broken = [
        violation
        for end in found.booths
        if end.booking.id in told
        and (violation := contradicts(end.airing, told[end.booking.id], shared=not end.fixed))
    ]
    if broken:
        raise RuleViolation(broken)
    return settled | dict(told)


def _close(
    session: Session, actor: Actor | None, found: WrapUp, settled: Mapping[int, Outcome], now: datetime
) -> None:
    show = found.show
    bookings = [end.booking for end in found.booths]
    outcomes.write(session, show, bookings, settled, now)
    for booking in bookings:
        if booking.status is BookingStatus.CONFIRMED:
            _end_booking(session, actor, show, booking, settled[booking.id], now)
    show.wrapped_up_at, show.version = now, show.version + 1
    absent = sum(outcome is Outcome.ABSENT for outcome in settled.values())
    records.audit(session, actor, "show.wrapped_up", show, now, booths=len(bookings), absent=absent)
    session.flush()
    sealing.seal(session, show, actor, now)


def _end_booking(
    session: Session, actor: Actor | None, show: Show, booking: Booking, outcome: Outcome, now: datetime
) -> None:
    if outcome is not Outcome.ABSENT:
        arbiter.change(session, booking, BookingStatus.COMPLETED, version=booking.version)
        records.audit(session, actor, "booking.completed", booking, now, outcome=outcome.value)
        return
    arbiter.change(session, booking, BookingStatus.NO_SHOW, version=booking.version)
    records.audit(session, actor, "booking.no_show", booking, now)
    points = settings.load(session).absent_points
    if points:
        session.add(
            PenaltyPoint(
                person_id=booking.booker_id,
                booking_id=booking.id,
                kind=PointKind.ABSENT,
                points=points,
                created_at=now,
            )
        )
    records.tell(
        session,
        booking.booker_id,
        "booth_absent",
        now,
        show=show.title,
        booth=booking.place,
        points=points,
        **reading.told(booking),
    )


@query
def _left_open(session: Session, now: datetime) -> list[int]:
    hours = settings.load(session).wrap_up_hours
    return list(
        session.scalars(
            select(Show.id)
            .where(
                Show.status == ShowStatus.OPEN,
                Show.wrapped_up_at.is_(None),
                Show.ends_at <= now - timedelta(hours=hours),
            )
            .order_by(Show.ends_at, Show.id)
            .limit(BATCH)
        )
    )


@transaction
def _wrap_up_by_itself(session: Session, show_id: int, now: datetime) -> bool:
    show = load_show(session, show_id, None)
    arbiter.lock_spaces(session, [show.space_id])
    session.refresh(show, ["status", "wrapped_up_at", "version"])
    if show.wrapped_up_at is not None or show.status is not ShowStatus.OPEN:
        return False
    found = _look(session, show)
    _close(session, None, found, _settled(found, {}), now)
    return True


def wrap_up_due(now: datetime) -> int:
    """Seal with what is known every show that nobody wrapped up in time; returns how many. Raises ExceptionGroup.

    One that fails keeps none of the others.
    """
    done, failures = 0, []
    for show_id in _left_open(now):
        try:
            done += _wrap_up_by_itself(show_id, now)
        except Exception as failure:  # raised again below, when all the others have had their turn
            failures.append(failure)
    if failures:
        raise ExceptionGroup(f"{len(failures)} shows could not be wrapped up", failures)
    return done
