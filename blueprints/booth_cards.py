"""How ready a booth is, in words: its lights, what is missing, and what to do next."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime

from flask import url_for
from flask_babel import gettext as _

from blueprints.formats import clock_on, iso_local, listed, span
from blueprints.line_cards import until_words
from blueprints.words.after_show import aired_words, outcome_word
from blueprints.words.booths import category_word, light_word, on_air_word, sample_word
from domain.merchants.shops import MerchantStatus
from domain.people import Actor
from domain.studio.booths import MAY_TAKE, OnAir, Sample
from domain.studio.compliance import Compliance, Light
from domain.studio.running import Airing
from domain.studio.shows import BoothTime
from domain.studio.wrapping import Outcome
from models import Booking
from services.studio.booth_hints import Hints
from services.studio.booth_states import BoothState
from services.studio.proposals import Proposal

LOOKS: dict[Light, tuple[str, str]] = {
    Light.OK: ("jade", "check"),
    Light.WAITING: ("amber", "clock"),
    Light.MISSING: ("red", "warning"),
}


@dataclass(frozen=True, slots=True)
class LightView:
    """One light: the thing's name, what it says, its tone and icon."""

    short: str
    word: str
    tone: str
    icon: str


@dataclass(frozen=True, slots=True)
class Step:
    """Something that is missing and what to do about it; without `url` it is not done on a page."""

    text: str
    url: str | None = None
    label: str = ""


@dataclass(frozen=True, slots=True)
class ReadyView:
    """A booth's own page on how ready it is."""

    lights: list[LightView]
    steps: list[Step]
    on_air: str | None
    aired: str
    sample: str
    sample_by: str


@dataclass(frozen=True, slots=True)
class FreeWay:
    """A free booth slot that one tap takes instead of the own one."""

    place: int
    at: str
    title: str
    detail: str


@dataclass(frozen=True, slots=True)
class SwapWay:
    """The booth of another shop that one tap asks for."""

    other: int
    version: int
    title: str
    detail: str


@dataclass(frozen=True, slots=True)
class ProposalCard:
    """A proposal to change booths, as the own shop sees it."""

    id: int
    text: str
    until: str
    to_answer: bool


def lights(compliance: Compliance) -> list[LightView]:
    """The five lights of a booth, in the order in which they matter."""
    shorts = {
        "papers": _("证照"),
        "claims": _("宣传"),
        "sample": _("样品"),
        "stock": _("库存"),
        "link": _("链接"),
    }
    return [
        LightView(shorts[name], light_word(name, light), *_look(name, light))
        for name, light in asdict(compliance).items()
    ]


def _look(name: str, light: Light) -> tuple[str, str]:
    """Tone and icon; a sample that is not there yet is waited for, nothing is wrong with the booth."""
    return LOOKS[Light.WAITING if (name, light) == ("sample", Light.MISSING) else light]


def ready_view(state: BoothState, actor: Actor, names: dict[int, str]) -> ReadyView:
    """What a shop, or staff, see of one booth."""
    slot = state.booking.booth_slot
    if slot is None:
        raise ValueError("a booth booking has a booth slot")
    on_air = state.airing.state
    return ReadyView(
        lights=lights(state.compliance),
        steps=[] if actor.is_staff else steps(state),
        on_air=None if on_air is OnAir.WAITING else on_air_word(on_air),
        aired=_aired(state.airing),
        sample=sample_word(slot.sample),
        sample_by=sample_by(state.booking, names),
    )


def _aired(airing: Airing) -> str:
    """When it was on air, or why it was not."""
    if airing.state is OnAir.SKIPPED and airing.skip_reason is not None:
        return str(outcome_word(Outcome(airing.skip_reason.value)))
    return aired_words(airing)


def sample_by(booking: Booking, names: dict[int, str]) -> str:
    """11月25日 周三 10:20 王小梅收下: the last that happened to a sample."""
    slot = booking.booth_slot
    if slot is None or slot.sample is Sample.AWAITED:
        return ""
    if slot.sample is Sample.RETURNED and slot.sample_returned_at is not None:
        by = names.get(slot.sample_returned_by_id or 0, "")
        return _("%(time)s %(name)s 归还", time=clock_on(slot.sample_returned_at), name=by)
    if slot.sample_received_at is None:
        return ""
    by = names.get(slot.sample_received_by_id or 0, "")
    return _("%(time)s %(name)s 收下", time=clock_on(slot.sample_received_at), name=by)


def steps(state: BoothState) -> list[Step]:
    """What a shop still has to do, the most important first."""
    slot, found = state.booking.booth_slot, state.compliance
    if slot is None:
        return []
    product = url_for("studio.product", product_id=slot.product_id)
    told = {
        ("papers", Light.MISSING): _papers_step(slot.merchant.status),
        ("papers", Light.WAITING): Step(_("证照已经交了，工作人员正在审核，您不用做什么。")),
        ("claims", Light.MISSING): Step(_("宣传内容没有通过，请改好再提交。"), product, _("去改商品")),
        ("claims", Light.WAITING): Step(_("宣传内容正在审核，您不用做什么。")),
        ("sample", Light.MISSING): Step(_("开播前请把样品送到同心直播间。")),
        ("stock", Light.MISSING): Step(_("库存是 0，请改成能卖的件数。"), product, _("去改商品")),
        ("link", Light.MISSING): Step(_("还没填平台的商品 ID，订单会对不上。"), product, _("去填写")),
    }
    return [told[key] for key in asdict(found).items() if key in told]


def _papers_step(status: MerchantStatus) -> Step:
    shop = url_for("merchants.my_shop")
    if status in MAY_TAKE:
        return Step(_("证照不全或已过期，请在店铺资料里补交。"), shop, _("去补交"))
    return Step(_("您的店现在不能上播，原因和下一步写在“我的店”里。"), shop, _("去我的店"))


def hint_words(hints: Hints) -> list[str]:
    """What a show has already: 这场已有 3 件食品；前一位是…"""
    told = []
    if hints.categories:
        kinds = listed(
            _("%(count)s 件%(kind)s", count=count, kind=category_word(kind))
            for kind, count in hints.categories
        )
        told.append(_("这场已有 %(kinds)s。", kinds=kinds))
    if hints.before is not None and hints.before.booth_slot is not None:
        told.append(_("前一位播“%(product)s”。", product=hints.before.booth_slot.product.name))
    if hints.after is not None and hints.after.booth_slot is not None:
        told.append(_("后一位播“%(product)s”。", product=hints.after.booth_slot.product.name))
    return told


def free_ways(free: Iterable[BoothTime]) -> list[FreeWay]:
    """The free booth slots to move to, each with what its form sends."""
    return [
        FreeWay(
            time.booth,
            iso_local(time.interval.starts_at),
            _("展位 %(number)s", number=time.booth),
            span(time.interval),
        )
        for time in free
    ]


def swap_ways(others: Iterable[Booking]) -> list[SwapWay]:
    """The booths of other shops, each with whose it is."""
    return [
        SwapWay(
            other.id,
            other.version,
            _("展位 %(number)s", number=other.place),
            f"{span(other.interval)} · {other.booth_slot.merchant.name} · {other.booth_slot.product.name}",
        )
        for other in others
        if other.booth_slot is not None
    ]


def proposal_cards(found: Iterable[Proposal], actor: Actor, now: datetime) -> list[ProposalCard]:
    """The proposals that still stand, those to be answered first."""
    cards = [_proposal_card(one, actor, now) for one in found if one.stands(now)]
    return sorted(cards, key=lambda card: not card.to_answer)


def _proposal_card(found: Proposal, actor: Actor, now: datetime) -> ProposalCard:
    asking, asked = found.asking, found.asked
    words = {
        "theirs": asking.place,
        "their_time": span(asking.interval),
        "own": asked.place,
        "own_time": span(asked.interval),
    }
    shop = asking.booth_slot.merchant.name if asking.booth_slot else ""
    other = asked.booth_slot.merchant.name if asked.booth_slot else ""
    to_answer = found.is_for(actor)
    text = (
        _(
            "%(shop)s 想用展位 %(theirs)s（%(their_time)s）换您的展位 %(own)s（%(own_time)s）。",
            shop=shop,
            **words,
        )
        if to_answer
        else _(
            "您提出用展位 %(theirs)s（%(their_time)s）换 %(shop)s 的展位 %(own)s（%(own_time)s），等对方回答。",
            shop=other,
            **words,
        )
    )
    return ProposalCard(found.swap.id, text, until_words(found.swap.expires_at, now), to_answer)
