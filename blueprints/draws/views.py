"""How a draw is told: in short sentences, step by step, and why everybody has their rank."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _

from blueprints.formats import clock_on, span
from blueprints.words import sentence
from domain.people import Actor
from domain.studio.draw import Applicant, ApplicationStatus, Standing
from domain.studio.draw_check import Result
from domain.studio.shows import ShowStatus
from models import Show
from services.studio import draw_reading
from services.studio.draw_reading import PublicDraw

SHORT = 12
"""How much of a hash is shown where there is little room."""
Chip = tuple[str, str | None, str | None]
"""Text, tone and icon."""


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the list: who, with what, why at this rank, and what came of it."""

    number: int
    merchant: str
    product: str
    why: str
    chip: Chip | None = None
    rank: int | None = None
    is_mine: bool = False
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class DrawCard:
    """A draw on the page of its show. `mine` says what came of the own application, `why` how it came to that."""

    draw: PublicDraw
    chip: Chip
    may_apply: bool
    applied: bool
    wish: str | None
    mine: str | None
    why: str | None

    @property
    def short_hash(self) -> str:
        """The beginning of the promised hash."""
        return self.draw.seed_hash[:SHORT]

    @property
    def is_drawn(self) -> bool:
        """Whether it is over."""
        return self.draw.drawn_at is not None


def draw_card(show: Show, actor: Actor | None, now: datetime) -> DrawCard | None:
    """The draw of a show for whoever looks; None where booths go to whoever comes first."""
    draw = draw_reading.draw_of(show, actor=actor)
    return None if draw is None else card(draw, actor, now)


def card(draw: PublicDraw, actor: Actor | None, now: datetime) -> DrawCard:
    """The same of a draw that is at hand."""
    mine = draw.mine
    applied = mine is not None and mine.status is not ApplicationStatus.WITHDRAWN
    return DrawCard(
        draw=draw,
        chip=_chip(draw, now),
        may_apply=actor is not None and actor.is_merchant and _takes(draw, now),
        applied=applied,
        wish=_wish(draw) if applied else None,
        mine=_own_result(draw),
        why=_own_why(draw),
    )


def _takes(draw: PublicDraw, now: datetime) -> bool:
    """Whether applications are taken."""
    show = draw.show
    opens, closes = show.applications_open_at, show.applications_close_at
    begun = opens is None or opens <= now
    return (
        show.status is ShowStatus.OPEN and draw.closed_at is None and begun and bool(closes and now < closes)
    )


def _chip(draw: PublicDraw, now: datetime) -> Chip:
    show = draw.show
    if draw.drawn_at is not None:
        return _("已抽签"), "jade", "check"
    if show.status is ShowStatus.CANCELLED:
        return _("已取消"), None, "cross"
    if draw.closed_at is not None or not show.applications_close_at or now >= show.applications_close_at:
        return _("报名已截止"), "amber", "clock"
    if show.applications_open_at is not None and now < show.applications_open_at:
        return _("%(time)s 开始报名", time=clock_on(show.applications_open_at)), None, "clock"
    return _("报名到 %(time)s", time=clock_on(show.applications_close_at)), "jade", "clock"


def _wish(draw: PublicDraw) -> str | None:
    """铁观音 · 最想要展位 3."""
    mine = draw.mine
    if mine is None:
        return None
    booth = _("最想要展位 %(number)s", number=mine.booth) if mine.booth else _("哪个展位都行")
    return f"{mine.product.name} · {booth}"


def _own(draw: PublicDraw) -> Result | None:
    number = draw.mine.id if draw.mine else None
    return next((one for one in draw.results if one.application_id == number), None)


def _own_result(draw: PublicDraw) -> str | None:
    own = _own(draw)
    if own is None:
        return None
    if own.status is ApplicationStatus.ALLOTTED:
        return _("您的店分到%(booth)s", booth=_booth(draw, own))
    if own.status is ApplicationStatus.WAITLISTED:
        return _("您的店排在候补第 %(place)s 位", place=_place_in_line(draw, own))
    return _("这次没能给您的店分展位")


def _booth(draw: PublicDraw, result: Result) -> str:
    """展位 3 20:00–20:15, as it was drawn."""
    plan = draw.published.plan if draw.published else draw.show.plan
    drawn = (time for time in plan.booth_times() if time.booth == result.booth)
    found = next((time for time in drawn if time.interval.starts_at == result.starts_at), None)
    name = _("展位 %(number)s", number=result.booth)
    return f"{name} {span(found.interval)}" if found else name


def _place_in_line(draw: PublicDraw, result: Result) -> int:
    waiting = [one.rank for one in draw.results if one.status is ApplicationStatus.WAITLISTED]
    return waiting.index(result.rank) + 1


def _own_why(draw: PublicDraw) -> str | None:
    own, listed = _own(draw), draw.published
    if own is None or listed is None:
        return None
    if own.status is ApplicationStatus.PASSED_OVER:
        return _reason(draw, own)
    me = next((one for one in listed.applicants if one.id == own.application_id), None)
    place = draw.standings.get(own.application_id)
    return None if me is None or place is None else _at_length(me, place)


def _at_length(me: Applicant, place: Standing) -> str:
    """您今年已有 1 次，排在次数更少的 4 家店后面；同样情况的 3 家店里抽到第 2。"""
    told = [_("您今年已有 %(count)s 次", count=me.slots_this_year)]
    if place.fewer_slots:
        told.append(_("排在次数更少的 %(count)s 家店后面", count=place.fewer_slots))
    if place.fewer_points:
        told.append(_("也排在扣分更少的 %(count)s 家店后面", count=place.fewer_points))
    first = _("，").join(told)
    if place.equals == 1:
        return _("%(first)s；没有同样情况的店，不用抽。", first=first)
    return _(
        "%(first)s；同样情况的 %(equals)s 家店里抽到第 %(lottery)s。",
        first=first,
        equals=place.equals,
        lottery=place.lottery,
    )


def _reason(draw: PublicDraw, result: Result) -> str | None:
    because = dict(draw.reasons).get(result.application_id)
    return sentence(because) if because else None


def rows(draw: PublicDraw) -> list[Row]:
    """The list in words: by rank once it is drawn, before that as it was published."""
    if draw.published is None:
        return []
    listed = {one.id: one for one in draw.published.applicants}
    if not draw.results:
        return [_row(draw, one, None) for one in listed.values()]
    return [
        _row(draw, listed[one.application_id], one) for one in draw.results if one.application_id in listed
    ]


def _row(draw: PublicDraw, one: Applicant, result: Result | None) -> Row:
    place = draw.standings.get(one.id)
    told = [_("今年 %(count)s 次", count=one.slots_this_year)]
    told.append(_("扣 %(points)s 分", points=one.points) if one.points else _("没有扣分"))
    if place is not None and place.equals > 1:
        told.append(_("同样的 %(equals)s 家里抽到第 %(lottery)s", equals=place.equals, lottery=place.lottery))
    elif place is None and one.wish:
        told.append(_("最想要展位 %(number)s", number=one.wish))
    return Row(
        number=one.id,
        merchant=one.merchant,
        product=one.product,
        why=" · ".join(told),
        chip=_outcome(draw, result) if result else None,
        rank=result.rank if result else None,
        is_mine=draw.mine is not None and draw.mine.id == one.id,
        reason=_reason(draw, result) if result else None,
    )


def _outcome(draw: PublicDraw, result: Result) -> Chip:
    if result.status is ApplicationStatus.ALLOTTED and result.booth is not None:
        return _booth(draw, result), "jade", "check"
    if result.status is ApplicationStatus.WAITLISTED:
        return _("候补第 %(place)s", place=_place_in_line(draw, result)), "amber", "clock"
    return _("轮到时不合规则"), None, "cross"
