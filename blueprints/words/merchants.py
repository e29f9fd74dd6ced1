"""Words and sentences about shops, their papers and their people."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from flask_babel import gettext as _

from domain.merchants.papers import LackKind, PaperKind, PaperStatus


def paper_word(kind: PaperKind | str) -> str:
    """What a kind of paper is called."""
    return {
        PaperKind.BUSINESS_LICENCE: _("营业执照"),
        PaperKind.FOOD_LICENCE: _("食品经营许可证"),
        PaperKind.FOOD_FILING: _("预包装食品销售备案"),
        PaperKind.AUTHORISATION: _("品牌授权书"),
        PaperKind.INSPECTION: _("检验报告"),
        PaperKind.OTHER: _("其他证明"),
    }[PaperKind(kind)]


def paper_status_word(status: PaperStatus | str) -> str:
    """How the review of a paper ended."""
    return {
        PaperStatus.SUBMITTED: _("等待审核"),
        PaperStatus.APPROVED: _("有效"),
        PaperStatus.RETURNED: _("退回重交"),
        PaperStatus.WITHDRAWN: _("已撤回"),
    }[PaperStatus(status)]


def lack_word(lack: LackKind) -> str:
    """What is wrong with a paper that goods need, in a word."""
    return {
        LackKind.MISSING: _("还没交"),
        LackKind.EXPIRED: _("过期了"),
        LackKind.UNREVIEWED: _("等审核"),
    }[lack]


SENTENCES: dict[str, Callable[[Mapping[str, Any]], str]] = {
    "shop_name_missing": lambda p: _("请填写店名。"),
    "shop_name_long": lambda p: _("店名最多 %(maximum)s 个字。", maximum=p["maximum"]),
    "shop_name_taken": lambda p: _(
        "已经有一家店叫这个名字了。如果就是您的店，请店里的人发一个邀请链接给您。"
    ),
    "credit_code_taken": lambda p: _(
        "这个信用代码已经登记在另一家店。如果就是您的店，请店里的人邀请您加入。"
    ),
    "address_long": lambda p: _("地址最多 %(maximum)s 个字。", maximum=p["maximum"]),
    "address_missing": lambda p: _("请填写店铺地址。"),
    "responsible_person_long": lambda p: _("负责人最多 %(maximum)s 个字。", maximum=p["maximum"]),
    "responsible_person_missing": lambda p: _("请填写负责人。"),
    "contact_phone_invalid": lambda p: _("请填写手机号，或者带区号的座机，比如 0595-87000000。"),
    "contact_phone_missing": lambda p: _("请填写联系电话。"),
    "registration_missing": lambda p: _("请填写统一社会信用代码；不用办执照的，请写明原因。"),
    "licence_missing": lambda p: _("请上传营业执照。"),
    "credit_code_missing": lambda p: _("请填写统一社会信用代码。"),
    "credit_code_length": lambda p: _(
        "统一社会信用代码是 %(length)s 位，现在是 %(typed)s 位。", length=p["length"], typed=p["typed"]
    ),
    "credit_code_sign": lambda p: _(
        "信用代码里不会有“%(sign)s”，也没有字母 I、O、S、V、Z，请对照执照再看一遍。", sign=p["sign"]
    ),
    "credit_code_checksum": lambda p: _("信用代码有一位不对，请对照执照，一位一位再看一遍。"),
    "exempt_reason_short": lambda p: _("请把不用办执照的原因写清楚，比如“卖自家种的枇杷”。"),
    "exempt_reason_long": lambda p: _("原因最多 %(maximum)s 个字。", maximum=p["maximum"]),
    "review_reason_missing": lambda p: _("请选择或填写原因，商户会看到。"),
    "review_reason_long": lambda p: _("原因最多 %(maximum)s 个字。", maximum=p["maximum"]),
    "paper_number_missing": lambda p: _("请填写证照编号。"),
    "paper_number_long": lambda p: _("证照编号最多 %(maximum)s 个字。", maximum=p["maximum"]),
    "paper_issuer_missing": lambda p: _("请填写发证机关。"),
    "paper_issuer_long": lambda p: _("发证机关最多 %(maximum)s 个字。", maximum=p["maximum"]),
    "paper_over": lambda p: _("这个证照已经过期，请上传还有效的。"),
    "paper_too_long": lambda p: _("请检查有效期的年份；没有期限的请选“长期有效”。"),
    "paper_end_missing": lambda p: _("请填写有效期的最后一天，或者选“长期有效”。"),
    "scan_missing": lambda p: _("请拍照或选择一个文件。"),
    "scan_too_large": lambda p: _("文件不能超过 %(megabytes)s MB。", megabytes=p["megabytes"]),
    "scan_unknown_format": lambda p: _("只支持照片（JPEG、PNG、WebP）或 PDF 文件。"),
    "scans_too_many": lambda p: _(
        "一家店一天最多上传 %(maximum)s 个文件，请明天再来。", maximum=p["maximum"]
    ),
    "papers_too_many": lambda p: _(
        "一家店最多有 %(maximum)s 份证照，一个月内撤回的也算。请先撤回不用的，过些天再上传。",
        maximum=p["maximum"],
    ),
    "already_has_shop": lambda p: _("这个账号已经有一家店了，一个账号只管一家店。"),
    "needs_merchant_account": lambda p: _("加入店铺要用单独的商户账号，请先退出，再用另一个手机号注册。"),
    "invite_over": lambda p: _("这个邀请链接用过了或者过期了，请店里的人再发一个。"),
    "invites_too_many": lambda p: _(
        "最多有 %(maximum)s 个没用过的链接，请先撤回几个。", maximum=p["maximum"]
    ),
    "last_member": lambda p: _("店里只剩这一个人，不能退出。请先邀请另一个人加入。"),
}
