"""Two yeses where a space asks for them: the first by any of the staff, the second by somebody named, not the same."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from domain.desk import DecisionKind
from domain.errors import BadInput, RuleViolation, Violation
from domain.people import STAFF_ROLES, Actor
from domain.spaces import Approval
from models import Booking, Person, Space, SpaceApprover
from services import arbiter, reading, records
from services.desk.recording import recorded
from services.house import looking
from services.unit_of_work import query, transaction

LONGEST_WAIT_MINUTES = 7 * 24 * 60
"""A deputy who waits longer than a week is none."""


@dataclass(frozen=True, slots=True)
class SecondYes:
    """Who gives the second yes of a request: the named ones, and from a moment on the deputies too."""

    first_by: Person | None
    approvers: Sequence[Person]
    deputies: Sequence[Person]
    deputies_from: datetime | None

    def against(self, actor: Actor, now: datetime) -> Violation | None:
        """What keeps somebody from giving it; None for whoever may."""
        if self.first_by is not None and self.first_by.id == actor.id:
            return Violation("second_yes_by_another")
        if actor.id in {person.id for person in self.approvers}:
            return None
        if actor.id not in {person.id for person in self.deputies} or self.deputies_from is None:
            return Violation("second_yes_by_named", {"names": [person.name for person in self.approvers]})
        if now < self.deputies_from:
            return Violation("deputy_too_early", {"from": self.deputies_from.isoformat()})
        return None


@dataclass(frozen=True, slots=True)
class Candidate:
    """One of the staff as the page of a space lists them."""

    person: Person
    is_approver: bool
    is_deputy: bool


def asks_for_first(booking: Booking) -> bool:
    """Whether the next yes is only the first of two."""
    return booking.space.approval_levels > 1 and booking.first_yes_at is None


def give_first(session: Session, actor: Actor, booking: Booking, version: int, now: datetime) -> None:
    """Write the first yes down; the request waits on, and the named ones hear of it. Raises Stale."""
    with recorded(session, actor, booking, DecisionKind.FIRST_YES, now):
        arbiter.keep(session, booking, version=version, first_yes_by_id=actor.id, first_yes_at=now)
        records.audit(session, actor, "booking.first_yes", booking, now)
        call_named(session, booking, now)


def call_named(session: Session, booking: Booking, now: datetime) -> None:
    """Tell those who may give the second yes at once that it is wanted; the deputies hear of it in time."""
    named = {person.id for person, is_deputy in _named(session, booking.space_id) if not is_deputy}
    first = {booking.first_yes_by_id}
    records.tell_each(session, named - first, "second_yes_wanted", now, **reading.told(booking))


def must_be_second(session: Session, actor: Actor, booking: Booking, now: datetime) -> None:
    """Refuse a second yes by whoever may not give it; raises RuleViolation."""
    second = second_yes(session, booking)
    broken = second.against(actor, now) if second else None
    if broken is not None:
        raise RuleViolation([broken])


def second_yes(session: Session, booking: Booking) -> SecondYes | None:
    """Who gives the second yes; None where none is asked for, or the first is still missing."""
    if booking.space.approval_levels < 2 or booking.first_yes_at is None:
        return None
    named, minutes = _named(session, booking.space_id), booking.space.deputy_after_minutes
    return SecondYes(
        first_by=session.get(Person, booking.first_yes_by_id),
        approvers=[person for person, is_deputy in named if not is_deputy],
        deputies=[person for person, is_deputy in named if is_deputy],
        deputies_from=None if minutes is None else booking.first_yes_at + timedelta(minutes=minutes),
    )


def _named(session: Session, space_id: int) -> list[tuple[Person, bool]]:
    rows = session.execute(
        select(Person, SpaceApprover.is_deputy)
        .join(SpaceApprover, SpaceApprover.person_id == Person.id)
        .where(SpaceApprover.space_id == space_id, Person.disabled_at.is_(None), Person.role.in_(STAFF_ROLES))
        .order_by(Person.id)
    )
    return [(person, is_deputy) for person, is_deputy in rows]


@query
def candidates(session: Session, actor: Actor, code: str) -> list[Candidate]:
    """All staff, and what each is for a space; raises Forbidden, Missing."""
    looking.require_admin(actor)
    named = {person.id: deputy for person, deputy in _named(session, looking.whole_space(session, code).id)}
    staff = session.scalars(
        select(Person).where(Person.role.in_(STAFF_ROLES), Person.disabled_at.is_(None)).order_by(Person.id)
    )
    return [Candidate(one, named.get(one.id) is False, named.get(one.id) is True) for one in staff]


@transaction
def set_up(
    session: Session,
    actor: Actor,
    code: str,
    levels: int,
    approvers: Sequence[int],
    deputies: Sequence[int],
    deputy_after_minutes: int | None,
    *,
    now: datetime,
) -> Space:
    """Say how many yeses a space asks for and who gives the second; raises Forbidden, Missing, BadInput.

    Whoever is named twice counts as approver. With one yes nobody is named.
    """
    looking.require_admin(actor)
    space = looking.locked_space(session, code)
    first, others = (set(approvers), set(deputies) - set(approvers)) if levels == 2 else (set(), set())
    minutes = deputy_after_minutes if others else None
    _check(session, space, levels, first, others, minutes)
    before = {"levels": space.approval_levels, "deputy_after": space.deputy_after_minutes}
    space.approval_levels, space.deputy_after_minutes = levels, minutes
    space.version += 1
    session.execute(delete(SpaceApprover).where(SpaceApprover.space_id == space.id))
    session.add_all(SpaceApprover(space_id=space.id, person_id=one) for one in sorted(first))
    session.add_all(SpaceApprover(space_id=space.id, person_id=one, is_deputy=True) for one in sorted(others))
    records.audit(
        session, actor, "space.approval_set", space, now, before=before,
        after={"levels": levels, "deputy_after": minutes, "approvers": sorted(first), "deputies": sorted(others)},
    )  # fmt: skip
    return space


def _check(
    session: Session, space: Space, levels: int, first: set[int], others: set[int], minutes: int | None
) -> None:
    if levels not in (1, 2):
        raise BadInput("approval_levels_invalid", field="levels")
    if levels == 1:
        return
    if space.approval is Approval.NONE:
        raise BadInput("second_yes_without_first", field="levels")
    if not first:
        raise BadInput("approver_missing", field="approvers")
    if len(first | others) < 2:
        raise BadInput("approver_alone", field="approvers")
    if others and (minutes is None or not 1 <= minutes <= LONGEST_WAIT_MINUTES):
        raise BadInput("deputy_minutes_invalid", field="deputy_after_minutes", maximum=LONGEST_WAIT_MINUTES)
    known = select(Person.id).where(
        Person.id.in_(first | others), Person.role.in_(STAFF_ROLES), Person.disabled_at.is_(None)
    )
    if set(session.scalars(known)) != first | others:
        raise BadInput("steward_unknown", field="approvers")
