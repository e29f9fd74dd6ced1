"""Deciding at the desk: the sentence of every code."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from flask_babel import gettext as _

from blueprints.formats import clock_on, listed

SENTENCES: dict[str, Callable[[Mapping[str, Any]], str]] = {
    "second_yes_by_another": lambda p: _("第一次同意是您点的，第二次要另一位来点。"),
    "second_yes_by_named": lambda p: _("第二次同意要由%(names)s来点。", names=listed(p["names"])),
    "deputy_too_early": lambda p: _(
        "您是代班，%(time)s 以后才能代替。", time=clock_on(datetime.fromisoformat(p["from"]))
    ),
    "approval_levels_invalid": lambda p: _("请选一次或两次同意。"),
    "second_yes_without_first": lambda p: _("这个空间不用审核，不能要求两次同意。"),
    "approver_missing": lambda p: _("请至少勾选一位来点第二次同意。"),
    "approver_alone": lambda p: _("至少要两位，不然一位点了第一次，就没有人能点第二次。"),
    "deputy_minutes_invalid": lambda p: _("请填写代班等多少分钟，1 到 %(maximum)s。", maximum=p["maximum"]),
    "look_at_it_first": lambda p: _("这一件有要注意的地方，请单独看一眼。"),
    "nothing_ticked": lambda p: _("请先勾选要通过的。"),
    "proposal_is_the_request": lambda p: _("这就是申请的时间，请另选一个。"),
    "proposal_too_late": lambda p: _("已经来不及回答了，申请仍是原来的时间。"),
    "decline_reason_missing": lambda p: _("请写一个原因。"),
    "decline_reason_long": lambda p: _("最多 %(maximum)s 个字。", maximum=p["maximum"]),
    "too_late_to_undo": lambda p: _("已经来不及撤销了，申请人马上会收到通知。"),
    "undo_time_taken": lambda p: _("撤销不了：空出来的时间已经有人约了。"),
}
