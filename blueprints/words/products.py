"""Sentences about products and what is claimed of them; and what kinds of goods, papers and states are called."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from domain.merchants.claims import WordKind
from domain.merchants.papers import Lack, LackKind, PaperKind
from domain.merchants.products import Category, FoodType
from domain.sales.lines import Platform

CATEGORIES = {
    Category.FOOD: _l("食品"),
    Category.DAILY: _l("日用品"),
    Category.CLOTHING: _l("服装鞋帽"),
    Category.BEAUTY: _l("美妆个护"),
    Category.CRAFT: _l("手工艺品"),
    Category.OTHER: _l("其他"),
}
FOOD_TYPES = {
    FoodType.FARM_PRODUCE: _l("食用农产品（鲜果、蔬菜、鲜活水产）"),
    FoodType.PREPACKED: _l("预包装食品（有包装和标签）"),
    FoodType.OTHER_FOOD: _l("其他食品（现做、散装、冷藏熟食）"),
}
PLATFORMS = {
    Platform.DOUDIAN: _l("抖店商品 ID"),
    Platform.KUAISHOU: _l("快手小店商品 ID"),
    Platform.WEIXIN: _l("微信小店商品编码"),
    Platform.PINDUODUO: _l("拼多多商品 ID"),
    Platform.TAOBAO: _l("淘宝商品 ID"),
}
FIELDS = {
    "name": _l("商品名称"),
    "selling_points": _l("卖点"),
    "claims": _l("主播要说的话"),
    "price_basis": _l("降价的依据"),
}
"""Where something is claimed, as the form calls it."""


def food_type_word(food_type: FoodType) -> str:
    """The short name of a kind of food."""
    return {
        FoodType.FARM_PRODUCE: _("食用农产品"),
        FoodType.PREPACKED: _("预包装食品"),
        FoodType.OTHER_FOOD: _("其他食品"),
    }[food_type]


def word_kind_word(kind: WordKind) -> str:
    """What becomes of a word of this kind."""
    return {
        WordKind.ABSOLUTE: _("绝对化用语：标出来，请人判断"),
        WordKind.DISEASE: _("疾病和医疗用语：食品上不能写"),
    }[kind]


def paper_name(kind: PaperKind) -> str:
    """What is written on top of a paper."""
    return {
        PaperKind.BUSINESS_LICENCE: _("营业执照"),
        PaperKind.FOOD_LICENCE: _("食品经营许可证"),
        PaperKind.FOOD_FILING: _("仅销售预包装食品备案"),
        PaperKind.AUTHORISATION: _("品牌授权书"),
        PaperKind.INSPECTION: _("检验报告"),
        PaperKind.OTHER: _("其他证件"),
    }[kind]


def paper_need(food_type: FoodType | None, lack: Lack) -> str:
    """Why a paper is asked for, and how it stands."""
    paper = paper_name(lack.kind)
    if lack.kind is PaperKind.BUSINESS_LICENCE or food_type is None:
        need = _("上直播要有“%(paper)s”", paper=paper)
    else:
        need = _("卖%(food)s要有“%(paper)s”", food=food_type_word(food_type), paper=paper)
    return (
        need
        + {
            LackKind.MISSING: _("，您还没有上传。"),
            LackKind.EXPIRED: _("，您的已经过期了。"),
            LackKind.UNREVIEWED: _("，您的正在等工作人员审核。"),
        }[lack.lack]
    )


SENTENCES: dict[str, Callable[[Mapping[str, Any]], str]] = {
    "claim_blocked": lambda p: _(
        "食品不能写“%(word)s”（在“%(excerpt)s”里）。%(reason)s",
        word=p["word"],
        excerpt=p["excerpt"],
        reason=p["reason"],
    ),
    "product_text_long": lambda p: _("最多写 %(maximum)s 个字。", maximum=p["maximum"]),
    "selling_points_many": lambda p: _("最多写 %(maximum)s 个卖点，一行一个。", maximum=p["maximum"]),
    "selling_point_long": lambda p: _("每个卖点最多 %(maximum)s 个字。", maximum=p["maximum"]),
    "live_price_higher": lambda p: _("直播价不能比平时的价格高。"),
    "price_basis_missing": lambda p: _(
        "直播价比平时低，请写明和什么价格比，例如“店里近 30 天都卖 39.90 元”。"
    ),
    "food_type_missing": lambda p: _("请选择是哪一种食品，需要的证件不一样。"),
    "food_type_not_food": lambda p: _("只有食品才选食品类型。"),
    "product_pictures_enough": lambda p: _("最多放 %(maximum)s 张图片，请先拿掉一张。", maximum=p["maximum"]),
    "claims_reason_missing": lambda p: _("请写明为什么退回，商户会看到。"),
    "claims_reason_long": lambda p: _("退回原因最多 %(maximum)s 个字。", maximum=p["maximum"]),
    "claim_word_missing": lambda p: _("请写一个词，标点和空格不算。"),
    "claim_word_long": lambda p: _("一个词最多 %(maximum)s 个字。", maximum=p["maximum"]),
    "claim_word_known": lambda p: _("这个词已经在词单上了。"),
    "claim_reason_missing": lambda p: _("请写一句为什么，商户会看到。"),
    "claim_reason_long": lambda p: _("原因最多 %(maximum)s 个字。", maximum=p["maximum"]),
}
