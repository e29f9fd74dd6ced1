"""The way to everything that keeps the house: what all staff do, and what admins do."""

from __future__ import annotations

from dataclasses import dataclass

from flask import url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from blueprints import pages
from blueprints.access import access_of, allow
from blueprints.identity import the_actor
from blueprints.manage import blueprint
from domain.people import Actor, Role


@dataclass(frozen=True, slots=True)
class Way:
    """One page to go to: its address, its name, and in a line what is done there."""

    url: str
    icon: str
    title: str
    lead: str


Ways = list[tuple[str, str, str, str]]
"""Each way is an endpoint, an icon, a name and a line."""


def _ways() -> list[tuple[str, Ways]]:
    """The groups of the hub."""
    return [
        (_("每天"), _daily()),
        (_("住户和账号"), _people()),
        (_("规则和记录"), _rules()),
        (_("场地"), _spaces()),
        (_("通知"), _messages()),
        (_("设备"), _devices()),
    ]


def _daily() -> Ways:
    return [
        ("board.day_sheet", "calendar", _("当天安排表"), _("打印出来，放在前台")),
        ("manage.closed_times", "pause", _("停用"), _("场地临时不开放")),
        ("reports.overview", "chart", _("使用情况"), _("用了多少，哪里不够用，打印月报")),
    ]


def _people() -> Ways:
    return [
        ("people.to_verify", "people", _("核实住户"), _("新注册的住址对不对")),
        ("people.all_people", "search", _("住户和账号"), _("找人、重设密码、更正资料")),
    ]


def _rules() -> Ways:
    return [
        ("manage.figures", "edit", _("规则和数字"), _("能约几次、多久算没来、资料存多久")),
        ("manage.audit", "search", _("操作记录"), _("谁在什么时候做了什么、看过谁的资料")),
    ]


def _spaces() -> Ways:
    return [
        ("manage.all_spaces", "home", _("空间"), _("名称、规则、开放时间和照片")),
        ("manage.decline_reasons", "chat", _("退回的原因"), _("审核时点一下就退回的那几句")),
        ("manage.calendar", "star", _("节假日和调休"), _("哪天按周末开，哪天按工作日开")),
    ]


def _messages() -> Ways:
    return [
        ("telling.deliveries", "bell", _("送信情况"), _("没能送到的消息，再送或收起")),
        ("telling.bots", "people", _("群机器人"), _("有新申请时告诉工作群")),
        ("telling.words", "chat", _("消息的写法"), _("每种消息怎么说，可以换成小区自己的话")),
    ]


def _devices() -> Ways:
    return [
        ("tablet.tablets", "lock", _("共用平板"), _("设为共用、改名、丢了就停用")),
        ("tablet.pin", "person", _("我的数字密码"), _("在共用平板上换人用")),
    ]


@blueprint.get("", endpoint="home")
@allow(Role.STAFF)
def hub() -> ResponseReturnValue:
    """The ways that are open to this person, in groups."""
    actor = the_actor()
    groups = [
        (
            title,
            [
                Way(url_for(endpoint), icon, name, lead)
                for endpoint, icon, name, lead in ways
                if _open_to(actor, endpoint)
            ],
        )
        for title, ways in _ways()
    ]
    return pages.show("manage/home", groups=[(title, ways) for title, ways in groups if ways])


def _open_to(actor: Actor, endpoint: str) -> bool:
    rule = access_of(endpoint)
    return rule is not None and (rule.public or actor.role in rule.roles)
