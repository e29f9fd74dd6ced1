"""What was said wrongly on air and put right (口误纠正): written down once, never edited."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from domain.errors import BadInput, Forbidden
from domain.people import Actor
from models import OnAirCorrection
from services import records
from services.studio import run_store
from services.studio.shows import load_show
from services.unit_of_work import transaction

MAX_WORDS = 200


@transaction
def correct(
    session: Session,
    actor: Actor,
    show_id: int,
    said: str,
    corrected: str,
    *,
    booking_id: int | None = None,
    now: datetime,
) -> OnAirCorrection:
    """Write down a correction, of the booth on air unless another one of the show is named.

    The sealed file of a show stays as it is: what comes later stands beside it as an addendum.
    Raises Forbidden, Missing, BadInput.
    """
    if not actor.is_staff:
        raise Forbidden
    show = load_show(session, show_id, actor)
    run = run_store.load_run(session, show_id)
    order = run_store.load_order(session, run) if run else None
    known = {booth for item in order.items for booth in item.booths} if order else set()
    if booking_id is None and order is not None and order.current and len(order.current.booths) == 1:
        booking_id = order.current.booths[0]
    if booking_id is not None and booking_id not in known:
        raise BadInput("item_unknown", field="booking_id")
    made = OnAirCorrection(
        show_id=show_id,
        booking_id=booking_id,
        said=_clean(said, "said"),
        corrected=_clean(corrected, "corrected"),
        at=now,
        created_by_id=actor.id,
    )
    session.add(made)
    session.flush()
    records.audit(session, actor, "run.corrected", show, now, booking_id=booking_id)
    return made


def _clean(text: str, field: str) -> str:
    cleaned = " ".join(text.split())
    if not cleaned:
        raise BadInput("correction_missing", field=field)
    if len(cleaned) > MAX_WORDS:
        raise BadInput("correction_long", field=field, maximum=MAX_WORDS)
    return cleaned
