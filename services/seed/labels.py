"""What stands on the demo's products beside name and price: kind of food, selling points, live price, terms."""

from __future__ import annotations

from dataclasses import dataclass

from domain.merchants.products import FoodType

PREPACKED, COOKED, FARM = FoodType.PREPACKED, FoodType.OTHER_FOOD, FoodType.FARM_PRODUCE
KEPT_GOOD = "未拆封 7 天内可退，破损包赔"
FRESH = "签收 24 小时内拍照，坏果按斤赔"
COLD = "冷链发货，化冻包赔"


@dataclass(frozen=True, slots=True)
class Label:
    """What a shop says of a food product; the live price in fen with what it is measured against."""

    food_type: FoodType
    points: str
    origin: str
    shelf_life: str
    after_sales: str
    live_price_fen: int | None = None
    price_basis: str = ""
    claims: str = ""
    is_cleared: bool = True


LABELS = {
    "3601000000000000101": Label(
        PREPACKED,
        "头水采摘，片薄色亮\n不用淘洗，下锅就散\n两袋装，够一家吃一个月",
        "泉港区南埔镇",
        "常温 12 个月",
        KEPT_GOOD,
        3590,
        "店里近 30 天都卖 39.90 元，直播减 4 元",
        claims="这是今年头一水的坛紫菜，煮汤、包饭团都合适。",
    ),
    "3601000000000000102": Label(
        PREPACKED,
        "肉厚不泥沙\n泡半小时就能下锅\n家庭装，分四小袋",
        "泉港区峰尾镇",
        "常温 18 个月",
        KEPT_GOOD,
        2280,
        "店里近 30 天都卖 25.80 元，直播减 3 元",
    ),
    "3601000000000000103": Label(
        PREPACKED,
        "淡晒，咸味轻\n虾皮完整少碎末\n密封罐装，开罐放冰箱",
        "泉港区峰尾镇",
        "冷藏 6 个月",
        KEPT_GOOD,
    ),
    "3601000000000000201": Label(
        PREPACKED,
        "清香型，汤色清亮\n当季春茶，手工挑梗\n小泡袋，一泡 7 克",
        "安溪县感德镇",
        "常温 18 个月",
        KEPT_GOOD,
        10800,
        "茶行门市价 128 元，直播当晚减 20 元",
        claims="清香型铁观音，入口有兰花香，回甘慢慢上来。",
    ),
    "3601000000000000202": Label(
        PREPACKED,
        "陈放五年，汤厚不涩\n有佛手柑的果香\n瓷罐装，送人体面",
        "永春县苏坑镇",
        "常温 36 个月",
        KEPT_GOOD,
        8800,
        "茶行门市价 98 元，直播减 10 元",
    ),
    "3601000000000000301": Label(
        COOKED,
        "现做现发，皮酥馅足\n阿嬷的老手法\n空气炸锅 8 分钟复热",
        "泉港区后龙镇",
        "冷藏 3 天，冷冻 30 天",
        COLD,
        2480,
        "店里堂食每个 2.68 元，十个装直播减 2 元",
        claims="浮粿要趁热吃，蘸一点甜辣酱。",
    ),
    "3601000000000000302": Label(
        COOKED,
        "海蛎当天开\n外酥里嫩不腥\n八枚独立包装",
        "泉港区后龙镇",
        "冷藏 2 天，冷冻 30 天",
        COLD,
    ),
    "3601000000000000401": Label(
        FARM,
        "大果，一斤四到五个\n树上熟，酸甜够味\n产地当天发货",
        "泉港区涂岭镇",
        "阴凉处 10 天",
        FRESH,
        3280,
        "集市摊位价 36.80 元，直播减 4 元",
    ),
    "3601000000000000402": Label(
        PREPACKED,
        "本地枇杷慢熬八小时\n只放冰糖\n玻璃瓶装，冲水抹面包都行",
        "泉港区涂岭镇",
        "未开封常温 12 个月",
        KEPT_GOOD,
        5200,
        "合作社门市价 58 元，直播减 6 元",
    ),
    "3601000000000000501": Label(
        PREPACKED,
        "手工拉制，细而不断\n福气礼盒，祝寿送礼\n煮两分钟就好",
        "泉港区前黄镇",
        "常温 12 个月",
        KEPT_GOOD,
        3880,
        "店里近 30 天都卖 42.80 元，直播减 4 元",
        claims="面线寓意长长久久，做寿、过年都要有一碗。",
    ),
    "3601000000000000502": Label(
        COOKED,
        "鱼肉足，有弹性\n当天打浆当天蒸\n切片煮汤或煎着吃",
        "泉港区峰尾镇",
        "冷冻 60 天",
        COLD,
    ),
    "3601000000000000601": Label(
        PREPACKED,
        "淡干，少盐\n个头均匀，无碎壳\n煲粥煮汤都鲜",
        "泉港区惠屿岛",
        "冷藏 12 个月",
        KEPT_GOOD,
        6500,
        "店里近 30 天都卖 69 元，直播减 4 元",
    ),
    "3601000000000000602": Label(
        PREPACKED,
        "惠屿海域吊养\n八头到十头一盒\n礼盒带提袋",
        "泉港区惠屿岛",
        "冷藏 18 个月",
        KEPT_GOOD,
        15800,
        "店里近 30 天都卖 168 元，直播减 10 元",
    ),
    "3601000000000000701": Label(
        PREPACKED,
        "带壳蒜香，越剥越香\n小锅分炒\n两袋装，追剧下酒",
        "泉港区山腰街道",
        "常温 8 个月",
        KEPT_GOOD,
    ),
    "3601000000000000702": Label(
        PREPACKED,
        "花生芝麻对半\n不粘牙\n独立小包装",
        "泉港区山腰街道",
        "常温 6 个月",
        KEPT_GOOD,
        1980,
        "店里近 30 天都卖 22.80 元，直播减 3 元",
        claims="街坊都说这是泉州最好吃的花生糖，老人小孩都爱。",
        is_cleared=False,
    ),
    "3601000000000000801": Label(
        PREPACKED,
        "自家蜂场，一年一季\n结晶是正常现象\n滴口瓶，不脏手",
        "泉港区界山镇",
        "常温 18 个月",
        KEPT_GOOD,
        6200,
        "店里近 30 天都卖 68 元，直播减 6 元",
    ),
    "3601000000000000802": Label(
        PREPACKED,
        "荔枝花期采的蜜\n颜色浅，香气清\n滴口瓶，不脏手",
        "泉港区界山镇",
        "常温 18 个月",
        KEPT_GOOD,
    ),
}
"""By the product's id on 抖店."""
