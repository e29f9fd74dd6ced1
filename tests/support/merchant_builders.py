"""Named builders of shops on their way in: scans, papers and facts as a shop hands them in."""

from __future__ import annotations

from datetime import date
from io import BytesIO
from typing import Any

from PIL import Image

from domain.merchants.credit_code import check_sign
from domain.merchants.papers import PaperKind, PaperWords
from domain.merchants.shops import MerchantStatus, ShopFacts
from domain.people import Actor
from models import Merchant, Paper
from services.merchants import files, papers
from tests.support.builders import NOW, serial
from tests.support.studio_builders import create_merchant

PDF = b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"
EMPTY = {
    "address": "",
    "responsible_person": "",
    "contact_phone": "",
    "credit_code": None,
    "status": MerchantStatus.DRAFT,
    "submitted_at": None,
    "verified_at": None,
    "papers": (),
}
"""What a shop knows of itself when it has just been founded."""


def create_draft(name: str | None = None, **changes: Any) -> tuple[Merchant, Actor]:
    """A shop that was just founded, and the person who acts for it, not verified yet."""
    person = {"verified_at": None} | changes.pop("person", {})
    return create_merchant(name, **EMPTY | {"person": person} | changes)


def credit_code() -> str:
    """A code of its own that passes the check."""
    first = f"92350505MA{next(serial):07d}"
    return first + check_sign(first)


def shop_facts(**changes: Any) -> ShopFacts:
    """Everything that staff want to know of a shop."""
    values: dict[str, Any] = {
        "name": f"店铺{next(serial)}",
        "address": "聚福小区 12 栋店面 3 号",
        "responsible_person": "黄惠珍",
        "contact_phone": "0595-87001001",
        "credit_code": credit_code(),
    }
    return ShopFacts(**values | changes)


def photo(colour: str = "ivory", kind: str = "JPEG", **options: Any) -> bytes:
    """What a phone's camera gives."""
    output = BytesIO()
    Image.new("RGB", (800, 600), colour).save(output, kind, **options)
    return output.getvalue()


def words(
    kind: PaperKind = PaperKind.BUSINESS_LICENCE, *, expires_on: date | None = None, number: str = "JY1"
) -> PaperWords:
    """What a shop writes about a paper."""
    return PaperWords(kind, number, "泉港区市场监督管理局", expires_on)


def hand_in(
    actor: Actor, kind: PaperKind = PaperKind.BUSINESS_LICENCE, *, expires_on: date | None = None,
    scan: bytes | None = None,
) -> Paper:  # fmt: skip
    """A paper that waits for its review."""
    scan_id = files.keep(actor, scan or photo(), now=NOW)
    return papers.add(actor, words(kind, expires_on=expires_on), scan_id, now=NOW)
