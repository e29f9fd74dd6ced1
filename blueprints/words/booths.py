"""Sentences about taking, confirming, moving and swapping booths, and about their samples."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from flask_babel import gettext as _

from blueprints.formats import clock_on, listed, short_day
from blueprints.words.merchants import paper_word
from domain.merchants.products import Category
from domain.studio.booths import OnAir, Sample
from domain.studio.compliance import Light

SENTENCES: dict[str, Callable[[Mapping[str, Any]], str]] = {
    "applications_not_open": lambda p: _(
        "这场直播 %(time)s 开始报名，请到时候再来。", time=clock_on(p["opens_at"])
    ),
    "applications_closed": lambda p: _("这场直播的报名在 %(time)s 截止了。", time=clock_on(p["closed_at"])),
    "show_is_drawn": lambda p: _("这场直播的展位抽签分配，请先报名，不能直接订。"),
    "merchant_not_verified": lambda p: _("您的店还没有通过核实，请先交齐资料。"),
    "one_booth_while_others_wait": lambda p: _(
        "还有别的店在排队，您的店在这场已经有一个展位，请先让给他们。"
    ),
    "paper_missing": lambda p: _("还没有上传%(papers)s。", papers=paper_words(p["kinds"])),
    "paper_expired": lambda p: _(
        "%(papers)s 到 %(day)s 开播时已经过期，请先换新的。",
        papers=paper_words(p["kinds"]),
        day=short_day(p["day"]),
    ),
    "claims_refused": lambda p: _("这件商品的宣传内容没有通过，改好再提交就能订。"),
    "merchant_unverified": lambda p: _("这家店还没有核实，先核实再确认展位。"),
    "paper_unreviewed": lambda p: _(
        "%(papers)s还没有审核，先审核再确认展位。", papers=paper_words(p["kinds"])
    ),
    "claims_unreviewed": lambda p: _("这件商品的宣传内容还没有审核，先审核再确认展位。"),
    "booth_change_locked": lambda p: _(
        "开播前 %(hours)s 小时展位就锁定了，要换请找工作人员。", hours=p["hours"]
    ),
    "show_began": lambda p: _("这场直播已经开始，展位不能再换。"),
    "swap_own_booth": lambda p: _("这两个展位都是您店里的，不用交换。"),
    "swap_partner_gone": lambda p: _("对方的展位有了变化，请换一个再试。"),
    "swap_already_proposed": lambda p: _("已经有一个交换在等回答，请先等结果。"),
    "swap_over": lambda p: _("这个交换的回答时间已经过了。"),
    "sample_undo_late": lambda p: _("登记超过一天，不能撤销了。"),
}


def paper_words(kinds: Iterable[str]) -> str:
    """营业执照、食品经营许可证."""
    return listed(paper_word(kind) for kind in kinds)


def category_word(category: Category) -> str:
    """What a kind of goods is called."""
    return {
        Category.FOOD: _("食品"),
        Category.DAILY: _("日用品"),
        Category.CLOTHING: _("服饰"),
        Category.BEAUTY: _("美妆"),
        Category.CRAFT: _("手工品"),
        Category.OTHER: _("其他商品"),
    }[category]


def light_word(name: str, light: Light) -> str:
    """What a light of a booth says: its name and how it stands."""
    return {
        ("papers", Light.OK): _("证照齐全"),
        ("papers", Light.WAITING): _("证照待审"),
        ("papers", Light.MISSING): _("缺证照"),
        ("claims", Light.OK): _("宣传已审"),
        ("claims", Light.WAITING): _("宣传待审"),
        ("claims", Light.MISSING): _("宣传未通过"),
        ("sample", Light.OK): _("样品已到"),
        ("sample", Light.MISSING): _("样品未到"),
        ("stock", Light.OK): _("有库存"),
        ("stock", Light.MISSING): _("没有库存"),
        ("link", Light.OK): _("链接已填"),
        ("link", Light.MISSING): _("没有链接"),
    }[name, light]


def sample_word(sample: Sample) -> str:
    """Where a sample is."""
    return {
        Sample.AWAITED: _("等样品"),
        Sample.RECEIVED: _("样品已收"),
        Sample.RETURNED: _("样品已还"),
    }[sample]


def on_air_word(state: OnAir) -> str:
    """How far a booth has come on air."""
    return {
        OnAir.WAITING: _("未上播"),
        OnAir.ON_AIR: _("正在播"),
        OnAir.DONE: _("播过了"),
        OnAir.SKIPPED: _("没有播"),
    }[state]
