"""Points for staying away: what somebody has, until when, and excusing one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session, joinedload

from domain.attendance import Discipline, PointKind, live_points, paused_until
from domain.errors import BadInput, Forbidden, Missing, RuleViolation, Violation
from domain.people import Actor, Role
from models import Booking, BoothSlot, MerchantMember, PenaltyPoint, Person
from services import arbiter, making, reading, records, settings
from services.unit_of_work import query, transaction


@dataclass(frozen=True, slots=True)
class Record:
    """The points of one person that have not faded, the newest first; `live` is how many count."""

    points: list[PenaltyPoint]
    live: int
    limit: int
    fade_days: int
    paused_until: datetime | None

    def fades_at(self, point: PenaltyPoint) -> datetime:
        """When a point counts no more."""
        return point.created_at + timedelta(days=self.fade_days)


@query
def own(session: Session, actor: Actor, now: datetime) -> Record:
    """One's own points."""
    return _record(session, actor.id, actor.role, settings.load(session).discipline, now)


@query
def of_person(session: Session, actor: Actor, person_id: int, now: datetime) -> tuple[Person, Record]:
    """Somebody's points, for staff; raises Forbidden, Missing."""
    if not actor.is_staff:
        raise Forbidden
    person = session.get(Person, person_id)
    if person is None:
        raise Missing
    return person, _record(session, person_id, person.role, settings.load(session).discipline, now)


def _concerns(person_id: int, role: Role) -> ColumnElement[bool]:
    """Whose points count: a person's own, and for who acts for a shop whatever its people were given for booths."""
    if role is not Role.MERCHANT:
        return PenaltyPoint.person_id == person_id
    shops = select(MerchantMember.merchant_id).where(MerchantMember.person_id == person_id)
    booths = select(BoothSlot.booking_id).where(BoothSlot.merchant_id.in_(shops))
    return or_(PenaltyPoint.person_id == person_id, PenaltyPoint.booking_id.in_(booths))


def _record(session: Session, person_id: int, role: Role, house: Discipline, now: datetime) -> Record:
    since = now - timedelta(days=house.fade_days)
    points = list(
        session.scalars(
            select(PenaltyPoint)
            .options(
                joinedload(PenaltyPoint.booking).joinedload(Booking.space),
                joinedload(PenaltyPoint.booking).joinedload(Booking.booth_slot).joinedload(BoothSlot.show),
            )
            .where(_concerns(person_id, role), PenaltyPoint.created_at > since)
            .order_by(PenaltyPoint.created_at.desc(), PenaltyPoint.id.desc())
        )
    )
    standing = [one for one in points if one.excused_at is None]
    counted = [one.created_at for one in standing for _ in range(one.points)]
    missed = [one.created_at for one in standing if one.kind is PointKind.NO_SHOW for _ in range(one.points)]
    return Record(
        points=points,
        live=len(live_points(counted, now, house)),
        limit=house.limit,
        fade_days=house.fade_days,
        # The points of booths only lower a shop's rank in draws; nobody is kept from booking by them.
        paused_until=paused_until(missed, now, house),
    )


@transaction
def excuse(session: Session, actor: Actor, point_id: int, *, reason: str, now: datetime) -> PenaltyPoint:
    """Let a point count no more; the booking stays as it ended.

    Raises Forbidden, Missing, BadInput, RuleViolation.
    """
    if not actor.is_staff:
        raise Forbidden
    reason = making.clean_text(reason, "reason")
    if not reason:
        raise BadInput("excuse_reason_missing", field="reason")
    space_of = select(Booking.space_id).join(PenaltyPoint, PenaltyPoint.booking_id == Booking.id)
    arbiter.lock_spaces(session, session.scalars(space_of.where(PenaltyPoint.id == point_id)))
    point = session.scalar(
        select(PenaltyPoint)
        .options(joinedload(PenaltyPoint.booking).joinedload(Booking.space))
        .where(PenaltyPoint.id == point_id)
        .with_for_update(of=PenaltyPoint)
        .execution_options(populate_existing=True)
    )
    if point is None:
        raise Missing
    if point.excused_at is not None:
        raise RuleViolation([Violation("already_excused")])
    point.excused_at, point.excused_by_id, point.excuse_reason = now, actor.id, reason
    records.audit(session, actor, "point.excused", point, now, reason=reason)
    told = reading.told(point.booking)
    if point.kind is PointKind.NO_SHOW:
        records.tell(session, point.person_id, "point_excused", now, **told)
    else:
        records.tell(session, point.person_id, "booth_point_excused", now, **told)
    return point


@query
def whose(session: Session, actor: Actor, point_id: int) -> int:
    """Whose point it is; raises Forbidden, Missing."""
    if not actor.is_staff:
        raise Forbidden
    point = session.get(PenaltyPoint, point_id)
    if point is None:
        raise Missing
    return point.person_id
