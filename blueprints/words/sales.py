"""Sentences about order exports: a file that is refused, a row that is rejected, a row that waits for a person."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from flask_babel import gettext as _

from blueprints.formats import listed
from domain.sales.cells import MAX_QUANTITY
from domain.sales.layouts.doudian import DOUDIAN
from domain.sales.layouts.kuaishou import KUAISHOU
from domain.sales.layouts.pinduoduo import PINDUODUO
from domain.sales.layouts.taobao import TAOBAO_ORDERS
from domain.sales.layouts.weixin import WEIXIN

Params = Mapping[str, Any]


def platform_word(name: str) -> str:
    """What a platform is called: 抖店 / Doudian."""
    words = {
        DOUDIAN.name: _("抖店"),
        KUAISHOU.name: _("快手小店"),
        WEIXIN.name: _("微信小店"),
        PINDUODUO.name: _("拼多多"),
        TAOBAO_ORDERS.name: _("淘宝"),
    }
    return words.get(name, name)


def _platforms(p: Params) -> str:
    return listed(platform_word(name) for name in p["platforms"])


FILES: dict[str, Callable[[Params], str]] = {
    "file_missing": lambda p: _("请先选择从平台导出的订单文件。"),
    "file_empty": lambda p: _("文件是空的，请重新导出。"),
    "file_header_only": lambda p: _("文件里只有表头，没有订单。"),
    "file_too_large": lambda p: _("文件超过 %(megabytes)s MB，请按日期分开导出。", megabytes=p["megabytes"]),
    "file_too_many_rows": lambda p: _("一次最多导入 %(rows)s 行，请按日期分开导出。", rows=p["rows"]),
    "file_line_too_long": lambda p: _("第 %(line)s 行太长，不像订单表。", line=p["line"]),
    "file_unclosed_quote": lambda p: _(
        "第 %(line)s 行的引号没有配对，后面的行无法可靠读取。请重新导出。", line=p["line"]
    ),
    "file_utf16": lambda p: _("文件是 UTF-16 编码，请另存为“CSV UTF-8”再上传。"),
    "file_nul": lambda p: _("第 %(line)s 行含有无效字符，文件可能已损坏。请重新导出。", line=p["line"]),
    "file_binary": lambda p: _("这不是订单文件。请在平台后台导出 CSV 或 Excel 再上传。"),
    "file_bad_encoding": lambda p: _(
        "第 %(line)s 行的文字编码有误，文件可能已损坏。请重新导出。", line=p["line"]
    ),
    "file_password_protected": lambda p: _("文件带有密码，请先去掉密码再上传。"),
    "file_workbook_kind": lambda p: _("这不是普通的 Excel 工作簿（.xlsx），请另存为 .xlsx 或 CSV 再上传。"),
    "file_workbook_broken": lambda p: _("这个 Excel 文件读不了，可能已损坏。请从平台重新导出。"),
    "file_workbook_too_heavy": lambda p: _("这个 Excel 文件太大或太复杂，请按日期分开导出，或导出 CSV。"),
    "file_several_sheets": lambda p: _(
        "这个 Excel 文件里有 %(sheets)s 张订单表（%(platforms)s），请每张单独存成一个文件再上传。",
        sheets=p["sheets"],
        platforms=_platforms(p),
    ),
    "file_old_excel": lambda p: _("这是旧版 Excel 或带密码的文件，请去掉密码、另存为 .xlsx 或 CSV 再上传。"),
    "file_archive": lambda p: _("这是压缩包，请解压后上传里面的订单表。"),
    "file_unknown_layout": lambda p: _(
        "看不出是哪个平台的订单表。目前支持：%(platforms)s。", platforms=_platforms(p)
    ),
    "file_ambiguous_layout": lambda p: _(
        "表头同时像几个平台：%(platforms)s。请重新导出。", platforms=_platforms(p)
    ),
    "file_missing_columns": lambda p: _(
        "%(platform)s的表格缺少这些列：%(columns)s。请导出时勾选。",
        platform=platform_word(p["platform"]),
        columns=listed(p["columns"]),
    ),
    "file_mixed_platforms": lambda p: _(
        "第 %(line)s 行又是一个表头：文件里拼了两张表。请把它们分开上传。", line=p["line"]
    ),
    "file_duplicate_column": lambda p: _("列“%(column)s”出现了两次，请重新导出。", column=p["column"]),
    "file_unknown_platform": lambda p: _(
        "不支持这个平台。目前支持：%(platforms)s。", platforms=_platforms(p)
    ),
}

ROWS: dict[str, Callable[[Params], str]] = {
    "row_malformed_quotes": lambda p: _("引号没有配对。"),
    "row_cell_count": lambda p: _("这一行的格数和表头不一致。"),
    "row_repeated_header": lambda p: _("这一行是重复的表头，不是订单。"),
    "row_joined_sub_orders": lambda p: _("一行里合并了几个子订单，分不清各自的金额。"),
    "row_required": lambda p: _("这一格不能是空的。"),
    "row_id_scientific": lambda p: _("编号被 Excel 变成了科学计数法，请从平台重新导出，不要用 Excel 保存。"),
    "row_id_malformed": lambda p: _("编号里有不该有的字符。"),
    "row_text_too_long": lambda p: _("文字太长。"),
    "row_control_character": lambda p: _("含有无效字符。"),
    "row_bad_integer": lambda p: _("这里要是整数。"),
    "row_bad_quantity": lambda p: _("数量要在 1 到 %(maximum)s 之间。", maximum=MAX_QUANTITY),
    "row_bad_money": lambda p: _("看不懂这个金额。"),
    "row_negative_money": lambda p: _("金额不能是负数。"),
    "row_bad_time": lambda p: _("看不懂这个时间。"),
}

HELD: dict[str, Callable[[Params], str]] = {
    "held_unknown_status": lambda p: _("没见过这个订单状态：“%(text)s”。", text=p.get("text", "")),
    "held_unknown_after_sale": lambda p: _("没见过这个售后状态：“%(text)s”。", text=p.get("text", "")),
    "held_partial_refund": lambda p: _("部分退款，退了多少要看售后单。"),
    "held_payment_time_missing": lambda p: _("订单状态表示已付款，却没有支付时间。"),
    "held_status_contradicts_payment": lambda p: _("订单状态和支付时间互相矛盾。"),
    "held_closed_without_refund": lambda p: _("付过款的订单已关闭，却没有退款。"),
    "held_refund_exceeds_amount": lambda p: _("退款金额超过了实付金额。"),
    "held_refund_without_amount": lambda p: _("写着已退款，却没有退款金额。"),
    "held_refund_ambiguous": lambda p: _("分不清这笔金额是退款还是优惠。"),
    "held_freight_exceeds_amount": lambda p: _("运费超过了实付金额。"),
}

MONEY: dict[str, Callable[[Params], str]] = {
    "money_empty": lambda p: _("请填写金额。"),
    "money_scientific": lambda p: _("金额被写成了科学计数法，请写成普通数字。"),
    "money_malformed": lambda p: _("看不懂这个金额，请写成 12.50 这样。"),
    "money_too_precise": lambda p: _("金额最多写到分。"),
    "money_too_large": lambda p: _("金额太大了。"),
}

SENTENCES: dict[str, Callable[[Params], str]] = {
    **FILES,
    **ROWS,
    **HELD,
    **MONEY,
    "show_unknown": lambda p: _("没有找到这场直播，请重新选择。"),
    "imports_many_open": lambda p: _(
        "已经有 %(maximum)s 份订单表没有入账。请先入账或取消几份，再上传。", maximum=p["maximum"]
    ),
    "import_not_staged": lambda p: _("这份订单表现在不能入账：还没有读完，或者已经取消、撤销。"),
    "import_not_open": lambda p: _("这份订单表已经入账或者撤销，不能再取消。"),
    "import_not_applied": lambda p: _("这份订单表没有入账，用不着撤销。"),
    "import_broken": lambda p: _(
        "读这份订单表时出了故障，账上什么都没有改变。请重新上传；再出错就告诉技术人员。"
    ),
    "undo_later_import": lambda p: _("后来导入的订单表又更新了这里的订单。先撤销后来的那一次。"),
    "undo_attributed": lambda p: _("有人手工改过这里订单的归属。先把归属交还给规则。"),
    "undo_held_decided": lambda p: _("这里要处理的行已经有人决定了，决定不能跟着撤销。"),
    "undo_statement_locked": lambda p: _("这些订单已经进了锁定的对账单。锁定的对账单不再改变。"),
    "product_not_chosen": lambda p: _("请选择一件商品。"),
    "code_malformed": lambda p: _("这个商品编号不能用来对应商品。"),
    "code_taken": lambda p: _("这个商品编号已经对应了另一件商品。"),
}
