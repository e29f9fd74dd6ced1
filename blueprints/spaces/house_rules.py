"""The rules of the house in plain words, with the figures that staff may change."""

from __future__ import annotations

from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from blueprints import pages
from blueprints.access import public
from blueprints.answers import repeatable
from blueprints.formats import duration
from blueprints.spaces import blueprint
from domain.settings import HouseSettings
from services import listing
from services import settings as house_settings


@blueprint.get("/rules")
@public
@repeatable
def house_rules() -> ResponseReturnValue:
    """What holds everywhere; what holds in one space stands on its page."""
    return pages.show("spaces/rules", parts=rule_parts(house_settings.current()), spaces=listing.spaces())


def rule_parts(house: HouseSettings) -> list[tuple[str, str, list[str]]]:
    """Icon, heading and sentences of each part."""
    return [
        ("people", _("谁可以约"), _who()),
        ("calendar", _("能约多少"), _how_much(house)),
        ("pin", _("来了要签到"), _coming(house)),
        ("edit", _("来不了，想改"), _changing()),
        ("bell", _("约满了怎么办"), _waiting(house)),
        ("person", _("没有手机也能约"), _without_phone()),
    ]


def _who() -> list[str]:
    return [
        _("本小区住户，楼长或工作人员核实过住址就能约。"),
        _("商户约直播展位，不约场地。"),
        _("同一时间一个人只能约一个地方。"),
    ]


def _how_much(house: HouseSettings) -> list[str]:
    return [
        _("每人同时最多有 %(maximum)s 个未结束的预约。", maximum=house.max_upcoming_bookings),
        _("每人每周最多 %(length)s。", length=duration(house.max_week_minutes)),
        _("时间以 15 分钟为一格；每个地方的开放时间、长短和人数写在它自己的页面上。"),
    ]


def _coming(house: HouseSettings) -> list[str]:
    lines = [
        _(
            "开始前 %(before)s 分钟到开始后 %(after)s 分钟之间签到。",
            before=house.check_in_opens_minutes,
            after=house.check_in_grace_minutes,
        ),
        _("过了时间没有签到，这段时间会让给别人，记一次没来。"),
    ]
    if house.no_show_limit:
        paused = _(
            "%(days)s 天里有 %(limit)s 次没来，就暂停预约 %(pause)s 天。",
            days=house.no_show_fade_days,
            limit=house.no_show_limit,
            pause=house.no_show_pause_days,
        )
        lines.append(paused)
    return [*lines, _("有特殊情况，请告诉工作人员，可以取消记录。")]


def _changing() -> list[str]:
    return [
        _("开始以前随时可以取消，早一点取消，别人就能用。"),
        _("已确认的预约改时间，要审核的地方先留着原来的时间，同意了才换。"),
        _("工作人员可以破例，要写明原因，会记录下来。停用的时间和别人已经约的时间不能破例。"),
    ]


def _waiting(house: HouseSettings) -> list[str]:
    return [
        _("约满的时间可以排队，先来先得。"),
        _(
            "有空出来就给您留 %(length)s，当天的留 %(today)s，点一下就能接受。",
            length=duration(house.offer_minutes),
            today=duration(house.offer_minutes_today),
        ),
    ]


def _without_phone() -> list[str]:
    return [
        _("请本楼楼长或工作人员按房号替您约，拿一张大字凭条，到时候报上面的号码。"),
        _("替别人约的，约给谁、谁约的都会记下来。"),
    ]
