"""What is said about a show besides its booths: by whom, where, until when one may apply."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _

from blueprints.formats import clock_on, listed
from blueprints.words.shows import PLATFORMS
from domain.studio.shows import Allotment, ApplicationsPhase, Phase, ShowStatus, applications_phase
from models import Show


@dataclass(frozen=True, slots=True)
class About:
    """A show in words; what is not known is None. `takes` is whether a shop may take a free booth now."""

    hosts: str | None
    place: str | None
    window: str | None
    cancelled: str | None
    takes: bool
    opens_now: bool
    closes_now: bool
    may_change: bool
    may_cancel: bool


def about(show: Show, phase: Phase, now: datetime, *, is_drawn: bool = False) -> About:
    """What is said about a show, and what staff may do about it; what its draw left over may be had until the lock."""
    takes = show.status is ShowStatus.OPEN and phase is Phase.AHEAD
    window = applications_phase(show.applications_open_at, show.applications_close_at, now)
    is_draw = show.allotment is Allotment.DRAW
    return About(
        hosts=listed(host.name for host in show.hosts) or None,
        place=place_of(show),
        window=_said(show, window, is_drawn=is_drawn) if takes else None,
        cancelled=show.cancel_reason if show.status is ShowStatus.CANCELLED else None,
        takes=takes and (is_drawn if is_draw else window is ApplicationsPhase.OPEN),
        opens_now=takes and (window is ApplicationsPhase.NOT_YET or (_closed(window) and not is_draw)),
        closes_now=takes and window is ApplicationsPhase.OPEN,
        may_change=show.status is not ShowStatus.CANCELLED
        and show.wrapped_up_at is None
        and phase is not Phase.OVER,
        may_cancel=show.status is not ShowStatus.CANCELLED and phase in (Phase.AHEAD, Phase.LOCKED),
    )


def _said(show: Show, window: ApplicationsPhase, *, is_drawn: bool) -> str | None:
    return _("已经抽签，空着的展位先到先得") if is_drawn else window_words(show, window)


def _closed(window: ApplicationsPhase) -> bool:
    return window is ApplicationsPhase.CLOSED


def place_of(show: Show) -> str | None:
    """抖店（抖音直播间） · 抖音号 jufu."""
    platform = str(PLATFORMS[show.platform]) if show.platform else ""
    return " · ".join(part for part in (platform, show.room) if part) or None


def window_words(show: Show, window: ApplicationsPhase) -> str | None:
    """报名到 11月25日 周三 19:30 截止; None where the lock alone is the end."""
    opens_at, closes_at = show.applications_open_at, show.applications_close_at
    if window is ApplicationsPhase.CLOSED:
        return _("报名已经截止")
    if window is ApplicationsPhase.NOT_YET and opens_at is not None:
        return _("报名 %(time)s 开始", time=clock_on(opens_at))
    if closes_at is not None:
        return _("报名到 %(time)s 截止", time=clock_on(closes_at))
    return None
