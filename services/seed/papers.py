"""What makes the demo's shops ready to sell on air: verified, with their papers on file and their claims read."""

from __future__ import annotations

import hashlib
from datetime import datetime

from sqlalchemy.orm import Session

from domain.merchants.claims import ClaimsStatus
from domain.merchants.papers import PaperKind, PaperStatus
from domain.merchants.shops import MerchantStatus
from models import Merchant, Paper, PrivateFile, Product
from services.seed.people import Cast

PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
    "1f15c4890000000d49444154789c6360f8ffff3f0005fe02fea7d6059b0000000049454e44ae426082"
)
ISSUER = "泉州市泉港区市场监督管理局"


def put_in_order(
    session: Session, cast: Cast, shop_id: int, number: int, products: tuple[Product, ...], since: datetime
) -> None:
    """Let staff have verified a shop, approved its business licence and read what its goods claim."""
    shop = session.get_one(Merchant, shop_id)
    shop.responsible_person = "店主"
    shop.credit_code = f"9235050{number:011d}"
    shop.status, shop.submitted_at = MerchantStatus.VERIFIED, since
    shop.verified_at, shop.verified_by_id = since, cast.staff.id
    scan = PrivateFile(
        sha256=hashlib.sha256(PIXEL).hexdigest(),
        media_type="image/png",
        size=len(PIXEL),
        content=PIXEL,
        created_by_id=cast.staff.id,
        created_at=since,
    )
    session.add(scan)
    session.flush()
    session.add(
        Paper(
            merchant_id=shop.id,
            kind=PaperKind.BUSINESS_LICENCE,
            number=shop.credit_code,
            issuer=ISSUER,
            scan_id=scan.id,
            status=PaperStatus.APPROVED,
            reviewed_at=since,
            reviewed_by_id=cast.staff.id,
            created_by_id=cast.staff.id,
            created_at=since,
        )
    )
    for product in products:
        product.claims_status = ClaimsStatus.CLEARED
        product.claims_reviewed_at, product.claims_reviewed_by_id = since, cast.staff.id
