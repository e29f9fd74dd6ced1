"""How what waits in the inbox, and what was decided there, is put on the page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

from flask_babel import gettext as _

from blueprints.sales.views import platform_name
from blueprints.words import sentence
from blueprints.words.sales_inbox import axis_word, meanings
from domain.errors import Violation
from domain.money import format_yuan
from domain.sales.problems import HeldCode
from models import HeldRow, Product
from services.sales.decided import DecidedProduct, DecidedRow, DecidedWord
from services.sales.inbox import WaitingProduct, WaitingWord

PAYMENT = frozenset({HeldCode.PAYMENT_TIME_MISSING, HeldCode.STATUS_CONTRADICTS_PAYMENT})


@dataclass(frozen=True, slots=True)
class Choice:
    """One big button: what it sends and what it says."""

    value: str
    label: str


@dataclass(frozen=True, slots=True)
class WordCard:
    """A word to explain; `mark` tells one card from all others."""

    mark: str
    word: str
    platform: str
    about: str
    hidden: dict[str, str]
    rows: int
    fen: int
    choices: list[Choice]


@dataclass(frozen=True, slots=True)
class RowCard:
    """A row to decide: what it is about, why it waits, and the sensible answers; `amount`: its refund may be typed."""

    mark: str
    id: int
    version: int
    title: str
    reason: str
    fen: int
    ordered_at: datetime | None
    facts: list[tuple[str, str]]
    choices: list[Choice]
    amount: bool


@dataclass(frozen=True, slots=True)
class ProductCard:
    """An unknown product."""

    mark: str
    name: str
    platform: str
    code: str
    hidden: dict[str, str]
    lines: int
    fen: int


@dataclass(frozen=True, slots=True)
class Shop:
    """The products of one shop, to choose from."""

    name: str
    products: list[Product]


@dataclass(frozen=True, slots=True)
class Said:
    """One decision of the list below: what about, what was said, who and when; `hidden` is what taking back sends."""

    about: str
    said: str
    by: str
    at: datetime | None
    hidden: dict[str, Any]
    id: int = 0


def word_card(found: WaitingWord) -> WordCard:
    """The card of a word."""
    return WordCard(
        mark=f"word:{found.word}",
        word=found.word,
        platform=platform_name(found.platform),
        about=axis_word(found.axis),
        hidden={"platform": found.platform.value, "axis": found.axis.value, "word": found.word},
        rows=found.rows,
        fen=found.fen,
        choices=[Choice(value, label) for value, label in meanings(found.axis).items()],
    )


def row_card(held: HeldRow) -> RowCard:
    """The card of a held row."""
    order = held.order
    is_case = "case_no" in order
    code = HeldCode(held.code)
    said = (
        (_("平台"), platform_name(held.platform)),
        (_("售后单号"), order.get("case_no")),
        (_("订单号"), order.get("order_no")),
        (_("规格"), order.get("spec")),
        (_("数量"), order.get("quantity")),
        (_("订单状态"), order.get("status_text")),
        (_("售后状态"), order.get("state_text") if is_case else order.get("after_sale_text")),
    )
    moment = order.get("requested_at") if is_case else order.get("ordered_at")
    return RowCard(
        mark=f"row:{held.id}",
        id=held.id,
        version=held.version,
        title=_("售后单 %(number)s", number=order["case_no"]) if is_case else order["title"],
        reason=sentence(Violation(held.code, {"text": held.text, "column": held.column_name})),
        fen=order["refund_fen"] if is_case else order["amount_fen"],
        ordered_at=datetime.fromisoformat(moment) if moment else None,
        facts=[(label, str(value)) for label, value in said if value],
        choices=_choices(code, is_case=is_case),
        amount=is_case or code not in PAYMENT,
    )


def _choices(code: HeldCode, *, is_case: bool) -> list[Choice]:
    paid, nothing_back = Choice("paid", _("算已付款")), Choice("paid", _("没有退款"))
    full, unpaid = Choice("full", _("全部退了")), Choice("unpaid", _("没有付款，不算"))
    if is_case:
        return [Choice("paid", _("没有退款"))]
    if code in PAYMENT or code is HeldCode.FREIGHT_EXCEEDS_AMOUNT:
        return [paid, unpaid]
    if code is HeldCode.CLOSED_WITHOUT_REFUND:
        return [full, nothing_back, unpaid]
    return [full, nothing_back]


def product_card(found: WaitingProduct) -> ProductCard:
    """The card of an unknown product."""
    hidden = {"platform": found.platform.value, "code": found.code, "title": found.title}
    mark = f"product:{found.code or found.title}"
    return ProductCard(
        mark, found.name, platform_name(found.platform), found.code, hidden, found.lines, found.fen
    )


def shops(products: Sequence[Product]) -> list[Shop]:
    """Products under the names of their shops."""
    grouped = groupby(products, key=lambda one: one.merchant)
    return [Shop(merchant.name, list(some)) for merchant, some in grouped]


def said_word(found: DecidedWord) -> Said:
    """A word that was explained."""
    known = found.known
    return Said(
        about=_("“%(word)s”（%(platform)s）", word=known.shown, platform=platform_name(known.platform)),
        said=meanings(known.axis)[known.meaning],
        by=found.by,
        at=known.decided_at,
        hidden={"platform": known.platform.value, "axis": known.axis.value, "word": known.word},
    )


def said_row(found: DecidedRow) -> Said:
    """A row that was decided."""
    held = found.held
    refunded = held.decided_refunded_fen or 0
    if not held.decided_paid:
        said = _("没有付款，不算")
    elif refunded:
        said = _("退款 %(sum)s", sum=format_yuan(refunded))
    else:
        said = _("没有退款")
    card = row_card(held)
    return Said(
        about=f"{card.title} · {format_yuan(card.fen)}",
        said=f"{said}{_('：')}{held.reason}" if held.reason else said,
        by=found.by,
        at=held.decided_at,
        hidden={"version": held.version},
        id=held.id,
    )


def said_product(found: DecidedProduct) -> Said:
    """A product that was linked, or called none of ours."""
    alias = found.alias
    name = alias.title or alias.code
    said = f"{found.shop} · {found.product}" if found.product else _("不是我们的商品")
    return Said(
        about=_("“%(word)s”（%(platform)s）", word=name, platform=platform_name(alias.platform)),
        said=said,
        by=found.by,
        at=alias.decided_at,
        hidden={},
        id=alias.id,
    )
