"""The house itself: its spaces, their hours, and the calendar of holidays and make-up workdays."""

from __future__ import annotations

from chinese_calendar import Holiday
from chinese_calendar.constants import holidays, workdays
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from domain.spaces import DayKind, OpenOn
from models import CalendarDay, OpeningHours, Person, Space, SpaceEquipment, SpaceSteward
from services.seed.facts import SPACES, SpaceFacts
from services.unit_of_work import query, transaction

FIRST_YEAR = 2026


@query
def is_new(session: Session) -> bool:
    """Whether nothing has been put into this database yet."""
    return not any(session.scalar(select(func.count()).select_from(table)) for table in (Space, Person))


@transaction
def lay_house(session: Session) -> int:
    """Put in the spaces and calendar days that are missing and leave the others as they are; returns how many."""
    take_turns(session)
    known_codes = set(session.scalars(select(Space.code)))
    spaces = [
        _space(facts, position) for position, facts in enumerate(SPACES, 1) if facts.code not in known_codes
    ]
    known_days = set(session.scalars(select(CalendarDay.day)))
    days = [day for day in calendar_days() if day.day not in known_days]
    session.add_all([*spaces, *days])
    session.flush()
    return len(spaces) + len(days)


def take_turns(session: Session) -> None:
    """Let two seeds that start at once follow each other; SQLite has one writer anyway."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SELECT pg_advisory_xact_lock(506)"))


def _space(facts: SpaceFacts, position: int) -> Space:
    return Space(
        code=facts.code,
        name=facts.name,
        name_en=facts.name_en,
        about=facts.about,
        about_en=facts.about_en,
        kind=facts.kind,
        approval=facts.approval,
        places=facts.places,
        capacity=facts.capacity,
        min_minutes=facts.min_minutes,
        max_minutes=facts.max_minutes,
        buffer_minutes=facts.buffer_minutes,
        advance_days=facts.advance_days,
        lead_minutes=facts.lead_minutes,
        is_private=facts.is_private,
        position=position,
        equipment=[SpaceEquipment(code=one) for one in facts.equipment],
        hours=[
            OpeningHours(
                open_on=OpenOn(kind), opens_minute=int(facts.opens * 60), closes_minute=int(facts.closes * 60)
            )
            for kind in facts.days
        ],
    )


def name_steward(session: Session, person_id: int) -> None:
    """Let one of the staff look after every private space, so that somebody may see who comes."""
    private = session.scalars(select(Space.id).where(Space.is_private.is_(True)))
    session.add_all(SpaceSteward(space_id=space_id, person_id=person_id) for space_id in private)


def calendar_days() -> list[CalendarDay]:
    """Holidays and make-up workdays from 2026 on, as far as the package knows them: no later year is invented."""
    resting = [
        CalendarDay(day=day, day_kind=DayKind.HOLIDAY, name=Holiday(name).chinese)
        for day, name in sorted(holidays.items())
        if day.year >= FIRST_YEAR
    ]
    working = [
        CalendarDay(day=day, day_kind=DayKind.WEEKDAY, name=f"{Holiday(name).chinese}调休上班")
        for day, name in sorted(workdays.items())
        if day.year >= FIRST_YEAR
    ]
    return resting + working
