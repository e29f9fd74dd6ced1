"""The cue card and the public list of a live show: plain values for the templates."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _

from blueprints.running import words
from blueprints.running.views import Count
from blueprints.running.words import Chip
from blueprints.studio.views import phase_chip, picture_url, when
from domain.merchants.claims import ClaimsStatus
from domain.studio.booths import OnAir
from domain.studio.rundown import Item
from domain.studio.running import ItemKind
from domain.studio.shows import Phase, ShowStatus
from models import BoothSlot, Product
from services.studio.console import Cue, Program, struck_price
from services.studio.taboos import Taboo

POINTS = 3


@dataclass(frozen=True, slots=True)
class Price:
    """What a product costs on air; `was_fen` is struck through and never stands without what it is measured against."""

    fen: int
    was_fen: int | None
    basis: str


@dataclass(frozen=True, slots=True)
class Spoken:
    """One product as the host speaks of it; `claims_reason` is what staff refused it for."""

    label: str
    name: str
    shop: str
    price: Price
    points: tuple[str, ...]
    claims: str
    taboos: tuple[Taboo, ...]
    claims_reason: str


@dataclass(frozen=True, slots=True)
class CueCard:
    """What the host reads: the products on air, the digits, and what comes next."""

    is_on_air: bool
    title: str
    spoken: tuple[Spoken, ...]
    count: Count | None
    following: str


@dataclass(frozen=True, slots=True)
class Ware:
    """A product with who really sells it, as the law wants it shown (直播电商监督管理办法)."""

    label: str
    name: str
    picture_url: str | None
    price: Price
    seller: str
    address: str
    phone: str
    chip: Chip
    time: str


@dataclass(frozen=True, slots=True)
class Bill:
    """The public page: what is on now, what comes next, everything in order; `wares` are the goods of all items."""

    when: str
    chip: Chip | None
    title_now: str
    now: tuple[Ware, ...]
    next: tuple[Ware, ...]
    wares: tuple[Ware, ...]


def price_of(product: Product) -> Price:
    """A reduced price with its basis, else the plain one."""
    was = struck_price(product)
    return Price(product.sale_price_fen, was, product.price_basis if was else "")


def cue_card(cue: Cue, now: datetime) -> CueCard:
    """The card of what is on air, else of what comes first."""
    order, seen = cue.program.order, cue.projection
    item = order.current or next(iter(order.waiting), None)
    count = None
    if seen.current_ends_at is not None and seen.remaining is not None:
        count = Count(
            seen.current_ends_at, words.digits(seen.remaining), seen.remaining < 0, _("还剩"), _("超时")
        )
    after = [one for one in order.waiting if one is not item]
    return CueCard(
        is_on_air=order.current is not None,
        title=item.title if item else "",
        spoken=tuple(_spoken(slot, cue) for slot in cue.program.slots_of(item)) if item else (),
        count=count,
        following=_following(cue.program, after[0]) if after else "",
    )


def _spoken(slot: BoothSlot, cue: Cue) -> Spoken:
    product = slot.product
    points = [line.strip() for line in product.selling_points.splitlines() if line.strip()]
    return Spoken(
        label=_("展位 %(number)s", number=slot.booking.place),
        name=product.name,
        shop=slot.merchant.name,
        price=price_of(product),
        points=tuple(points[:POINTS]),
        claims=product.claims,
        taboos=tuple(cue.taboos.get(product.id, ())),
        claims_reason=product.claims_reason if product.claims_status is ClaimsStatus.REFUSED else "",
    )


def _following(program: Program, item: Item) -> str:
    slots = program.slots_of(item)
    if item.kind is ItemKind.BREAK or not slots:
        return item.title
    named = f"{slots[0].product.name} · {slots[0].merchant.name}"
    return (
        named
        if len(slots) == 1
        else _("%(first)s 等 %(count)s 件", first=slots[0].product.name, count=len(slots))
    )


def bill(program: Program, now: datetime) -> Bill:
    """What everybody may follow."""
    show, order = program.show, program.order
    following = program.following
    current = order.current
    return Bill(
        when=when(show.interval, now),
        chip=_state(program, now),
        title_now=current.title if current else "",
        now=_wares(program, [current]) if current else (),
        next=_wares(program, [following]) if following else (),
        wares=_wares(program, program.goods),
    )


def _state(program: Program, now: datetime) -> Chip | None:
    show, order = program.show, program.order
    if show.status is ShowStatus.CANCELLED:
        return phase_chip(show, Phase.OVER)
    if order.ended_at is not None or (not program.is_ready and now >= show.ends_at):
        return phase_chip(show, Phase.OVER)
    if order.current is not None:
        return phase_chip(show, Phase.RUNNING)
    if order.started_at is not None:
        return _("稍等，马上回来"), "amber", "pause"
    return _("还没开播"), None, "clock"


def _wares(program: Program, items: Sequence[Item]) -> tuple[Ware, ...]:
    return tuple(_ware(program, item, slot) for item in items for slot in program.slots_of(item))


def _ware(program: Program, item: Item, slot: BoothSlot) -> Ware:
    begin = program.show.starts_at
    moment = item.started_at or item.planned_starts_at
    chip = words.state(item.state)
    if item.state is OnAir.WAITING and program.order.ended_at is None:
        chip = (_("还没播"), None, "clock")
    return Ware(
        label=_("展位 %(number)s", number=slot.booking.place),
        name=slot.product.name,
        picture_url=picture_url(slot.product),
        price=price_of(slot.product),
        seller=slot.merchant.name,
        address=slot.merchant.address,
        phone=slot.merchant.contact_phone,
        chip=chip,
        time=words.at(moment, begin) if moment else "",
    )
