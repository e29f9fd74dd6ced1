"""Sentences about planning, changing and cancelling shows, about hosts and checklists; and their states in words."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from blueprints.formats import clock_on, stretch
from domain.sales.lines import Platform
from domain.studio.checklist import AutomaticCheck, ManualCheck, Part
from domain.studio.hosts import Evidence, Standing

SENTENCES: dict[str, Callable[[Mapping[str, Any]], str]] = {
    "studio_taken": lambda p: _(
        "直播间这时已经排了“%(title)s”（%(time)s）。", title=p["title"], time=stretch(p["interval"])
    ),
    "room_long": lambda p: _("直播间地址或房间号最多 %(maximum)s 个字。", maximum=p["maximum"]),
    "draw_needs_close": lambda p: _("抽签的场次要写明报名到什么时候截止。"),
    "applications_close_late": lambda p: _(
        "报名最晚到展位锁定时截止，也就是 %(time)s。", time=clock_on(p["locks_at"])
    ),
    "applications_order": lambda p: _(
        "报名开放的时间要在截止（%(time)s）之前。", time=clock_on(p["closes_at"])
    ),
    "applications_over": lambda p: _("这个报名截止时间已经过去了。"),
    "list_is_published": lambda p: _("抽签名单已经公布，报名时间不能再改。"),
    "show_is_cancelled": lambda p: _("这场直播已经取消了。"),
    "show_is_over": lambda p: _("这场直播已经结束了。"),
    "show_has_begun": lambda p: _("“%(title)s”已经开播或播完，不能取消。", title=p["title"]),
    "cancel_reason_missing": lambda p: _("请写一句取消的原因，大家会看到。"),
    "cancel_reason_long": lambda p: _("取消的原因最多 %(maximum)s 个字。", maximum=p["maximum"]),
    "host_unknown": lambda p: _("请从名单里选主播，可能有一位刚被停用。"),
    "host_name_missing": lambda p: _("请填写主播的名字。"),
    "host_name_long": lambda p: _("主播的名字最多 %(maximum)s 个字。", maximum=p["maximum"]),
    "host_account_long": lambda p: _("平台账号最多 %(maximum)s 个字。", maximum=p["maximum"]),
    "evidence_note_missing": lambda p: _("请在备注里写明看了什么。"),
    "evidence_note_long": lambda p: _("备注最多 %(maximum)s 个字。", maximum=p["maximum"]),
    "evidence_number": lambda p: _("请不要写证件号码或电话，写看了什么就够了。"),
    "valid_until_past": lambda p: _("有效期已经过了，请核对日期。"),
    "valid_until_far": lambda p: _("有效期最多写到 %(years)s 年以后，长期有效就不填。", years=p["years"]),
}

PLATFORMS = {
    Platform.DOUDIAN: _l("抖店（抖音直播间）"),
    Platform.KUAISHOU: _l("快手小店"),
    Platform.WEIXIN: _l("微信小店（视频号）"),
    Platform.PINDUODUO: _l("拼多多"),
    Platform.TAOBAO: _l("淘宝直播"),
}
EVIDENCE = {
    Evidence.ID_CARD: _l("看了身份证原件"),
    Evidence.PLATFORM: _l("看了平台的实名认证"),
    Evidence.CERTIFICATE: _l("看了从业证书"),
    Evidence.OTHER: _l("其他（请在备注里写明）"),
}
STANDINGS = {
    Standing.VERIFIED: (_l("已核实"), "jade", "check"),
    Standing.UNVERIFIED: (_l("还没核实"), "red", "warning"),
    Standing.OUTDATED: (_l("核实已过期"), "red", "warning"),
    Standing.ARCHIVED: (_l("已停用"), None, "pause"),
}
MANUAL = {
    ManualCheck.NETWORK: (_l("网络测过了"), _l("用开播的那台机器推流试过，备用热点也开着")),
    ManualCheck.CAMERA_SOUND: (_l("画面和声音正常"), _l("灯光、镜头、麦克风都试录过一遍")),
    ManualCheck.PRODUCT_LINKS: (_l("直播间里的商品链接都点过"), _l("价格、规格、库存和展位单一致")),
    ManualCheck.PRICE_TAGS: (_l("价签和降价依据在手边"), _l("划线价、“原价”都拿得出依据")),
    ManualCheck.RULES_READ: (
        _l("主播看过要避免的话"),
        _l("绝对化用语、疗效不能说；不诱导未成年人下单"),
    ),
    ManualCheck.CORRECTIONS: (_l("知道口误怎么更正"), _l("当场更正，并在场控台上记一笔")),
    ManualCheck.CARDS: (_l("提词卡打好了"), _l("每个展位一张，按上播顺序放好")),
}
AUTOMATIC = {
    AutomaticCheck.HOSTS: _l("主播都要核实过"),
    AutomaticCheck.ROOM: _l("平台和直播间要写明"),
    AutomaticCheck.BOOTHS: _l("每个展位都要齐"),
    AutomaticCheck.REQUESTS: _l("展位申请都要审完"),
}
PARTS = {
    Part.PAPERS: _l("资质"),
    Part.CLAIMS: _l("宣传用语"),
    Part.SAMPLE: _l("样品"),
    Part.STOCK: _l("库存"),
    Part.LINK: _l("商品链接"),
}
