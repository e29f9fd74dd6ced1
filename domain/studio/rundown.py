"""The running order as a value: what may be done with it while a show is live, each step giving the changed order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from domain.errors import RuleViolation, Violation
from domain.studio.booths import OnAir
from domain.studio.running import ItemKind, Overrun, SkipReason

NEW = 0
"""The id of an item that is not stored yet."""
MAX_ITEM_TITLE = 60
MAX_BREAK_MINUTES = 60
MORE_SECONDS = 60


@dataclass(frozen=True, slots=True)
class Item:
    """One time on air, planned and actual, with the bookings of the booths that it airs; lengths in seconds."""

    id: int
    planned_seconds: int
    booths: tuple[int, ...] = ()
    planned_starts_at: datetime | None = None
    kind: ItemKind = ItemKind.BOOTHS
    title: str = ""
    extra_seconds: int = 0
    state: OnAir = OnAir.WAITING
    started_at: datetime | None = None
    ended_at: datetime | None = None
    skip_reason: SkipReason | None = None
    repeat_of: int | None = None

    @property
    def planned_ends_at(self) -> datetime | None:
        """When it would be over by the plan, None for what was put in while the show ran."""
        return self.planned_starts_at and self.planned_starts_at + timedelta(seconds=self.planned_seconds)


@dataclass(frozen=True, slots=True)
class Rundown:
    """All items in their order, and when the show itself began and ended; at most one is on air."""

    items: tuple[Item, ...]
    started_at: datetime | None = None
    ended_at: datetime | None = None
    overrun: Overrun = Overrun.SHIFT

    @property
    def current(self) -> Item | None:
        """What is on air."""
        return next((one for one in self.items if one.state is OnAir.ON_AIR), None)

    @property
    def waiting(self) -> tuple[Item, ...]:
        """What is still to come, in order."""
        return tuple(one for one in self.items if one.state is OnAir.WAITING)

    def item(self, item_id: int | None) -> Item:
        """The item of an id; RuleViolation when there is none."""
        found = next((one for one in self.items if one.id == item_id and one.id != NEW), None)
        if found is None:
            raise no(Violation("item_unknown"))
        return found


def no(broken: Violation) -> RuleViolation:
    """The refusal of a step that breaks one rule."""
    return RuleViolation([broken])


def start(order: Rundown, now: datetime) -> Rundown:
    """The first that waits goes on air."""
    _still_open(order)
    if order.current is not None:
        raise no(Violation("already_on_air"))
    return _next_on_air(order, now)


def go_on(order: Rundown, now: datetime) -> Rundown:
    """What is on air is done, and the next that waits goes on at the same moment."""
    _on_air(order)
    return _next_on_air(_taken_off(order, now), now)


def pause(order: Rundown, now: datetime) -> Rundown:
    """What is on air is done; nothing follows yet."""
    _on_air(order)
    return _taken_off(order, now)


def extend(order: Rundown, seconds: int = MORE_SECONDS) -> Rundown:
    """What is on air gets more time."""
    current = _on_air(order)
    return _with(order, replace(current, extra_seconds=current.extra_seconds + seconds))


def skip(
    order: Rundown, item_id: int | None, reason: SkipReason, now: datetime, booth: int | None = None
) -> Rundown:
    """What waits is not aired; of several booths one alone may be left out, and becomes an item of its own."""
    item = _waiting(order, item_id)
    if booth is None or item.booths == (booth,):
        return _with(order, _skipped(item, reason, now))
    if booth not in item.booths:
        raise no(Violation("item_unknown"))
    rest = replace(item, booths=tuple(one for one in item.booths if one != booth))
    alone = _skipped(replace(item, id=NEW, booths=(booth,)), reason, now)
    return _put_after(_with(order, rest), rest, alone)


def swap(order: Rundown, item_id: int | None, other_id: int | None) -> Rundown:
    """Two that wait change places."""
    one, other = _waiting(order, item_id), _waiting(order, other_id)
    if one.id == other.id:
        raise no(Violation("swap_with_itself"))
    turned = {one.id: other, other.id: one}
    return replace(order, items=tuple(turned.get(item.id, item) for item in order.items))


def move(order: Rundown, item_id: int | None, place: int) -> Rundown:
    """One that waits takes the place of this number among those that wait, counted from 1; the others make room."""
    item = _waiting(order, item_id)
    line = [one for one in order.waiting if one.id != item.id]
    if not 1 <= place <= len(line) + 1:
        raise no(Violation("place_unknown", {"maximum": len(line) + 1}))
    line.insert(place - 1, item)
    in_turn = iter(line)
    return replace(
        order, items=tuple(next(in_turn) if one.state is OnAir.WAITING else one for one in order.items)
    )


def repeat(order: Rundown, item_id: int | None) -> Rundown:
    """What was on air, or was skipped and came late after all, comes next, with its planned length."""
    _still_open(order)
    item = order.item(item_id)
    if item.kind is not ItemKind.BOOTHS:
        raise no(Violation("only_booths_repeat"))
    if item.state is OnAir.WAITING:
        raise no(Violation("still_to_come"))
    again = Item(NEW, item.planned_seconds, item.booths, repeat_of=item.repeat_of or item.id)
    return _put_next(order, again)


def insert(order: Rundown, title: str, minutes: int) -> Rundown:
    """Something that is no booth comes next: a draw of lots, a greeting, a pause."""
    _still_open(order)
    title = " ".join(title.split())
    if not title:
        raise no(Violation("insert_title_missing", field="title"))
    if len(title) > MAX_ITEM_TITLE:
        raise no(Violation("insert_title_long", {"maximum": MAX_ITEM_TITLE}, field="title"))
    if not 1 <= minutes <= MAX_BREAK_MINUTES:
        raise no(Violation("insert_minutes", {"maximum": MAX_BREAK_MINUTES}, field="minutes"))
    return _put_next(order, Item(NEW, minutes * 60, kind=ItemKind.BREAK, title=title))


def choose(order: Rundown, overrun: Overrun) -> Rundown:
    """What becomes of the rest when something takes longer."""
    _still_open(order)
    return replace(order, overrun=overrun)


def end(order: Rundown, now: datetime) -> Rundown:
    """The show is over: what is on air is done, for the rest there was no time."""
    _still_open(order)
    if order.started_at is None:
        raise no(Violation("not_begun"))
    closed = _taken_off(order, now) if order.current else order
    for item in closed.waiting:
        closed = _with(closed, _skipped(item, SkipReason.NO_TIME, now))
    return replace(closed, ended_at=now)


def catch_up(order: Rundown, standing: Sequence[Item], gone: frozenset[int], now: datetime) -> Rundown:
    """Take in what was confirmed since (new items, in planned order), and put aside what was withdrawn.

    A booth that was on air already stays as it was.
    """
    _still_open(order)
    for item in standing:
        order = _joined(order, item)
    for booth in sorted(gone):
        for item in [one for one in order.waiting if booth in one.booths]:
            order = skip(order, item.id, SkipReason.OTHER, now, booth)
    return order


def _joined(order: Rundown, item: Item) -> Rundown:
    """The order with one more item: beside those of the same slot that wait, else where its planned start belongs."""
    same = [one for one in order.waiting if one.planned_starts_at == item.planned_starts_at and one.id != NEW]
    if same:
        return _with(order, replace(same[0], booths=(*same[0].booths, *item.booths)))
    later = [one for one in order.waiting if _is_later(one, item)]
    if not later:
        return replace(order, items=(*order.items, item))
    at = order.items.index(later[0])
    return replace(order, items=(*order.items[:at], item, *order.items[at:]))


def _is_later(waiting: Item, item: Item) -> bool:
    return (
        waiting.planned_starts_at is not None
        and item.planned_starts_at is not None
        and waiting.planned_starts_at > item.planned_starts_at
    )


def _still_open(order: Rundown) -> None:
    if order.ended_at is not None:
        raise no(Violation("show_has_ended"))


def _on_air(order: Rundown) -> Item:
    _still_open(order)
    if order.current is None:
        raise no(Violation("nothing_on_air"))
    return order.current


def _waiting(order: Rundown, item_id: int | None) -> Item:
    _still_open(order)
    item = order.item(item_id)
    if item.state is not OnAir.WAITING:
        raise no(Violation("not_waiting"))
    return item


def _next_on_air(order: Rundown, now: datetime) -> Rundown:
    if not order.waiting:
        raise no(Violation("nothing_waiting"))
    on_air = replace(order.waiting[0], state=OnAir.ON_AIR, started_at=now)
    return replace(_with(order, on_air), started_at=order.started_at or now)


def _taken_off(order: Rundown, now: datetime) -> Rundown:
    current = _on_air(order)
    began = current.started_at or now
    return _with(order, replace(current, state=OnAir.DONE, ended_at=max(began, now)))


def _skipped(item: Item, reason: SkipReason, now: datetime) -> Item:
    return replace(item, state=OnAir.SKIPPED, skip_reason=reason, ended_at=now)


def _with(order: Rundown, changed: Item) -> Rundown:
    return replace(order, items=tuple(changed if one.id == changed.id else one for one in order.items))


def _put_after(order: Rundown, item: Item, new: Item) -> Rundown:
    at = order.items.index(item) + 1
    return replace(order, items=(*order.items[:at], new, *order.items[at:]))


def _put_next(order: Rundown, new: Item) -> Rundown:
    """A new item before the first that waits; at the end where nothing waits any more."""
    if not order.waiting:
        return replace(order, items=(*order.items, new))
    at = order.items.index(order.waiting[0])
    return replace(order, items=(*order.items[:at], new, *order.items[at:]))
