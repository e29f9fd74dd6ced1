"""The draw itself: the seed is revealed, the list is ranked, booths are allotted in that order, the rest waits."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from domain.bookings import BookingStatus
from domain.errors import Forbidden, RuleViolation, SlotTaken, Violation
from domain.interval import local_day
from domain.people import Actor
from domain.remembered import remember
from domain.studio.booths import booth_violations
from domain.studio.draw import ApplicationStatus, pick, ranked, read_list
from domain.studio.shows import BoothTime, ShowStatus, month_of
from models import Booking, BoothApplication, Draw, Show, WaitlistEntry
from services import arbiter, records
from services.studio import compliance, due
from services.studio.applying import load_draw
from services.studio.booths import ask_of, held_by, insert
from services.studio.closing_list import applications_of
from services.studio.shows import load_show
from services.unit_of_work import transaction

PUBLISHED_FIRST = timedelta(minutes=1)
"""How long the list stands published before the house reveals the seed by itself."""
WAITED_OUT = frozenset({"show_locked", "show_is_drawn"})
"""Who applied in time is not told that it is late, nor that the show is drawn."""


@transaction
def draw(session: Session, actor: Actor, show_id: int, *, now: datetime) -> Draw:
    """Draw a show whose list is closed; once drawn it stays as it is. Raises Forbidden, Missing, RuleViolation."""
    if not actor.is_staff:
        raise Forbidden
    return _draw(session, actor, show_id, now)


def _draw(session: Session, actor: Actor | None, show_id: int, now: datetime) -> Draw:
    show = load_show(session, show_id, actor)
    arbiter.lock_spaces(session, [show.space_id])
    drawn = load_draw(session, show)
    session.refresh(show, ["status", "starts_at", "version"])
    if drawn.drawn_at is not None:
        return drawn
    if broken := _not_now(show, drawn, now):
        raise RuleViolation(broken)
    drawn.drawn_at = now
    session.flush()  # from here on the rules see a show that is drawn
    applications = _in_order(session, drawn)
    for merchant_id in sorted({one.merchant_id for one in applications}):
        arbiter.lock_merchant(session, merchant_id)
    allotted = _allot(session, actor, show, drawn, applications, now)
    _confirm(session, show, allotted, now)
    waiting = _line_up(session, actor, show, applications, now)
    show.version += 1
    records.audit(
        session,
        actor,
        "draw.drawn",
        show,
        now,
        seed=drawn.seed,
        list_hash=drawn.list_hash,
        allotted=len(allotted),
        waiting=waiting,
    )
    return drawn


def _not_now(show: Show, drawn: Draw, now: datetime) -> list[Violation]:
    if show.status is not ShowStatus.OPEN:
        return [Violation("show_not_open")]
    if drawn.closed_at is None:
        return [Violation("draw_before_close")]
    return [Violation("draw_too_late")] if now >= show.starts_at else []


def _in_order(session: Session, drawn: Draw) -> list[BoothApplication]:
    """The applications of the published list in the order of the draw, each with its rank."""
    if drawn.list_text is None or drawn.list_hash is None:
        raise ValueError("a list that is closed has a text")
    found = {one.id: one for one in applications_of(session, drawn.show_id)}
    applicants = read_list(drawn.list_text).applicants
    in_order = [found[one.id] for one in ranked(applicants, drawn.seed, drawn.list_hash)]
    for rank, application in enumerate(in_order, start=1):
        application.rank = rank
    return in_order


def _allot(
    session: Session,
    actor: Actor | None,
    show: Show,
    drawn: Draw,
    applications: Sequence[BoothApplication],
    now: datetime,
) -> list[Booking]:
    free = set(read_list(drawn.list_text or "").times)
    allotted = []
    for application in applications:
        if not free:
            break
        time = pick(application.booth, free)
        made = _give(session, show, application, time, now)
        if isinstance(made, Violation):
            _pass_over(session, actor, show, application, made, now)
            continue
        free.remove(time)
        allotted.append(made)
        application.booking_id, application.status = made.id, ApplicationStatus.ALLOTTED
        records.audit(
            session,
            actor,
            "application.allotted",
            application,
            now,
            booking_id=made.id,
            booth=time.booth,
            starts_at=time.interval.starts_at.isoformat(),
        )
    return allotted


def _give(
    session: Session, show: Show, application: BoothApplication, time: BoothTime, now: datetime
) -> Booking | Violation:
    """The booking of a booth, still to be decided on, or the rule that speaks against it."""
    product = application.product
    if product.archived_at is not None:
        return Violation("product_unknown", field="product_id")
    product.merchant = application.merchant
    held = held_by(session, application.merchant_id, show, month_of(time.interval.starts_at))
    ask = ask_of(session, show, time.interval, held, product.id, now)
    if broken := [one for one in booth_violations(ask) if one.code not in WAITED_OUT]:
        return broken[0]
    try:
        with session.begin_nested():
            return insert(session, show, time, product, application.person_id, BookingStatus.PENDING, now)
    except SlotTaken:
        return Violation("slot_taken")


def _pass_over(
    session: Session,
    actor: Actor | None,
    show: Show,
    application: BoothApplication,
    because: Violation,
    now: datetime,
) -> None:
    application.status, application.outcome_code = ApplicationStatus.PASSED_OVER, because.code
    records.audit(session, actor, "application.passed_over", application, now, **remember(because))
    records.tell(
        session,
        application.person_id,
        "draw_passed_over",
        now,
        show_id=show.id,
        show=show.title,
        **remember(because),
    )


def _confirm(session: Session, show: Show, allotted: Sequence[Booking], now: datetime) -> None:
    """Confirm the booths whose papers and claims are in order; the others wait for staff, like any request."""
    slots = [booking.booth_slot for booking in allotted if booking.booth_slot is not None]
    lights = compliance.of_slots(session, slots, local_day(show.starts_at), show.platform)
    for booking in allotted:
        if lights[booking.id].may_air:
            arbiter.change(session, booking, BookingStatus.CONFIRMED, version=booking.version)
        records.audit(
            session, None, "booking.requested", booking, now, status=booking.status.value, show_id=show.id
        )
        records.tell(
            session,
            booking.booker_id,
            "draw_allotted",
            now,
            show_id=show.id,
            show=show.title,
            booking_id=booking.id,
            booth=booking.place,
            starts_at=booking.starts_at.isoformat(),
            ends_at=booking.ends_at.isoformat(),
            is_confirmed=booking.status is BookingStatus.CONFIRMED,
        )


def _line_up(
    session: Session,
    actor: Actor | None,
    show: Show,
    applications: Sequence[BoothApplication],
    now: datetime,
) -> int:
    """Put the rest into the line for whichever booth becomes free, in the order of the draw; returns how many."""
    rest = [one for one in applications if one.status is ApplicationStatus.APPLIED]
    for place, application in enumerate(rest, start=1):
        entry = WaitlistEntry(
            space_id=show.space_id,
            place=None,
            person_id=application.person_id,
            created_by_id=application.person_id,
            starts_at=show.starts_at,
            ends_at=show.ends_at,
            party_size=1,
            show_id=show.id,
            product_id=application.product_id,
            rank=application.rank,
            created_at=now,
        )
        session.add(entry)
        session.flush()
        application.entry_id, application.status = entry.id, ApplicationStatus.WAITLISTED
        records.audit(session, actor, "application.waitlisted", application, now, entry_id=entry.id)
        records.tell(
            session,
            application.person_id,
            "draw_waitlisted",
            now,
            show_id=show.id,
            show=show.title,
            entry_id=entry.id,
            place=place,
        )
    return len(rest)


def draw_due(now: datetime) -> int:
    """Draw every show whose list has stood published for a minute; returns how many. Raises ExceptionGroup."""
    published = (Draw.closed_at <= now - PUBLISHED_FIRST) & Draw.drawn_at.is_(None)
    return due.each(published & (Show.starts_at > now), _draw, now)
