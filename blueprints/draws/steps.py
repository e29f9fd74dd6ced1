"""The five steps of a draw, told one by one: promise, list, seed, ranks, booths."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _

from blueprints.formats import clock_on
from domain.studio.draw import ApplicationStatus
from services.studio.draw_reading import PublicDraw


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the draw: what it is, what it says, and whether it has been taken; `value` is a hash or a seed."""

    title: str
    text: str
    is_done: bool
    at: datetime | None = None
    value: str | None = None
    named: str | None = None


def steps(draw: PublicDraw) -> list[Step]:
    """The five steps, those behind with what they published."""
    return [_promise(draw), _list(draw), _seed(draw), _ranks(draw), _booths(draw)]


def _promise(draw: PublicDraw) -> Step:
    text = _("开始报名以前，电脑选好一个秘密的种子，先公布它的指纹。以后换了种子，指纹就对不上。")
    return Step(_("承诺"), text, True, value=draw.seed_hash, named=_("种子的指纹"))


def _list(draw: PublicDraw) -> Step:
    closes = draw.show.applications_close_at
    is_closed = draw.closed_at is not None
    text = (
        _("报名截止，名单一字不差地公布，一共 %(count)s 家店。", count=draw.count)
        if is_closed
        else _("%(time)s 截止，名单随即公布，谁也不能再改。", time=clock_on(closes) if closes else "")
    )
    return Step(_("名单"), text, is_closed, draw.closed_at, draw.list_hash, _("名单的指纹"))


def _seed(draw: PublicDraw) -> Step:
    is_drawn = draw.drawn_at is not None
    text = _("种子公开了，它的指纹和承诺的一样。") if is_drawn else _("名单公布一分钟以后，公开种子。")
    return Step(_("种子"), text, is_drawn, draw.drawn_at, draw.seed, _("种子"))


def _ranks(draw: PublicDraw) -> Step:
    text = _("今年上播次数少的在前，其次扣分少的；都一样的，由种子和名单的指纹一起抽出先后。")
    return Step(_("排名"), text, draw.drawn_at is not None)


def _booths(draw: PublicDraw) -> Step:
    given = sum(one.status is ApplicationStatus.ALLOTTED for one in draw.results)
    waiting = sum(one.status is ApplicationStatus.WAITLISTED for one in draw.results)
    is_drawn = draw.drawn_at is not None
    text = (
        _("按排名分完：%(given)s 家店有展位，%(waiting)s 家店候补。", given=given, waiting=waiting)
        if is_drawn
        else _("按排名一家一个，先给最想要的；分完以后按次序候补。")
    )
    return Step(_("展位"), text, is_drawn)
