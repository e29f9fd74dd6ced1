"""The demo after its shows: the one that is over is wrapped up and sealed with its views, and a shop rehearses soon."""

from __future__ import annotations

from datetime import datetime, timedelta
from random import Random

from models import Show
from services.seed.people import Cast
from services.studio import wrapping


def seal_past_show(dice: Random, cast: Cast, show: Show, now: datetime) -> None:
    """The morning after, staff type in who watched and seal the file."""
    morning = min(now, show.ends_at + timedelta(hours=11))
    booths = wrapping.of_show(cast.staff, show.id, morning).booths
    views = {end.booking.id: dice.randint(180, 2_400) for end in booths}
    wrapping.wrap_up(cast.staff, show.id, {}, views, now=morning)
