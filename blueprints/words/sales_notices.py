"""What notices about sales say; notices.py takes them in."""

from __future__ import annotations

from datetime import date

from blueprints.formats import short_day
from blueprints.words.saying import Params, Sentence
from blueprints.words.saying import said as _
from domain.money import format_yuan


def _sold_on(p: Params) -> str:
    return short_day(date.fromisoformat(p["day"]))


SENTENCES: dict[str, Sentence] = {
    "income_accepted": lambda p: _(
        "%(day)s 的线下收入 %(sum)s 已通过，记进第③项。", day=_sold_on(p), sum=format_yuan(p["fen"])
    ),
    "income_returned": lambda p: _(
        "%(day)s 的线下收入被退回。原因：%(reason)s。改好可以再交一次。", day=_sold_on(p), reason=p["reason"]
    ),
    "income_corrected": lambda p: _(
        "%(day)s 的线下收入更正为 %(sum)s。原因：%(reason)s",
        day=_sold_on(p),
        sum=format_yuan(p["fen"]),
        reason=p["reason"],
    ),
    "standing_changed": lambda p: _(
        "工作人员登记了“%(shop)s”的利润率或活动前的销售额，请在“我的店”里看一看。", shop=p["shop"]
    ),
}
TONES = {
    "income_accepted": "ok",
    "income_returned": "error",
    "income_corrected": "wait",
    "standing_changed": "wait",
}
