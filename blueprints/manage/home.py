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


def _ways() -> list[tuple[str, list[tuple[str, str, str, str]]]]:
    """The groups of the hub; each way is an endpoint, an icon, a name and a line."""
    return [
        (
            _("每天"),
            [
                ("board.day_sheet", "calendar", _("当天安排表"), _("打印出来，放在前台")),
                ("manage.closed_times", "pause", _("停用"), _("场地临时不开放")),
            ],
        ),
        (
            _("住户和账号"),
            [
                ("people.to_verify", "people", _("核实住户"), _("新注册的住址对不对")),
            ],
        ),
        (
            _("场地"),
            [
                ("manage.all_spaces", "home", _("空间"), _("名称、规则、开放时间和照片")),
                ("manage.decline_reasons", "chat", _("退回的原因"), _("审核时点一下就退回的那几句")),
                ("manage.calendar", "star", _("节假日和调休"), _("哪天按周末开，哪天按工作日开")),
            ],
        ),
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
