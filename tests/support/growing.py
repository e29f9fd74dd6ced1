"""Letting the demo become large, and looking whether it is in order."""

from sqlalchemy import func, select

from domain.people import Role
from models import Booking, Person, Sale, SalesTotal, Space
from services import doctor, people
from services.seed import large


def grow(db, password_hash, now):
    """Let the demo become large, and see that it is in order and takes new people."""
    size = large.Size(spaces=12, people=400, bookings=3_000, sales=2_000)

    assert large.lay_large(password_hash=password_hash, now=now, size=size)

    counted = [_count(db, table.id.is_not(None)) for table in (Space, Person, Booking, Sale)]
    assert counted == [12, 400, 3_000, 2_000]
    assert doctor.data_findings(now) == []
    assert _count(db, SalesTotal.band == "studio") > 1_000
    assert not large.lay_large(password_hash=password_hash, now=now, size=size)
    people.create_account(phone="13612345678", name="新来的", role=Role.RESIDENT, now=now)


def _count(db, *where):
    db.session.rollback()
    return db.session.scalar(select(func.count()).where(*where))
