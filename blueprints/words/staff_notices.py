"""What the staff's bots say: what came in and waits, with nobody's name; notices.py takes them in."""

from __future__ import annotations

from datetime import datetime

from blueprints.formats import is_english, short_day, span
from blueprints.words.saying import Params, Sentence
from blueprints.words.saying import said as _
from domain.interval import Interval


def _asked(p: Params) -> dict[str, str]:
    interval = Interval(datetime.fromisoformat(p["starts_at"]), datetime.fromisoformat(p["ends_at"]))
    return {
        "space": p["space_en"] if is_english() else p["space"],
        "time": f"{short_day(interval.starts_at)} {span(interval)}",
    }


SENTENCES: dict[str, Sentence] = {
    "request_received": lambda p: _("新的预约申请：%(space)s %(time)s，等您审核。", **_asked(p)),
    "move_requested": lambda p: _("有人想改时间：%(space)s %(time)s 的预约，等您审核。", **_asked(p)),
    "series_requested": lambda p: _(
        "新的系列申请：%(space)s 一共 %(count)s 次，最早的是 %(time)s，等您审核。",
        count=p["count"],
        **_asked(p),
    ),
    "booth_requested": lambda p: _(
        "新的展位申请：“%(show)s”展位 %(booth)s，等您审核。", show=p["show"], booth=p["booth"]
    ),
    "shop_handed_in": lambda p: _("“%(shop)s”交了资料，等您审核。", shop=p["shop"]),
    "claims_handed_in": lambda p: _("商品“%(product)s”的宣传等您审核。", product=p["product"]),
    "income_handed_in": lambda _p: _("有商户报了线下收入，等您核对。"),
    "resident_signed_up": lambda _p: _("有新住户注册，等您核实住址。"),
    "bot_tested": lambda p: _("“%(name)s”接好了：以后有事会在这里说。", name=p["name"]),
}

TONES = dict.fromkeys(SENTENCES, "wait") | {"bot_tested": "ok"}
