"""The running order as it is drawn: plain values for the templates."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import url_for
from flask_babel import gettext as _

from blueprints.running import words
from blueprints.running.words import Chip
from blueprints.studio.views import picture_url
from domain.studio.booths import OnAir
from domain.studio.projection import ItemTime
from domain.studio.rundown import Item
from domain.studio.running import ItemKind, Overrun, SkipReason
from models import BoothSlot
from services.studio.console import Console, Program

SOON = timedelta(hours=6)
"""From when on the console counts down to a show."""


@dataclass(frozen=True, slots=True)
class ItemView:
    """One item of the running order; `when` is how it was or is expected, `plan` how it was meant."""

    id: int
    label: str
    title: str
    shop: str
    state: OnAir
    chip: Chip
    plan: str
    when: str
    picture_url: str | None = None
    price_fen: int | None = None
    trouble: str = ""
    again: bool = False
    goods: tuple[str, ...] = ()

    @property
    def is_waiting(self) -> bool:
        """Whether it is still to come."""
        return self.state is OnAir.WAITING

    @property
    def may_repeat(self) -> bool:
        """Whether it can be put on once more."""
        return self.state is not OnAir.WAITING and self.price_fen is not None


@dataclass(frozen=True, slots=True)
class Count:
    """The big digits: what they count down to, and how they read as of rendering."""

    due: datetime
    digits: str
    is_over: bool
    word: str
    word_over: str


def items(program: Program, console: Console | None = None) -> list[ItemView]:
    """Every item in order; with the console's projection and lights where there is one."""
    times = {one.item_id: one for one in console.projection.times} if console else {}
    return [_item(program, one, times.get(one.id), console) for one in program.order.items]


def _item(program: Program, item: Item, time: ItemTime | None, console: Console | None) -> ItemView:
    slots, begin = program.slots_of(item), program.show.starts_at
    first = slots[0] if len(slots) == 1 else None
    chip = words.state(item.state)
    if item.skip_reason is not None:
        chip = (_("没播：%(reason)s", reason=words.reason(item.skip_reason)), chip[1], chip[2])
    return ItemView(
        id=item.id,
        label=_label(item, slots),
        title=_title(item, slots),
        shop=first.merchant.name if first else "",
        state=item.state,
        chip=chip,
        plan=words.at(item.planned_starts_at, begin) if item.planned_starts_at else "",
        when=_when(item, time, begin),
        picture_url=picture_url(first.product) if first else None,
        price_fen=slots[0].product.sale_price_fen if slots else None,
        trouble=_trouble(console, slots) if item.state is OnAir.WAITING else "",
        again=item.repeat_of is not None,
        goods=tuple(slot.product.name for slot in slots) if len(slots) > 1 else (),
    )


def _label(item: Item, slots: Sequence[BoothSlot]) -> str:
    if item.kind is ItemKind.BREAK:
        return _("插播")
    if len(slots) == 1:
        label = _("展位 %(number)s", number=slots[0].booking.place)
    else:
        label = _("%(count)s 个展位同时播", count=len(slots))
    return _("%(label)s · 重播", label=label) if item.repeat_of is not None else label


def _title(item: Item, slots: Sequence[BoothSlot]) -> str:
    if item.kind is ItemKind.BREAK:
        return item.title
    if len(slots) > 1:
        return _("%(first)s 等 %(count)s 件", first=slots[0].product.name, count=len(slots))
    return slots[0].product.name if slots else _("空的时段")


def _when(item: Item, time: ItemTime | None, begin: datetime) -> str:
    if item.started_at is not None:
        return words.at(item.started_at, begin)
    return _("约 %(time)s", time=words.at(time.starts_at, begin)) if time else ""


def _trouble(console: Console | None, slots: Sequence[BoothSlot]) -> str:
    """What keeps an item from going on air by law."""
    if console is None or all(console.lights[slot.booking_id].may_air for slot in slots):
        return ""
    return _("现在还不能播")


def lights(console: Console, item: Item) -> list[Chip]:
    """The lights of an item's booths."""
    found = [console.lights[slot.booking_id] for slot in console.program.slots_of(item)]
    return words.lights(found) if found else []


def count(console: Console, now: datetime) -> Count | None:
    """The big digits: until the item on air should be over, before the show until it should begin."""
    order, seen = console.program.order, console.projection
    if seen.current_ends_at is not None and seen.remaining is not None:
        return Count(
            seen.current_ends_at,
            words.digits(seen.remaining),
            seen.remaining < 0,
            _("还剩"),
            _("超时"),
        )
    if order.started_at is None and order.ended_at is None:
        due = console.program.show.starts_at
        if due - now > SOON:
            return None
        left = int((due - now).total_seconds() // 1)
        return Count(due, words.digits(left), left < 0, _("离开播"), _("过了开播时间"))
    return None


def choices(chosen: Overrun) -> list[tuple[str, str, bool]]:
    """The three ways with an overrun: value, word, and whether it is the chosen one."""
    return [(one.value, words.overrun(one), one is chosen) for one in Overrun]


def reasons() -> list[tuple[str, str]]:
    """Why something is skipped, one tap each."""
    order = (SkipReason.ABSENT, SkipReason.NOT_READY, SkipReason.NO_TIME, SkipReason.OTHER)
    return [(one.value, words.reason(one)) for one in order]


def breaks() -> list[tuple[str, int]]:
    """What is usually put in, one tap each, with its minutes."""
    return [(_("互动抽奖"), 5), (_("主持人聊两句"), 2), (_("休息"), 5)]


def single_booths(console: Console, item: Item) -> list[tuple[int, str]]:
    """The booths of an item that airs several, each to be left out alone."""
    slots = console.program.slots_of(item)
    if len(slots) < 2:
        return []
    return [
        (
            slot.booking_id,
            _("展位 %(number)s %(product)s", number=slot.booking.place, product=slot.product.name),
        )
        for slot in slots
    ]


def console_url(show_id: int, **more: object) -> str:
    """The console with something opened."""
    return url_for("running.console", show_id=show_id, **more)
