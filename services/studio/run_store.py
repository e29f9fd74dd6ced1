"""The running order between the database and the value that the rules know, and how a press is taken back."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from domain.interval import require_aware
from domain.studio.booths import OnAir
from domain.studio.rundown import NEW, Item, Rundown
from domain.studio.running import ItemKind, Overrun, SkipReason
from models import RundownItem, RundownItemBooth, ShowRun

FIELDS = ("title", "planned_seconds", "extra_seconds")
MOMENTS = ("planned_starts_at", "started_at", "ended_at")


def load_run(session: Session, show_id: int) -> ShowRun | None:
    """The run of a show as it stands now, None before anybody got it ready."""
    return session.scalar(
        select(ShowRun).where(ShowRun.show_id == show_id).execution_options(populate_existing=True)
    )


def load_order(session: Session, run: ShowRun) -> Rundown:
    """The running order of a run."""
    booths: dict[int, list[int]] = defaultdict(list)
    for item_id, booking_id in session.execute(
        select(RundownItemBooth.item_id, RundownItemBooth.booking_id)
        .join(RundownItem, RundownItem.id == RundownItemBooth.item_id)
        .where(RundownItem.show_id == run.show_id)
        .order_by(RundownItemBooth.booking_id)
    ):
        booths[item_id].append(booking_id)
    rows = session.execute(
        select(*RundownItem.__table__.c)
        .where(RundownItem.show_id == run.show_id)
        .order_by(RundownItem.position, RundownItem.id)
    ).mappings()
    items = tuple(_item(dict(row), tuple(booths[row["id"]])) for row in rows)
    return Rundown(items, run.started_at, run.ended_at, run.overrun)


def _item(row: Mapping[str, Any], booths: tuple[int, ...]) -> Item:
    return Item(
        id=row["id"],
        booths=booths,
        kind=ItemKind(row["kind"]),
        state=OnAir(row["state"]),
        skip_reason=SkipReason(row["skip_reason"]) if row["skip_reason"] else None,
        repeat_of=row["repeat_of_id"],
        **{name: row[name] for name in (*FIELDS, *MOMENTS)},
    )


def _values(item: Item, position: int) -> dict[str, Any]:
    return {
        "position": position,
        "kind": item.kind,
        "state": item.state,
        "skip_reason": item.skip_reason,
        "repeat_of_id": item.repeat_of,
        **{name: getattr(item, name) for name in (*FIELDS, *MOMENTS)},
    }


def save(session: Session, run: ShowRun, before: Rundown, after: Rundown) -> dict[str, Any]:
    """Write what changed; returns how that stood before, in JSON, for `restore`."""
    known = {item.id: (place, item) for place, item in enumerate(before.items, start=1)}
    changed: list[dict[str, Any]] = []
    added: list[int] = []
    for place, item in enumerate(after.items, start=1):
        if item.id == NEW:
            added.append(_insert(session, run.show_id, item, place))
        elif known[item.id] != (place, item):
            changed.append(_told(known[item.id][1], known[item.id][0]))
            _write(session, item, place, known[item.id][1].booths)
    _write_run(session, run, after)
    return {"items": changed, "added": added, "run": _told_run(before)}


def restore(session: Session, run: ShowRun, before: Mapping[str, Any]) -> None:
    """Put back what `save` changed; what it added goes."""
    if before["added"]:
        session.execute(delete(RundownItemBooth).where(RundownItemBooth.item_id.in_(before["added"])))
        session.execute(delete(RundownItem).where(RundownItem.id.in_(before["added"])))
    for told in before["items"]:
        item = _heard(told)
        held = session.scalars(select(RundownItemBooth.booking_id).where(RundownItemBooth.item_id == item.id))
        _write(session, item, told["position"], tuple(held))
    was = before["run"]
    order = Rundown((), _moment(was["started_at"]), _moment(was["ended_at"]), Overrun(was["overrun"]))
    _write_run(session, run, order)


def add_all(session: Session, run: ShowRun, items: tuple[Item, ...]) -> None:
    """Store the items of a run that is being made ready."""
    for place, item in enumerate(items, start=1):
        _insert(session, run.show_id, item, place)


def _insert(session: Session, show_id: int, item: Item, place: int) -> int:
    made = RundownItem(show_id=show_id, **_values(item, place))
    session.add(made)
    session.flush()
    _link(session, made.id, item.booths)
    return made.id


def _write(session: Session, item: Item, place: int, linked: tuple[int, ...]) -> None:
    session.execute(
        update(RundownItem)
        .where(RundownItem.id == item.id)
        .values(**_values(item, place))
        .execution_options(synchronize_session=False)
    )
    gone = set(linked) - set(item.booths)
    if gone:
        session.execute(
            delete(RundownItemBooth).where(
                RundownItemBooth.item_id == item.id, RundownItemBooth.booking_id.in_(gone)
            )
        )
    _link(session, item.id, tuple(sorted(set(item.booths) - set(linked))))


def _link(session: Session, item_id: int, booths: tuple[int, ...]) -> None:
    if booths:
        session.execute(
            insert(RundownItemBooth), [{"item_id": item_id, "booking_id": booth} for booth in booths]
        )


def _write_run(session: Session, run: ShowRun, order: Rundown) -> None:
    run.started_at, run.ended_at, run.overrun = order.started_at, order.ended_at, order.overrun
    session.flush()


def _told(item: Item, place: int) -> dict[str, Any]:
    values = _values(item, place) | {"id": item.id, "booths": list(item.booths)}
    return values | {name: _iso(values[name]) for name in MOMENTS}


def _heard(told: Mapping[str, Any]) -> Item:
    row = dict(told) | {name: _moment(told[name]) for name in MOMENTS}
    return _item(row, tuple(told["booths"]))


def _told_run(order: Rundown) -> dict[str, Any]:
    return {
        "started_at": _iso(order.started_at),
        "ended_at": _iso(order.ended_at),
        "overrun": order.overrun.value,
    }


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None


def _moment(text: str | None) -> datetime | None:
    return require_aware(datetime.fromisoformat(text)) if text else None
