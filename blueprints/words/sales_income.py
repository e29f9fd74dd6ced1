"""Words and sentences about income that merchants report themselves, and what a shop declares about itself."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from flask_babel import gettext as _

from blueprints.formats import day
from domain.money import format_yuan
from domain.sales.income import IncomeKind

Params = Mapping[str, Any]


def kind_word(kind: IncomeKind | str) -> str:
    """How a sale was made."""
    return {
        IncomeKind.IN_SHOP: _("到店核销"),
        IncomeKind.SELF_REPORTED: _("自行申报"),
    }[IncomeKind(kind)]


SENTENCES: dict[str, Callable[[Params], str]] = {
    "income_day_missing": lambda p: _("请选择卖出的日期。"),
    "income_day_future": lambda p: _("这一天还没到，请选今天或以前的日期。"),
    "income_day_old": lambda p: _("太早了，只能登记 %(first)s 以后的收入。", first=day(p["first"])),
    "income_amount_zero": lambda p: _("金额要大于 0。"),
    "income_amount_large": lambda p: _("一笔最多 %(sum)s，再多请分开登记。", sum=format_yuan(p["fen"])),
    "income_quantity": lambda p: _("件数请写 1 到 %(maximum)s 的整数，不清楚就不填。", maximum=p["maximum"]),
    "income_note_long": lambda p: _("说明最多 %(maximum)s 个字。", maximum=p["maximum"]),
    "income_proof_missing": lambda p: _("至少要一张凭证：收款截图、小票或者核销记录。"),
    "income_proofs_many": lambda p: _("凭证最多 %(maximum)s 张，请挑最清楚的。", maximum=p["maximum"]),
    "income_product_unknown": lambda p: _("没有找到这件商品，请重新选。"),
    "income_show_unknown": lambda p: _("您的店没有上过这一场，请重新选。"),
    "income_needs_verified_shop": lambda p: _("店铺核实以后才能登记线下收入。"),
    "income_below_zero": lambda p: _("更正后的金额不能小于 0。"),
    "income_same_amount": lambda p: _("和现在的金额一样，没有什么要更正的。"),
    "margin_malformed": lambda p: _("利润率请写成 30 或者 12.5 这样的数字。"),
    "margin_range": lambda p: _("利润率要大于 0，最多 100。"),
    "baseline_range": lambda p: _("活动前的月销售额要在 0 和 %(sum)s 之间。", sum=format_yuan(p["fen"])),
    "baseline_note_missing": lambda p: _("请写一句这个数是怎么来的，比如“2025 年收款码月均”。"),
    "baseline_note_long": lambda p: _("来源最多 %(maximum)s 个字。", maximum=p["maximum"]),
}
