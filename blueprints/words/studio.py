"""Sentences about shows, booths and products."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from flask_babel import gettext as _

from domain.money import format_yuan

SENTENCES: dict[str, Callable[[Mapping[str, Any]], str]] = {
    "show_not_open": lambda p: _("这场直播还没有开放或已经取消。"),
    "show_locked": lambda p: _("开播前 %(hours)s 小时展位就锁定了，不能再订。", hours=p["hours"]),
    "merchant_twice_at_once": lambda p: _("您的店在这个时间已经有一个展位了。"),
    "product_twice": lambda p: _("这件商品在这场直播里已经有展位了。"),
    "booth_quota": lambda p: _("每家店每月最多订 %(maximum)s 个展位。", maximum=p["maximum"]),
    "booth_unknown": lambda p: _("这场直播只有 %(booths)s 个展位。", booths=p["booths"]),
    "slot_unknown": lambda p: _("请选择这场直播里的一个时段。"),
    "booths_out_of_range": lambda p: _("展位数要在 1 到 %(maximum)s 之间。", maximum=p["maximum"]),
    "slots_out_of_range": lambda p: _("时段数要在 1 到 %(maximum)s 之间。", maximum=p["maximum"]),
    "slot_length": lambda p: _(
        "每个时段的长度要是 15 分钟的倍数，最长 %(maximum)s 分钟。", maximum=p["maximum"]
    ),
    "show_too_long": lambda p: _("一场直播最长 %(hours)s 小时，请少排几个时段。", hours=p["hours"]),
    "title_missing": lambda p: _("请写一个场次名称。"),
    "title_long": lambda p: _("场次名称最多 %(maximum)s 个字。", maximum=p["maximum"]),
    "product_unknown": lambda p: _("请选择自己店里在售的一件商品。"),
    "product_name_missing": lambda p: _("请填写商品名称。"),
    "product_name_long": lambda p: _("商品名称最多 %(maximum)s 个字。", maximum=p["maximum"]),
    "price_invalid": lambda p: _("请填写价格，例如 88 或 88.50。"),
    "price_out_of_range": lambda p: _("价格要大于 0，最多 %(maximum)s。", maximum=format_yuan(p["maximum"])),
    "stock_out_of_range": lambda p: _("库存要填 0 到 %(maximum)s 之间的整数。", maximum=p["maximum"]),
    "product_code_invalid": lambda p: _("商品 ID 只有数字或字母，请从抖店后台原样复制，不要从表格里复制。"),
    "product_code_taken": lambda p: _("这个商品 ID 已经用在另一件商品上，可能是已经下架的那一件。"),
    "product_has_booth": lambda p: _("这件商品还有没播完的展位，请先取消展位，再下架。"),
    "picture_missing": lambda p: _("没有收到图片，请再选一次。"),
    "picture_too_large": lambda p: _("图片不能超过 %(megabytes)s MB。", megabytes=p["megabytes"]),
    "pictures_too_many": lambda p: _(
        "一家店一天最多上传 %(maximum)s 张新图片，请明天再来。", maximum=p["maximum"]
    ),
    "picture_too_many_pixels": lambda p: _(
        "这张图片的尺寸太大了，请换一张小一点的，或者存成普通的 JPEG 再上传。"
    ),
    "picture_unknown_format": lambda p: _("只支持 JPEG、PNG 或 WebP 图片。"),
    "picture_broken": lambda p: _("这张图片打不开，请换一张。"),
}
