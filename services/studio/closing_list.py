"""Closing the applications of a show that is drawn: the figures are frozen and the list is published to the letter."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from domain.bookings import BookingStatus
from domain.errors import Forbidden, RuleViolation, Violation
from domain.interval import Interval, at_local, local_day
from domain.people import Actor
from domain.studio.draw import Applicant, ApplicationStatus, DrawList, list_text, sha256
from domain.studio.shows import BoothTime, ShowStatus
from models import Booking, BoothApplication, BoothSlot, Draw, Occupancy, PenaltyPoint, Show
from services import arbiter, records, settings
from services.studio import airings, due
from services.studio.applying import load_draw
from services.studio.booths import USED
from services.studio.shows import load_show
from services.unit_of_work import transaction

COUNTS = USED - {BookingStatus.OFFERED}
"""What counts as a slot of the year: a booth that was missed is used up too; an offer is not taken yet."""


def year_of(moment: datetime) -> Interval:
    """The community's calendar year that holds a moment."""
    first = local_day(moment).replace(month=1, day=1)
    return Interval(at_local(first, 0), at_local(first.replace(year=first.year + 1), 0))


@transaction
def close(session: Session, actor: Actor, show_id: int, *, now: datetime) -> Draw:
    """Close the applications now and publish the list; once closed it stays as it is.

    Raises Forbidden, Missing, RuleViolation.
    """
    if not actor.is_staff:
        raise Forbidden
    return _close(session, actor, show_id, now)


def _close(session: Session, actor: Actor | None, show_id: int, now: datetime) -> Draw:
    show = load_show(session, show_id, actor)
    arbiter.lock_spaces(session, [show.space_id])
    draw = load_draw(session, show)
    session.refresh(show, ["status", "applications_open_at", "applications_close_at", "version"])
    if draw.closed_at is not None:
        return draw
    if broken := _not_now(show, now):
        raise RuleViolation(broken)
    closes = show.applications_close_at
    if closes is None or closes > now:
        show.applications_close_at = closes = now
        show.version += 1
    applications = applications_of(session, show.id)
    _freeze(session, show, applications, now)
    published = DrawList(
        show_id=show.id,
        title=show.title,
        plan=show.plan,
        taken=taken_booths(session, show),
        closed_at=closes.replace(microsecond=0),
        seed_hash=draw.seed_hash,
        applicants=tuple(_applicant(one) for one in applications),
    )
    draw.list_text = list_text(published)
    draw.list_hash, draw.closed_at = sha256(draw.list_text), now
    records.audit(
        session, actor, "draw.closed", show, now, applications=len(applications), list_hash=draw.list_hash
    )
    return draw


def _not_now(show: Show, now: datetime) -> list[Violation]:
    if show.status is not ShowStatus.OPEN:
        return [Violation("show_not_open")]
    if show.applications_open_at is not None and now <= show.applications_open_at:
        return [Violation("draw_not_open_yet")]
    return []


def applications_of(session: Session, show_id: int) -> list[BoothApplication]:
    """The applications of a show that were not withdrawn, with shop and product, in the order of their ids."""
    found = session.scalars(
        select(BoothApplication)
        .options(joinedload(BoothApplication.merchant), joinedload(BoothApplication.product))
        .where(BoothApplication.show_id == show_id, BoothApplication.status != ApplicationStatus.WITHDRAWN)
        .order_by(BoothApplication.id)
        .execution_options(populate_existing=True)
    )
    return list(found)


def _applicant(application: BoothApplication) -> Applicant:
    return Applicant(
        id=application.id,
        merchant_id=application.merchant_id,
        product_id=application.product_id,
        merchant=application.merchant.name,
        product=application.product.name,
        wish=application.booth,
        slots_this_year=application.slots_this_year or 0,
        points=application.points or 0,
    )


def _freeze(session: Session, show: Show, applications: Sequence[BoothApplication], now: datetime) -> None:
    merchant_ids = [one.merchant_id for one in applications]
    slots = _slots(session, show, merchant_ids)
    points = _points(session, merchant_ids, now)
    for one in applications:
        one.slots_this_year, one.points = slots[one.merchant_id], points.get(one.merchant_id, 0)


def _slots(session: Session, show: Show, merchant_ids: Sequence[int]) -> Counter[int]:
    """How many booths each shop has had, or holds, in the year of the show, those of the show itself left out.

    One that was skipped through no fault of the shop is none that it had, as in the month's quota.
    """
    year = year_of(show.starts_at)
    rows = session.execute(
        select(BoothSlot.booking_id, BoothSlot.merchant_id, BoothSlot.show_id)
        .join(Booking, Booking.id == BoothSlot.booking_id)
        .where(
            BoothSlot.merchant_id.in_(merchant_ids),
            BoothSlot.show_id != show.id,
            Booking.status.in_(COUNTS),
            Booking.starts_at >= year.starts_at,
            Booking.starts_at < year.ends_at,
        )
    ).all()
    spared = airings.spared(session, {row.show_id for row in rows})
    return Counter(row.merchant_id for row in rows if row.booking_id not in spared)


def _points(session: Session, merchant_ids: Sequence[int], now: datetime) -> dict[int, int]:
    """The points for booths of each shop that have neither faded nor been excused."""
    since = now - timedelta(days=settings.load(session).no_show_fade_days)
    rows = session.execute(
        select(BoothSlot.merchant_id, func.sum(PenaltyPoint.points))
        .join(PenaltyPoint, PenaltyPoint.booking_id == BoothSlot.booking_id)
        .where(
            BoothSlot.merchant_id.in_(merchant_ids),
            PenaltyPoint.excused_at.is_(None),
            PenaltyPoint.created_at > since,
        )
        .group_by(BoothSlot.merchant_id)
    )
    return {merchant_id: int(total) for merchant_id, total in rows}


def taken_booths(session: Session, show: Show) -> tuple[BoothTime, ...]:
    """The booth slots of a show whose ticks somebody owns already."""
    window = show.interval.ticks()
    rows = session.execute(
        select(Occupancy.tick, Occupancy.place).where(
            Occupancy.space_id == show.space_id,
            Occupancy.tick >= window.start,
            Occupancy.tick < window.stop,
        )
    )
    owned = {(row.tick, row.place) for row in rows}
    return tuple(
        time
        for time in show.plan.booth_times()
        if any((tick, time.booth) in owned for tick in time.interval.ticks())
    )


def close_due(now: datetime) -> int:
    """Close every list whose time has come; returns how many. Raises ExceptionGroup."""
    return due.each((Show.applications_close_at <= now) & Draw.closed_at.is_(None), _close, now)
