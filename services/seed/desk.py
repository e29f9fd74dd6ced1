"""What the demo has to decide at the desk beside the usual, the PIN of its staff, and a letter that never arrived."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from domain.errors import Refusal
from domain.interval import Interval, at_local, local_day
from domain.people import Actor, Role
from domain.telling import ChannelKind, DeliveryState
from models import Booking, Contact, Delivery, OutboxMessage, PenaltyPoint, Person, StaffPin
from services import booking, decisions, reading
from services.desk import levels, proposing
from services.passwords import hash_password, matches
from services.seed.people import ACCOUNTS, Cast
from services.unit_of_work import query

PIN = "5826"
"""Opens a shared tablet for the demo's staff and admin; no demo account gets into a house in production."""
HOUR = timedelta(hours=1)
FIRST_DAY, LAST_DAY = 3, 12
HOURS = (10, 16, 14, 9, 19)
ROOM = "tea-room"
HARMLESS = (("社区读书会", 8), ("茶点制作分享", 6))
TWO_YESES = "mediation-room"
DEPUTY_AFTER_MINUTES = 120
LOST = "bu.cunzai@example.org"
"""example.org belongs to nobody [RFC 2606]."""


def fill_desk(session: Session, cast: Cast, now: datetime) -> None:
    """Requests that need no second look, one that waits for its booker and one that waits for its second yes."""
    neighbours = _who_may_ask(session, cast, now)
    for what, neighbour in zip(HARMLESS, neighbours, strict=False):
        _ask(session, neighbour, ROOM, what, now - 3 * HOUR)
    _propose(session, cast, now)
    _say_first_yes(session, cast, neighbours[-1], now)


def _who_may_ask(session: Session, cast: Cast, now: datetime) -> list[Actor]:
    """Neighbours who always came and have nothing booked yet."""
    busy = set(session.scalars(select(PenaltyPoint.person_id)))
    busy |= set(session.scalars(select(Booking.booker_id).where(Booking.ends_at > now)))
    return [one for one in cast.neighbours if one.id not in busy | {cast.resident.id}]


def _ask(session: Session, actor: Actor, space: str, what: tuple[str, int], now: datetime) -> Booking | None:
    """Ask for the first hour of the coming days that is free."""
    for day in range(FIRST_DAY, LAST_DAY):
        for hour in HOURS:
            start = at_local(local_day(now) + timedelta(days=day), hour * 60)
            try:
                with session.begin_nested():
                    return booking.request_booking(
                        actor,
                        space,
                        Interval(start, start + HOUR),
                        purpose=what[0],
                        party_size=what[1],
                        now=now,
                    )
            except Refusal:
                continue  # taken or closed, as in life
    return None


def _propose(session: Session, cast: Cast, now: datetime) -> None:
    """The printed captain finds another time to accept with one tap."""
    made = _ask(session, cast.captain, ROOM, ("楼道堆物议事会", 9), now - 5 * HOUR)
    if made is None:
        return
    asked_for = reading.booking_for(session, cast.staff, made.id)
    for other in proposing.free_times(asked_for, now):
        try:
            with session.begin_nested():
                proposing.propose(cast.staff, made.id, other, version=made.version, now=now - HOUR)
        except Refusal:
            continue  # the captain is elsewhere then
        return


def _say_first_yes(session: Session, cast: Cast, neighbour: Actor, now: datetime) -> None:
    """The mediation room asks for two yeses from today on: the admin's is the second, staff step in after two hours."""
    asked_at = now - 2 * HOUR
    levels.set_up(
        cast.admin, TWO_YESES, 2, [cast.admin.id], [cast.staff.id], DEPUTY_AFTER_MINUTES, now=asked_at
    )
    made = _ask(session, neighbour, TWO_YESES, ("楼上漏水的事", 4), asked_at)
    if made is not None:
        decisions.approve(cast.staff, made.id, version=made.version, now=now - HOUR)


def give_pins(session: Session, cast: Cast, now: datetime) -> None:
    """Let staff and admin of the demo take over a shared tablet."""
    pin_hash = hash_password(PIN)
    session.add_all(
        StaffPin(person_id=actor.id, pin_hash=pin_hash, digits=len(PIN), set_at=now)
        for actor in (cast.staff, cast.admin)
    )


@query
def _pin_hash(session: Session) -> str | None:
    phone = next(account.phone for account in ACCOUNTS if account.role is Role.STAFF)
    return session.scalar(
        select(StaffPin.pin_hash).join(Person, Person.id == StaffPin.person_id).where(Person.phone == phone)
    )


def pin_is_printed() -> bool:
    """Whether the printed PIN still opens a shared tablet for the demo's staff."""
    return matches(_pin_hash(), PIN)


def lose_letter(session: Session, cast: Cast, now: datetime) -> None:
    """One letter to a neighbour was given up, for staff to look at: the address is wrong."""
    neighbours = [one.id for one in cast.neighbours if one.id != cast.resident.id]
    message = session.scalar(
        select(OutboxMessage)
        .where(OutboxMessage.recipient_id.in_(neighbours), OutboxMessage.sent_at.is_not(None))
        .order_by(OutboxMessage.created_at.desc(), OutboxMessage.id.desc())
        .limit(1)
    )
    if message is None or message.recipient_id is None:
        return
    session.add(Contact(person_id=message.recipient_id, email=LOST, email_confirmed_at=now))
    session.add(
        Delivery(
            outbox_id=message.id,
            channel=ChannelKind.EMAIL,
            state=DeliveryState.DEAD,
            attempts=1,
            next_try_at=now,
            last_error="recipient_refused 550",
            created_at=now,
        )
    )
