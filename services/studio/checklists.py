"""The checklist before a show: lights read from what is on file, ticks of the staff with person and time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session, joinedload

from domain.bookings import BookingStatus
from domain.interval import local_day
from domain.people import Actor
from domain.studio.checklist import TOTAL, AutomaticCheck, ManualCheck, Part, missing_parts, progress
from domain.studio.hosts import Standing
from models import Booking, BoothSlot, Host, Person, Show, ShowCheck
from models.engine import insert_ignoring
from services import arbiter, records
from services.studio import compliance
from services.studio.hosting import standing
from services.studio.planning import must_be_open, require_staff
from services.studio.shows import load_show
from services.unit_of_work import query, transaction

AIRED = (BookingStatus.CONFIRMED, BookingStatus.CHECKED_IN, BookingStatus.COMPLETED)


@dataclass(frozen=True, slots=True)
class BoothLack:
    """A confirmed booth that is not ready: whose, and which lights are not green."""

    slot: BoothSlot
    booth: int
    missing: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Tick:
    """A point that somebody ticked."""

    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Checklist:
    """The checklist of a show as it stands."""

    show: Show
    hosts: tuple[tuple[Host, Standing], ...]
    lacks: tuple[BoothLack, ...]
    confirmed: int
    undecided: int
    ticks: dict[ManualCheck, Tick]

    @property
    def has_room(self) -> bool:
        """Whether it is said where the show is aired."""
        return self.show.platform is not None and bool(self.show.room)

    @property
    def green(self) -> frozenset[AutomaticCheck]:
        """The lights that are green."""
        lights = {
            AutomaticCheck.HOSTS: bool(self.hosts)
            and all(standing is Standing.VERIFIED for _host, standing in self.hosts),
            AutomaticCheck.ROOM: self.has_room,
            AutomaticCheck.BOOTHS: self.confirmed > 0 and not self.lacks,
            AutomaticCheck.REQUESTS: not self.undecided,
        }
        return frozenset(check for check, is_green in lights.items() if is_green)

    @property
    def done(self) -> int:
        """How many points are done."""
        return progress(self.green, self.ticks)

    @property
    def total(self) -> int:
        """How many points there are."""
        return TOTAL


@query
def checklist(session: Session, actor: Actor, show_id: int) -> Checklist:
    """The checklist of a show; raises Forbidden, Missing."""
    require_staff(actor)
    show = load_show(session, show_id, actor)
    day = local_day(show.starts_at)
    slots = _slots(session, show)
    aired = [slot for slot in slots if slot.booking.status in AIRED]
    lights = compliance.of_slots(session, aired, day, show.platform)
    lacks = [
        BoothLack(slot, slot.booking.place or 0, missing)
        for slot in aired
        if (missing := missing_parts(lights[slot.booking_id]))
    ]
    return Checklist(
        show=show,
        hosts=tuple((host, standing(host, day)) for host in show.hosts),
        lacks=tuple(lacks),
        confirmed=len(aired),
        undecided=sum(slot.booking.status is BookingStatus.PENDING for slot in slots),
        ticks=_ticks(session, show),
    )


def _slots(session: Session, show: Show) -> list[BoothSlot]:
    found = session.scalars(
        select(BoothSlot)
        .join(Booking, Booking.id == BoothSlot.booking_id)
        .options(joinedload(BoothSlot.booking), joinedload(BoothSlot.merchant), joinedload(BoothSlot.product))
        .where(BoothSlot.show_id == show.id, Booking.status.in_((*AIRED, BookingStatus.PENDING)))
        .order_by(Booking.starts_at, Booking.place)
        .execution_options(populate_existing=True)
    )
    return list(found)


def _ticks(session: Session, show: Show) -> dict[ManualCheck, Tick]:
    rows = session.execute(
        select(ShowCheck.item, ShowCheck.done_at, Person.name)
        .join(Person, Person.id == ShowCheck.done_by_id)
        .where(ShowCheck.show_id == show.id)
    )
    known = {check.value: check for check in ManualCheck}
    return {known[row.item]: Tick(row.name, row.done_at) for row in rows if row.item in known}


@transaction
def tick(
    session: Session, actor: Actor, show_id: int, ticks: Mapping[ManualCheck, bool], *, now: datetime
) -> None:
    """Tick points, or take ticks away; whoever comes second changes nothing.

    Raises Forbidden, Missing, and RuleViolation for a show that is cancelled, over or sealed.
    """
    require_staff(actor)
    arbiter.lock_spaces(session, [load_show(session, show_id, actor).space_id])
    show = load_show(session, show_id, actor)
    must_be_open(show, now)
    for item in sorted(ticks):  # one order for all, so that two staff never wait for each other crosswise
        is_done = ticks[item]
        change = _set(session, actor, show, item, now) if is_done else _clear(session, show, item)
        if change:
            action = "show.checked" if is_done else "show.unchecked"
            records.audit(session, actor, action, show, now, item=item.value)


def _set(session: Session, actor: Actor, show: Show, item: ManualCheck, now: datetime) -> bool:
    insertion = insert_ignoring(
        session, ShowCheck, show_id=show.id, item=item.value, done_at=now, done_by_id=actor.id
    )
    return bool(session.execute(insertion.returning(ShowCheck.item)).all())


def _clear(session: Session, show: Show, item: ManualCheck) -> bool:
    removal = delete(ShowCheck).where(ShowCheck.show_id == show.id, ShowCheck.item == item.value)
    removed = removal.returning(ShowCheck.item).execution_options(synchronize_session=False)
    return bool(session.execute(removed).all())
