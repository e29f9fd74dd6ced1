"""The demo's shops and what they sell: goods of Quangang and its neighbours; shops and ids are invented."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Motif(StrEnum):
    """What a product's picture shows."""

    TEA = "tea"
    BOWL = "bowl"
    FRUIT = "fruit"
    SEAWEED = "seaweed"
    OYSTER = "oyster"
    JAR = "jar"
    NOODLES = "noodles"
    NUTS = "nuts"


@dataclass(frozen=True, slots=True)
class Ware:
    """A product: price in fen, `code` its id on 抖店."""

    name: str
    price_fen: int
    stock: int
    code: str
    motif: Motif


@dataclass(frozen=True, slots=True)
class Shop:
    """A shop, its keeper, and its declared margin in basis points."""

    name: str
    keeper: str
    phone: str
    address: str
    margin_bp: int
    wares: tuple[Ware, ...]


PRINTED_SHOP = "惠珍紫菜干货铺"
SHOPS = (
    Shop(
        PRINTED_SHOP,
        "黄惠珍",
        "13800000003",
        "聚福小区 12 栋店面 3 号",
        3200,
        (
            Ware("头水紫菜 100g×2 袋", 3990, 180, "3601000000000000101", Motif.SEAWEED),
            Ware("海带结家庭装 500g", 2580, 120, "3601000000000000102", Motif.SEAWEED),
            Ware("淡晒虾皮 250g", 2990, 60, "3601000000000000103", Motif.JAR),
        ),
    ),
    Shop(
        "福来茶行",
        "王清源",
        "13800001101",
        "聚福小区 9 栋店面 1 号",
        4200,
        (
            Ware("安溪铁观音 清香型 250g", 12800, 90, "3601000000000000201", Motif.TEA),
            Ware("永春佛手 陈香 200g", 9800, 40, "3601000000000000202", Motif.TEA),
        ),
    ),
    Shop(
        "阿嬷浮粿",
        "连阿珠",
        "13800001102",
        "聚福小区 5 栋店面 6 号",
        3800,
        (
            Ware("泉港浮粿 10 个装", 2680, 50, "3601000000000000301", Motif.BOWL),
            Ware("海蛎酥 8 枚", 3280, 45, "3601000000000000302", Motif.OYSTER),
        ),
    ),
    Shop(
        "山腰果蔬合作社",
        "庄志强",
        "13800001103",
        "山腰街道集市 21 号",
        2600,
        (
            Ware("百香果 大果 5 斤", 3680, 200, "3601000000000000401", Motif.FRUIT),
            Ware("本地枇杷膏 300g", 5800, 35, "3601000000000000402", Motif.JAR),
        ),
    ),
    Shop(
        "老刘手工面线",
        "刘金水",
        "13800001104",
        "聚福小区 3 栋店面 2 号",
        3000,
        (
            Ware("手工面线 福气礼盒 1kg", 4280, 110, "3601000000000000501", Motif.NOODLES),
            Ware("鱼卷 500g", 3580, 70, "3601000000000000502", Motif.BOWL),
        ),
    ),
    Shop(
        "惠屿海鲜干货",
        "陈水生",
        "13800001105",
        "聚福小区 18 栋店面 4 号",
        2800,
        (
            Ware("淡干海蛎 250g", 6900, 55, "3601000000000000601", Motif.OYSTER),
            Ware("鲍鱼干 礼盒 150g", 16800, 20, "3601000000000000602", Motif.OYSTER),
        ),
    ),
    Shop(
        "邻里花生坊",
        "许巧云",
        "13800001106",
        "聚福小区 15 栋店面 5 号",
        3500,
        (
            Ware("蒜香花生 500g×2", 2480, 160, "3601000000000000701", Motif.NUTS),
            Ware("花生芝麻糖 400g", 2280, 90, "3601000000000000702", Motif.NUTS),
        ),
    ),
    Shop(
        "五福蜂蜜",
        "郑天赐",
        "13800001107",
        "聚福小区 26 栋店面 1 号",
        3600,
        (
            Ware("龙眼蜜 500g", 6800, 65, "3601000000000000801", Motif.JAR),
            Ware("荔枝蜜 500g", 6200, 50, "3601000000000000802", Motif.JAR),
        ),
    ),
)
