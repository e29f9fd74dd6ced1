"""What a notice says: one sentence per kind, in the reader's language."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from flask_babel import gettext as _

from blueprints.formats import clock_on, listed
from blueprints.words import desk_notices, sales_notices
from blueprints.words import sentence as refusal_of
from blueprints.words.desk_notices import when as _when
from blueprints.words.desk_notices import where as _where
from blueprints.words.merchants import paper_word
from domain.remembered import recall

Params = Mapping[str, Any]


def _until(p: Params) -> str:
    return clock_on(datetime.fromisoformat(p["expires_at"]))


def _cancelled(p: Params) -> str:
    if p.get("reason"):
        return _(
            "%(space)s %(time)s 的预约被取消了。原因：%(reason)s",
            space=_where(p),
            time=_when(p),
            reason=p["reason"],
        )
    return _("%(space)s %(time)s 的预约被取消了。", space=_where(p), time=_when(p))


def _series_cancelled(p: Params) -> str:
    told = _(
        "%(space)s 的系列取消了 %(count)s 次，最早的是 %(time)s。",
        space=_where(p),
        time=_when(p),
        count=p["count"],
    )
    return told + _("原因：%(reason)s", reason=p["reason"]) if p.get("reason") else told


def _moved(p: Params) -> str:
    if p.get("reason"):
        return _(
            "您的预约已改到 %(space)s %(time)s。原因：%(reason)s",
            space=_where(p),
            time=_when(p),
            reason=p["reason"],
        )
    return _("您的预约已改到 %(space)s %(time)s。", space=_where(p), time=_when(p))


def _show_cancelled(p: Params) -> str:
    told = _("“%(title)s”（%(time)s）取消了。", title=p["title"], time=_when(p))
    if p["booths"]:
        told += _("您店里的展位 %(booths)s 一并取消，不记分。", booths=listed(p["booths"]))
    return told + _("原因：%(reason)s", reason=p["reason"])


def _allotted(p: Params) -> str:
    told = {"show": p["show"], "booth": p["booth"], "time": _when(p)}
    if p["is_confirmed"]:
        return _("“%(show)s”抽签结果：您分到展位 %(booth)s（%(time)s），已经确认。", **told)
    return _("“%(show)s”抽签结果：您分到展位 %(booth)s（%(time)s），资料审核好就确认。", **told)


def _booth_absent(p: Params) -> str:
    told = _("“%(show)s”展位 %(booth)s 没有等到您的店。", show=p["show"], booth=p["booth"])
    if p["points"]:
        told += _("记 %(points)s 分，排号时会靠后一些。", points=p["points"])
    return told + _("如果有误，或者有急事来不了，请告诉工作人员，可以免记。")


SENTENCES: dict[str, Callable[[Params], str]] = {
    "booking_confirmed": lambda p: _("%(space)s %(time)s 的预约已确认。", space=_where(p), time=_when(p)),
    "booking_declined": lambda p: _(
        "%(space)s %(time)s 的申请没有通过。原因：%(reason)s",
        space=_where(p),
        time=_when(p),
        reason=p["reason"],
    ),
    "booking_expired": lambda p: _(
        "%(space)s %(time)s 的申请到时间还没有人审核，已经过期。很抱歉，请另选时间。",
        space=_where(p),
        time=_when(p),
    ),
    "booking_cancelled": _cancelled,
    "booking_moved": _moved,
    "booking_ended_early": lambda p: _(
        "%(space)s 要停用，您的预约到 %(until)s 提前结束。原因：%(reason)s",
        space=_where(p),
        until=clock_on(datetime.fromisoformat(p["ends_at"])),
        reason=p["reason"],
    ),
    "booking_made_for_you": lambda p: _("已替您约好 %(space)s %(time)s。", space=_where(p), time=_when(p)),
    "series_made_for_you": lambda p: _(
        "已替您约好 %(space)s 的一个系列：一共 %(count)s 次，最早的是 %(time)s。",
        space=_where(p),
        time=_when(p),
        count=p["count"],
    ),
    "series_cancelled": _series_cancelled,
    "show_cancelled": _show_cancelled,
    "series_moved": lambda p: _(
        "%(space)s 的系列改了时间：一共 %(count)s 次，最早的是 %(time)s。",
        space=_where(p),
        time=_when(p),
        count=p["count"],
    ),
    "move_declined": lambda p: _(
        "%(space)s 的预约没有改成，仍是 %(time)s。原因：%(reason)s",
        space=_where(p),
        time=_when(p),
        reason=p["reason"],
    ),
    "move_expired": lambda p: _(
        "改时间的申请没有来得及审核，%(space)s 仍是 %(time)s。", space=_where(p), time=_when(p)
    ),
    "offer_made": lambda p: _(
        "%(space)s %(time)s 空出来了，给您留到 %(until)s，点一下就能接受。",
        space=_where(p),
        time=_when(p),
        until=_until(p),
    ),
    "offer_lapsed": lambda p: _(
        "%(space)s %(time)s 给您留的时间已过，名额给了下一位。", space=_where(p), time=_when(p)
    ),
    "waitlist_over": lambda p: _(
        "%(space)s %(time)s 一直没有空出来，很抱歉。", space=_where(p), time=_when(p)
    ),
    "booking_no_show": lambda p: _(
        "%(space)s %(time)s 没能等到您，这段时间先让给别人了。如果有误，请告诉工作人员。",
        space=_where(p),
        time=_when(p),
    ),
    "booth_absent": _booth_absent,
    "point_excused": lambda p: _(
        "%(space)s %(time)s 没有来的那一次已经免记，不影响您以后预约。", space=_where(p), time=_when(p)
    ),
    "booth_moved": lambda p: _(
        "“%(show)s”里您的展位改到了展位 %(booth)s，%(time)s。",
        show=p["show"],
        booth=p["booth"],
        time=_when(p),
    ),
    "booths_swapped": lambda p: _(
        "“%(show)s”的展位换好了：您现在是展位 %(booth)s，%(time)s。",
        show=p["show"],
        booth=p["booth"],
        time=_when(p),
    ),
    "swap_proposed": lambda p: _(
        "%(shop)s 想用“%(show)s”的展位 %(other)s 换您的展位 %(booth)s，请在 %(until)s 前回答。",
        shop=p["shop"],
        show=p["show"],
        other=p["other_booth"],
        booth=p["booth"],
        until=_until(p),
    ),
    "swap_declined": lambda p: _(
        "对方没有同意交换，“%(show)s”里您仍是展位 %(booth)s。", show=p["show"], booth=p["booth"]
    ),
    "swap_lapsed": lambda p: _(
        "您在“%(show)s”提出的交换没有成，您仍是展位 %(booth)s。", show=p["show"], booth=p["booth"]
    ),
    "booth_point_excused": lambda p: _(
        "%(space)s %(time)s 那个展位的扣分已经免记。", space=_where(p), time=_when(p)
    ),
    "person_verified": lambda p: _("您的住户身份已核实，现在可以预约了。"),
    "shop_verified": lambda p: _("“%(shop)s”已通过核实，可以订直播展位了。", shop=p["shop"]),
    "shop_returned": lambda p: _(
        "“%(shop)s”的资料被退回。原因：%(reason)s。请改好再提交。", shop=p["shop"], reason=p["reason"]
    ),
    "shop_suspended": lambda p: _(
        "“%(shop)s”已被暂停：不能订展位，订好的也不能上播。原因：%(reason)s",
        shop=p["shop"],
        reason=p["reason"],
    ),
    "shop_lifted": lambda p: _("“%(shop)s”恢复了，可以订直播展位了。", shop=p["shop"]),
    "shop_member_removed": lambda p: _("您不再是“%(shop)s”的成员。", shop=p["shop"]),
    "paper_approved": lambda p: _("%(paper)s审核通过了。", paper=paper_word(p["paper"])),
    "paper_returned": lambda p: _(
        "%(paper)s被退回。原因：%(reason)s。请在“我的店”里重新上传。",
        paper=paper_word(p["paper"]),
        reason=p["reason"],
    ),
    "paper_ends": lambda p: _(
        "%(paper)s还有 %(days)s 天到期，请办好新的，在“我的店”里换上。",
        paper=paper_word(p["paper"]),
        days=p["days"],
    ),
    "paper_over": lambda p: _("%(paper)s已经过期，换上新的以前不能订展位。", paper=paper_word(p["paper"])),
    "claims_cleared": lambda p: _("“%(product)s”的宣传已通过，可以上直播了。", product=p["product"]),
    "claims_refused": lambda p: _(
        "“%(product)s”的宣传被退回，改好保存就会重新审核。原因：%(reason)s",
        product=p["product"],
        reason=p["reason"],
    ),
    "claims_reopened": lambda p: _(
        "宣传词单改了（“%(word)s”），您的 %(count)s 件商品要重新审核，例如“%(product)s”。您不用做什么。",
        word=p["word"],
        count=p["count"],
        product=p["product"],
    ),
    "draw_allotted": _allotted,
    "draw_waitlisted": lambda p: _(
        "“%(show)s”抽签结果：展位分完了，您排在候补第 %(place)s 位，有空出来的按次序给您。",
        show=p["show"],
        place=p["place"],
    ),
    "draw_passed_over": lambda p: _(
        "“%(show)s”抽签结果：轮到您的店时没能分展位。%(because)s",
        show=p["show"],
        because=refusal_of(recall(p)),
    ),
    **desk_notices.SENTENCES,
    **sales_notices.SENTENCES,
}

TONES = {
    "booth_moved": "wait",
    "booths_swapped": "ok",
    "swap_proposed": "wait",
    "swap_declined": "wait",
    "swap_lapsed": "wait",
    "booking_confirmed": "ok",
    "booking_made_for_you": "ok",
    "person_verified": "ok",
    "shop_verified": "ok",
    "shop_returned": "error",
    "shop_suspended": "error",
    "shop_lifted": "ok",
    "shop_member_removed": "wait",
    "paper_approved": "ok",
    "paper_returned": "error",
    "paper_ends": "wait",
    "paper_over": "error",
    "claims_cleared": "ok",
    "claims_refused": "error",
    "claims_reopened": "wait",
    "series_made_for_you": "ok",
    "series_cancelled": "error",
    "show_cancelled": "error",
    "series_moved": "wait",
    "booking_declined": "error",
    "booking_cancelled": "error",
    "booking_expired": "wait",
    "booking_moved": "wait",
    "booking_ended_early": "wait",
    "move_declined": "error",
    "move_expired": "wait",
    "offer_made": "ok",
    "offer_lapsed": "wait",
    "waitlist_over": "wait",
    "booking_no_show": "wait",
    "booth_absent": "wait",
    "point_excused": "ok",
    "booth_point_excused": "ok",
    "draw_allotted": "ok",
    "draw_waitlisted": "wait",
    "draw_passed_over": "error",
    **desk_notices.TONES,
    **sales_notices.TONES,
}


def sentence(kind: str, params: Params) -> str:
    """Say a notice in words."""
    return SENTENCES[kind](params)


def tone(kind: str) -> str:
    """How a notice looks: ok, wait or error."""
    return TONES[kind]
