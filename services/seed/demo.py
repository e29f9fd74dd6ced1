"""The living demo: people, bookings, shops, shows and sales, all in one transaction and drawn from one seed."""

from __future__ import annotations

from datetime import datetime, timedelta
from random import Random

from sqlalchemy import update
from sqlalchemy.orm import Session

from models import Notice
from services import outbox
from services.seed import claim_words, desk, house, income, licences, news, past, people, shops, telling
from services.seed.bookings import play_bookings
from services.seed.draws import play_draws
from services.seed.people import Cast
from services.seed.records import plan_rehearsal, seal_past_show
from services.seed.sales import import_sales
from services.seed.shows import play_shows
from services.unit_of_work import nothing_afterwards, transaction

SEED = 20261123


def lay_demo(*, password_hash: str, now: datetime) -> bool:
    """Fill the house with the demo, all or nothing; False when it is there already.

    The same `now` gives the same demo. Raises BadInput where a demo phone belongs to somebody.
    """
    is_there = people.has_demo()
    drawings = {} if is_there else shops.draw_all()
    scans = {} if is_there else {**licences.draw_all(), **income.draw_proof()}
    return _lay(drawings, scans, password_hash, now)


@transaction
def _lay(
    session: Session, drawings: shops.Drawings, scans: licences.Scans, password_hash: str, now: datetime
) -> bool:
    house.take_turns(session)
    house.lay_house()
    claim_words.lay_words(now)
    if people.has_demo():
        return False
    dice = Random(SEED)  # noqa: S311  it draws a demo that can be repeated, no secret
    cast = people.bring_in(session, dice, now, password_hash)
    house.name_steward(session, cast.staff.id)
    play_bookings(session, dice, cast, now)
    stalls = shops.open_shops(session, cast, drawings, now, password_hash)
    licences.hand_in(session, cast, stalls, scans, now, password_hash)
    show = play_shows(session, dice, cast, stalls, now)
    seal_past_show(cast, show, now)
    plan_rehearsal(cast, now)
    play_draws(session, cast, stalls, now)
    news.bring_news(session, cast, now)
    import_sales(dice, cast, stalls, show, now)
    income.report_income(cast, stalls, scans, now)
    income.declare_baselines(stalls, now - timedelta(days=60))
    past.write_past(session, cast, now)
    telling.remind(now)
    telling.meet(cast, now)
    desk.fill_desk(session, cast, now)
    desk.give_pins(session, cast, now)
    settle_messages(session, cast, now)
    telling.confirm_address(session, cast, now)
    desk.lose_letter(session, cast, now)
    nothing_afterwards(session)  # whom the play tried in vain for a part has asked for nothing
    return True


def settle_messages(session: Session, cast: Cast, now: datetime) -> None:
    """Deliver what was said; what is older than two days has been read, but by the printed resident."""
    outbox.deliver_due(now)
    session.execute(
        update(Notice)
        .where(Notice.created_at < now - timedelta(days=2), Notice.person_id != cast.resident.id)
        .values(read_at=Notice.created_at)
    )
