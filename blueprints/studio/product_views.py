"""How a shop's products are drawn: their states in words, what was found in them, which papers they lack."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask import url_for
from flask_babel import gettext as _

from blueprints.claim_marks import Passage, passages
from blueprints.studio.views import Chip, picture_url
from blueprints.words.products import paper_need
from domain.merchants.claims import ClaimsStatus, Finding
from domain.merchants.papers import LackKind
from domain.merchants.products import FoodType
from models import Product
from services.merchants.codes import doudian_code
from services.merchants.needs import Needs
from services.merchants.product_pictures import MOST_PICTURES, in_order

UPLOAD = "/my-shop/papers/new"
"""Where a shop puts its papers on file."""


@dataclass(frozen=True, slots=True)
class Need:
    """A paper that is asked for, in words; `url` leads to where it is uploaded, none while it is being looked at."""

    text: str
    url: str | None


@dataclass(frozen=True, slots=True)
class Card:
    """A product in the list."""

    product: Product
    picture_url: str | None
    chips: tuple[Chip, ...]
    code: str


@dataclass(frozen=True, slots=True)
class Standing:
    """How the review of a product's claims stands, and where something was found."""

    chip: Chip
    said: str
    tone: str
    passages: tuple[Passage, ...]


def claims_chip(product: Product, *, is_flagged: bool) -> Chip:
    """What the state of the review is called."""
    if product.claims_status is ClaimsStatus.CLEARED:
        return _("宣传已通过"), "jade", "check"
    if product.claims_status is ClaimsStatus.REFUSED:
        return _("宣传被退回"), "red", "warning"
    return (_("宣传待审核，有疑点") if is_flagged else _("宣传待审核")), "amber", "clock"


def standing(product: Product, findings: Sequence[Finding]) -> Standing:
    """What the page of a product says first."""
    shown = tuple(one for one in passages(product, findings) if one.findings)
    if product.claims_status is ClaimsStatus.CLEARED:
        said, tone = _("工作人员看过了，可以上直播。改了说法或直播价，要再看一次。"), "ok"
        shown = ()
    elif product.claims_status is ClaimsStatus.REFUSED:
        said, tone = _("退回的原因：%(reason)s", reason=product.claims_reason), "error"
    elif shown:
        said, tone = _("下面的说法要由工作人员判断。现在就改掉，通过得更快："), "wait"
    else:
        said, tone = _("工作人员看过以后，就能上直播。您不用做什么。"), "wait"
    return Standing(claims_chip(product, is_flagged=bool(shown)), said, tone, shown)


def needs_of(needs: Needs, food_type: FoodType | None) -> list[Need]:
    """What the shop lacks to sell a kind of goods."""
    return [
        Need(
            paper_need(food_type, lack),
            None if lack.lack is LackKind.UNREVIEWED else f"{UPLOAD}?kind={lack.kind.value}",
        )
        for lack in needs[food_type]
    ]


def licence_needs(needs: Needs) -> list[Need]:
    """What the shop lacks whatever it sells."""
    return needs_of(needs, None)


def needs_of_each(needs: Needs) -> Mapping[FoodType | None, list[Need]]:
    """Under None what any goods need, and under each kind of food what comes on top for it."""
    general = {lack.kind for lack in needs[None]}
    more: Needs = {kind: [lack for lack in needs[kind] if lack.kind not in general] for kind in FoodType}
    return {None: licence_needs(needs)} | {kind: needs_of(more, kind) for kind in FoodType}


def papers_chip(needs: Needs, product: Product) -> Chip | None:
    """What the papers of a product are called, None where all is in order."""
    lacks = needs[product.food_type]
    if not lacks:
        return None
    if all(one.lack is LackKind.UNREVIEWED for one in lacks):
        return _("证件待审核"), "amber", "clock"
    return _("缺证件"), "red", "warning"


def cards(products: Sequence[Product], findings: Mapping[int, list[Finding]], needs: Needs) -> list[Card]:
    """The products of the list."""
    return [_card(product, bool(findings[product.id]), needs) for product in products]


def _card(product: Product, is_flagged: bool, needs: Needs) -> Card:
    chips = [claims_chip(product, is_flagged=is_flagged), papers_chip(needs, product)]
    if not product.codes:
        chips.append((_("还没填平台商品 ID"), "amber", "warning"))
    return Card(product, picture_url(product), tuple(chip for chip in chips if chip), doudian_code(product))


def gallery(product: Product) -> list[tuple[str, str]]:
    """Name and address of every picture, the one on the card first."""
    return [(sha256, url_for("studio.picture", sha256=sha256)) for sha256 in in_order(product)]


def may_add_picture(product: Product) -> bool:
    """Whether there is room for one more."""
    return len(in_order(product)) <= MOST_PICTURES
