"""The living demo: people, bookings, shops, shows and sales, all in one transaction and drawn from one seed."""

from __future__ import annotations

from datetime import datetime
from random import Random

from sqlalchemy.orm import Session

from services.seed import house, people
from services.seed.bookings import play_bookings
from services.unit_of_work import transaction

SEED = 20261123


@transaction
def lay_demo(session: Session, *, password_hash: str, now: datetime) -> bool:
    """Fill the house with the demo, all or nothing; False when it is there already.

    The same `now` gives the same demo. Raises BadInput where a demo phone belongs to somebody.
    """
    house.take_turns(session)
    house.lay_house()
    if people.has_demo():
        return False
    dice = Random(SEED)  # noqa: S311  it draws a demo that can be repeated, no secret
    cast = people.bring_in(session, dice, now, password_hash)
    play_bookings(session, dice, cast, now)
    return True
