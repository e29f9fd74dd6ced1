"""How shops and papers look on the pages."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from flask import url_for
from flask_babel import gettext as _

from blueprints.formats import day, is_english, listed
from blueprints.words.merchants import lack_word, paper_word
from domain.merchants.papers import LackKind, PaperKind, PaperStatus
from domain.merchants.shops import MerchantStatus
from domain.merchants.steps import Step
from models import Merchant, Paper
from services.merchants.own_shop import SOON, Need, ShopHome
from services.merchants.reviewing import Event

Chip = tuple[str, str | None, str]
"""Word, tone and icon."""
COUNTED = 90
"""Days up to which they are counted; beyond it the date says more."""
WARNED = 7
"""From so many days before its end on a paper is shown as urgent."""


@dataclass(frozen=True, slots=True)
class Card:
    """The next step on top of the shop's page; without `url` there is nothing to do but wait or come by.

    `is_post` says that it is a form of one button; `look` is a tone.
    """

    title: str
    text: str
    url: str | None = None
    label: str = ""
    is_post: bool = False
    look: str = "plain"


def shop_chip(status: MerchantStatus) -> Chip:
    """How far the verification of a shop has come."""
    return {
        MerchantStatus.DRAFT: (_("还没提交"), None, "edit"),
        MerchantStatus.SUBMITTED: (_("等待核实"), "amber", "clock"),
        MerchantStatus.RETURNED: (_("退回修改"), "red", "warning"),
        MerchantStatus.VERIFIED: (_("已核实"), "jade", "check"),
        MerchantStatus.SUSPENDED: (_("已暂停"), "red", "pause"),
    }[status]


def paper_chip(paper: Paper, today: date) -> Chip:
    """How a paper stands: its review, but for one on file that ran out or soon will."""
    if paper.status is PaperStatus.RETURNED:
        return _("退回重交"), "red", "warning"
    if paper.status is PaperStatus.WITHDRAWN:
        return _("已撤回"), None, "cross"
    left = _days_left(paper, today)
    if left is not None and left < 0:
        return _("已过期"), "red", "warning"
    if paper.status is PaperStatus.SUBMITTED:
        return _("等待审核"), "amber", "clock"
    if left is not None and left <= SOON:
        return _("快到期"), "red" if left <= WARNED else "amber", "clock"
    return _("有效"), "jade", "check"


def paper_end(paper: Paper, today: date) -> str:
    """Until when a paper is valid, and how long that still is."""
    left = _days_left(paper, today)
    if paper.expires_on is None or left is None:
        return _("长期有效")
    if left < 0:
        return _("%(day)s 已到期", day=day(paper.expires_on))
    if left == 0:
        return _("今天到期")
    if left > COUNTED:
        return _("到 %(day)s", day=day(paper.expires_on))
    return _("到 %(day)s，还有 %(days)s 天", day=day(paper.expires_on), days=left)


def _days_left(paper: Paper, today: date) -> int | None:
    return None if paper.expires_on is None else (paper.expires_on - today).days


def need_sentence(need: Need) -> str:
    """Which paper which goods lack."""
    names = listed([*need.products[:3], *([_("等")] if len(need.products) > 3 and not is_english() else [])])
    return _(
        "%(products)s：%(paper)s%(lack)s", products=names, paper=paper_word(need.lack.kind), lack=_lack(need)
    )


def _lack(need: Need) -> str:
    word = lack_word(need.lack.lack)
    return f" {word}" if is_english() else word


def needed_now(home: ShopHome) -> list[Need]:
    """The needs that the shop itself can do something about."""
    return [need for need in home.needs if need.lack.lack is not LackKind.UNREVIEWED]


def next_card(home: ShopHome) -> Card:
    """The one thing to do next, in words."""
    shop = home.shop
    if home.step in (Step.FILL_IN, Step.LICENCE, Step.SUBMIT, Step.WAIT, Step.ASK, Step.GO):
        return _shop_card(home.step, shop)
    kind = _pressing_kind(home)
    if home.step is Step.CORRECT_PAPER:
        paper = next(one for one in home.papers if one.status is PaperStatus.RETURNED)
        url = url_for("merchants.paper", paper_id=paper.id)
        title = _("%(paper)s被退回了", paper=paper_word(paper.kind))
        text = _("原因：%(reason)s", reason=paper.review_reason)
        return Card(title, text, url, _("重新上传"), look="red")
    if home.step is Step.MISSING_PAPER:
        need = needed_now(home)[0]
        url = url_for("merchants.new_paper", kind=need.lack.kind.value)
        return Card(_("补交%(paper)s", paper=kind), need_sentence(need), url, _("去上传"), look="amber")
    paper = _ending_first(home)
    url = url_for("merchants.paper", paper_id=paper.id)
    return Card(
        _("换上新的%(paper)s", paper=kind), paper_end(paper, home.today), url, _("去上传"), look="amber"
    )


def _shop_card(step: Step, shop: Merchant) -> Card:
    if step in (Step.FILL_IN, Step.LICENCE, Step.SUBMIT):
        return _way_in(step, shop)
    return {
        Step.WAIT: Card(
            _("工作人员正在核实"), _("不用守着，结果会告诉您。这期间可以先添加商品。"), look="amber"
        ),
        Step.ASK: Card(
            _("这家店暂停了，不能订展位"),
            _("原因：%(reason)s。有疑问请联系社区工作人员。", reason=shop.review_reason),
            look="red",
        ),
        Step.GO: Card(
            _("都齐了，可以订直播展位"),
            _("挑一场直播，选一个空的展位。"),
            url_for("studio.shows"),
            _("看直播场次"),
            look="jade",
        ),
    }[step]


def _way_in(step: Step, shop: Merchant) -> Card:
    returned = shop.status is MerchantStatus.RETURNED
    because = _("退回的原因：%(reason)s", reason=shop.review_reason) if returned else ""
    licence = url_for("merchants.new_paper", kind=PaperKind.BUSINESS_LICENCE.value)
    return {
        Step.FILL_IN: Card(
            _("先填写店铺资料"),
            because or _("两分钟填好：地址、负责人、电话和信用代码。"),
            url_for("merchants.facts"),
            _("去填写"),
        ),
        Step.LICENCE: Card(
            _("接着上传营业执照"),
            because or _("拿手机拍一张就行，只有您店里的人和工作人员能看到。"),
            licence,
            _("去上传"),
        ),
        Step.SUBMIT: Card(
            _("改好了吗？再提交一次") if returned else _("最后一步：提交核实"),
            because or _("资料齐了。提交后由工作人员核实，结果会告诉您。"),
            url_for("merchants.submit"),
            _("提交核实"),
            is_post=True,
            look="red" if returned else "plain",
        ),
    }[step]


def _pressing_kind(home: ShopHome) -> str:
    if home.step is Step.MISSING_PAPER:
        return paper_word(needed_now(home)[0].lack.kind)
    return paper_word(_ending_first(home).kind) if home.step is Step.RENEW_PAPER else ""


def _ending_first(home: ShopHome) -> Paper:
    dated = [
        one
        for one in home.papers
        if one.expires_on and one.status is not PaperStatus.RETURNED and one.id not in home.replaced
    ]
    return min(dated, key=lambda one: one.expires_on or date.max)


def shop_reasons() -> list[str]:
    """The usual reasons for returning a shop's data, one tap each."""
    return [_("店名和执照不一致"), _("地址不完整"), _("负责人和执照不一致"), _("执照照片看不清")]


def paper_reasons() -> list[str]:
    """The usual reasons for returning a paper, one tap each."""
    return [_("照片看不清"), _("编号和照片不一致"), _("有效期和照片不一致"), _("不是这家店的证照")]


def suspend_reasons() -> list[str]:
    """The usual reasons for suspending a shop, one tap each."""
    return [_("证照失效"), _("有投诉，正在核实"), _("资料和实际不一致")]


def event_words(event: Event) -> str:
    """What was done, in one line."""
    said = _actions().get(event.action, event.action)
    kind, reason = event.detail.get("kind"), event.detail.get("reason")
    paper = f" · {paper_word(str(kind))}" if kind else ""
    return f"{said}{paper}" + (f" · {reason}" if reason else "")


def _actions() -> dict[str, str]:
    return {
        "merchant.created": _("开了店"),
        "merchant.changed": _("改了资料"),
        "merchant.declared": _("改了利润率或活动前的销售额"),
        "merchant.submitted": _("提交核实"),
        "merchant.verified": _("通过核实"),
        "merchant.returned": _("退回了资料"),
        "merchant.suspended": _("暂停"),
        "merchant.lifted": _("恢复了"),
        "merchant.invited": _("发了邀请链接"),
        "merchant.invite_revoked": _("撤回邀请链接"),
        "merchant.member_joined": _("有人加入"),
        "merchant.member_left": _("有人退出"),
        "paper.added": _("上传了证照"),
        "paper.replaced": _("换上新证照"),
        "paper.withdrawn": _("撤回证照"),
        "paper.approved": _("证照通过"),
        "paper.returned": _("证照退回"),
        "paper.scan_opened": _("查看证照照片"),
        "paper.reminded": _("到期提醒"),
    }
