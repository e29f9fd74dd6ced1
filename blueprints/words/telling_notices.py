"""What reminders say, and the letter that asks whether an address is right; notices.py takes them in."""

from __future__ import annotations

from datetime import datetime

from blueprints.formats import clock_on, is_english, short_day, span
from blueprints.words.saying import Params, Sentence
from blueprints.words.saying import said as _
from domain.interval import Interval


def _facts(p: Params) -> dict[str, str]:
    interval = Interval(datetime.fromisoformat(p["starts_at"]), datetime.fromisoformat(p["ends_at"]))
    time = f"{short_day(interval.starts_at)} {span(interval)}"
    return {"space": str(p["space_en"] if is_english() else p["space"]), "time": time}


SENTENCES: dict[str, Sentence] = {
    "booking_tomorrow": lambda p: _(
        "提醒您：明天有预约，%(space)s %(time)s。来不了请提前取消，让给别人。", **_facts(p)
    ),
    "booking_soon": lambda p: _("快到时间了：%(space)s %(time)s。", **_facts(p)),
    "neighbour_tomorrow": lambda p: _(
        "您替邻居约的 %(space)s 是明天 %(time)s，请转告一声。来不了请提前取消。", **_facts(p)
    ),
    "neighbour_soon": lambda p: _("您替邻居约的 %(space)s 快到时间了：%(time)s，请转告一声。", **_facts(p)),
    "booth_tomorrow": lambda p: _(
        "提醒您：明天直播“%(show)s”，您店里在展位 %(booth)s，%(time)s。请带好样品，提前到。",
        show=p["show"],
        booth=p["booth"],
        time=_facts(p)["time"],
    ),
    "booth_soon": lambda p: _(
        "“%(show)s”快轮到您的店了：展位 %(booth)s，%(time)s。",
        show=p["show"],
        booth=p["booth"],
        time=_facts(p)["time"],
    ),
    "confirm_email": lambda p: _(
        "有人想用这个邮箱接收聚福小区的消息。是您的话，请在 %(until)s 前打开链接，点“确认这个邮箱”；不是您就不用理会。",
        until=clock_on(datetime.fromisoformat(p["expires_at"])),
    ),
}
TONES = {
    "booking_tomorrow": "wait",
    "booking_soon": "wait",
    "neighbour_tomorrow": "wait",
    "neighbour_soon": "wait",
    "booth_tomorrow": "wait",
    "booth_soon": "wait",
    "confirm_email": "wait",
}
