"""The demo after its shows: the one that is over is sealed with its views, and a rehearsal is to come."""

from __future__ import annotations

from datetime import datetime, timedelta
from random import Random

from domain.interval import Interval, at_local, local_day
from models import Show
from services import booking
from services.seed.people import Cast
from services.studio import wrapping

SEED = 20261124
REHEARSAL_DAY = 5
AFTERNOON = 15 * 60


def seal_past_show(cast: Cast, show: Show, now: datetime) -> None:
    """The morning after, staff type in who watched and seal the file."""
    dice = Random(SEED)  # noqa: S311  it draws a demo that can be repeated, no secret
    morning = min(now, show.ends_at + timedelta(hours=11))
    booths = wrapping.of_show(cast.staff, show.id, morning).booths
    views = {end.booking.id: dice.randint(180, 2_400) for end in booths}
    wrapping.wrap_up(cast.staff, show.id, {}, views, now=morning)


def plan_rehearsal(cast: Cast, now: datetime) -> None:
    """Next week the house tries out light and sound with a new host."""
    starts_at = at_local(local_day(now) + timedelta(days=REHEARSAL_DAY), AFTERNOON)
    booking.request_booking(
        cast.staff,
        "studio",
        Interval(starts_at, starts_at + timedelta(minutes=90)),
        purpose="新主播试播，调灯光和收音",
        party_size=4,
        now=now - timedelta(days=1),
    )
