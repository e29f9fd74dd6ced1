"""What the demo has to read: reminders of last evening, something for staff too, and one confirmed address."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from domain.contacts import DEFAULTS
from domain.errors import Refusal
from domain.interval import Interval, at_local, local_day
from domain.people import Actor
from domain.settings import HouseSettings
from domain.telling import ChannelKind
from models import ChannelChoice, Contact
from services import booking, moving
from services.seed.people import Cast
from services.telling import reminders

ADDRESS = "lin.xiulan@example.org"
"""example.org belongs to nobody [RFC 2606]."""
HOUR = timedelta(hours=1)
MEETING_DAY = 8


def remind(now: datetime) -> None:
    """Last evening everybody was reminded of today, and whoever comes next just now."""
    yesterday = local_day(now) - timedelta(days=1)
    reminders.remind_due(at_local(yesterday, HouseSettings().evening_reminder_minute))
    reminders.remind_due(now)


def meet(cast: Cast, now: datetime) -> None:
    """Staff and admin put down a meeting each, and the other one moves it: so both have something to read."""
    day = local_day(now) + timedelta(days=MEETING_DAY)
    for number, (who, other) in enumerate(((cast.staff, cast.admin), (cast.admin, cast.staff))):
        begin = at_local(day + timedelta(days=number), 9 * 60)
        _meet(who, other, Interval(begin, begin + HOUR), now)


def _meet(who: Actor, other: Actor, time: Interval, now: datetime) -> None:
    try:
        made = booking.request_booking(
            who, "pavilion", time, purpose="工作例会", party_size=4, now=now - 3 * HOUR
        )
        moving.reschedule(other, made.id, time.shifted(HOUR), version=made.version, now=now - HOUR)
    except Refusal:
        return  # somebody has that hour, as in life


def confirm_address(session: Session, cast: Cast, now: datetime) -> None:
    """The printed resident hears by e-mail too."""
    person_id = cast.resident.id
    session.add(Contact(person_id=person_id, email=ADDRESS, email_confirmed_at=now))
    session.flush()
    session.add_all(
        ChannelChoice(person_id=person_id, topic=topic, channel=ChannelKind.EMAIL, is_on=True)
        for topic in sorted(DEFAULTS[ChannelKind.EMAIL])
    )
