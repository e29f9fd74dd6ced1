"""How shows and booths are drawn: plain values for the templates."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import groupby

from flask import url_for
from flask_babel import gettext as _
from markupsafe import Markup

from blueprints.booth_cards import LightView, lights
from blueprints.formats import near_day, short_day, span
from blueprints.studio.about import About, about
from blueprints.studio.market import cells
from blueprints.words.booths import on_air_word
from domain.bookings import BookingStatus
from domain.errors import Alternative
from domain.interval import Interval, local, local_day
from domain.people import Actor
from domain.studio.booths import OnAir
from domain.studio.shows import Allotment, Layout, Phase, Rival, ShowStatus
from models import Product, Show
from services.studio.booth_states import BoothState
from services.studio.show_page import ShowSeen
from services.studio.shows import BoothCell, ShowGrid, ShowSummary

Chip = tuple[str, str | None, str | None]
"""Text, tone and icon."""


@dataclass(frozen=True, slots=True)
class BoothView:
    """A booth slot as the grid draws it; without `url` it can't be opened, and at one that `waits` there is a line."""

    number: int
    starts_at: datetime
    status: str
    is_mine: bool = False
    product: str | None = None
    merchant: str | None = None
    picture_url: str | None = None
    url: str | None = None
    waits: bool = False
    lights: tuple[LightView, ...] = ()
    on_air: Chip | None = None

    @property
    def anchor(self) -> str:
        """Its id on the page."""
        return anchor_of(self.number, self.starts_at)


@dataclass(frozen=True, slots=True)
class MarketRow:
    """The booths of one slot of a market."""

    starts_at: datetime
    booths: tuple[BoothView, ...]
    cells: Markup


@dataclass(frozen=True, slots=True)
class Way:
    """A free booth offered instead of a taken one."""

    url: str
    title: str
    detail: str


def anchor_of(booth: int, starts_at: datetime) -> str:
    """The id of a booth slot on the page of its show."""
    return f"booth-{booth}-{local(starts_at):%H%M}"


def picture_url(product: Product) -> str | None:
    """Where a product's picture is."""
    sha256 = product.picture_sha256
    return url_for("studio.picture", sha256=sha256) if sha256 else None


def booth_url(show: Show, booth: int, starts_at: datetime) -> str:
    """Where a booth is taken; a market's needs its slot."""
    at = f"{local(starts_at):%Y-%m-%dT%H:%M}" if show.layout is Layout.MARKET else None
    return url_for("studio.booth", show_id=show.id, booth=booth, at=at)


def is_open(show: Show, phase: Phase) -> bool:
    """Whether booths can be taken."""
    return show.status is ShowStatus.OPEN and phase is Phase.AHEAD


def takes_place(show: Show, phase: Phase) -> bool:
    """Whether the show is still to come or running."""
    return phase is not Phase.OVER and show.status is not ShowStatus.CANCELLED


def booths_of(seen: ShowSeen, actor: Actor | None, now: datetime, *, may_take: bool) -> list[BoothView]:
    """Every booth slot of a show for whoever looks; of one that is over only what was booked."""
    booths = [booth_view(seen.grid, cell, actor, now, seen.state_of(cell)) for cell in seen.grid.cells]
    if not takes_place(seen.grid.show, seen.grid.phase(now)):
        return [booth for booth in booths if booth.status != "free"]
    if may_take:
        return booths
    return [replace(booth, url=None) if booth.status == "free" else booth for booth in booths]


def booth_view(
    grid: ShowGrid, cell: BoothCell, actor: Actor | None, now: datetime, state: BoothState | None = None
) -> BoothView:
    """One booth slot for whoever looks; its state for who may know it."""
    show, booking, starts_at = grid.show, cell.booking, cell.interval.starts_at
    if booking is None or booking.booth_slot is None:
        takes = actor is not None and actor.is_merchant and is_open(show, grid.phase(now))
        url = booth_url(show, cell.booth, starts_at) if takes else None
        return BoothView(cell.booth, starts_at, "free", url=url)
    slot = booking.booth_slot
    is_mine = actor is not None and slot.merchant_id in actor.merchant_ids
    url = None
    status = "asked" if booking.status is BookingStatus.PENDING else booking.status.value
    if booking.status is BookingStatus.OFFERED and not is_mine:
        status = "held"
    if is_mine:
        url = url_for("bookings.one", booking_id=booking.id)
    elif actor is not None and actor.is_staff:
        page = "desk.request_page" if booking.status is BookingStatus.PENDING else "bookings.one"
        url = url_for(page, booking_id=booking.id)
    waits = url is None and actor is not None and actor.is_merchant and is_open(show, grid.phase(now))
    if waits:
        url = booth_url(show, cell.booth, starts_at)
    return BoothView(
        cell.booth,
        starts_at,
        status,
        is_mine,
        slot.product.name,
        slot.merchant.name,
        picture_url(slot.product),
        url,
        waits,
        tuple(lights(state.compliance)) if state and grid.phase(now) is not Phase.OVER else (),
        on_air_chip(state.airing.state) if state else None,
    )


def on_air_chip(state: OnAir) -> Chip | None:
    """How a booth went on air, None before it did."""
    if state is OnAir.WAITING:
        return None
    tone, icon = {
        OnAir.ON_AIR: ("red", "live"),
        OnAir.DONE: ("jade", "check"),
        OnAir.SKIPPED: ("amber", "cross"),
    }[state]
    return on_air_word(state), tone, icon


def market_rows(booths: Iterable[BoothView]) -> list[MarketRow]:
    """The booths of a market, one row for each slot."""
    rows = ((at, tuple(row)) for at, row in groupby(booths, key=lambda booth: booth.starts_at))
    return [MarketRow(at, row, cells(row)) for at, row in rows]


def when(interval: Interval, now: datetime) -> str:
    """今天 19:30–22:00."""
    return f"{near_day(interval.starts_at, local_day(now))} {span(interval)}"


def phase_chip(show: Show, phase: Phase) -> Chip | None:
    """What a show's state is called, None for an open one that lies ahead."""
    if show.status is ShowStatus.CANCELLED:
        return _("已取消"), None, "cross"
    return {
        Phase.AHEAD: None,
        Phase.LOCKED: (_("展位已锁定"), None, "lock"),
        Phase.RUNNING: (_("正在直播"), "red", "live"),
        Phase.OVER: (_("已结束"), None, "check"),
    }[phase]


def facts(grid: ShowGrid, now: datetime) -> list[str]:
    """What there is to know about a show, one short sentence each."""
    show, phase = grid.show, grid.phase(now)
    told = [_("%(booths)s 个展位", booths=show.booths)]
    if show.layout is Layout.MARKET:
        told.append(_("%(slots)s 个时段，同时开市", slots=show.slots))
    else:
        told.append(_("依次上播，每位 %(minutes)s 分钟", minutes=show.slot_minutes))
    if is_open(show, phase):
        told.append(free_words(grid.free))
        locks = local(grid.lock_at)
        told.append(_("%(day)s %(time)s 锁定", day=short_day(locks), time=f"{locks:%H:%M}"))
    return told


def free_words(free: int) -> str:
    """还有 3 个空."""
    return _("还有 %(free)s 个空", free=free) if free else _("已经订满")


@dataclass(frozen=True, slots=True)
class ShowCard:
    """A show in the list."""

    summary: ShowSummary
    when: str
    chip: Chip
    is_open: bool
    about: About

    @property
    def url(self) -> str:
        """Its page."""
        return url_for("studio.show", show_id=self.summary.show.id)


def show_card(summary: ShowSummary, now: datetime) -> ShowCard:
    """A show in the list of those that come."""
    phase = summary.phase(now)
    will_draw = summary.show.allotment is Allotment.DRAW and not summary.is_drawn
    free: Chip = (free_words(summary.free), "jade", "plus") if summary.free else (_("已经订满"), None, "lock")
    chip = phase_chip(summary.show, phase) or ((_("抽签分展位"), "amber", "scale") if will_draw else free)
    told = about(summary.show, phase, now, is_drawn=summary.is_drawn)
    return ShowCard(summary, when(summary.show.interval, now), chip, summary.free > 0 and told.takes, told)


def ways(show: Show, alternatives: Iterable[Alternative]) -> list[Way]:
    """Free booths, each one tap away."""
    return [
        Way(
            booth_url(show, free.place, free.interval.starts_at),
            _("展位 %(number)s", number=free.place),
            span(free.interval),
        )
        for free in alternatives
        if free.place is not None
    ]


def in_the_way(rivals: Iterable[Rival]) -> list[str]:
    """What holds the studio already; who rehearses there is nobody's business."""
    return [_in_the_way(rival) for rival in rivals]


def _in_the_way(rival: Rival) -> str:
    when = {"day": short_day(rival.interval.starts_at), "time": span(rival.interval)}
    if rival.show_id is None:
        return _("直播间这时有人约了排练或其他用途（%(day)s %(time)s）。", **when)
    return _("直播间这时已经排了“%(title)s”（%(day)s %(time)s）。", title=rival.title, **when)
