"""How products that wait for their review are drawn."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from flask import url_for
from flask_babel import gettext as _

from blueprints.formats import clock, near_day
from blueprints.studio.product_views import claims_chip
from blueprints.studio.views import Chip
from blueprints.words.products import CATEGORIES, food_type_word, word_kind_word
from domain.interval import local_day
from domain.merchants.claims import WordKind
from models import ClaimWord, Product
from services.merchants.claims import ClaimsCase


@dataclass(frozen=True, slots=True)
class Card:
    """A product in the queue, with the names that the desk's list reads."""

    id: int
    url: str
    title: str
    when: str
    who: str
    waiting_text: str
    waiting_tone: str | None
    is_chosen: bool
    version: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """Words that stand on the list for the same reason."""

    reason: str
    words: tuple[ClaimWord, ...]


@dataclass(frozen=True, slots=True)
class Part:
    """The words of one kind."""

    title: str
    groups: tuple[Group, ...]


def card(case: ClaimsCase, chosen: int | None, now: datetime) -> Card:
    """One line of the queue."""
    times, found = on_air(case, now), len(case.findings)
    return Card(
        id=case.product.id,
        url=url_for("claims.product", product_id=case.product.id),
        title=case.product.name,
        when=times[0] if times else _("还没订展位"),
        who=case.product.merchant.name,
        waiting_text=_("%(count)s 处疑点", count=found) if found else _("没有疑点"),
        waiting_tone="amber" if found else None,
        is_chosen=case.product.id == chosen,
    )


def on_air(case: ClaimsCase, now: datetime) -> list[str]:
    """When it goes on air."""
    return [f"{near_day(at, local_day(now))} {clock(at)}" for at in case.on_air]


def standing(case: ClaimsCase) -> Chip:
    """What the state of the review is called."""
    return claims_chip(case.product, is_flagged=bool(case.findings))


def kind(product: Product) -> str:
    """食品 · 预包装食品."""
    category = str(CATEGORIES[product.category])
    return f"{category} · {food_type_word(product.food_type)}" if product.food_type else category


def reasons(case: ClaimsCase) -> list[str]:
    """What is usually wrong, one tap each; words that were found come first."""
    found = list(dict.fromkeys(finding.word for finding in case.findings))[:3]
    return [
        *(_("请改掉“%(word)s”这个说法。", word=word) for word in found),
        _("请补充说法的依据，例如检测报告。"),
        _("商品类别或食品类型选得不对，请改一下。"),
        _("降价的依据说不清，请写明和什么价格比。"),
        _("图片和商品对不上，请换一张。"),
    ]


def parts(words: list[ClaimWord]) -> list[Part]:
    """The list as it is read: by kind, then by reason."""
    return [
        Part(word_kind_word(one), _groups([word for word in words if word.kind is one])) for one in WordKind
    ]


def _groups(words: list[ClaimWord]) -> tuple[Group, ...]:
    first = {word.reason: word.id for word in reversed(words)}
    ordered = sorted(words, key=lambda word: (first[word.reason], word.id))
    return tuple(
        Group(reason, tuple(alike)) for reason, alike in groupby(ordered, key=lambda word: word.reason)
    )
