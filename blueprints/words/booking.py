"""Sentences about bookings, and the general ones."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from flask_babel import gettext as _

from blueprints.formats import duration, listed, short_day, span, stretch

Params = Mapping[str, Any]


def _outside_hours(p: Params) -> str:
    return _("这段时间不开放。当天开放：%(hours)s。", hours=listed(span(o) for o in p["openings"]))


def _quota_hours(p: Params) -> str:
    return _(
        "每人每周最多预约 %(hours)s 小时，这一周您还可以预约 %(left)s。",
        hours=f"{p['hours']:g}",
        left=duration(p["left_minutes"]),
    )


SENTENCES: dict[str, Callable[[Params], str]] = {
    "bad_input": lambda p: _("填写的内容有误，请检查后再试。"),
    "bad_request": lambda p: _("没有看懂这个请求，请回到上一页再试。"),
    "rule_violation": lambda p: _("这次预约不符合使用规则。"),
    "slot_taken": lambda p: _("这段时间已经有人预约了。"),
    "stale": lambda p: _("刚刚有人先处理了，下面是最新的情况。"),
    "not_found": lambda p: _("没有找到这一页，或者它不对您开放。"),
    "forbidden": lambda p: _("您的账号不能做这一步。"),
    "route_without_rule": lambda p: _("您的账号不能做这一步。"),
    "not_logged_in": lambda p: _("请先登录。"),
    "csrf": lambda p: _("这一页放得太久了，请再提交一次。"),
    "method_not_allowed": lambda p: _("这个地址不支持这样的操作。"),
    "too_large": lambda p: _("送来的内容太大了。"),
    "unavailable": lambda p: _("系统正忙，请过几秒再试。"),
    "server_error": lambda p: _("系统出错了，我们已经记下来。请稍后再试。"),
    "idempotency_mismatch": lambda p: _("这个提交编号已经用在另一个请求上了。"),
    "idempotency_key_length": lambda p: _("提交编号要有 1 到 %(maximum)s 个字符。", maximum=p["maximum"]),
    "role_may_not_book": lambda p: _("商户账号只能预约展位和直播间，不能预约其他场地。"),
    "not_verified": lambda p: _("您的住户身份还没有核实，楼长或工作人员核实后就能预约。"),
    "studio_needs_verified_shop": lambda p: _("店铺资料还没有核实，核实后就能预约直播间排练。"),
    "off_grid": lambda p: _("时间要以 15 分钟为一格。"),
    "too_short": lambda p: _("这里一次至少预约 %(length)s。", length=duration(p["minutes"])),
    "too_long": lambda p: _("这里一次最多预约 %(length)s。", length=duration(p["minutes"])),
    "longer_than_a_day": lambda p: _("一次预约不能超过 24 小时。"),
    "in_the_past": lambda p: _("这个时间已经过去了。"),
    "too_soon": lambda p: (
        _("请至少提前 %(length)s 预约。", length=duration(p["minutes"]))
        if p["minutes"]
        else _("开始时间已经过去了。")
    ),
    "too_far": lambda p: _("最多提前 %(days)s 天预约。", days=p["days"]),
    "closed_that_day": lambda p: _("%(day)s 不开放。", day=short_day(p["day"])),
    "outside_hours": _outside_hours,
    "too_few_people": lambda p: _("人数至少是 1 人。"),
    "one_seat_each": lambda p: _("一个预约只留一个座位，几个人来请各约各的。"),
    "too_many_people": lambda p: _("这里最多容纳 %(capacity)s 人。", capacity=p["capacity"]),
    "quota_count": lambda p: _("每人同时最多有 %(maximum)s 个未结束的预约。", maximum=p["maximum"]),
    "quota_hours": _quota_hours,
    "closed": lambda p: _("这里 %(time)s 停用：%(reason)s", time=stretch(p["interval"]), reason=p["reason"]),
    "paused": lambda p: _(
        "您有几次约了没有来，%(day)s 之后可以再预约。如果有误，请告诉工作人员。", day=short_day(p["until"])
    ),
    "overlaps_own": lambda p: _("您在 %(time)s 已经有一个预约了。", time=stretch(p["interval"])),
    "private_space": lambda p: _("这里涉及个人隐私，请本人预约，或者请工作人员帮忙。"),
    "rule_stands": lambda p: _("这条规则不能破例。"),
    "override_reason_missing": lambda p: _("请写明为什么破例，这会记录下来。"),
    "purpose_long": lambda p: _("用途和说明最多 %(maximum)s 个字。", maximum=p["maximum"]),
    "already_started": lambda p: _("这个预约已经开始或结束，不能再改了。"),
    "too_late_to_decide": lambda p: _("这个申请的开始时间已过，不能再审核。"),
    "booth_cannot_be_moved": lambda p: _("展位不能直接改时间，请先取消，再订另一个展位。"),
    "reason_missing": lambda p: _("请写明不通过的原因，申请人会看到。"),
    "window_long": lambda p: _("一次最多查询 %(days)s 天。", days=p["days"]),
    "cursor_invalid": lambda p: _("翻页的位置不对，请从第一页重新开始。"),
    "place_not_chosen": lambda p: _("这里不用挑选座位号。"),
    "time_invalid": lambda p: _("请选择开始和结束时间。"),
    "ends_before_start": lambda p: _("结束时间要晚于开始时间。"),
}
