"""The inbox of everybody with an account: what the house told them, the newest first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Select,
    and_,
    bindparam,
    func,
    select,
    tuple_,
    update,
)
from sqlalchemy.orm import Session

from domain.errors import Missing
from domain.people import Actor
from models import Notice
from services.unit_of_work import query, transaction

PAGE = 20
ON_ANOTHER_PAGE = 3
"""How many unread ones a page shows that is about something else."""


@dataclass(frozen=True, slots=True)
class Inbox:
    """One page of somebody's notices; `page` counts from 1, `latest` is the newest that there is."""

    notices: list[Notice]
    page: int
    pages: int
    unread: int
    latest: int


@query
def of_person(session: Session, actor: Actor, page: int, *, per_page: int = PAGE) -> Inbox:
    """What this person was told, a page of it."""
    own = Notice.person_id == actor.id
    total, latest = session.execute(select(func.count(), func.max(Notice.outbox_id)).where(own)).one()
    pages = max(1, -(-total // per_page))
    page = min(max(1, page), pages)
    return Inbox(
        notices=list(
            session.scalars(
                select(Notice)
                .where(own)
                .order_by(Notice.created_at.desc(), Notice.outbox_id.desc())
                .limit(per_page)
                .offset((page - 1) * per_page)
            )
        ),
        page=page,
        pages=pages,
        unread=session.scalar(select(func.count()).where(unread_by(actor.id))) or 0,
        latest=latest or 0,
    )


@query
def listed(
    session: Session,
    actor: Actor,
    *,
    size: int,
    before: tuple[datetime, int] | None = None,
    only_unread: bool = False,
) -> list[Notice]:
    """Up to `size` notices of this person, the newest first, beginning after a position by moment and number."""
    own = unread_by(actor.id) if only_unread else Notice.person_id == actor.id
    if before is not None:
        own &= tuple_(Notice.created_at, Notice.outbox_id) < tuple_(*before)
    newest_first = (Notice.created_at.desc(), Notice.outbox_id.desc())
    return list(session.scalars(select(Notice).where(own).order_by(*newest_first).limit(size)))


def unread_by(person_id: int | BindParameter[Any]) -> ColumnElement[bool]:
    """The notices that a person has not read yet, for use inside another service."""
    return and_(Notice.person_id == person_id, Notice.read_at.is_(None))


def latest_unread(session: Session, actor: Actor) -> list[Notice]:
    """The latest notices that a person has not read, inside another service."""
    return list(session.scalars(_latest_unread(), {"person": actor.id}))


@cache
def _latest_unread() -> Select[Notice]:
    return (
        select(Notice)
        .where(unread_by(bindparam("person")))
        .order_by(Notice.created_at.desc(), Notice.outbox_id.desc())
        .limit(ON_ANOTHER_PAGE)
    )


@transaction
def open_one(session: Session, actor: Actor, notice_id: int, now: datetime) -> Notice:
    """Read one notice; once it was read, its moment stays. Raises Missing, for a foreign one too."""
    notice = session.scalar(select(Notice).where(Notice.outbox_id == notice_id, Notice.person_id == actor.id))
    if notice is None:
        raise Missing
    _mark(session, actor, now, Notice.outbox_id == notice_id)
    return notice


@transaction
def mark_read(session: Session, actor: Actor, notice_ids: Sequence[int], now: datetime) -> int:
    """Put away the notices that were shown; those of others are left alone. Returns how many were unread."""
    return _mark(session, actor, now, Notice.outbox_id.in_(notice_ids))


@transaction
def mark_all_read(session: Session, actor: Actor, up_to: int, now: datetime) -> int:
    """Put away everything up to the newest notice that was shown; what came since stays unread."""
    return _mark(session, actor, now, Notice.outbox_id <= up_to)


def _mark(session: Session, actor: Actor, now: datetime, which: ColumnElement[bool]) -> int:
    marked = session.execute(
        update(Notice)
        .where(unread_by(actor.id), which)
        .values(read_at=now)
        .returning(Notice.outbox_id)
        .execution_options(synchronize_session=False)
    )
    return len(marked.all())
