"""The ids under which platforms know a product: by them its orders are found."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import delete
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from domain.errors import BadInput
from domain.sales.lines import Platform
from models import Product, ProductCode
from services.merchants.facts import code_field
from services.sales import linking
from services.sales.importing import bump, lock_platform


def codes_of(product: Product) -> dict[Platform, str]:
    """The id on each platform that knows a product loaded with its codes."""
    return {code.platform: code.code for code in sorted(product.codes, key=lambda code: code.code)}


def doudian_code(product: Product) -> str:
    """The id under which 抖店 knows a product loaded with its codes, empty when there is none."""
    return codes_of(product).get(Platform.DOUDIAN, "")


def set_codes(session: Session, product: Product, codes: Mapping[Platform, str], now: datetime) -> None:
    """Give a product one code on each platform named and none on the others, with the sales that waited for them.

    A code belongs to one product, whoever's it is. Raises BadInput at the field of the platform.
    """
    known = codes_of(product)
    changed = sorted(one for one in Platform if codes.get(one, "") != known.get(one, ""))
    for platform in changed:  # before any sum is locked, and in the order of whoever attributes a show anew
        lock_platform(session, platform)
        bump(session, platform)
    for platform in changed:
        _set_code(session, product, platform, codes.get(platform, ""), now)
    session.refresh(product, ["codes"])


def _set_code(session: Session, product: Product, platform: Platform, code: str, now: datetime) -> None:
    session.execute(
        delete(ProductCode).where(ProductCode.product_id == product.id, ProductCode.platform == platform)
    )
    if not code:
        return
    try:
        with session.begin_nested():
            session.add(ProductCode(platform=platform, code=code, product_id=product.id))
    except IntegrityError as error:
        if not _breaks_the_code_key(error):
            raise
        raise BadInput("product_code_taken", field=code_field(platform)) from error
    linking.attribute_waiting(platform, [code], now=now)


def _breaks_the_code_key(error: IntegrityError) -> bool:
    diagnosis = getattr(error.orig, "diag", None)
    if diagnosis is not None:
        return bool(diagnosis.constraint_name == "pk_product_code")
    return "product_code.platform, product_code.code" in str(error.orig)
