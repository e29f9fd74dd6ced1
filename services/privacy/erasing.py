"""Erasing somebody's personal data [PIPL art. 47], and doing it again after an older state came back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from domain.bookings import LIVE, BookingStatus
from domain.errors import BadInput, Forbidden, Missing, RuleViolation, StalePerson, Violation
from domain.people import ERASED_NAME, Actor, Salutation
from domain.studio.draw import ApplicationStatus
from domain.waitlist import OPEN, EntryStatus
from models import (
    AuditEvent,
    Booking,
    BoothApplication,
    BoothSlot,
    Erasure,
    Merchant,
    MerchantInvite,
    MerchantMember,
    PenaltyPoint,
    Person,
    Product,
    Series,
    WaitlistEntry,
)
from services import booking, login, reading, records
from services.merchants import members, shops
from services.merchants.handing_over import hand_over
from services.passwords import matches
from services.privacy import locking
from services.privacy.references import Erased, columns
from services.registry.looking import must_not_be_last_admin
from services.unit_of_work import query, transaction

TRIES = 5


def erase_own(actor: Actor, password: str, now: datetime) -> None:
    """Erase one's own data, the password said again; raises BadInput, TooManyAttempts, RuleViolation."""
    confirm(actor, password, now)
    _erase(actor, actor.id, None, now)


def confirm(actor: Actor, password: str, now: datetime) -> None:
    """Hear the own password again before something that can't be undone; raises BadInput, TooManyAttempts."""
    login.reserve_attempt({f"again:{actor.id}": TRIES}, now)
    if not matches(_hash_of(actor.id), password):
        raise BadInput("password_wrong", field="password")


@query
def _hash_of(session: Session, person_id: int) -> str | None:
    return session.scalar(select(Person.password_hash).where(Person.id == person_id))


def erase(actor: Actor, person_id: int, *, version: int, now: datetime) -> None:
    """Erase somebody's data as an admin; raises Forbidden, Missing, StalePerson, RuleViolation."""
    if not actor.is_admin:
        raise Forbidden
    _erase(actor, person_id, version, now)


def erase_by_house(person_id: int, now: datetime) -> None:
    """The same from the command line; raises Missing, RuleViolation."""
    _erase(None, person_id, None, now)


@transaction
def _erase(session: Session, actor: Actor | None, person_id: int, version: int | None, now: datetime) -> None:
    locking.lock_all_around(session, [person_id])
    person = session.get(Person, person_id, populate_existing=True)
    if person is None or person.erased_at is not None or person.merged_into_id is not None:
        raise Missing
    if version is not None and person.version != version:
        raise StalePerson(person.id)
    must_not_be_last_admin(session, person)
    if what := last_of_shop(session, person, now):
        raise RuleViolation([Violation("erase_last_member", {"shop": what})])
    wipe(session, actor, person, erased_at=now, now=now)


def last_of_shop(session: Session, person: Person, now: datetime) -> str | None:
    """The name of a shop of which somebody is the last one and that has a booth coming or asked for."""
    for shop_id in _shops_of(session, person.id):
        if not _others(session, shop_id, person.id) and _is_expected(session, shop_id, now):
            return session.get_one(Merchant, shop_id).name
    return None


def _others(session: Session, shop_id: int, person_id: int) -> list[int]:
    return members.who_stays(session, shops.member_ids(session, shop_id), person_id)


def _shops_of(session: Session, person_id: int) -> list[int]:
    mine = select(MerchantMember.merchant_id).where(MerchantMember.person_id == person_id)
    return list(session.scalars(mine.order_by(MerchantMember.merchant_id)))


def _is_expected(session: Session, shop_id: int, now: datetime) -> bool:
    booths = (
        select(Booking.id)
        .join(BoothSlot, BoothSlot.booking_id == Booking.id)
        .where(BoothSlot.merchant_id == shop_id, Booking.status.in_(LIVE), Booking.ends_at > now)
    )
    applied = select(BoothApplication.id).where(
        BoothApplication.merchant_id == shop_id, BoothApplication.status == ApplicationStatus.APPLIED
    )
    goods = select(Product.id).where(Product.merchant_id == shop_id)
    waits = select(WaitlistEntry.id).where(
        WaitlistEntry.product_id.in_(goods), WaitlistEntry.status.in_(OPEN)
    )
    return any(session.scalar(found.limit(1)) is not None for found in (booths, applied, waits))


def wipe(
    session: Session, actor: Actor | None, person: Person, *, erased_at: datetime, now: datetime
) -> None:
    """Erase what is known of somebody and of the accounts merged into theirs, everything around them locked.

    `erased_at` is when it was asked for, `now` when it is done: after a restore the two differ.
    """
    for shop_id in _shops_of(session, person.id):
        if others := _others(session, shop_id, person.id):
            hand_over(session, shop_id, person.id, others[0])
    _leave_lines(session, person.id)
    _cancel_what_comes(session, actor or person.as_actor(), person.id, now)
    accounts = [person, *session.scalars(select(Person).where(Person.merged_into_id == person.id))]
    for one in accounts:
        _blank(session, one.id)
        _forget_reasons(session, one.id)
        _delete(session, one.id)
        _empty(one, erased_at)
        session.merge(
            Erasure(person_id=one.id, erased_at=erased_at, erased_by_id=actor.id if actor else None)
        )
    records.audit(session, actor, "person.erased", person, now)


def _leave_lines(session: Session, person_id: int) -> None:
    """Nobody waits for them any more; whom they waited for waits by themselves."""
    mine = WaitlistEntry.person_id == person_id
    waiting = WaitlistEntry.status == EntryStatus.WAITING
    for change in (
        update(WaitlistEntry).where(mine, waiting).values(status=EntryStatus.WITHDRAWN),
        update(WaitlistEntry)
        .where(WaitlistEntry.created_by_id == person_id, waiting, ~mine)
        .values(created_by_id=WaitlistEntry.person_id),
    ):
        session.execute(change.execution_options(synchronize_session="fetch"))


def _cancel_what_comes(session: Session, actor: Actor, person_id: int, now: datetime) -> None:
    """Take every booking back that has not begun; what becomes free goes to those in line."""
    for one in _coming(session, person_id, now):
        booking.take_back(session, actor, one, version=one.version, reason="", now=now)


def _coming(session: Session, person_id: int, now: datetime) -> Sequence[Booking]:
    cancellable = LIVE - {BookingStatus.CHECKED_IN}
    found = session.scalars(
        select(Booking)
        .options(*reading.booking_options())
        .where(Booking.booker_id == person_id, Booking.status.in_(cancellable), Booking.starts_at > now)
        .order_by(Booking.starts_at, Booking.id)
        .execution_options(populate_existing=True)
    )
    return found.unique().all()


def _blank(session: Session, person_id: int) -> None:
    """Take out of what stays whatever says something of the person."""
    rooms = (Booking.booker_id == person_id) & ~Booking.booth_slot.has()
    changes = (
        update(Booking).where(rooms).values(purpose=""),
        update(Booking).where(rooms, Booking.status == BookingStatus.CANCELLED).values(decision_reason=""),
        update(WaitlistEntry).where(WaitlistEntry.person_id == person_id).values(purpose=""),
        update(Series).where(Series.booker_id == person_id).values(purpose=""),
        update(PenaltyPoint)
        .where(PenaltyPoint.person_id == person_id, PenaltyPoint.excused_at.is_not(None))
        .values(excuse_reason=ERASED_NAME),
        delete(MerchantInvite).where(
            MerchantInvite.created_by_id == person_id, MerchantInvite.used_at.is_(None)
        ),
    )
    session.flush()
    for change in changes:
        session.execute(change.execution_options(synchronize_session="fetch"))


def _forget_reasons(session: Session, person_id: int) -> None:
    """Take out of the audit why somebody could not come: all that it holds of them in words."""
    rooms = (Booking.booker_id == person_id) & ~Booking.booth_slot.has()
    missed = (PenaltyPoint.person_id == person_id) & PenaltyPoint.excused_at.is_not(None)
    typed = (
        ("booking.cancelled", Booking, rooms),
        ("series.cancelled", Series, Series.booker_id == person_id),
        ("point.excused", PenaltyPoint, missed),
    )
    for action, kind, of_them in typed:
        told = (AuditEvent.action == action, AuditEvent.object_type == kind.__tablename__)
        about = AuditEvent.object_id.in_(select(kind.id).where(of_them))
        for event in session.scalars(select(AuditEvent).where(*told, about)):
            event.detail = {name: value for name, value in event.detail.items() if name != "reason"}


def _delete(session: Session, person_id: int) -> None:
    session.flush()
    for column, known in columns():
        if known.erased is Erased.GONE:
            session.execute(delete(column.table).where(column == person_id))


def _empty(person: Person, erased_at: datetime) -> None:
    person.name, person.salutation = ERASED_NAME, Salutation.NONE
    person.phone, person.password_hash = None, None
    person.building, person.unit, person.room, person.captain_of = None, None, None, None
    person.verified_at, person.verified_by_id, person.locale = None, None, "zh_Hans_CN"
    person.disabled_at = person.disabled_at or erased_at
    person.erased_at, person.version = erased_at, person.version + 1
